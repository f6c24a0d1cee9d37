import { describe, expect, it } from "vitest";
import { filesOf, itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import type { WhisperDecodeOptions, WhisperPrefix } from "./tokenization.js";
import { WhisperTokenizer } from "./tokenization.js";

interface Extra {
  timestamp_ids: number[];
  timed: [ids: number[], options: WhisperDecodeOptions, expected: unknown][];
  normalized: [text: string, english: string | null, basic: string, withoutMarks: string][];
  prompts: [text: string, ids: number[] | null][];
  prefixes: [
    prefix: WhisperPrefix,
    tokens: number[],
    ids: number[],
    pair: number[],
    masks: [number[], number[]],
  ][];
  decoder_prompts: [options: object, ids: [number, number][]][];
}

const recordings = recordedTokenizers<Extra>(import.meta.url);

describe.each(recordings)("WhisperTokenizer, $name", (recorded) => {
  itMatchesPython(WhisperTokenizer, recorded);
});

describe("WhisperTokenizer", () => {
  const recorded = recordings.find(({ extra }) => extra !== null)!;
  const { extra } = recorded;
  const make = () => WhisperTokenizer.fromFiles(filesOf(recorded));

  it("begins texts with language and task", () => {
    const tokenizer = make();
    for (const [prefix, tokens, ids, pair, [mask, pairMask]] of extra.prefixes) {
      tokenizer.set_prefix_tokens(prefix);
      expect(tokenizer.prefix_tokens).toEqual(tokens);
      expect(tokenizer("the fox").input_ids).toEqual(ids);
      expect(tokenizer("the", { text_pair: "fox" }).input_ids).toEqual(pair);
      expect(tokenizer.get_special_tokens_mask([5, 6])).toEqual(mask);
      expect(tokenizer.get_special_tokens_mask([5, 6], { token_ids_1: [7] })).toEqual(pairMask);
    }
    for (const [options, ids] of extra.decoder_prompts) {
      expect(tokenizer.get_decoder_prompt_ids(options)).toEqual(ids);
    }
    tokenizer.language = "klingon";
    expect(() => tokenizer.prefix_tokens).toThrow(/english.*klingon/s);
    tokenizer.language = "xx";
    expect(() => tokenizer.prefix_tokens).toThrow(/en, zh.*xx/s);
    expect(() => tokenizer.set_prefix_tokens({ language: "fr", task: "sing" as "translate" })).toThrow(
      /sing/,
    );
  });

  it("gives the ids of prompts, which hold no special tokens", () => {
    const tokenizer = make();
    for (const [text, ids] of extra.prompts) {
      if (ids === null) expect(() => tokenizer.get_prompt_ids(text)).toThrow(/special token/);
      else expect(tokenizer.get_prompt_ids(text), text).toEqual(ids);
    }
  });

  it("decodes timestamps", () => {
    const tokenizer = make();
    expect(tokenizer.timestamp_ids().slice(0, 80)).toEqual(extra.timestamp_ids);
    for (const [ids, options, expected] of extra.timed) {
      expect(tokenizer.decode(ids, options), JSON.stringify({ ids, options })).toEqual(expected);
    }
  });

  it("streams what decode gives", () => {
    const tokenizer = make();
    for (const [ids] of extra.timed) {
      for (const options of [{}, { skip_special_tokens: true }, { clean_up_tokenization_spaces: false }]) {
        const stream = tokenizer.decode_stream(options);
        for (let repetition = 0; repetition < 2; repetition++) {
          const pieces = ids.map((id) => stream.push(id));
          expect([...pieces, stream.end()].join(""), JSON.stringify({ ids, options })).toBe(
            tokenizer.decode(ids, options),
          );
        }
      }
    }
    expect(() => tokenizer.decode_stream({ normalize: true } as object)).toThrow(/normalize/);
  });

  it("brings transcripts into the forms in which they are compared", () => {
    const tokenizer = make();
    for (const [text, english, basic, withoutMarks] of extra.normalized) {
      if (english !== null) expect(tokenizer.normalize(text), text).toBe(english);
      expect(tokenizer.basic_normalize(text), text).toBe(basic);
      expect(tokenizer.basic_normalize(text, { remove_diacritics: true }), text).toBe(withoutMarks);
    }
  });

  it("says what it cannot do", () => {
    const bare = WhisperTokenizer.fromFiles(filesOf(recordings[0]!));
    expect(() => bare.decode([1], { normalize: true })).toThrow(/normalizer\.json/);
    expect(() => bare.decode([1], { remove_diacritics: true })).toThrow(/basic_normalize/);
    expect(() => bare.decode([1], { basic_normalize: true, decode_with_timestamps: true })).toThrow(
      /decode_with_timestamps/,
    );
  });
});
