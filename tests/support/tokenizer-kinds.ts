import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, vi } from "vitest";
import { AlbertTokenizer } from "../../src/models/albert/index.js";
import { BertTokenizer } from "../../src/models/bert/index.js";
import { BertGenerationTokenizer } from "../../src/models/bert-generation/index.js";
import { ByT5Tokenizer } from "../../src/models/byt5/index.js";
import { CanineTokenizer } from "../../src/models/canine/index.js";
import { GPT2Tokenizer } from "../../src/models/gpt2/index.js";
import { RobertaTokenizer } from "../../src/models/roberta/index.js";
import { T5Tokenizer } from "../../src/models/t5/index.js";
import { AddedToken, type AddedTokenOptions } from "../../src/tokenizers/index.js";
import {
  type BatchEncoding,
  type FileContent,
  PreTrainedTokenizer,
  type PreTrainedTokenizerBase,
  type SaveOptions,
  type TokenizerConfig,
} from "../../src/tokenizers/pretrained/index.js";
import { SPECIAL_TOKEN_NAMES } from "../../src/tokenizers/pretrained/special-tokens.js";
import { filesOf, recordedTokenizers } from "./recorded-tokenizer.js";

// Tokenizers of each kind, and what tests of all of them share.

/** A class of tokenizers as the tests see it. */
export interface TestedClass {
  readonly name: string;
  fromFiles(files: ReadonlyMap<string, FileContent>, config?: TokenizerConfig): PreTrainedTokenizerBase;
  from_pretrained(folder: string, config?: TokenizerConfig): Promise<PreTrainedTokenizerBase>;
}

/** Tokenizers of one kind, made of the same files. */
export interface Kind {
  readonly name: string;
  readonly make: (config?: TokenizerConfig) => PreTrainedTokenizerBase;
  readonly fromFiles: TestedClass["fromFiles"];
  /** Reads what has been saved. */
  readonly read: TestedClass["from_pretrained"];
  readonly isFast: boolean;
  /** Whether it has a SentencePiece model. */
  readonly hasPieces: boolean;
  /** Whether its vocabulary files make a tokenizer, as its tokenizer.json does. */
  readonly hasBoth: boolean;
}

function kindOf(Class: TestedClass, files: ReadonlyMap<string, FileContent>): Kind {
  const make: Kind["make"] = (config) => Class.fromFiles(files, config);
  const tokenizer = make();
  const isFast = tokenizer instanceof PreTrainedTokenizer;
  return {
    name: Class.name,
    make,
    fromFiles: (...given) => Class.fromFiles(...given),
    read: (...given) => Class.from_pretrained(...given),
    isFast,
    hasPieces: [...files.keys()].some((name) => name.endsWith(".model")),
    hasBoth: isFast && tokenizer.can_save_slow_tokenizer,
  };
}

function recorded(family: string, name: string): Map<string, FileContent> {
  const test = new URL(`../../src/models/${family}/tokenization.test.ts`, import.meta.url).href;
  return filesOf(recordedTokenizers(test).find((each) => each.name === name)!);
}

function bertTokenizer(): BertTokenizer {
  const file = new URL("../../src/tokenizers/fixtures/small.json.gz", import.meta.url);
  const { vocab } = JSON.parse(gunzipSync(readFileSync(file)).toString("utf8"));
  return BertTokenizer.fromVocab(new Map(Object.entries(vocab as Record<string, number>)));
}

/** The files of a family's tokenizer as a pipeline that knows of no family. */
function pipelineFiles({ backend_tokenizer, init_kwargs }: PreTrainedTokenizer): Map<string, FileContent> {
  return new PreTrainedTokenizer(backend_tokenizer, init_kwargs).toFiles();
}

export const KINDS: readonly Kind[] = [
  kindOf(BertTokenizer, bertTokenizer().toFiles()),
  kindOf(PreTrainedTokenizer, pipelineFiles(bertTokenizer())),
  kindOf(GPT2Tokenizer, recorded("gpt2", "with a space in front")),
  kindOf(RobertaTokenizer, recorded("roberta", "with tokenizer.json")),
  kindOf(AlbertTokenizer, recorded("albert", "with tokenizer.json")),
  kindOf(T5Tokenizer, recorded("t5", "with tokenizer.json")),
  kindOf(BertGenerationTokenizer, recorded("bert-generation", "plain")),
  kindOf(ByT5Tokenizer, new ByT5Tokenizer().toFiles()),
  kindOf(CanineTokenizer, new CanineTokenizer().toFiles()),
];

/** What Python's classes have a default of. */
export const PARAMETERS: Readonly<Record<string, string>> = {
  BertTokenizer:
    "unk_token sep_token pad_token cls_token mask_token do_lower_case do_basic_tokenize never_split tokenize_chinese_chars strip_accents",
  GPT2Tokenizer: "bos_token eos_token unk_token pad_token errors add_prefix_space add_bos_token",
  RobertaTokenizer: `${SPECIAL_TOKEN_NAMES.join(" ")} errors add_prefix_space trim_offsets`,
  AlbertTokenizer: `${SPECIAL_TOKEN_NAMES.join(" ")} do_lower_case remove_space keep_accents sp_model_kwargs`,
  T5Tokenizer: "eos_token unk_token pad_token extra_ids additional_special_tokens sp_model_kwargs legacy",
  BertGenerationTokenizer: "bos_token eos_token unk_token pad_token sep_token sp_model_kwargs",
  ByT5Tokenizer: "eos_token unk_token pad_token extra_ids additional_special_tokens",
  CanineTokenizer:
    "bos_token eos_token sep_token pad_token cls_token mask_token add_prefix_space model_max_length",
};

export type Encoded = BatchEncoding<unknown>;
export const TEXT = "the quick brown fox jumps over the lazy dog";
export const PAIR = "a fox";
export const TEXTS = [
  "a fox",
  "the lazy dog of the house",
  "the fox that jumps over the lazy dog of the house",
];
export const BARE = { add_special_tokens: false } as const;
export const SIDES = ["right", "left"] as const;
export const ids = (encoded: Encoded) => encoded.input_ids as number[];
export const rows = (encoded: Encoded) => encoded.input_ids as number[][];
export const columns = (encoded: Encoded): Record<string, unknown[]> => ({ ...(encoded as object) });
/** The columns of each row of a batch. */
export const examples = (encoded: Encoded) =>
  rows(encoded).map((_, row) =>
    Object.fromEntries(Object.entries(columns(encoded)).map(([name, values]) => [name, values[row]])),
  );
export const expectSame = (one: Encoded, other: Encoded) => expect(columns(one)).toEqual(columns(other));
/** The ids of both texts, without special tokens. */
export const bareIds = (
  tokenizer: PreTrainedTokenizerBase,
  texts: readonly [string, string] = [TEXT, PAIR],
) => texts.map((text) => tokenizer.encode(text, BARE)) as [number[], number[]];
/** An added token that takes the spaces around it. */
export const spaced = (content: string, options: AddedTokenOptions = {}) =>
  new AddedToken(content, { lstrip: true, rstrip: true, ...options });

/** The tokenizers that a kind's files make: from its vocabulary, Python's slow one, and from its pipeline. */
function waysOf(kind: Kind, config: TokenizerConfig = {}): PreTrainedTokenizerBase[] {
  const tokenizer = kind.make();
  if (!kind.hasBoth) return [kind.make(config)];
  return [true, false].map((legacy_format) => kind.fromFiles(tokenizer.toFiles({ legacy_format }), config));
}

/** What each of them gives, which must be the same. */
export function alike<T>(
  kind: Kind,
  run: (tokenizer: PreTrainedTokenizerBase) => T,
  config?: TokenizerConfig,
): T {
  const [first, ...others] = waysOf(kind, config).map(run);
  for (const other of others) expect(other).toEqual(first);
  return first!;
}

/** A text of tokens that decoding gives back: those of the vocabulary that are letters and spaces. */
export function cleanText(tokenizer: PreTrainedTokenizerBase): string {
  const decode = (some: number[]) => tokenizer.decode(some, { clean_up_tokenization_spaces: false });
  const found: number[] = [];
  for (let id = 0; id < Math.min(tokenizer.length, 1500) && found.length < 20; id++) {
    const text = decode([id]);
    if (!/^[ a-zA-Z]+$/.test(text)) continue;
    if (tokenizer.encode(text, BARE).join() === String(id)) found.push(id);
  }
  expect(found.length).toBeGreaterThanOrEqual(5);
  const text = decode(found);
  return text.includes(" ") ? text : `${decode(found.slice(0, 1))} ${decode(found.slice(1))}`;
}

/** Gives a tokenizer a padding token where it has none, without which it refuses to pad. */
export function padding<T extends PreTrainedTokenizerBase>(tokenizer: T): T {
  if (tokenizer.pad_token_id !== null) return tokenizer;
  expect(() => tokenizer(TEXT, { padding: true })).toThrow(/padding needs a padding token/);
  expect(() => tokenizer.batch_encode_plus(TEXTS, { padding: "longest" })).toThrow(/a padding token/);
  tokenizer.add_special_tokens({ pad_token: "<PAD>" });
  return tokenizer;
}

/** Whether texts begin with a space; undefined where that is no question. */
export function addsSpace(tokenizer: PreTrainedTokenizerBase): boolean | undefined {
  return (tokenizer as { add_prefix_space?: boolean }).add_prefix_space;
}

export function warningsOf(run: () => void): string[] {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  try {
    run();
    return warn.mock.calls.map(([message]) => String(message));
  } finally {
    warn.mockRestore();
  }
}

export async function inFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "mixin-"));
  try {
    return await run(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A tokenizer that has been saved and read again; its files are gone. */
export function saved(
  kind: Kind,
  tokenizer: PreTrainedTokenizerBase,
  { legacy_format = null, ...config }: SaveOptions & TokenizerConfig = {},
): Promise<PreTrainedTokenizerBase> {
  return inFolder(async (folder) => {
    await tokenizer.save_pretrained(folder, { legacy_format });
    return kind.read(folder, config);
  });
}

export function expectSameVocabulary(one: PreTrainedTokenizerBase, other: PreTrainedTokenizerBase): void {
  const [vocab, expected] = [one.get_vocab(), other.get_vocab()];
  expect(vocab.size).toBe(expected.size);
  expect([...vocab].filter(([token, id]) => expected.get(token) !== id)).toEqual([]);
}
