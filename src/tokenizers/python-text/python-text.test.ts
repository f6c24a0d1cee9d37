import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { category, isAlphanumeric, isDigit, lower, splitAtSpace, strip, upper } from "./index.js";

// What Python said: tests/reference/tokenizers/record_python_text.py.

interface Case {
  text: string;
  lower: string;
  upper: string;
  strip: string;
  split: string[];
  categories: string;
  alphanumeric: string;
  digits: string;
}

const file = new URL("./fixtures/strings.json.gz", import.meta.url);
const cases = JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")) as Case[];

describe("Python's strings", () => {
  it("are lowered, raised, stripped and split as in Python", () => {
    expect(cases.length).toBeGreaterThan(300);
    for (const { text, ...expected } of cases) {
      const label = JSON.stringify(text);
      expect(lower(text), label).toBe(expected.lower);
      expect(upper(text), label).toBe(expected.upper);
      expect(strip(text), label).toBe(expected.strip);
      expect(splitAtSpace(text), label).toEqual(expected.split);
    }
  });

  it("have the categories of Python's release, not the engine's", () => {
    for (const { text, ...expected } of cases) {
      const points = Array.from(text, (character) => character.codePointAt(0)!);
      const bits = (test: (point: number) => boolean) =>
        points.map((point) => (test(point) ? 1 : 0)).join("");
      expect(points.map(category).join(""), JSON.stringify(text)).toBe(expected.categories);
      expect(bits(isAlphanumeric), JSON.stringify(text)).toBe(expected.alphanumeric);
      expect(bits(isDigit), JSON.stringify(text)).toBe(expected.digits);
    }
  });
});
