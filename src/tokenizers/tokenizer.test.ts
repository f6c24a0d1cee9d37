import { describe, expect, it } from "vitest";
import { mutatedTokenizer, tryTokenizer } from "../../tests/support/mutated-tokenizers.js";
import { TransformersError } from "../errors.js";
import {
  AddedToken,
  BertNormalizer,
  BertPreTokenizer,
  BPE,
  ByteLevel,
  ByteLevelDecoder,
  ByteLevelProcessing,
  NFC,
  normalizeString,
  PreTokenizerSequence,
  ProcessorSequence,
  Punctuation,
  RobertaProcessing,
  splitString,
  TemplateProcessing,
  Tokenizer,
  WhitespaceSplit,
  WordPiece,
  WordPieceDecoder,
} from "./index.js";
import { WordPieceTrainer } from "./trainers/index.js";

const TOKENS = ["[UNK]", "[CLS]", "[SEP]", "un", "##aff", "##able", "!", "東", "2024", "__proto__"];

function bert(): Tokenizer {
  const tokenizer = new Tokenizer(new WordPiece(new Map(TOKENS.map((token, id) => [token, id]))), {
    normalizer: new BertNormalizer(),
    pre_tokenizer: new BertPreTokenizer(),
    post_processor: new TemplateProcessing({
      single: "[CLS] $A [SEP]",
      pair: "[CLS] $A [SEP] $B:1 [SEP]:1",
      special_tokens: [
        ["[CLS]", 1],
        ["[SEP]", 2],
      ],
    }),
    decoder: new WordPieceDecoder(),
  });
  tokenizer.add_special_tokens(["[CLS]", "[SEP]"]);
  return tokenizer;
}

function byteLevel(): Tokenizer {
  const vocab = new Map(
    ["<s>", "</s>", "u", "n", "Ġ", "un", "Ġun", "æĿ", "±"].map((token, id) => [token, id]),
  );
  const merges = [
    ["u", "n"],
    ["Ġ", "un"],
  ] as const;
  return new Tokenizer(new BPE(vocab, merges, { dropout: 0.1, fuse_unk: true, unk_token: "<s>" }), {
    pre_tokenizer: new ByteLevel(),
    post_processor: new ProcessorSequence([
      new ByteLevelProcessing(),
      new RobertaProcessing(["</s>", 1], ["<s>", 0]),
    ]),
    decoder: new ByteLevelDecoder(),
  });
}

it("refuses truncation that gives more pairs of parts than memory holds", () => {
  const tokenizer = bert();
  const text = "un ".repeat(2500);
  const call = () => tokenizer.encode(text, text, { truncation: { max_length: 5 } });
  expect(call).toThrow(/cuts the two texts into \d+ pairs of parts, of which there may be 1000000/);
});

describe("Tokenizer", () => {
  it("is put together from components", () => {
    const encoding = bert().encode("Unaffable!", "東");
    expect(encoding.tokens).toEqual(["[CLS]", "un", "##aff", "##able", "!", "[SEP]", "東", "[SEP]"]);
    expect(encoding.type_ids).toEqual([0, 0, 0, 0, 0, 0, 1, 1]);
    expect(encoding.offsets[3]).toEqual([5, 9]);
    expect(bert().decode(encoding.ids)).toBe("unaffable! 東");
  });

  it("counts offsets in UTF-16 units, also beside lone surrogates", () => {
    const text = "\u{20000}\ud83d un";
    const { offsets, tokens } = bert().encode(text, null, { add_special_tokens: false });
    expect(tokens).toEqual(["[UNK]", "un"]);
    expect(offsets.map(([start, end]) => text.slice(start, end))).toEqual(["\u{20000}", "un"]);
  });

  it("keeps tokens that are odd as keys of an object", () => {
    const tokenizer = Tokenizer.from_json(bert().to_json());
    expect(tokenizer.get_vocab()).toEqual(new Map(TOKENS.map((token, id) => [token, id])));
    expect(tokenizer.token_to_id("constructor")).toBeUndefined();
    expect(tokenizer.to_json()).toBe(bert().to_json());
  });

  it("says that encode_fast knows no offsets", () => {
    expect(() => bert().encode_fast("un").offsets).toThrow(/encode_fast/);
    expect(bert().encode_fast("un able").word_ids).toEqual([null, 0, 1, null]);
  });

  it("pads a batch to its longest, and truncates for one call only", () => {
    const tokenizer = bert();
    const batch = tokenizer.encode_batch(["un", { text: "un un", pair: "un" }], { padding: {} });
    expect(batch.map((encoding) => encoding.length)).toEqual([6, 6]);
    const cut = tokenizer.encode("un un un", null, { truncation: { max_length: 4 } });
    expect(cut.ids).toEqual([1, 3, 3, 2]);
    expect(cut.overflowing.map((part) => part.ids)).toEqual([[1, 3, 2]]);
    expect(tokenizer.encode("un un un").length).toBe(5);
  });

  it("reads special tokens in a text as text where told to", () => {
    const tokenizer = bert();
    tokenizer.encode_special_tokens = true;
    expect(tokenizer.encode("[SEP]", null, { add_special_tokens: false }).ids).toEqual([0, 0, 0]);
  });

  it("trains a model on texts", () => {
    const tokenizer = bert();
    const trainer = new WordPieceTrainer({ vocab_size: 14, special_tokens: ["[UNK]", "[CLS]", "[SEP]"] });
    tokenizer.train_from_iterator(["hug hugs hugging", "a hug, and hugs!"], trainer);
    expect(tokenizer.encode("hugs", null, { add_special_tokens: false }).ids.length).toBeLessThan(5);
    expect(tokenizer.get_vocab_size()).toBe([...tokenizer.get_vocab()].length);
    expect(tokenizer.id_to_token(2)).toBe("[SEP]");
  });
});

describe("components", () => {
  it("are named in an error where they are unknown", () => {
    const json = { version: "1.0", model: { type: "WordPiece", vocab: { "[UNK]": 0 } } };
    for (const [part, type] of [
      ["normalizer", "Nothing"],
      ["pre_tokenizer", "Nothing"],
      ["post_processor", "Nothing"],
      ["decoder", "Nothing"],
      ["model", "Nothing"],
    ]) {
      const read = () => Tokenizer.from_json({ ...json, [part!]: { type } });
      expect(read).toThrow(new RegExp(`${part} of type "${type}" is not supported; supported: \\w+`));
    }
  });

  it("say which field is wrong", () => {
    const vocab = (value: unknown) => () =>
      Tokenizer.from_json({ model: { type: "WordPiece", vocab: value } });
    expect(vocab({ a: -1 })).toThrow(/model\.vocab\.a must be a whole number/);
    expect(vocab({ a: 2 ** 31 })).toThrow(/model\.vocab\.a/);
    expect(vocab([])).toThrow(/model\.vocab must be an object, not a list/);
    expect(() => Tokenizer.from_json("{")).toThrow(/tokenizer\.json is no JSON/);
    expect(() => Tokenizer.from_json({ version: "2.0" })).toThrow(/version 2\.0/);
  });

  it("split punctuation in five ways", () => {
    const split = (behavior: Punctuation["behavior"]) => splitString(new Punctuation(behavior), "a--b.c");
    expect(split("Removed")).toEqual(["a", "b", "c"]);
    expect(split("Isolated")).toEqual(["a", "-", "-", "b", ".", "c"]);
    expect(split("MergedWithPrevious")).toEqual(["a-", "-", "b.", "c"]);
    expect(split("MergedWithNext")).toEqual(["a", "-", "-b", ".c"]);
    expect(split("Contiguous")).toEqual(["a", "--", "b", ".", "c"]);
    const both = new PreTokenizerSequence([new WhitespaceSplit(), new Punctuation("Removed")]);
    expect(splitString(both, " a,b  c ")).toEqual(["a", "b", "c"]);
  });

  it("compose Hangul and accents", () => {
    expect(normalizeString(new NFC(), "\u1112\u1161\u11ab e\u0323\u0302")).toBe("한 ệ");
  });

  it("find added tokens by their flags", () => {
    const tokenizer = bert();
    tokenizer.add_tokens([
      new AddedToken("<a>", { lstrip: true, rstrip: true }),
      new AddedToken("able", { single_word: true }),
    ]);
    const { tokens, offsets } = tokenizer.encode("un <a> able unaffable", null, {
      add_special_tokens: false,
    });
    expect(tokens).toEqual(["un", " <a> ", "able", "un", "##aff", "##able"]);
    expect(offsets.slice(0, 3)).toEqual([
      [0, 2],
      [2, 7],
      [7, 11],
    ]);
  });
});

describe("hostile input", () => {
  it("takes a million of one character in its stride", () => {
    for (const tokenizer of [bert(), byteLevel()]) {
      for (const character of ["a", " ", ".", "東", "\u0301", "\u0334", "\ud800", "[", "é", "\u{1f600}"]) {
        const { length } = tokenizer.encode_ids(character.repeat(1_000_000));
        expect(length, character).toBeLessThan(4_000_001);
      }
    }
  });

  it("answers a damaged tokenizer.json by its own error, or by working", () => {
    const counts = { worked: 0, refused: 0 };
    // tryTokenizer lets every other error through.
    for (let index = 0; index < 2000; index++) counts[tryTokenizer(mutatedTokenizer(index))]++;
    expect(counts.worked).toBeGreaterThan(400);
    expect(counts.refused).toBeGreaterThan(1000);
    const nested = `${'{"type":"Sequence","normalizers":['.repeat(20_000)}${"]}".repeat(20_000)}`;
    expect(() =>
      Tokenizer.from_json(`{"model":{"type":"WordPiece","vocab":{}},"normalizer":${nested}}`),
    ).toThrow(TransformersError);
  });

  it("gives added tokens the ids that are left, whatever the file says, unless it is no number", () => {
    const read = (...ids: unknown[]) =>
      Tokenizer.from_json({
        model: { type: "WordLevel", vocab: { a: 0, b: 1 }, unk_token: "a" },
        added_tokens: ids.map((id, i) => ({ id, content: `<${i}>` })),
      });
    // As the reference does: a token of the vocabulary keeps its id, others come behind it.
    expect(read(0, 0, 7, 2 ** 31 - 1).get_added_tokens_decoder()).toEqual(
      new Map([2, 3, 4, 5].map((id, i) => [id, new AddedToken(`<${i}>`)])),
    );
    for (const id of [-1, 2 ** 31, 0.5, "3"])
      expect(() => read(id)).toThrow(/added_tokens\[0\]\.id must be a whole/);
  });
});
