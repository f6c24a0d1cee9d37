import { utf8Length } from "../byte-characters.js";
import { IntBuffer, pointAt } from "../text.js";
import type { MergeBorders } from "./bpe-borders.js";
import type { PairTable } from "./bpe-pairs.js";
import type { SymbolReader } from "./bpe-symbols.js";
import { BpeWord, type Dropout } from "./bpe-word.js";
import { CachedWords } from "./cached-words.js";
import type { Vocabulary } from "./vocabulary.js";
import { LONGEST_CACHED } from "./word-cache.js";

/** How {@link BpeWords} treats words. */
export interface BpeWordsOptions {
  /** A word that is a token is that token, whatever the merges say: tokens, and the length of the longest. */
  readonly wholeWords: { readonly vocabulary: Vocabulary; readonly longest: number } | null;
  /** Which merges are left out; then each word is cut anew, and no word is taken whole. */
  readonly dropout: Dropout | null;
  /** Where words may be cut; null: nowhere. */
  readonly borders: (() => MergeBorders) | null;
}

/** Words cut by a BPE. */
export class BpeWords extends CachedWords {
  readonly #reader: SymbolReader;
  readonly #pairs: PairTable;
  readonly #options: BpeWordsOptions;
  readonly #word = new BpeWord();
  /** The parts of a long word, which are cut like words. */
  #parts: BpeWords | undefined;
  readonly #bounds = new IntBuffer();
  readonly #sink = { ids: new IntBuffer(), spans: new IntBuffer(), words: null };

  constructor(reader: SymbolReader, pairs: PairTable, options: BpeWordsOptions) {
    super();
    this.#reader = reader;
    this.#pairs = pairs;
    this.#options = options;
  }

  protected override get isCacheable(): boolean {
    return this.#options.dropout === null;
  }

  override segment(units: Uint16Array, from: number, to: number): number {
    const { wholeWords, dropout, borders } = this.#options;
    if (borders !== null && to - from > LONGEST_CACHED) {
      this.#bounds.length = 0;
      borders().cut(units, from, to, this.#bounds);
      if (this.#bounds.length > 2) return this.#segmentParts(units, from);
    }
    if (wholeWords !== null && dropout === null && to - from <= wholeWords.longest) {
      const id = wholeWords.vocabulary.id(this.#reader.spell(units, from, to));
      if (id !== undefined) {
        this.ids[0] = id;
        this.spans[0] = 0;
        this.spans[1] = to - from;
        return 1;
      }
    }
    const word = this.#word;
    word.count = 0;
    this.#reader.read(units, from, to, word);
    word.merge(this.#pairs, dropout);
    this.makeRoom(word.count);
    for (let i = 0; i < word.count; i++) this.ids[i] = word.ids[i]!;
    this.#place(units, from, to);
    return word.count;
  }

  #segmentParts(units: Uint16Array, from: number): number {
    this.#parts ??= new BpeWords(this.#reader, this.#pairs, { ...this.#options, borders: null });
    const { ids, spans } = this.#sink;
    ids.length = 0;
    spans.length = 0;
    this.#parts.tokenizeAll(units, this.#bounds, 0, this.#sink);
    this.makeRoom(ids.length);
    for (let i = 0; i < ids.length; i++) this.ids[i] = ids.values[i]!;
    for (let i = 0; i < spans.length; i++) this.spans[i] = spans.values[i]! - from;
    return ids.length;
  }

  /** From the lengths of the symbols in bytes to their places in units: whole characters, of which one may be shared. */
  #place(units: Uint16Array, from: number, to: number): void {
    const { lengths, count } = this.#word;
    const { spans } = this;
    let firstByte = 0; // of the symbol at hand
    let start = from; // of the character at hand
    let end = from;
    let endByte = 0;
    const step = () => {
      const point = pointAt(units, end, to);
      start = end;
      end += point > 0xffff ? 2 : 1;
      endByte += utf8Length(point);
    };
    for (let i = 0; i < count; i++) {
      const lastByte = firstByte + lengths[i]!;
      while (endByte <= firstByte && end < to) step();
      spans[2 * i] = start - from;
      while (endByte < lastByte && end < to) step();
      spans[2 * i + 1] = end - from;
      firstByte = lastByte;
    }
  }
}
