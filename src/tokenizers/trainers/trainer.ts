import { TransformersError } from "../../errors.js";
import { AddedToken } from "../added-vocabulary.js";
import type { Model } from "../models/index.js";
import type { Tokenizer } from "../tokenizer.js";
import { type AsyncTexts, TextCounter, type Texts } from "./text-counter.js";
import type { WordTally } from "./word-tally.js";

/** Words and how often each occurs; every word once. */
export type WordCounts = Iterable<readonly [word: string, count: number]>;

/** How far a training is. */
export interface TrainingProgress {
  /**
   * "count words" counts texts, or bytes of files; "merge pairs" tokens; "find pieces" and "fit pieces" (of Unigram)
   * steps, of which the number is an estimate.
   */
  readonly stage: "count words" | "merge pairs" | "find pieces" | "fit pieces";
  readonly current: number;
  /** What `current` grows to; null where nobody knows. */
  readonly total: number | null;
}

/** Makes a model out of words and their counts. */
export abstract class Trainer {
  /** Called now and then. */
  readonly progress: ((progress: TrainingProgress) => void) | undefined;

  constructor(progress?: (progress: TrainingProgress) => void) {
    this.progress = progress;
  }

  /**
   * Trains a model on words. What is no matter of training, such as the unknown token, is as in `model` where that
   * is of the same kind.
   */
  abstract train(words: WordCounts, model?: Model): { model: Model; specialTokens: AddedToken[] };

  /** Counts the words that `tokenizer` makes of texts; `length`: how many there are, where that is known. */
  countTexts(tokenizer: Tokenizer, texts: Texts, length?: number | null): WordTally;
  countTexts(tokenizer: Tokenizer, texts: AsyncTexts, length?: number | null): Promise<WordTally>;
  countTexts(
    tokenizer: Tokenizer,
    texts: Texts | AsyncTexts,
    length?: number | null,
  ): WordTally | Promise<WordTally>;
  countTexts(tokenizer: Tokenizer, texts: Texts | AsyncTexts, length: number | null = null) {
    const counter = new TextCounter(tokenizer, this.progress, length);
    return typeof texts === "object" && Symbol.asyncIterator in texts
      ? counter.addAllAsync(texts)
      : counter.addAll(texts);
  }

  /**
   * Counts the words that `tokenizer` makes of the lines of text files.
   * @throws TransformersError FILE_NOT_FOUND; CORRUPT_FILE where a file is no UTF-8.
   */
  async countFiles(tokenizer: Tokenizer, files: readonly string[]): Promise<WordTally> {
    const { fileSize, readLines } = await import("../../hub/lines.js");
    const sizes = await Promise.all(files.map(fileSize));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const counter = new TextCounter(tokenizer, undefined, null);
    let before = 0;
    for (const [i, path] of files.entries()) {
      for await (const { lines, loaded } of readLines(path)) {
        counter.add(lines);
        this.progress?.({ stage: "count words", current: before + loaded, total });
      }
      before += sizes[i]!;
    }
    return counter.words;
  }
}

/** Options that all trainers have. */
export interface TrainerOptions {
  /** The size to grow to, special tokens and alphabet included (default 30,000; of Unigram 8,000). */
  vocab_size?: number;
  /** Tokens that come first in the vocabulary (default none). */
  special_tokens?: readonly (string | AddedToken)[];
  /** Called now and then; takes the place of Python's `show_progress`. */
  progress_callback?: (progress: TrainingProgress) => void;
}

/** The special tokens of a trainer's options. */
export function toSpecialTokens(tokens: readonly (string | AddedToken)[]): AddedToken[] {
  return tokens.map((token) =>
    typeof token === "string"
      ? new AddedToken(token, { special: true })
      : new AddedToken(token.content, { ...token.toJson(), special: true }),
  );
}

/** @throws TransformersError INVALID_ARGUMENT where a value is neither null nor a whole number from `least`. */
export function checkWholeNumbers(values: Readonly<Record<string, number | null>>, least = 0): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === null || (Number.isSafeInteger(value) && value >= least)) continue;
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${name} must be a whole number from ${least}, not ${value}`,
    );
  }
}

/**
 * A trainer's options, from `defaults` where they say nothing; `others` are names of options beside those.
 * @throws TransformersError INVALID_ARGUMENT naming an option that the trainer does not have.
 */
export function readOptions<T extends object>(
  trainer: string,
  options: { [K in keyof T]?: T[K] | undefined },
  defaults: T,
  others: readonly string[] = [],
): T {
  const known = [...Object.keys(defaults), ...others, "progress_callback"];
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [name] of given) {
    if (known.includes(name)) continue;
    const hint = name === "show_progress" ? "progress_callback tells how far it is; the" : "the";
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${trainer} has no option ${name}; ${hint} options are ${known.join(", ")}`,
    );
  }
  const own = given.filter(([name]) => name in defaults);
  return { ...defaults, ...(Object.fromEntries(own) as Partial<T>) };
}

/** Strings in the order of their code points, in which UTF-8 sorts; UTF-16 units sort otherwise. */
export function byCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Surrogates, of which the points beyond 0xffff consist, come after all other units. */
function rank(unit: number): number {
  return (unit & 0xf800) === 0xd800 ? unit + 0x10000 : unit;
}
