import { describe, expect, test } from "vitest";
import { contend, countCalls, killDownloads } from "../../../tests/support/download-processes.js";

// tests/nightly does the same with 500 deaths, and 16 processes in 50 rounds.

describe("a download that is killed leaves nothing torn, and the next one works", async () => {
  const bytes = [1, 1_000, 65_536, 200_001, 299_999, 300_000];
  const calls = await countCalls();
  test("there are calls to die at", () => expect(calls).toBeGreaterThan(10));
  test.each(bytes)("at byte %d", async (dieAtByte) => {
    expect((await killDownloads([{ dieAtByte }])).flaws).toEqual([]);
  });
  test.each(Array.from({ length: calls }, (_, call) => call + 1))("at call %d", async (dieAtCall) => {
    expect((await killDownloads([{ dieAtCall }])).flaws).toEqual([]);
  });
});

test("several processes that want one file make one download", async () => {
  const { flaws, downloads } = await contend(6, 4, { locks: true });
  expect(flaws).toEqual([]);
  expect(downloads).toBe(4);
});

test("without locks each makes its own, and all succeed", async () => {
  const { flaws, downloads } = await contend(6, 4, { locks: false });
  expect(flaws).toEqual([]);
  expect(downloads).toBe(6 * 4);
});
