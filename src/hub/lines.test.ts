import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readLines } from "./lines.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "lines-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function linesOf(content: string | Uint8Array): Promise<string[]> {
  const file = path.join(folder, "text.txt");
  await writeFile(file, content);
  const lines: string[] = [];
  for await (const batch of readLines(file)) lines.push(...batch.lines);
  return lines;
}

describe("readLines", () => {
  test("keeps newlines, a byte order mark, and a last line without newline", async () => {
    expect(await linesOf("\uFEFFa\r\n\n b\nc")).toEqual(["\uFEFFa\r\n", "\n", " b\n", "c"]);
    expect(await linesOf("a\n")).toEqual(["a\n"]);
    expect(await linesOf("")).toEqual([]);
  });

  test("reads characters and lines that begin in one piece of the file and end in the next", async () => {
    const lines = Array.from({ length: 40 }, (_, i) => `${"é東👍".repeat(30_000 + i)}\n`);
    const whole = lines.join("");
    expect(Buffer.byteLength(whole)).toBeGreaterThan(2 * 2 ** 22);
    expect((await linesOf(whole)).join("")).toBe(whole);
    const one = "ab東".repeat(2_000_000);
    expect(await linesOf(one)).toEqual([one]);
  });

  test("says what is no text, and what is not there", async () => {
    await expect(linesOf(Uint8Array.of(97, 255, 97))).rejects.toThrow(/text\.txt is no text in UTF-8/);
    await expect(linesOf(Uint8Array.of(97, 0xe6, 0x9d))).rejects.toThrow(/no text in UTF-8/);
    await expect(readLines(path.join(folder, "none")).next()).rejects.toThrow(/none does not exist/);
  });
});
