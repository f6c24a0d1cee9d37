import { expect, test, vi } from "vitest";
import { formatBytes, progressBars } from "./progress.js";

function terminal(isTTY = true, columns = 80) {
  const written: string[] = [];
  return { isTTY, columns, written, write: (text: string) => written.push(text) };
}
const plain = (text: string) => text.replaceAll("\r\x1b[2K", "");

test("one download has a line that is drawn anew, and stays when it is done", () => {
  const shown = terminal();
  const bar = progressBars(shown)();
  vi.useFakeTimers({ now: 1_000_000 });
  bar.show({ file: "model.safetensors", loaded: 219e6, total: 438e6 });
  bar.show({ file: "model.safetensors", loaded: 220e6, total: 438e6 }); // too soon to draw
  vi.advanceTimersByTime(150);
  bar.show({ file: "model.safetensors", loaded: 330e6, total: 438e6 });
  bar.show({ file: "model.safetensors", loaded: 438e6, total: 438e6 });
  bar.end();
  vi.useRealTimers();
  expect(shown.written.map(plain)).toEqual([
    `model.safetensors  ${"━".repeat(12)}${" ".repeat(12)}  50 %  219 MB of 438 MB`,
    `model.safetensors  ${"━".repeat(18)}${" ".repeat(6)}  75 %  330 MB of 438 MB`,
    `model.safetensors  ${"━".repeat(24)} 100 %  438 MB of 438 MB\n`,
  ]);
});

test("several share a line, and one that fails leaves none", () => {
  const shown = terminal();
  const start = progressBars(shown);
  const [first, second] = [start(), start()];
  vi.useFakeTimers({ now: 1_000_000 });
  first.show({ file: "a", loaded: 10, total: 100 });
  vi.advanceTimersByTime(150);
  second.show({ file: "b", loaded: 90, total: 100 });
  expect(plain(shown.written.at(-1)!)).toMatch(/^2 files .* 50 % {2}100 B of 200 B$/);
  first.end();
  expect(plain(shown.written.at(-1)!)).toMatch(/^b /);
  second.end();
  expect(shown.written.at(-1)).toBe("\r\x1b[2K");
  vi.useRealTimers();
});

test("a line fits the terminal, and an empty file is whole", () => {
  const shown = terminal(true, 60);
  const bar = progressBars(shown)();
  bar.show({ file: `${"folder/".repeat(20)}end.bin`, loaded: 0, total: 0 });
  const text = plain(shown.written[0]!).trimEnd();
  expect(text.length).toBeLessThan(60);
  expect(text).toMatch(/^\.\.\..*end\.bin {2}━+ 100 %/);
});

test("nothing is written where there is no terminal", () => {
  const shown = terminal(false);
  const bar = progressBars(shown)();
  bar.show({ file: "a", loaded: 1, total: 2 });
  bar.show({ file: "a", loaded: 2, total: 2 });
  bar.end();
  expect(shown.written).toEqual([]);
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1_500, "1.5 kB"],
  [438e6, "438 MB"],
  [1.25e9, "1.3 GB"],
])("%d bytes are %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
