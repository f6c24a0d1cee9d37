import { TransformersError } from "../../src/errors.js";
import { Tokenizer } from "../../src/tokenizers/index.js";

// tokenizer.json files that together have every component, and how they are damaged.

const letters = Object.fromEntries(
  ["[UNK]", "a", "b", "c", "##a", "##b", "▁", "▁a", "ab", "Ġ", "Ġa", "<0x61>", "é", "中"].map((token, id) => [
    token,
    id,
  ]),
);
const token = (id: number, content: string, flags: object = {}) => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: true,
  special: false,
  ...flags,
});
const template = {
  type: "TemplateProcessing",
  single: [{ SpecialToken: { id: "[CLS]", type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
  pair: [{ Sequence: { id: "A", type_id: 0 } }, { Sequence: { id: "B", type_id: 1 } }],
  special_tokens: { "[CLS]": { id: "[CLS]", ids: [20], tokens: ["[CLS]"] } },
};
const split = (pattern: object, behavior = "Isolated") => ({
  type: "Split",
  pattern,
  behavior,
  invert: false,
});

/** Tokenizers of every kind of model, which together have every component. */
export const TOKENIZERS: readonly object[] = [
  {
    version: "1.0",
    truncation: { direction: "Right", max_length: 8, strategy: "LongestFirst", stride: 1 },
    padding: {
      strategy: { Fixed: 6 },
      direction: "Right",
      pad_to_multiple_of: 4,
      pad_id: 0,
      pad_type_id: 0,
      pad_token: "[UNK]",
    },
    added_tokens: [
      token(20, "[CLS]", { special: true, normalized: false }),
      token(21, " é", { lstrip: true, rstrip: true }),
    ],
    normalizer: {
      type: "Sequence",
      normalizers: [
        {
          type: "BertNormalizer",
          clean_text: true,
          handle_chinese_chars: true,
          strip_accents: null,
          lowercase: true,
        },
        { type: "Replace", pattern: { Regex: "(?:x|xx)+$|\\s{2,}" }, content: " " },
        { type: "Prepend", prepend: "a" },
      ],
    },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "BertPreTokenizer" },
        split({ String: "a" }, "MergedWithNext"),
        { type: "Digits", individual_digits: true },
      ],
    },
    post_processor: template,
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: letters,
    },
  },
  {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [token(30, "<x>", { single_word: true }), token(31, "<y>", { special: true })],
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "NFKC" },
        { type: "Strip", strip_left: true, strip_right: true },
        { type: "Nmt" },
      ],
    },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        split({ Regex: "(a+)+b|\\p{L}+(?=\\s)|(?i:é)" }),
        { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
      ],
    },
    post_processor: {
      type: "RobertaProcessing",
      sep: ["a", 1],
      cls: ["b", 2],
      trim_offsets: true,
      add_prefix_space: true,
    },
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: "BPE",
      dropout: 0.1,
      unk_token: "[UNK]",
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: true,
      byte_fallback: true,
      ignore_merges: false,
      vocab: letters,
      merges: [["a", "b"], "Ġ a"],
    },
  },
  {
    version: "1.0",
    added_tokens: [],
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "NFD" },
        { type: "StripAccents" },
        { type: "Lowercase" },
        { type: "Replace", pattern: { String: " " }, content: "▁" },
      ],
    },
    pre_tokenizer: { type: "Metaspace", replacement: "▁", prepend_scheme: "first", split: true },
    post_processor: {
      type: "Sequence",
      processors: [
        template,
        { type: "ByteLevel", add_prefix_space: true, trim_offsets: false, use_regex: true },
      ],
    },
    decoder: {
      type: "Sequence",
      decoders: [
        { type: "Replace", pattern: { String: "▁" }, content: " " },
        { type: "ByteFallback" },
        { type: "Fuse" },
        { type: "Strip", content: " ", start: 1, stop: 0 },
      ],
    },
    model: {
      type: "Unigram",
      unk_id: 0,
      byte_fallback: true,
      vocab: [
        ["<unk>", 0],
        ["▁", -2.5],
        ["a", -3],
        ["▁ab", -4.25],
        ["b", -3.5],
      ],
    },
  },
  {
    version: "1.0",
    added_tokens: [token(3, "##a", { special: true }), token(3, "x")],
    normalizer: null,
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "CharDelimiterSplit", delimiter: " " },
        { type: "UnicodeScripts" },
        { type: "FixedLength", length: 3 },
        { type: "Punctuation", behavior: "Contiguous" },
        { type: "Whitespace" },
        { type: "WhitespaceSplit" },
      ],
    },
    post_processor: { type: "BertProcessing", sep: ["a", 1], cls: ["b", 2] },
    decoder: { type: "CTC", pad_token: "<pad>", word_delimiter_token: "|", cleanup: true },
    model: { type: "WordLevel", vocab: letters, unk_token: "[UNK]" },
  },
];

/** Values that readers do not expect. */
const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  [],
  {},
  "",
  "a",
  -1,
  0,
  0.5,
  1e99,
  2 ** 31,
  2 ** 31 - 1,
  2 ** 32,
  2 ** 53,
  "2147483648",
  "__proto__",
  "constructor",
  "\ud800",
  "(a+)+$",
  "(",
  "\\1",
  "[",
  "a{1000}{1000}{1000}",
  "(?<=a*b+)*",
  "Sequence",
  "BPE",
  "\u0000",
  "a".repeat(300),
  ["a", "b"],
  [["a", "b"]],
  { String: "" },
  { Regex: "(x*)*y" },
  { type: "Sequence", normalizers: [] },
  { id: "A" },
];
const TEXTS = [
  "a ab [CLS] é中 x12 <x> b",
  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxy a\ud800 \u0301",
  "",
  " ",
];

/** One of endlessly many damaged files, by its number; the same number gives the same file. */
export function mutatedTokenizer(index: number): string {
  const random = generator(index);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const value: unknown = structuredClone(pick(TOKENIZERS));
  for (let i = 0; i <= random() * random() * 3; i++) damageValue(value, random, pick);
  const text = JSON.stringify(value);
  if (random() < 0.85) return text;
  // A few characters are dropped, changed or repeated.
  const at = Math.floor(random() * text.length);
  const kind = random();
  if (kind < 0.4) return text.slice(0, at) + text.slice(at + 1 + Math.floor(random() * 20));
  if (kind < 0.7) return text.slice(0, at) + String.fromCharCode(32 + random() * 95) + text.slice(at + 1);
  return text.slice(0, at) + text.slice(Math.max(0, at - 10));
}

/** Puts something odd in one place of a value, repeats it, or takes it away. */
function damageValue(value: unknown, random: () => number, pick: <T>(items: readonly T[]) => T): void {
  const places: [container: Record<string, unknown>, key: string][] = [];
  const collect = (container: unknown) => {
    if (typeof container !== "object" || container === null) return;
    for (const key of Object.keys(container)) {
      places.push([container as Record<string, unknown>, key]);
      collect((container as Record<string, unknown>)[key]);
    }
  };
  collect(value);
  const [container, key] = pick(places);
  // Often a value of the same kind, so that the file is read and its odd values come into play.
  const alike = VALUES.filter((other) => typeof other === typeof container[key]);
  if (random() < 0.6 && typeof container[key] !== "object") {
    container[key] = pick(alike);
    return;
  }
  const kind = random();
  if (kind < 0.55) container[key] = pick(VALUES);
  else if (kind < 0.7) container[key] = structuredClone(pick(places)[0]);
  else if (kind < 0.85) delete container[key];
  else if (Array.isArray(container)) container.push(structuredClone(container[Number(key)]));
  else container[String(pick(VALUES))] = container[key];
}

/** Reads a file, and encodes and decodes with it. @returns whether it was refused, by an error of the library. */
export function tryTokenizer(file: string): "worked" | "refused" {
  try {
    const tokenizer = Tokenizer.from_json(file);
    for (const text of TEXTS) {
      const { ids, tokens } = tokenizer.encode(text, "b a");
      tokenizer.encode_ids(text);
      tokenizer.decode([...ids, 3, 1_000_000]);
      tokens.join();
    }
    Tokenizer.from_json(tokenizer.to_json());
    return "worked";
  } catch (error) {
    if (error instanceof TransformersError) return "refused";
    throw error;
  }
}

/** Numbers in [0, 1) from a seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
