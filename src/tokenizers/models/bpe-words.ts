import { utf8Length } from "../byte-characters.js";
import { pointAt } from "../text.js";
import type { PairTable } from "./bpe-pairs.js";
import type { SymbolReader } from "./bpe-symbols.js";
import { BpeWord, type Dropout } from "./bpe-word.js";
import { CachedWords } from "./cached-words.js";
import type { Vocabulary } from "./vocabulary.js";

/** How {@link BpeWords} treats words. */
export interface BpeWordsOptions {
  /** A word that is a token is that token, whatever the merges say: tokens, and the length of the longest. */
  readonly wholeWords: { readonly vocabulary: Vocabulary; readonly longest: number } | null;
  /** Which merges are left out; then each word is cut anew, and no word is taken whole. */
  readonly dropout: Dropout | null;
}

/** Words cut by a BPE. */
export class BpeWords extends CachedWords {
  readonly #reader: SymbolReader;
  readonly #pairs: PairTable;
  readonly #options: BpeWordsOptions;
  readonly #word = new BpeWord();

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
    const { wholeWords, dropout } = this.#options;
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
