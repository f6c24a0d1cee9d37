import { describe, expect, it } from "vitest";
import { compareComponents, comparePatterns } from "../../tests/support/recorded-components.js";
import { TransformersError } from "../errors.js";
import {
  AddedToken,
  ByteFallback,
  CharDelimiterSplit,
  CTC,
  DecoderSequence,
  Digits,
  FixedLength,
  Fuse,
  Nmt,
  normalizeString,
  Prepend,
  Regex,
  Replace,
  ReplaceDecoder,
  Split,
  Strip,
  StripDecoder,
  splitString,
  Tokenizer,
  UnicodeScripts,
  WordLevel,
} from "./index.js";

const fixtures = new URL("./fixtures/", import.meta.url);

// What the Rust library said: tests/reference/tokenizers/record_components.py.

describe("against the recorded results of the Rust library", () => {
  it("gives the same pieces, normalised texts, encodings and decoded texts in every odd combination", () => {
    const { cases, flaws } = compareComponents(fixtures);
    expect(flaws).toEqual([]);
    expect(cases).toBeGreaterThan(5000);
  });

  it("finds the same matches of random regular expressions, with a memo and without", () => {
    for (const withMemo of [false, true]) {
      const { cases, refused, flaws } = comparePatterns(fixtures, withMemo);
      expect(flaws).toEqual([]);
      expect(cases).toBeGreaterThan(1800);
      // Only what looks behind may hold less than elsewhere.
      for (const message of refused) expect(message).toContain("cannot stand in what is looked for behind");
    }
  });
});

describe("components", () => {
  it("split in their own ways", () => {
    expect(splitString(new Split(new Regex(String.raw`\d`), "MergedWithPrevious"), "a1b22")).toEqual([
      "a1",
      "b2",
      "2",
    ]);
    expect(splitString(new Split(" ", "Removed", { invert: true }), "a b")).toEqual([" "]);
    expect(splitString(new Digits(), "a12b")).toEqual(["a", "12", "b"]);
    expect(splitString(new Digits({ individual_digits: true }), "a1²")).toEqual(["a", "1", "²"]);
    expect(splitString(new CharDelimiterSplit("👍"), "a👍👍b")).toEqual(["a", "b"]);
    expect(splitString(new FixedLength({ length: 2 }), "a👍bcd")).toEqual(["a👍", "bc", "d"]);
    expect(splitString(new UnicodeScripts(), "どこで生れ。Yes")).toEqual(["どこで生れ", "。", "Yes"]);
  });

  it("normalise in their own ways", () => {
    expect(normalizeString(new Replace(new Regex(" {2,}"), " "), "a   b c")).toBe("a b c");
    expect(normalizeString(new Replace("", "-"), "ab")).toBe("-a-b-");
    expect(normalizeString(new Strip({ right: false }), "  a ")).toBe("a ");
    expect(normalizeString(new Prepend(), "a")).toBe("▁a");
    expect(normalizeString(new Nmt(), "a\u0001\u200bb")).toBe("a b");
  });

  it("decode in their own ways", () => {
    const llama = new DecoderSequence([
      new ReplaceDecoder("▁", " "),
      new ByteFallback(),
      new Fuse(),
      new StripDecoder({ left: 1 }),
    ]);
    expect(llama.decodeChain(["▁a", "<0xE2>", "<0x82>", "<0xAC>", "<0xFF>"])).toEqual([
      "a\ufffd\ufffd\ufffd\ufffd",
    ]);
    expect(llama.decodeChain(["▁a", "<0xE2>", "<0x82>", "<0xAC>"])).toEqual(["a€"]);
    expect(new CTC().decodeChain(["a", "a", "<pad>", "a", "|", "b"]).join("")).toBe("aa b");
  });

  it("are not stopped by catastrophic patterns", () => {
    const text = `${"a".repeat(3000)}!`;
    for (const pattern of ["(a+)+$", "(a|aa)+$", "(?:a*)*b|(a+a+)+$", "(?=(a|a)*$)a"]) {
      const regex = new Regex(pattern);
      expect(splitString(new Split(regex, "Removed"), text)).toEqual([text]);
      expect(normalizeString(new Replace(regex, "-"), text)).toBe(text);
      expect(new ReplaceDecoder(regex, "-").decodeChain([text])).toEqual([text]);
    }
  });

  it("say what they cannot be made of", () => {
    for (const make of [
      () => new FixedLength({ length: 0 }),
      () => new CharDelimiterSplit("ab"),
      () => new StripDecoder({ content: "" }),
      () => new Split(new Regex("("), "Removed"),
    ]) {
      expect(make).toThrow(TransformersError);
    }
    const read = (pre_tokenizer: object) => () =>
      Tokenizer.from_json({ model: { type: "WordLevel", vocab: {}, unk_token: "" }, pre_tokenizer });
    expect(read({ type: "FixedLength", length: 0 })).toThrow(
      /pre_tokenizer\.length must be a whole number of at least 1/,
    );
    expect(read({ type: "CharDelimiterSplit", delimiter: "" })).toThrow(
      /pre_tokenizer\.delimiter must be one character/,
    );
    expect(read({ type: "Split", pattern: { Regex: "(a)\\1" }, behavior: "Removed", invert: false })).toThrow(
      /back-references are not supported/,
    );
  });
});

describe("added tokens", () => {
  const tokenizerWith = (...tokens: AddedToken[]) => {
    const tokenizer = new Tokenizer(new WordLevel(new Map([["?", 0]]), { unk_token: "?" }));
    tokenizer.add_tokens(tokens);
    return tokenizer;
  };

  it("take their whitespace once where they overlap", () => {
    const tokenizer = tokenizerWith(
      new AddedToken("<a>", { rstrip: true }),
      new AddedToken("<b>", { lstrip: true, single_word: true }),
    );
    expect(tokenizer.encode("x<a>  <b> <b>y").tokens).toEqual(["?", "<a>  ", "<b>", "?"]);
  });

  it("that are prefixes of each other take linear time", () => {
    const many = Array.from({ length: 2000 }, (_, i) => new AddedToken(`${"a".repeat(i)}b`));
    const tokenizer = tokenizerWith(new AddedToken("a"), ...many);
    expect(tokenizer.encode_ids("a".repeat(300_000)).length).toBe(300_000);
    expect(tokenizer.encode("aab".repeat(10_000)).length).toBe(10_000);
    const spaces = tokenizerWith(new AddedToken(" ", { lstrip: true, rstrip: true }));
    expect(spaces.encode_ids(" ".repeat(300_000)).length).toBe(1);
  });
});
