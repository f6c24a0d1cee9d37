import { TransformersError } from "../../errors.js";
import { AddedToken } from "../added-vocabulary.js";
import { ByteLevel } from "../pre-tokenizers/index.js";
import { Tokenizer } from "../tokenizer.js";
import {
  type AsyncTexts,
  BpeTrainer,
  type BpeTrainerOptions,
  type Texts,
  type Trainer,
  UnigramTrainer,
  type UnigramTrainerOptions,
  WordLevelTrainer,
  WordPieceTrainer,
  type WordPieceTrainerOptions,
} from "../trainers/index.js";
import { SPECIAL_TOKEN_NAMES, type SpecialTokenOptions, type SpecialTokens } from "./special-tokens.js";

/** Options of `train_new_from_iterator`; those that are not named here go to the trainer of the model's kind. */
export interface TrainNewOptions
  extends Omit<
    BpeTrainerOptions & UnigramTrainerOptions & WordPieceTrainerOptions,
    "vocab_size" | "special_tokens"
  > {
  /** How many texts there are, for the trainer's progress. */
  length?: number | null;
  /** Special tokens on top of those that the tokenizer has. */
  new_special_tokens?: readonly (string | AddedToken)[] | null;
  /** New names of special tokens, by their present ones. */
  special_tokens_map?: Readonly<Record<string, string>> | null;
}

/** A tokenizer as its files describe it. */
interface TokenizerJson {
  added_tokens: AddedTokenJson[];
  post_processor: ProcessorJson | null;
  pre_tokenizer: PreTokenizerJson | null;
  model: ModelJson;
}
interface AddedTokenJson {
  readonly content: string;
  readonly special: boolean;
}
interface ProcessorJson {
  readonly processors?: readonly ProcessorJson[];
  readonly special_tokens?: Record<string, { tokens: string[]; ids: number[] }>;
  cls?: [string, number];
  sep?: [string, number];
}
interface PreTokenizerJson {
  readonly type: string;
  readonly pretokenizers?: readonly PreTokenizerJson[];
}
interface ModelJson {
  readonly type: string;
  vocab: unknown;
  merges?: unknown;
  unk_id?: number | null;
  unk_token?: string | null;
  readonly continuing_subword_prefix?: string | null;
  readonly end_of_word_suffix?: string | null;
}

/**
 * A pipeline like `backend`, with a model of the same kind trained on `texts`: Python's `train_new_from_iterator`
 * (Transformers 4.37.2). Beyond Python, the alphabet of bytes is also kept where ByteLevel is one of several
 * pre-tokenizers, the prefix of a WordPiece model is kept, and processors within a sequence get their new ids.
 */
export function trainNew(
  backend: Tokenizer,
  texts: Texts | AsyncTexts,
  vocab_size: number,
  options: TrainNewOptions,
): Tokenizer | Promise<Tokenizer> {
  const { length = null, new_special_tokens, special_tokens_map, ...trainerOptions } = options;
  const rename = renaming(special_tokens_map);
  const { added_tokens, post_processor, ...json } = JSON.parse(backend.to_json()) as TokenizerJson;
  const unkToken = emptyModel(json.model, rename);
  const isUnigram = json.model.type === "Unigram";
  const special_tokens = [
    ...added_tokens
      .filter(({ special }) => special || isUnigram)
      .map((token) => new AddedToken(rename(token.content), { ...token, special: true })),
    ...(new_special_tokens ?? []),
  ];
  const trainer = trainerFor(json, { ...trainerOptions, vocab_size, special_tokens }, unkToken);
  const tokenizer = Tokenizer.from_json({ ...json, added_tokens: [], post_processor: null });
  const finish = (): Tokenizer => {
    if (post_processor === null) return tokenizer;
    renumber(post_processor, tokenizer, rename);
    return Tokenizer.from_json({ ...(JSON.parse(tokenizer.to_json()) as object), post_processor });
  };
  if (typeof texts === "object" && Symbol.asyncIterator in texts) {
    return tokenizer.train_from_iterator(texts, trainer, { length }).then(finish);
  }
  tokenizer.train_from_iterator(texts, trainer, { length });
  return finish();
}

/** The special tokens of the new tokenizer: the old ones under their new names, and the new ones. */
export function renamedSpecialTokens(
  special: SpecialTokens,
  { special_tokens_map, new_special_tokens }: TrainNewOptions,
): SpecialTokenOptions {
  const rename = renaming(special_tokens_map);
  const renamed: SpecialTokenOptions = {};
  for (const name of SPECIAL_TOKEN_NAMES) {
    const token = special.get(name);
    if (token === undefined) continue;
    renamed[name] = new AddedToken(rename(token.content), { ...token.toJson(), special: true });
  }
  const further = [...special.additional, ...(new_special_tokens ?? [])];
  return further.length > 0 ? { ...renamed, additional_special_tokens: further } : renamed;
}

function renaming(map: TrainNewOptions["special_tokens_map"]): (token: string) => string {
  return (token) => (map != null && Object.hasOwn(map, token) ? map[token]! : token);
}

/** Takes the vocabulary out of a model; returns the unknown token of a Unigram model, which is a part of it. */
function emptyModel(model: ModelJson, rename: (token: string) => string): string | null {
  if (typeof model.unk_token === "string") model.unk_token = rename(model.unk_token);
  switch (model.type) {
    case "BPE":
      model.merges = [];
      model.vocab = {};
      return null;
    case "WordLevel":
    case "WordPiece":
      model.vocab = {};
      return null;
    case "Unigram": {
      const vocab = model.vocab as readonly (readonly [string, number])[];
      const unk = model.unk_id == null ? null : rename(vocab[model.unk_id]![0]);
      model.vocab = unk === null ? [] : [[unk, 0]];
      model.unk_id = unk === null ? null : 0;
      return unk;
    }
    default:
      throw new TransformersError(
        "UNSUPPORTED",
        `a model of type ${model.type} cannot be trained; BPE, Unigram, WordLevel and WordPiece can`,
      );
  }
}

/** The trainer for the model of a tokenizer.json. */
function trainerFor(
  json: Pick<TokenizerJson, "model" | "pre_tokenizer">,
  options: BpeTrainerOptions & UnigramTrainerOptions & WordPieceTrainerOptions,
  unkToken: string | null,
): Trainer {
  const { type, continuing_subword_prefix, end_of_word_suffix } = json.model;
  const given: typeof options = isByteLevel(json.pre_tokenizer)
    ? { ...options, initial_alphabet: ByteLevel.alphabet() }
    : options;
  switch (type) {
    case "BPE":
      return new BpeTrainer({
        continuing_subword_prefix: continuing_subword_prefix ?? null,
        end_of_word_suffix: end_of_word_suffix ?? null,
        ...given,
      });
    case "WordPiece":
      return new WordPieceTrainer({ continuing_subword_prefix: continuing_subword_prefix ?? null, ...given });
    case "Unigram":
      return new UnigramTrainer(unkToken === null ? given : { ...given, unk_token: unkToken });
    default:
      return new WordLevelTrainer(given);
  }
}

function isByteLevel(preTokenizer: PreTokenizerJson | null): boolean {
  if (preTokenizer === null) return false;
  return preTokenizer.type === "ByteLevel" || (preTokenizer.pretokenizers ?? []).some(isByteLevel);
}

/** Gives the tokens that a post-processor adds their new names and ids. */
function renumber(processor: ProcessorJson, tokenizer: Tokenizer, rename: (token: string) => string): void {
  const idOf = (token: string): number => {
    const id = tokenizer.token_to_id(token);
    if (id !== undefined) return id;
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `the post-processor adds ${JSON.stringify(token)}, which the new vocabulary lacks: name it in new_special_tokens`,
    );
  };
  for (const inner of processor.processors ?? []) renumber(inner, tokenizer, rename);
  for (const special of Object.values(processor.special_tokens ?? {})) {
    special.tokens = special.tokens.map(rename);
    special.ids = special.tokens.map(idOf);
  }
  for (const name of ["cls", "sep"] as const) {
    if (processor[name] === undefined) continue;
    const token = rename(processor[name][0]);
    processor[name] = [token, idOf(token)];
  }
}
