import { describe, expect, it } from "vitest";
import { Unigram } from "../models/index.js";
import { Tokenizer } from "../tokenizer.js";
import { normalizeString, Precompiled } from "./index.js";
import { withSentencePieceRules } from "./precompiled.js";

/** A charsmap with rules for single bytes and for pairs of ASCII characters. */
function charsmap(rules: Readonly<Record<string, string>>): Uint8Array {
  const units = new Uint32Array(4096);
  let replacements = "";
  units[0] = 256 << 10; // the children of the root are at 256 and what follows, those of a child at its own block
  for (const [key, replacement] of Object.entries(rules)) {
    const first = key.charCodeAt(0);
    const block = 512 + 256 * ((first % 12) + 1);
    const at = 256 ^ first;
    units[at] = (units[at]! & 0x100) | ((at ^ block) << 10) | first;
    const value = new TextEncoder().encode(replacements).length;
    replacements += `${replacement}\0`;
    if (key.length === 1) {
      units[at]! |= 0x100;
      units[block] = (2 ** 31 + value) >>> 0;
    } else {
      const second = block ^ key.charCodeAt(1);
      units[second] = ((second ^ 4000) << 10) | 0x100 | key.charCodeAt(1);
      units[4000] = (2 ** 31 + value) >>> 0;
    }
  }
  const text = new TextEncoder().encode(replacements);
  const bytes = new Uint8Array(4 + 4 * units.length + text.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 4 * units.length, true);
  for (const [i, unit] of units.entries()) view.setUint32(4 + 4 * i, unit, true);
  bytes.set(text, 4 + 4 * units.length);
  return bytes;
}

describe("Precompiled", () => {
  const rules = charsmap({ a: "A", b: "", c: "xyz", ef: "1" });
  const normalizer = new Precompiled(rules);

  it("replaces, drops and expands", () => {
    expect(normalizeString(normalizer, "abcd")).toBe("Axyzd");
  });

  it("lets the rule for the start of a short cluster stand for all of it", () => {
    expect(normalizeString(normalizer, "a\u0301d")).toBe("Ad");
    expect(normalizeString(normalizer, "a\u0301\u0302\u0303d")).toBe("A\u0301\u0302\u0303d");
  });

  it("takes the longest rule at each place where SentencePiece's own result is asked for", () => {
    expect(normalizeString(normalizer, "efa\u0301")).toBe("efA");
    const own = withSentencePieceRules(normalizer);
    expect(normalizeString(own, "efa\u0301")).toBe("1A\u0301");
    expect(own.toJson()).toMatchObject({ sentencepiece_normalization: true });
    expect(normalizer.toJson()).not.toHaveProperty("sentencepiece_normalization");
  });

  it("aligns what it writes with what was there", () => {
    const vocab = [..."?Axyzd"].map((piece) => [piece, -1] as const);
    const tokenizer = new Tokenizer(new Unigram(vocab, { unk_id: 0 }), { normalizer });
    const spans = (text: string) =>
      tokenizer.encode(text).offsets.map(([start, end]) => text.slice(start, end));
    expect(spans("acd")).toEqual(["a", "c", "c", "c", "d"]);
    // As in the Rust library: a character that is dropped goes with the one before it, but nothing is before the first.
    expect(spans("adbd")).toEqual(["a", "d", "d"]);
    expect(spans("bad")).toEqual(["b", "a"]);
  });
});
