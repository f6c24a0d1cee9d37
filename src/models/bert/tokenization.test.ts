import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { TransformersError } from "../../errors.js";
import { AddedToken } from "../../tokenizers/index.js";
import type { CallOptions, TextInput } from "../../tokenizers/pretrained/index.js";
import { PreTrainedTokenizer } from "../../tokenizers/pretrained/index.js";
import {
  BasicTokenizer,
  BertTokenizer,
  type BertTokenizerConfig,
  WordpieceTokenizer,
} from "./tokenization.js";

// What Transformers 4.37.2 said: tests/reference/tokenizers/record_transformers.py.

type Columns = Record<string, unknown>;

interface Recorded {
  settings: BertTokenizerConfig[];
  cases: [setting: number, text: string, slow: number[], fast: number[] | null][];
  calls: {
    text: TextInput;
    text_pair: TextInput | null;
    options: CallOptions;
    expected: Columns | null;
    alignments: { tokens: string[]; word_ids: (number | null)[]; sequence_ids: (number | null)[] }[];
  }[];
  methods: {
    decoded: [ids: number[], skip: boolean, clean: boolean, text: string][];
    padded: { batch: Columns; options: object; expected: Columns }[];
    aligned: { text: string; text_pair: string } & Record<string, unknown[]>;
    added: number[];
    all_special_tokens: string[];
    all_special_ids: number[];
    special_tokens_map: object;
    length: number;
    vocab_size: number;
    with_added: [string, number[]][];
    tokenized: [string, string[]][];
    saved: Record<string, object>;
  };
}

function fixture<T>(name: string): T {
  const file = new URL(`../../tokenizers/fixtures/${name}.json.gz`, import.meta.url);
  return JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")) as T;
}

const recorded = fixture<Recorded>("transformers");
const vocab = new Map(Object.entries(fixture<{ vocab: Record<string, number> }>("small").vocab));
const make = (config: BertTokenizerConfig = {}) => BertTokenizer.fromVocab(vocab, config);

/** The tokenizer of the recordings with tokens added. */
function makeChanged(): { tokenizer: BertTokenizer; added: number[] } {
  const tokenizer = make();
  const added = [
    tokenizer.add_tokens(["foo", "fox"]),
    tokenizer.add_tokens([new AddedToken("<y>", { lstrip: true }), "foo"]),
    tokenizer.add_special_tokens({ additional_special_tokens: ["<x>"], bos_token: "<s>" }),
  ];
  return { tokenizer, added };
}

describe("BertTokenizer", () => {
  it("gives the ids of BertTokenizerFast for every setting", () => {
    for (const [i, setting] of recorded.settings.entries()) {
      const tokenizer = make(setting);
      for (const [which, text, , fast] of recorded.cases) {
        if (which === i && fast !== null) expect(tokenizer(text).input_ids, text).toEqual(fast);
      }
    }
  });

  it("gives the ids of the slow BertTokenizer where the two agree, and for what only the slow one can", () => {
    let compared = 0;
    for (const [i, setting] of recorded.settings.entries()) {
      const tokenizer = make(setting);
      for (const [which, text, slow, fast] of recorded.cases) {
        if (which !== i) continue;
        if (fast !== null && String(fast) !== String(slow)) continue;
        if (fast === null && differsFromSlow(text)) continue;
        compared++;
        expect(tokenizer(text).input_ids, JSON.stringify([setting, text])).toEqual(slow);
      }
    }
    expect(compared).toBeGreaterThan(1200);
  });

  it("gives the same columns and alignments for every option of a call", () => {
    const tokenizer = make({ model_max_length: 40 });
    for (const { text, text_pair, options, expected, alignments } of recorded.calls) {
      const label = JSON.stringify({ text, text_pair, options });
      const run = () => tokenizer(text, { ...options, text_pair } as CallOptions);
      if (expected === null) {
        expect(run, label).toThrow(TransformersError);
        continue;
      }
      const batch = run();
      expect({ ...batch }, label).toEqual(expected);
      expect(batch.encodings).toHaveLength(alignments.length);
      for (const [row, { tokens, word_ids, sequence_ids }] of alignments.entries()) {
        expect(batch.tokens(row), label).toEqual(tokens);
        expect(batch.word_ids(row), label).toEqual(word_ids);
        expect(batch.sequence_ids(row), label).toEqual(sequence_ids);
      }
    }
  });

  it("aligns characters, words and tokens", () => {
    const { text, text_pair, ...expected } = recorded.methods.aligned;
    const batch = make()(text, { text_pair });
    const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
    const tokens = upTo(batch.input_ids.length);
    expect(upTo(text_pair.length).map((i) => batch.char_to_token(0, i, 1))).toEqual(expected.char_to_token);
    expect(upTo(text.length).map((i) => batch.char_to_word(i))).toEqual(expected.char_to_word);
    expect(tokens.map((i) => batch.token_to_chars(i))).toEqual(expected.token_to_chars);
    expect(tokens.map((i) => batch.token_to_word(i))).toEqual(expected.token_to_word);
    expect(tokens.map((i) => batch.token_to_sequence(i))).toEqual(expected.token_to_sequence);
    expect(upTo(12).map((i) => batch.word_to_tokens(i))).toEqual(expected.word_to_tokens);
    expect(upTo(12).map((i) => batch.word_to_chars(i))).toEqual(expected.word_to_chars);
  });

  it("decodes, tokenizes and pads as Python does", () => {
    const tokenizer = make();
    const { decoded, tokenized, padded } = recorded.methods;
    for (const [ids, skip_special_tokens, clean_up_tokenization_spaces, text] of decoded) {
      expect(tokenizer.decode(ids, { skip_special_tokens, clean_up_tokenization_spaces })).toBe(text);
    }
    for (const [text, tokens] of tokenized) expect(tokenizer.tokenize(text)).toEqual(tokens);
    for (const { batch, options, expected } of padded) {
      expect({ ...tokenizer.pad(batch, options) }, JSON.stringify({ batch, options })).toEqual(expected);
    }
  });

  it("adds tokens and knows its special ones", () => {
    const { tokenizer, added } = makeChanged();
    const { methods } = recorded;
    expect(added).toEqual(methods.added);
    expect(tokenizer.all_special_tokens).toEqual(methods.all_special_tokens);
    expect(tokenizer.all_special_ids).toEqual(methods.all_special_ids);
    expect(tokenizer.special_tokens_map).toEqual(methods.special_tokens_map);
    expect(tokenizer.length).toBe(methods.length);
    expect(tokenizer.vocab_size).toBe(methods.vocab_size);
    for (const [text, ids] of methods.with_added) expect(tokenizer(text).input_ids, text).toEqual(ids);
    expect([tokenizer.mask_token, tokenizer.mask_token_id]).toEqual(["[MASK]", 4]);
    expect([tokenizer.eos_token, tokenizer.eos_token_id]).toEqual([null, null]);
    expect(tokenizer.convert_tokens_to_ids(["[SEP]", "no such token"])).toEqual([3, 1]);
    expect(tokenizer.convert_ids_to_tokens([2, 3])).toEqual(["[CLS]", "[SEP]"]);
  });

  it("writes the files that Python writes, and reads them again", async () => {
    const { tokenizer } = makeChanged();
    const folder = await mkdtemp(join(tmpdir(), "tokenizer-"));
    await tokenizer.save_pretrained(folder);
    for (const [name, expected] of Object.entries(recorded.methods.saved)) {
      const written = JSON.parse(readFileSync(join(folder, name), "utf8"));
      if (name === "tokenizer.json") delete written.model.vocab;
      // A plain special token is written by its content alone, which Python reads to the same.
      if (name === "special_tokens_map.json") continue;
      expect(written, name).toEqual(expected);
    }
    const text = "a foo <y> fox <x> [MASK] Straße";
    for (const Class of [BertTokenizer, PreTrainedTokenizer]) {
      const again = await Class.from_pretrained(folder, { tokenizer_class: Class.tokenizerClass });
      expect(again(text).input_ids).toEqual(tokenizer(text).input_ids);
      expect(again.all_special_tokens).toEqual(tokenizer.all_special_tokens);
      expect(again.length).toBe(tokenizer.length);
    }
    const files = tokenizer.toFiles();
    files.delete("tokenizer.json");
    expect(BertTokenizer.fromFiles(files)(text).input_ids).toEqual(tokenizer(text).input_ids);
    await rm(folder, { recursive: true });
  });

  it("follows tokenizer_config.json before tokenizer.json, and overrides before both", () => {
    const files = make({ do_lower_case: false, model_max_length: 7 }).toFiles();
    expect(BertTokenizer.fromFiles(files).tokenize("FOX")).not.toContain("fox");
    expect(BertTokenizer.fromFiles(files).model_max_length).toBe(7);
    expect(BertTokenizer.fromFiles(files, { do_lower_case: true }).tokenize("FOX")).toEqual(["fox"]);
  });

  it("keeps never_split through saving", () => {
    const tokenizer = make({ never_split: ["fox;"] });
    const files = tokenizer.toFiles();
    expect(files.has("tokenizer.json")).toBe(false);
    expect(BertTokenizer.fromFiles(files)("a fox; b").input_ids).toEqual(tokenizer("a fox; b").input_ids);
  });

  it("gives int64 tensors where asked", () => {
    const { input_ids, attention_mask } = make()(["a", "the fox"], { padding: true, return_tensors: true });
    expect(input_ids.dtype).toBe("int64");
    expect(input_ids.shape).toEqual([2, 4]);
    expect(attention_mask?.shape).toEqual([2, 4]);
    expect(make()("the fox", { return_tensors: true }).input_ids.shape).toEqual([1, 4]);
    expect(() => make()(["a", "the fox"], { return_tensors: true })).toThrow(/padding: true/);
  });

  it("refuses what it cannot honour", () => {
    const tokenizer = make();
    const call = (options: object) => () => tokenizer("a", options as CallOptions);
    expect(call({ truncation_strategy: "only_first" })).toThrow(/truncation_strategy is not supported/);
    expect(call({ return_tensors: "pt" })).toThrow(/return_tensors/);
    expect(call({ padding: "max_length" })).toThrow(/model_max_length/);
    expect(call({ padding: "always" })).toThrow(/"always"/);
    expect(call({ truncation: "sometimes" })).toThrow(/"sometimes"/);
    expect(call({ max_length: 4, truncation: false })).toThrow(/max_length has no effect/);
    expect(call({ stride: 1 })).toThrow(/stride has no effect/);
    expect(call({ max_length: 1 })).toThrow(/no room/);
    expect(() => tokenizer(["a"], { is_split_into_words: true, text_pair: "b" })).toThrow(/list of words/);
    tokenizer.pad_token = null;
    expect(call({ padding: true })).toThrow(/pad_token/);
    const batch = tokenizer("a");
    tokenizer.add_tokens("new");
    expect(() => batch.tokens()).toThrow(/changed/);
  });
});

describe("its halves", () => {
  it("BasicTokenizer gives words and punctuation", () => {
    expect(new BasicTokenizer().tokenize("Héllo, wörld!東京")).toEqual([
      "hello",
      ",",
      "world",
      "!",
      "東",
      "京",
    ]);
    expect(new BasicTokenizer({ do_lower_case: false }).tokenize("Héllo")).toEqual(["Héllo"]);
    expect(new BasicTokenizer({ never_split: ["é,"] }).tokenize("É, é;")).toEqual(["é,", "e", ";"]);
  });

  it("WordpieceTokenizer gives tokens", () => {
    const tokens = new Map(["[UNK]", "un", "##aff", "##able"].map((token, id) => [token, id]));
    const tokenizer = new WordpieceTokenizer({ vocab: tokens, unk_token: "[UNK]" });
    expect(tokenizer.tokenize("unaffable unaffablex")).toEqual(["un", "##aff", "##able", "[UNK]"]);
  });
});

/** Texts that Python's own Unicode functions treat otherwise than the Rust library. */
function differsFromSlow(text: string): boolean {
  // Python splits at U+001C to U+001F, drops unassigned characters, and composes (NFC).
  const points = Array.from(text, (character) => character.codePointAt(0)!);
  const isOdd = points.some((point) => (point >= 0x1c && point <= 0x1f) || point === 0x85);
  return isOdd || text.normalize("NFC") !== text || /\p{C}/u.test(text.replaceAll(/[\t\n\r]/g, ""));
}
