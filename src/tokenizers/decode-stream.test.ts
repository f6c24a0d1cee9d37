import { describe, expect, it } from "vitest";
import { BertTokenizer } from "../models/bert/tokenization.js";
import { byteOfCharacter } from "./byte-characters.js";
import { DecodeStream, type StreamBoundary } from "./decode-stream.js";
import { Tokenizer } from "./index.js";

/** Numbers below `limit` that are the same in every run. */
function drawer(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const characters = Array.from({ length: 0x144 }, (_, unit) => String.fromCharCode(unit));
const characterOf = new Map(
  characters.flatMap((character) => {
    const byte = byteOfCharacter(character.charCodeAt(0));
    return byte < 0 ? [] : [[byte, character] as const];
  }),
);
const TEXTS = [
  "a",
  "b ",
  " c",
  "é",
  "e\u0301",
  "中",
  "文",
  "😀",
  "👩‍👩‍👧",
  "🇩🇪🇫🇷",
  "각",
  "\n",
  "\u0301",
  "👍🏽",
  ".",
  " ,",
  " n't",
  "'s",
];
const asBytes = TEXTS.map((text) =>
  Array.from(new TextEncoder().encode(text), (byte) => characterOf.get(byte)!).join(""),
);
const hex = (byte: number) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
const bytes = Array.from({ length: 256 }, (_, byte) => byte);
const words = ["the", "##ing", "un", "##able", ".", ",", "'", "s", "n", "##'t", "do", "not", "é", "中"];

const LLAMA = {
  type: "Sequence",
  decoders: [
    { type: "Replace", pattern: { String: "▁" }, content: " " },
    { type: "ByteFallback" },
    { type: "Fuse" },
    { type: "Strip", content: " ", start: 1, stop: 0 },
  ],
};

/** Decoders, and tokens that they are used with. */
const CASES: readonly [name: string, decoder: object | null, tokens: readonly string[]][] = [
  [
    "ByteLevel",
    { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    [...asBytes, ...bytes.map((byte) => characterOf.get(byte)!)],
  ],
  [
    "ByteLevel, text alone",
    { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    asBytes,
  ],
  ["byte fallback", LLAMA, ["▁a", "b", "▁", "▁▁", "é", "中", "😀", "e", "\u0301", ...bytes.map(hex)]],
  [
    "byte fallback, text alone",
    LLAMA,
    ["▁a", "b", "▁", "▁▁", "c.", ...Array.from(new TextEncoder().encode("é中😀"), hex)],
  ],
  ["WordPiece", { type: "WordPiece", prefix: "##", cleanup: true }, words],
  ["WordPiece without clean-up", { type: "WordPiece", prefix: "##", cleanup: false }, words],
  [
    "Metaspace",
    { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true },
    ["▁a", "b", "▁", "▁c▁d", "é", "\u0301", "👩", "\u200d"],
  ],
  ["BPEDecoder", { type: "BPEDecoder", suffix: "</w>" }, ["a", "b</w>", "c", "é</w>", "</w>"]],
  [
    "CTC",
    { type: "CTC", pad_token: "<pad>", word_delimiter_token: "|", cleanup: true },
    ["<pad>", "<pad>", "|", "a", "b", "'", "s", "."],
  ],
  ["Fuse", { type: "Fuse" }, ["a", " b", "é", "\u0301", "\n"]],
  ["Replace", { type: "Replace", pattern: { String: "_" }, content: " " }, ["_a", "b_", "_", "é"]],
  ["no decoder", null, ["a", "b", "é", "\u0301", "中"]],
];

function tokenizerOf(decoder: object | null, tokens: readonly string[]): Tokenizer {
  const vocab = Object.fromEntries([...new Set(tokens)].map((token, id) => [token, id]));
  const size = Object.keys(vocab).length;
  return Tokenizer.from_json({
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [
      {
        id: size,
        content: "<s>",
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      },
    ],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder,
    model: { type: "WordLevel", vocab, unk_token: tokens[0]! },
  });
}

describe("DecodeStream", () => {
  for (const [name, decoder, tokens] of CASES) {
    it(`${name}: the pieces are the text of all ids`, () => {
      const tokenizer = tokenizerOf(decoder, tokens);
      const size = tokenizer.get_vocab_size();
      const draw = drawer(7);
      for (let round = 0; round < 25; round++) {
        const ids = Array.from({ length: draw(30) }, () => draw(size));
        for (const skip_special_tokens of [true, false]) {
          for (const boundary of ["codepoint", "grapheme", "word"] as const) {
            const options = { skip_special_tokens, boundary };
            const { pieces } = streamed(tokenizer.decode_stream(options), ids);
            const whole = tokenizer.decode(ids, { skip_special_tokens });
            expect(pieces.join(""), JSON.stringify(ids)).toBe(whole);
            checkBoundaries(pieces, whole, boundary);
          }
        }
      }
    });
  }

  it("gives text as soon as it is complete", () => {
    const tokenizer = tokenizerOf(CASES[0]![1], asBytes);
    const id = (text: string) => tokenizer.token_to_id(asBytes[TEXTS.indexOf(text)]!)!;
    const pieces = (boundary: StreamBoundary) =>
      streamed(tokenizer.decode_stream({ boundary }), ["a", "b ", "é", "\u0301", "中", "\n", " c"].map(id))
        .pieces;
    expect(pieces("codepoint")).toEqual(["a", "b ", "é", "\u0301", "中", "\n", " c", ""]);
    expect(pieces("grapheme")).toEqual(["", "ab", " ", "", "é\u0301", "中\n", " ", "c"]);
    expect(pieces("word")).toEqual(["", "ab ", "", "", "é\u0301中", "\n", " ", "c"]);
  });

  it("looks at each id a bounded number of times", () => {
    for (const [name, decoder, tokens] of CASES) {
      const tokenizer = tokenizerOf(decoder, tokens);
      const size = tokenizer.get_vocab_size();
      const draw = drawer(11);
      const runs = [() => draw(size), () => 0, () => size - 1, () => Math.max(size - 3, 0)];
      for (const next of runs) {
        let looked = 0;
        const stream = new DecodeStream({
          decode: (ids) => {
            looked += ids.length;
            return tokenizer.decode(ids);
          },
          kindOf: (id) => tokenizer.streamKind(id, true),
        });
        const ids = Array.from({ length: 400 }, next);
        expect(streamed(stream, ids).pieces.join("")).toBe(tokenizer.decode(ids));
        expect(looked / ids.length, name).toBeLessThan(40);
      }
    }
  });

  it("cleans spaces up as decode does", () => {
    const vocab = new Map(
      ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ...words].map((token, id) => [token, id]),
    );
    const tokenizer = BertTokenizer.fromVocab(vocab);
    const draw = drawer(13);
    for (let round = 0; round < 300; round++) {
      const ids = Array.from({ length: draw(25) }, () => draw(vocab.size));
      for (const clean_up_tokenization_spaces of [true, false]) {
        const options = { clean_up_tokenization_spaces, skip_special_tokens: true };
        const { pieces } = streamed(tokenizer.decode_stream(options), ids);
        expect(pieces.join("")).toBe(tokenizer.decode(ids, options));
      }
    }
  });

  it("cleans any text up as if it came at once", () => {
    const draw = drawer(17);
    const alphabet = [
      " ",
      "'",
      ".",
      "?",
      "!",
      ",",
      "n",
      "t",
      "m",
      "s",
      "v",
      "e",
      "r",
      "x",
      " ' ",
      " n't",
      " 've",
    ];
    const tokenizer = tokenizerOf({ type: "Fuse" }, alphabet);
    const wrapped = new (class extends BertTokenizer {
      protected override decodeIds(ids: readonly number[]): string {
        return tokenizer.decode(ids);
      }
      protected override streamKind() {
        return "text" as const;
      }
    })(
      BertTokenizer.fromVocab(new Map(["[UNK]", "[CLS]", "[SEP]"].map((token, id) => [token, id])))
        .backend_tokenizer,
    );
    for (let round = 0; round < 800; round++) {
      const ids = Array.from({ length: draw(14) }, () => draw(alphabet.length));
      const { pieces } = streamed(wrapped.decode_stream({ boundary: "codepoint" }), ids);
      expect(pieces.join(""), JSON.stringify(tokenizer.decode(ids))).toBe(wrapped.decode(ids));
    }
  });
});

function streamed(stream: DecodeStream, ids: readonly number[]): { pieces: string[] } {
  return { pieces: [...ids.map((id) => stream.push(id)), stream.end()] };
}

function checkBoundaries(pieces: readonly string[], whole: string, boundary: StreamBoundary): void {
  const starts = new Set<number>([0, whole.length]);
  if (boundary === "grapheme") {
    for (const { index } of new Intl.Segmenter().segment(whole)) starts.add(index);
  } else {
    let at = 0;
    for (const character of whole) {
      starts.add(at);
      at += character.length;
    }
  }
  let at = 0;
  for (const piece of pieces) {
    at += piece.length;
    expect(starts, JSON.stringify([whole, pieces])).toContain(at);
  }
}
