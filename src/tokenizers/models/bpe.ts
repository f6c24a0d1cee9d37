import { TransformersError } from "../../errors.js";
import type { Json, JsonFields } from "../json.js";
import { ByteLevel } from "../pre-tokenizers/byte-level.js";
import type { PreTokenizerStep } from "../pre-tokenizers/pre-tokenizer.js";
import type { IntBuffer } from "../text.js";
import { MergeBorders } from "./bpe-borders.js";
import { PairTable } from "./bpe-pairs.js";
import { ByteSymbols, CharacterSymbols, type SymbolReader } from "./bpe-symbols.js";
import type { Dropout } from "./bpe-word.js";
import { BpeWords } from "./bpe-words.js";
import type { Fusion, Model } from "./model.js";
import { Vocabulary } from "./vocabulary.js";
import type { TokenSink } from "./word-cache.js";

/** Options of {@link BPE}, as in tokenizer.json. */
export interface BPEOptions {
  /** The share of merges that are left out, from 0 to 1, where each word is cut at random; null (default): none. */
  dropout?: number | null;
  /** The token of characters that the vocabulary lacks; null (the default): they are dropped. */
  unk_token?: string | null;
  /** What marks a token that continues a word; null (the default): nothing. */
  continuing_subword_prefix?: string | null;
  /** What marks a token that ends a word; null (the default): nothing. */
  end_of_word_suffix?: string | null;
  /** Whether a run of unknown characters is one token (default false). */
  fuse_unk?: boolean;
  /** Whether an unknown character becomes tokens `<0x00>` to `<0xFF>` where the vocabulary has them (default false). */
  byte_fallback?: boolean;
  /** Whether a word that is a token is that token, whatever the merges say (default false). */
  ignore_merges?: boolean;
}

/** The two tokens that a merge joins. */
export type Merge = readonly [left: string, right: string];

/**
 * Byte-pair encoding: a word starts as its characters, and neighbours are merged in the order in which training
 * found their merges. Source: Sennrich, Haddow and Birch 2016; dropout: Provilkov, Emelianenko and Voita 2020.
 */
export class BPE implements Model {
  readonly type = "BPE";
  readonly options: Readonly<Required<BPEOptions>>;
  readonly #vocabulary: Vocabulary;
  readonly #pairs: PairTable;
  readonly #dropout: Dropout | null;
  readonly #words: BpeWords;
  #byteWords: BpeWords | undefined;

  /**
   * @param merges the first is done first; of equal ones the last counts.
   * @param seed of the merges that dropout leaves out (default 0): the same one leaves out the same ones.
   * @throws TransformersError CORRUPT_FILE naming a wrong id, or a merge whose tokens the vocabulary lacks;
   * INVALID_ARGUMENT where dropout is not from 0 to 1.
   */
  constructor(
    vocab: ReadonlyMap<string, number> | Vocabulary,
    merges: readonly Merge[],
    options: BPEOptions = {},
    seed = 0,
  ) {
    this.options = {
      dropout: options.dropout ?? null,
      unk_token: options.unk_token ?? null,
      continuing_subword_prefix: options.continuing_subword_prefix ?? null,
      end_of_word_suffix: options.end_of_word_suffix ?? null,
      fuse_unk: options.fuse_unk ?? false,
      byte_fallback: options.byte_fallback ?? false,
      ignore_merges: options.ignore_merges ?? false,
    };
    this.#vocabulary = vocab instanceof Vocabulary ? vocab : new Vocabulary(vocab);
    this.#pairs = readMerges(merges, this.#vocabulary, this.options.continuing_subword_prefix?.length ?? 0);
    this.#dropout = readDropout(this.options.dropout, seed);
    const {
      continuing_subword_prefix: prefix,
      end_of_word_suffix: suffix,
      ignore_merges,
      unk_token,
    } = this.options;
    // Where unknown characters are dropped, they shift the offsets of all that follows in the word.
    const mayBeCut = !prefix && !suffix && !ignore_merges && unk_token !== null && this.#dropout === null;
    let borders: MergeBorders | undefined;
    this.#words = this.#wordsOf(
      new CharacterSymbols(this.#vocabulary, this.options),
      mayBeCut ? () => (borders ??= new MergeBorders(this.#vocabulary, this.merges)) : null,
    );
  }

  static fromJson(fields: JsonFields): BPE {
    const text = (name: string) => (fields.raw(name) == null ? null : fields.string(name));
    if (fields.raw("merges") == null) throw corrupt(`${fields.where}.merges must be a list, and is missing`);
    return new BPE(Vocabulary.fromJson(fields), mergesFromJson(fields), {
      dropout: fields.raw("dropout") == null ? null : fields.number("dropout"),
      unk_token: text("unk_token"),
      continuing_subword_prefix: text("continuing_subword_prefix"),
      end_of_word_suffix: text("end_of_word_suffix"),
      fuse_unk: fields.boolean("fuse_unk", false),
      byte_fallback: fields.boolean("byte_fallback", false),
      ignore_merges: fields.boolean("ignore_merges", false),
    });
  }

  /** The merges, the first to be done first. */
  get merges(): Merge[] {
    return this.#pairs
      .ordered()
      .map(([left, right]) => [this.#vocabulary.token(left)!, this.#vocabulary.token(right)!]);
  }

  tokenizeAll(units: Uint16Array, bounds: IntBuffer, firstWord: number, sink: TokenSink): void {
    this.#words.tokenizeAll(units, bounds, firstWord, sink);
  }

  /** Takes over ByteLevel as the last step: its words stay as they are in the text, and bytes are only looked at here. */
  fuse(steps: readonly PreTokenizerStep[]): Fusion | undefined {
    const last = steps.at(-1);
    if (!(last instanceof ByteLevel)) return undefined;
    if (this.#byteWords === undefined) {
      const symbols = ByteSymbols.make(this.#vocabulary, this.options);
      if (symbols === undefined) return undefined;
      this.#byteWords = this.#wordsOf(symbols, null);
    }
    return { steps: [...steps.slice(0, -1), ...last.withoutBytes()], model: this.#byteWords };
  }

  token_to_id(token: string): number | undefined {
    return this.#vocabulary.id(token);
  }

  id_to_token(id: number): string | undefined {
    return this.#vocabulary.token(id);
  }

  get_vocab(): Map<string, number> {
    return new Map(this.#vocabulary.ids);
  }

  get_vocab_size(): number {
    return this.#vocabulary.size;
  }

  toJson(): Json {
    return { type: this.type, ...this.options, vocab: this.#vocabulary.toJson(), merges: this.merges };
  }

  #wordsOf(reader: SymbolReader, borders: (() => MergeBorders) | null): BpeWords {
    const longest = this.options.ignore_merges ? longestOf(this.#vocabulary) : 0;
    return new BpeWords(reader, this.#pairs, {
      wholeWords: longest === 0 ? null : { vocabulary: this.#vocabulary, longest },
      dropout: this.#dropout,
      borders,
    });
  }
}

function readMerges(merges: readonly Merge[], vocabulary: Vocabulary, prefixLength: number): PairTable {
  const pairs = new PairTable(merges.length);
  const { ids } = vocabulary;
  for (const [rank, [left, right]] of merges.entries()) {
    const leftId = ids.get(left);
    const rightId = ids.get(right);
    const merged = left + (prefixLength > 0 ? right.slice(prefixLength) : right);
    const mergedId = ids.get(merged);
    if (leftId === undefined || rightId === undefined || mergedId === undefined) {
      const absent = leftId === undefined ? left : rightId === undefined ? right : merged;
      throw corrupt(
        `merge ${rank} (${JSON.stringify(left)}, ${JSON.stringify(right)}) needs the token ${JSON.stringify(absent)}, which the vocabulary lacks`,
      );
    }
    pairs.add(leftId, rightId, rank, mergedId);
  }
  return pairs;
}

/** Merges as lists of two tokens, or as the lines of merges.txt. */
function mergesFromJson(fields: JsonFields): Merge[] {
  return readMergeLines(fields.list("merges"), `${fields.where}.merges`);
}

/**
 * Merges from lists of two tokens, or from the lines of merges.txt without the empty one at its end.
 * @throws TransformersError CORRUPT_FILE naming the entry that is neither.
 */
export function readMergeLines(entries: readonly unknown[], where = "merges.txt"): Merge[] {
  const merges: Merge[] = [];
  for (const [i, entry] of entries.entries()) {
    if (typeof entry === "string" && entry.startsWith("#version")) continue;
    const pair = typeof entry === "string" ? entry.split(" ") : entry;
    if (!isMerge(pair)) throw corrupt(`${where}[${i}] must be two tokens, not ${JSON.stringify(entry)}`);
    merges.push(pair);
  }
  return merges;
}

function isMerge(pair: unknown): pair is Merge {
  return (
    Array.isArray(pair) && pair.length === 2 && typeof pair[0] === "string" && typeof pair[1] === "string"
  );
}

function readDropout(share: number | null, seed: number): Dropout | null {
  if (share === null || share === 0) return null;
  if (!(share > 0 && share <= 1)) {
    throw new TransformersError("INVALID_ARGUMENT", `dropout must be from 0 to 1, not ${share}`);
  }
  let counter = 0;
  return () => randomNumber(seed, counter++) < share;
}

/** The number that stands at `counter` in the sequence of `seed`, from 0 to below 1. */
function randomNumber(seed: number, counter: number): number {
  let bits = Math.imul(counter ^ Math.imul(seed, 0x9e3779b1), 0x85ebca6b) + seed;
  for (const factor of [0x7feb352d, 0x846ca68b]) bits = Math.imul(bits ^ (bits >>> 16), factor);
  return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
}

function longestOf(vocabulary: Vocabulary): number {
  let longest = 0;
  for (const token of vocabulary.ids.keys()) longest = Math.max(longest, token.length);
  return longest;
}

function corrupt(message: string): TransformersError {
  return new TransformersError("CORRUPT_FILE", message);
}
