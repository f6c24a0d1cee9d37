import { describe, expect, it } from "vitest";
import { mutatedModel, tryModel } from "../../../tests/support/mutated-sentencepiece.js";
import { Tokenizer } from "../tokenizer.js";
import { readModelProto, SentencePieceProcessor } from "./index.js";

const corrupt = expect.objectContaining({ code: "CORRUPT_FILE" });

describe("SentencePiece models that are damaged", () => {
  it("work, or give one of our errors: 2,000 of them", () => {
    const codes = new Set<string>();
    for (let index = 0; index < 2000; index++) {
      codes.add(tryModel(mutatedModel(7, index), index % 64 < 48 ? "processor" : "pipeline"));
    }
    expect(codes).toContain("CORRUPT_FILE");
    expect(codes).toContain("read");
  });

  it("are refused by name", () => {
    const refused: [string, number[], RegExp][] = [
      ["nothing", [], /no pieces/],
      ["text", [...new TextEncoder().encode("<html>")], /damaged/],
      ["a piece longer than the file", [0x0a, 0xff, 0xff, 0xff, 0xff, 0x07], /damaged/],
      ["an empty piece", [0x0a, 0x00], /piece 0 is empty/],
      ["a piece that is no UTF-8", [0x0a, 0x03, 0x0a, 0x01, 0xff], /damaged/],
      [
        "a score that is no number",
        [0x0a, 0x08, 0x0a, 0x01, 0x61, 0x15, 0, 0, 0xc0, 0x7f],
        /score of piece 0/,
      ],
      ["groups without an end", new Array<number>(100_000).fill(0x0b), /damaged/],
    ];
    for (const [name, bytes, message] of refused) {
      expect(() => readModelProto(Uint8Array.from(bytes)), name).toThrow(corrupt);
      expect(() => readModelProto(Uint8Array.from(bytes)), name).toThrow(message);
    }
  });

  it("are refused where pieces are missing, or there twice", () => {
    const piece = (text: string, type: number) => [
      0x0a,
      text.length + 4,
      0x0a,
      text.length,
      ...new TextEncoder().encode(text),
      0x18,
      type,
    ];
    const make = (...bytes: number[][]) => new SentencePieceProcessor(Uint8Array.from(bytes.flat()));
    const unknown = piece("<unk>", 2);
    expect(() => make(unknown, piece("a", 1), piece("a", 1))).toThrow(/"a" is there twice/);
    expect(() => make(piece("a", 1))).toThrow(/0 unknown pieces/);
    expect(() => make(unknown, piece("<0x41>", 6))).toThrow(/byte_fallback is off/);
    expect(make(unknown, piece("a", 1)).encode("a b")).toEqual([0, 1, 0]);
  });
});

describe("tokenizer.json with Unigram and Precompiled that is damaged", () => {
  const unigram = { type: "Unigram", unk_id: 0, vocab: [["<unk>", 0]] };
  const read = (model: object, normalizer: object | null = null) =>
    Tokenizer.from_json({ model, normalizer });
  const rules = (bytes: number[]) => ({
    type: "Precompiled",
    precompiled_charsmap: btoa(String.fromCharCode(...bytes)),
  });

  it("is refused by name", () => {
    for (const change of [
      { vocab: null },
      { vocab: [["a"]] },
      { vocab: [[1, 2]] },
      { vocab: [["a", "b"]] },
      { vocab: [["a", Number.POSITIVE_INFINITY]] },
      { vocab: [["\ud800", 0]] },
      { unk_id: 1 },
      { unk_id: -1 },
      { unk_id: 2 ** 31 },
      { byte_fallback: 1 },
    ]) {
      expect(() => read({ ...unigram, ...change }), JSON.stringify(change)).toThrow(corrupt);
    }
    for (const bytes of [
      [],
      [4, 0, 0],
      [255, 255, 255, 255, 0, 0],
      [0, 0, 0, 0],
      [4, 0, 0, 0, 0, 0, 0, 0, 255],
    ]) {
      expect(() => read(unigram, rules(bytes)), String(bytes)).toThrow(corrupt);
    }
    expect(() => read(unigram, { type: "Precompiled", precompiled_charsmap: "AB C" })).toThrow(/no base64/);
  });

  it("is refused when a text meets rules that lead nowhere", () => {
    const beyond = [4, 0, 0, 0, 0, 255, 255, 255]; // children behind the end
    expect(() => read(unigram, rules(beyond)).encode("a")).toThrow(corrupt);
  });

  it("says what is missing where a text is unknown and nothing stands for it", () => {
    const tokenizer = read({ type: "Unigram", unk_id: null, vocab: [["a", -1]] });
    expect(Array.from(tokenizer.encode_ids("aa"))).toEqual([0, 0]);
    expect(() => tokenizer.encode("ab")).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
  });
});
