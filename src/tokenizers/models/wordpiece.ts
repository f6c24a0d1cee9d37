import { TransformersError } from "../../errors.js";
import type { Json, JsonFields } from "../json.js";
import { type IntBuffer, isPair } from "../text.js";
import type { Model } from "./model.js";
import { UnitTrie } from "./unit-trie.js";
import { hashUnits, LONGEST_CACHED, WordCache } from "./word-cache.js";

/** Options of {@link WordPiece}, as in tokenizer.json. */
export interface WordPieceOptions {
  /** The token of a word that cannot be put together from the vocabulary (default "[UNK]"). */
  unk_token?: string;
  /** What marks a token that continues a word (default "##"). */
  continuing_subword_prefix?: string;
  /** A word of more code points than this is unknown (default 100). */
  max_input_chars_per_word?: number;
}

/**
 * WordPiece: each word is cut greedily into the longest tokens that the vocabulary has, from left to right;
 * where that gets stuck, the whole word is unknown. Source: Schuster and Nakajima 2012, as BERT uses it.
 */
export class WordPiece implements Model {
  readonly type = "WordPiece";
  readonly options: Readonly<Required<WordPieceOptions>>;
  readonly #vocab: ReadonlyMap<string, number>;
  #tokens: Map<number, string> | undefined;
  readonly #trie = new UnitTrie();
  readonly #wordRoot = this.#trie.addRoot();
  readonly #continuationRoot = this.#trie.addRoot();
  readonly #cache = new WordCache();
  #ids = new Int32Array(64);
  #spans = new Int32Array(128);

  /** @throws TransformersError CORRUPT_FILE where an id is no whole number from 0 to 2^31 - 1. */
  constructor(vocab: ReadonlyMap<string, number>, options: WordPieceOptions = {}) {
    this.options = {
      unk_token: options.unk_token ?? "[UNK]",
      continuing_subword_prefix: options.continuing_subword_prefix ?? "##",
      max_input_chars_per_word: options.max_input_chars_per_word ?? 100,
    };
    this.#vocab = vocab;
    const prefix = this.options.continuing_subword_prefix;
    for (const [token, id] of vocab) {
      if (!Number.isInteger(id) || id < 0 || id > 0x7fffffff) {
        throw new TransformersError(
          "CORRUPT_FILE",
          `the id of ${JSON.stringify(token)} in the vocabulary must be a whole number from 0 to 2147483647, not ${id}`,
        );
      }
      if (token.length > 0) this.#trie.insert(this.#wordRoot, token, 0, id);
      if (token.length > prefix.length && token.startsWith(prefix)) {
        this.#trie.insert(this.#continuationRoot, token, prefix.length, id);
      }
    }
  }

  static fromJson(fields: JsonFields): WordPiece {
    const vocab = new Map<string, number>();
    const entries = fields.object("vocab");
    for (const token of entries.keys()) vocab.set(token, entries.integer(token));
    return new WordPiece(vocab, {
      unk_token: fields.string("unk_token", "[UNK]"),
      continuing_subword_prefix: fields.string("continuing_subword_prefix", "##"),
      max_input_chars_per_word: fields.integer("max_input_chars_per_word", 100, Number.MAX_SAFE_INTEGER),
    });
  }

  tokenize(units: Uint16Array, from: number, to: number, ids: IntBuffer, spans: IntBuffer | null): void {
    if (to - from > LONGEST_CACHED) {
      this.#emitScratch(from, this.#segment(units, from, to), ids, spans);
      return;
    }
    const hash = hashUnits(units, from, to);
    if (this.#cache.find(units, from, to, hash)) {
      this.#cache.emit(from, ids, spans);
      return;
    }
    const count = this.#segment(units, from, to);
    this.#cache.add(units, from, to, hash, this.#ids, this.#spans, count);
    this.#emitScratch(from, count, ids, spans);
  }

  token_to_id(token: string): number | undefined {
    return this.#vocab.get(token);
  }

  id_to_token(id: number): string | undefined {
    if (this.#tokens === undefined) {
      this.#tokens = new Map();
      for (const [token, tokenId] of this.#vocab) this.#tokens.set(tokenId, token);
    }
    return this.#tokens.get(id);
  }

  get_vocab(): Map<string, number> {
    return new Map(this.#vocab);
  }

  get_vocab_size(): number {
    return this.#vocab.size;
  }

  toJson(): Json {
    const ordered = [...this.#vocab].sort((a, b) => a[1] - b[1]);
    return { type: this.type, ...this.options, vocab: new Map(ordered) };
  }

  /** Cuts a word into #ids and #spans (relative to the word); returns how many tokens it has. */
  #segment(units: Uint16Array, from: number, to: number): number {
    if (isLongerThan(units, from, to, this.options.max_input_chars_per_word)) return this.#unknown(to - from);
    if (this.#ids.length < to - from) {
      this.#ids = new Int32Array(2 * (to - from));
      this.#spans = new Int32Array(4 * (to - from));
    }
    const trie = this.#trie;
    const values = trie.values;
    let count = 0;
    let root = this.#wordRoot;
    for (let start = from; start < to; count++) {
      let node = root;
      let id = -1;
      let end = start;
      for (let i = start; i < to; i++) {
        node = trie.child(node, units[i]!);
        if (node < 0) break;
        const value = values[node]!;
        if (value >= 0) {
          id = value;
          end = i + 1;
        }
      }
      if (id < 0) return this.#unknown(to - from);
      this.#ids[count] = id;
      this.#spans[2 * count] = start - from;
      this.#spans[2 * count + 1] = end - from;
      start = end;
      root = this.#continuationRoot;
    }
    return count;
  }

  #unknown(length: number): number {
    const id = this.#vocab.get(this.options.unk_token);
    if (id === undefined) {
      throw new TransformersError(
        "CONFIG_INVALID",
        `the vocabulary lacks the unknown token ${JSON.stringify(this.options.unk_token)}, and a word needs it`,
      );
    }
    this.#ids[0] = id;
    this.#spans[0] = 0;
    this.#spans[1] = length;
    return 1;
  }

  #emitScratch(from: number, count: number, ids: IntBuffer, spans: IntBuffer | null): void {
    for (let i = 0; i < count; i++) ids.push(this.#ids[i]!);
    if (spans !== null) for (let i = 0; i < 2 * count; i++) spans.push(from + this.#spans[i]!);
  }
}

/** Whether units[from, to) has more than `limit` code points. */
function isLongerThan(units: Uint16Array, from: number, to: number, limit: number): boolean {
  if (to - from <= limit) return false;
  let points = 0;
  for (let i = from; i < to; i++) {
    if (isPair(units, i, to)) i++;
    points++;
  }
  return points > limit;
}

/** A vocabulary from the lines of vocab.txt: a token's id is its line, counted from 0. */
export function readVocabTxt(text: string): Map<string, number> {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const vocab = new Map<string, number>();
  for (const [id, line] of lines.entries()) vocab.set(line.endsWith("\r") ? line.slice(0, -1) : line, id);
  return vocab;
}
