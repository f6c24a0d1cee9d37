import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { IntBuffer, Text } from "../../text.js";
import { scannerFor } from "./index.js";

// What the Rust library said: tests/reference/tokenizers/record_splits.py.

const recorded = JSON.parse(
  gunzipSync(readFileSync(new URL("../../fixtures/splits.json.gz", import.meta.url))).toString("utf8"),
) as { patterns: Record<string, string>; texts: string[]; digests: Record<string, string[]> };

/** Start and end of each match in the text, or in a part of it. */
function matches(pattern: string, text: string, from = 0, to = text.length): Int32Array {
  const source = new Text();
  source.set(text, false);
  const spans = new IntBuffer();
  scannerFor(pattern)!(source.units, from, to, spans);
  return spans.slice();
}

describe("scanners", () => {
  for (const [name, pattern] of Object.entries(recorded.patterns)) {
    it(`match what the pattern of ${name} does`, () => {
      for (const [group, digest] of recorded.digests[name]!.entries()) {
        const texts = recorded.texts.slice(20 * group, 20 * (group + 1));
        const lines = texts.map((text) => matches(pattern, text).join(","));
        const found = createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 8);
        expect(found, JSON.stringify(texts)).toBe(digest);
      }
    });

    it(`take time in proportion to the text's length with the pattern of ${name}`, () => {
      for (const part of ["a", "A", "\u0301", "中A", " ", "\n ", "'", "!\u0301", "7", "😀", "/", "'s"]) {
        const text = part.repeat(50_000);
        expect(matches(pattern, text).length).toBeLessThanOrEqual(2 * text.length);
      }
    });
  }

  it("see nothing of what is around", () => {
    const { gpt2 } = recorded.patterns;
    expect([...matches(gpt2!, "a   b", 0, 4)]).toEqual([0, 1, 1, 4]);
    expect([...matches(gpt2!, "a   b", 0, 5)]).toEqual([0, 1, 1, 3, 3, 5]);
    expect([...matches(gpt2!, "'shh", 0, 2)]).toEqual([0, 2]);
  });

  it("are found by the exact pattern only", () => {
    expect(scannerFor(String.raw`\p{L}+`)).toBeUndefined();
    expect(scannerFor(`${recorded.patterns.gpt2} `)).toBeUndefined();
  });
});
