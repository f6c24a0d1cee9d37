import { afterEach, describe, expect, test, vi } from "vitest";
import { request } from "./request.js";
import { retryAfter } from "./transfer.js";

const signal = new AbortController().signal;
const token = "hf_canary_token_do_not_print";
afterEach(() => void vi.unstubAllGlobals());

/** Answers each address with a redirect to the next; the last with 200. Gives what was sent. */
function redirects(...addresses: string[]): { url: string; authorization: string | null }[] {
  const sent: { url: string; authorization: string | null }[] = [];
  vi.stubGlobal("fetch", async (url: URL, { headers }: { headers: Record<string, string> }) => {
    const location = addresses[sent.length];
    sent.push({ url: url.href, authorization: headers.Authorization ?? null });
    if (location === undefined) return new Response("end");
    return new Response(null, { status: 302, headers: { Location: location } });
  });
  return sent;
}

describe("a redirect", () => {
  test.each([
    "http://hub.example/x",
    "//other.example:80/x",
    "ftp://hub.example/x",
    "file:///etc/passwd",
    "data:text/plain,x",
    "javascript:alert(1)",
  ])("from https to %s is refused where it gives up encryption", async (location) => {
    const sent = redirects(location);
    const answer = request("https://hub.example/a", { method: "GET", token, signal, follow: "all" });
    if (location.startsWith("//")) {
      // Without a scheme it stays with https.
      expect((await answer).url).toBe("https://other.example:80/x");
      expect(sent.map(({ authorization }) => authorization)).toEqual([`Bearer ${token}`, null]);
      return;
    }
    const error = await answer.catch((reason) => reason);
    expect(error).toMatchObject({ code: "DOWNLOAD_FAILED" });
    expect(`${error.stack}`).not.toContain(token);
    expect(sent).toHaveLength(1);
  });

  test("to the same host keeps the token; by way of another host and back it is not sent there", async () => {
    const sent = redirects("/b", "https://cdn.example/c", "https://hub.example/d");
    await request("https://hub.example/a", { method: "GET", token, signal, follow: "all" });
    expect(sent.map(({ url, authorization }) => [url, authorization !== null])).toEqual([
      ["https://hub.example/a", true],
      ["https://hub.example/b", true],
      ["https://cdn.example/c", false],
      ["https://hub.example/d", true],
    ]);
  });

  test.each([
    "https://hub.example:8443/x",
    "https://hub.example.evil.example/x",
    "https://hub.example@evil.example/x",
  ])("to %s goes without the token", async (location) => {
    const sent = redirects(location);
    // A user in an address is refused by fetch itself; what counts is that nothing is sent.
    await request("https://hub.example/a", { method: "GET", token, signal, follow: "all" }).catch(() => null);
    expect(sent.slice(1).every(({ authorization }) => authorization === null)).toBe(true);
  });

  test("is the answer itself where only relative ones are followed", async () => {
    redirects("/b", "https://cdn.example/c");
    const { response, url } = await request("https://hub.example/a", {
      method: "HEAD",
      token,
      signal,
      follow: "relative",
    });
    expect([response.status, url]).toEqual([302, "https://hub.example/b"]);
  });

  test("is followed ten times", async () => {
    redirects(...Array.from({ length: 10 }, (_, i) => `/${i}`));
    const options = { method: "GET", token, signal, follow: "all" } as const;
    expect((await request("https://hub.example/a", options)).url).toBe("https://hub.example/9");
    redirects(...Array.from({ length: 11 }, (_, i) => `/${i}`));
    await expect(request("https://hub.example/a", options)).rejects.toMatchObject({
      code: "DOWNLOAD_FAILED",
    });
  });
});

test.each([
  [null, null],
  ["0", 0],
  ["7", 7],
  ["86400", 60], // longer than a call waits
  ["Sun, 06 Nov 1994 08:49:37 GMT", 20],
  ["Sun, 06 Nov 1994 08:00:00 GMT", 0],
  ["soon", null],
  ["-5", null],
])("a Retry-After of %j asks for %j seconds", (header, seconds) => {
  expect(retryAfter(header, Date.parse("Sun, 06 Nov 1994 08:49:17 GMT"))).toBe(seconds);
});
