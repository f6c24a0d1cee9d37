import { homedir } from "node:os";
import path from "node:path";
import { defaultEndpoint, endpointOf } from "./endpoint.js";
import type { HubSettings } from "./options.js";

/** What Hugging Face's environment variables say; they are read here alone, each time anew. */
export interface HubEnvironment {
  /** Where the Hub is reached, without a slash at its end. */
  readonly endpoint: string;
  /** The cache that the Python library uses too. */
  readonly cacheFolder: string;
  readonly offline: boolean;
  /** Where `hf auth login` keeps the token. */
  readonly tokenFile: string;
  readonly token: string | null;
  /** Whether the saved token is sent without being asked for. */
  readonly implicitToken: boolean;
  /** Seconds to wait for the facts about a file, and for the next bytes of one. */
  readonly etagTimeout: number;
  readonly downloadTimeout: number;
  readonly symlinks: boolean;
  /** Whether downloads are drawn on a terminal. */
  readonly progressBars: boolean;
}

const defaultTimeout = 10;
let settings: HubSettings = {};

/**
 * Says how the Hub is reached, for the whole program; what is left out is as the environment says. Throws
 * `INVALID_ARGUMENT` for an endpoint that is no http(s) address.
 */
export function configureHub(given: HubSettings): void {
  if (given.endpoint !== undefined) endpointOf(given.endpoint, "endpoint");
  settings = { ...given };
}

/** Source: huggingface_hub documentation, "Environment variables". Throws `INVALID_ARGUMENT` for a bad endpoint. */
export function readEnvironment(env: NodeJS.ProcessEnv = process.env): HubEnvironment {
  const home = expand(
    env.HF_HOME ?? path.join(env.XDG_CACHE_HOME ?? path.join("~", ".cache"), "huggingface"),
    env,
  );
  const cache = settings.cache ?? env.HF_HUB_CACHE ?? env.HUGGINGFACE_HUB_CACHE ?? path.join(home, "hub");
  return {
    endpoint:
      settings.endpoint === undefined
        ? endpointOf(env.HF_ENDPOINT ?? defaultEndpoint, "HF_ENDPOINT")
        : endpointOf(settings.endpoint, "endpoint"),
    cacheFolder: expand(cache, env),
    offline: isOn(env.HF_HUB_OFFLINE) || isOn(env.TRANSFORMERS_OFFLINE),
    tokenFile: expand(env.HF_TOKEN_PATH ?? path.join(home, "token"), env),
    token: settings.token ?? (env.HF_TOKEN?.trim() || env.HUGGING_FACE_HUB_TOKEN?.trim() || null),
    implicitToken: !isOn(env.HF_HUB_DISABLE_IMPLICIT_TOKEN),
    etagTimeout: seconds(env.HF_HUB_ETAG_TIMEOUT),
    downloadTimeout: seconds(env.HF_HUB_DOWNLOAD_TIMEOUT),
    symlinks: !isOn(env.HF_HUB_DISABLE_SYMLINKS),
    progressBars: !isOn(env.HF_HUB_DISABLE_PROGRESS_BARS),
  };
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && ["1", "ON", "YES", "TRUE"].includes(value.toUpperCase());
}

function seconds(value: string | undefined): number {
  const number = Number(value);
  return value !== undefined && number > 0 ? number : defaultTimeout;
}

/** `~` and `$NAME` as a shell expands them. */
function expand(value: string, env: NodeJS.ProcessEnv): string {
  const named = value.replace(
    /\$(?:\{(\w+)\}|(\w+))/g,
    (whole, braced, bare) => env[braced ?? bare] ?? whole,
  );
  return named === "~" || /^~[/\\]/.test(named) ? path.join(homedir(), named.slice(1)) : named;
}
