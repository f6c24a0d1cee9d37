import { readFile } from "node:fs/promises";
import { TransformersError } from "../../errors.js";
import type { HubEnvironment } from "./environment.js";

/** The token to send: given, from the environment, or saved by a login. Throws `INVALID_ARGUMENT`. */
export async function tokenFor(
  environment: HubEnvironment,
  given: string | boolean | undefined,
): Promise<string | null> {
  if (typeof given === "string") return sendable(given, "token");
  if (given === false || (given === undefined && !environment.implicitToken)) return null;
  const token = environment.token ?? (await readFile(environment.tokenFile, "utf8").catch(() => "")).trim();
  if (token !== "") return sendable(token, environment.token ? "HF_TOKEN" : environment.tokenFile);
  if (given !== true) return null;
  throw new TransformersError(
    "INVALID_ARGUMENT",
    "token: true asks for a saved token, and there is none: set HF_TOKEN",
  );
}

/** Refused here, what is no token: fetch would repeat it in its message. */
function sendable(token: string, origin: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new TransformersError(
    "INVALID_ARGUMENT",
    `${origin} holds no token: expected letters and digits, without spaces or line breaks between them`,
  );
}
