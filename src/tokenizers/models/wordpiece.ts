import type { Json, JsonFields } from "../json.js";
import { isPair } from "../text.js";
import { CachedWords } from "./cached-words.js";
import type { Model } from "./model.js";
import { UnitTrie } from "./unit-trie.js";
import { Vocabulary } from "./vocabulary.js";

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
export class WordPiece extends CachedWords implements Model {
  readonly type = "WordPiece";
  readonly options: Readonly<Required<WordPieceOptions>>;
  readonly #vocabulary: Vocabulary;
  readonly #trie = new UnitTrie();
  readonly #wordRoot = this.#trie.addRoot();
  readonly #continuationRoot = this.#trie.addRoot();

  /** @throws TransformersError CORRUPT_FILE where an id is no whole number from 0 to 2^31 - 1, or is given twice. */
  constructor(vocab: ReadonlyMap<string, number> | Vocabulary, options: WordPieceOptions = {}) {
    super();
    this.options = {
      unk_token: options.unk_token ?? "[UNK]",
      continuing_subword_prefix: options.continuing_subword_prefix ?? "##",
      max_input_chars_per_word: options.max_input_chars_per_word ?? 100,
    };
    this.#vocabulary = vocab instanceof Vocabulary ? vocab : new Vocabulary(vocab);
    const prefix = this.options.continuing_subword_prefix;
    for (const [token, id] of this.#vocabulary.ids) {
      if (token.length > 0) this.#trie.insert(this.#wordRoot, token, 0, id);
      if (token.length > prefix.length && token.startsWith(prefix)) {
        this.#trie.insert(this.#continuationRoot, token, prefix.length, id);
      }
    }
  }

  static fromJson(fields: JsonFields): WordPiece {
    return new WordPiece(Vocabulary.fromJson(fields), {
      unk_token: fields.string("unk_token", "[UNK]"),
      continuing_subword_prefix: fields.string("continuing_subword_prefix", "##"),
      max_input_chars_per_word: fields.integer("max_input_chars_per_word", 100, Number.MAX_SAFE_INTEGER),
    });
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
    return { type: this.type, ...this.options, vocab: this.#vocabulary.toJson() };
  }

  override segment(units: Uint16Array, from: number, to: number): number {
    if (isLongerThan(units, from, to, this.options.max_input_chars_per_word)) return this.#unknown(to - from);
    this.makeRoom(to - from);
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
      this.ids[count] = id;
      this.spans[2 * count] = start - from;
      this.spans[2 * count + 1] = end - from;
      start = end;
      root = this.#continuationRoot;
    }
    return count;
  }

  #unknown(length: number): number {
    this.ids[0] = this.#vocabulary.unknownId(this.options.unk_token);
    this.spans[0] = 0;
    this.spans[1] = length;
    return 1;
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
