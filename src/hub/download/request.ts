import { TransformersError } from "../../errors.js";

const mostHops = 10;

export interface RequestOptions {
  readonly method: "GET" | "HEAD";
  readonly token: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** false: an absolute redirect is the answer, as for the facts about a file. */
  readonly follow: "all" | "relative";
}

export interface Answer {
  readonly response: Response;
  /** Where the answer came from, after redirects. */
  readonly url: string;
}

/**
 * A request whose redirects are followed by hand: the token goes to the first host alone, an encrypted connection is
 * never given up, and there are at most ten hops. Throws `DOWNLOAD_FAILED`, and what fetch throws.
 */
export async function request(url: string, options: RequestOptions): Promise<Answer> {
  const first = new URL(url);
  let at = first;
  for (let hop = 0; hop <= mostHops; hop++) {
    const headers: Record<string, string> = { "Accept-Encoding": "identity", ...options.headers };
    if (options.token !== null && at.host === first.host && at.protocol === first.protocol) {
      headers.Authorization = `Bearer ${options.token}`;
    }
    const response = await fetch(at, {
      method: options.method,
      headers,
      redirect: "manual",
      signal: options.signal,
    });
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || location === null)
      return { response, url: at.href };
    const isRelative = !/^[a-z][a-z0-9+.-]*:|^\/\//i.test(location);
    if (options.follow === "relative" && !isRelative) return { response, url: at.href };
    await response.body?.cancel();
    const next = new URL(location, at);
    if (
      !["https:", "http:"].includes(next.protocol) ||
      (at.protocol === "https:" && next.protocol !== "https:")
    ) {
      throw new TransformersError(
        "DOWNLOAD_FAILED",
        `${url}: the server redirects from ${at.protocol}//${at.host} to ${next.protocol}//${next.host}, which is not encrypted; refused`,
      );
    }
    at = next;
  }
  throw new TransformersError("DOWNLOAD_FAILED", `${url}: more than ${mostHops} redirects`);
}

/** A time limit that starts anew whenever something has come. */
export interface Deadline {
  readonly signal: AbortSignal;
  touch(): void;
  end(): void;
}

/** A signal that aborts when `user` does, or when `touch` was not called for so many seconds. */
export function deadline(user: AbortSignal | undefined, seconds: number): Deadline {
  const controller = new AbortController();
  const stop = () => controller.abort(user!.reason);
  if (user?.aborted) stop();
  user?.addEventListener("abort", stop, { once: true });
  const expire = () =>
    controller.abort(new TransformersError("DOWNLOAD_FAILED", `no answer within ${seconds} s`));
  let timer = setTimeout(expire, seconds * 1000);
  return {
    signal: controller.signal,
    touch() {
      clearTimeout(timer);
      timer = setTimeout(expire, seconds * 1000);
    },
    end() {
      clearTimeout(timer);
      user?.removeEventListener("abort", stop);
    },
  };
}
