import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { PreTrainedTokenizer } from "./index.js";
import type { TrainNewOptions } from "./train-new.js";

// What Transformers 4.37.2 made: tests/reference/tokenizers/record_train_new.py.

interface Case {
  files: Record<string, string>;
  arguments: TrainNewOptions & { vocab_size: number };
  trained: Record<string, string>;
}
interface TokenizerJson {
  added_tokens: object[];
  post_processor: object | null;
  model: {
    type: string;
    vocab: Record<string, number> | [string, number][];
    merges?: (string | [string, string])[];
    unk_token?: string;
    unk_id?: number | null;
  };
}

const { texts, cases } = JSON.parse(
  gunzipSync(readFileSync(new URL("../fixtures/train-new.json.gz", import.meta.url))).toString("utf8"),
) as { texts: string[][]; cases: Case[] };

const load = ({ files }: Case) => PreTrainedTokenizer.fromFiles(new Map(Object.entries(files)));

describe("train_new_from_iterator", () => {
  it.each(cases.map((each) => [JSON.stringify(each.arguments), each] as const))("%s", (_, each) => {
    const { vocab_size, ...options } = each.arguments;
    const trained = load(each).train_new_from_iterator(texts, vocab_size, options);
    const written = new Map([...trained.toFiles()].map(([name, content]) => [name, String(content)]));
    expect(describeTraining(written.get("tokenizer.json")!)).toEqual(
      describeTraining(each.trained["tokenizer.json"]!),
    );
    expect(JSON.parse(written.get("tokenizer_config.json")!)).toEqual(
      JSON.parse(each.trained["tokenizer_config.json"]!),
    );
    expect(specialTokens(written.get("special_tokens_map.json")!)).toEqual(
      specialTokens(each.trained["special_tokens_map.json"]!),
    );
  });

  it("takes texts as they come in, and says how far it is", async () => {
    const sync = load(cases[0]!).train_new_from_iterator(texts, 400);
    const stages = new Set<string>();
    async function* arriving() {
      yield* texts;
    }
    const trained = await load(cases[0]!).train_new_from_iterator(arriving(), 400, {
      length: texts.length,
      progress_callback: ({ stage }) => stages.add(stage),
    });
    expect(trained.backend_tokenizer.to_json()).toBe(sync.backend_tokenizer.to_json());
    expect([...stages]).toEqual(["count words", "merge pairs"]);
  });

  it("refuses options that the trainer does not have, and what is no texts", () => {
    const tokenizer = load(cases[0]!);
    expect(() => tokenizer.train_new_from_iterator(texts, 400, { shrinking_factor: 0.5 })).toThrow(
      /BpeTrainer has no option shrinking_factor/,
    );
    expect(() => tokenizer.train_new_from_iterator("text", 400)).toThrow(/not one text/);
    expect(() => tokenizer.train_new_from_iterator([3 as never], 400)).toThrow(/of type number/);
  });
});

/** Special tokens with all their flags, which a file may leave out. */
function specialTokens(text: string): object {
  const flags = { lstrip: false, normalized: false, rstrip: false, single_word: false };
  const complete = (token: string | object) =>
    typeof token === "string" ? { content: token, ...flags } : token;
  const entries = Object.entries(JSON.parse(text) as Record<string, string | object | (string | object)[]>);
  return entries
    .map(([name, token]) => [name, Array.isArray(token) ? token.map(complete) : complete(token)])
    .sort();
}

/**
 * What training makes of a tokenizer.json, without what changes from run to run in Rust: the order of characters with
 * a prefix or a suffix and what follows from it, and that of pieces with nearly the same score.
 */
function describeTraining(text: string): object {
  const { added_tokens, post_processor, model } = JSON.parse(text) as TokenizerJson;
  const { vocab, merges, unk_token, unk_id } = model;
  const rest = { added_tokens, post_processor, unk_token, unk_id };
  if (Array.isArray(vocab)) {
    const pieces = vocab.map(([piece]) => piece);
    return { ...rest, special: pieces.slice(0, added_tokens.length), pieces: pieces.sort() };
  }
  const tokens = Object.keys(vocab);
  if (tokens.some((token) => token.startsWith("##") || token.endsWith("</w>"))) {
    const characters = tokens.filter((token) => [...token.replace(/^##|<\/w>$/, "")].length === 1);
    return { ...rest, size: tokens.length, characters: characters.sort() };
  }
  return {
    ...rest,
    vocab,
    merges: merges?.map((merge) => (typeof merge === "string" ? merge.split(" ") : merge)),
  };
}
