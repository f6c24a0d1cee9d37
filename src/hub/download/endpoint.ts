import { TransformersError } from "../../errors.js";

export const defaultEndpoint = "https://huggingface.co";

/**
 * The address of the Hub without a slash at its end. Throws `INVALID_ARGUMENT` for one that is none, and does not repeat
 * what may be secret in it.
 *
 * @param origin Where the address comes from, for the message.
 */
export function endpointOf(value: string, origin: string): string {
  let url: URL | null = null;
  try {
    url = new URL(value);
  } catch {
    // told below
  }
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${origin} is ${JSON.stringify(value.replace(/\/\/.*@/, "//...@"))}; expected an http(s) URL`,
    );
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${origin} names ${url.host} with a user, a password, a query or a fragment; expected the address alone, and the token by itself`,
    );
  }
  return value.replace(/\/+$/, "");
}
