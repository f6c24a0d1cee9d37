import { repeatedSubstrings, type Substrings } from "./repeated-substrings.js";
import type { WordCounts } from "./trainer.js";

/** Words, and the pieces that the training of a unigram model begins with. Pieces have ids from 1. */
export interface SeedPieces {
  /** All characters of the words, by code point. */
  readonly characters: readonly string[];
  /**
   * All words one after the other, each followed by 0; a symbol is a character's place in `characters` + 1, and that
   * of U+0000 is 0.
   */
  readonly symbols: Int32Array;
  /** Word w is symbols[wordStarts[w] .. wordStarts[w + 1] - 1). */
  readonly wordStarts: Int32Array;
  readonly wordCounts: Float64Array;
  /** Logarithm of each piece's probability, by id. */
  readonly scores: Float64Array;
  /** Where a piece stands in `symbols`, and its length, by id. */
  readonly places: Int32Array;
  readonly lengths: Int32Array;
  /** The pieces that begin at each place, the shortest first: matches[matchStarts[place] .. matchStarts[place + 1]) */
  readonly matchStarts: Int32Array;
  readonly matches: Int32Array;
}

/**
 * Every character, and the substrings of up to `longest` characters that repeat, as long as there are no more than
 * `most` pieces: those that cover the most characters of the different words, of equals the last in the order of code
 * points. U+0000 is part of no piece. As the Rust library `tokenizers` does.
 */
export function seedPieces(words: WordCounts, longest: number, most: number): SeedPieces {
  const spelled = spellOut(words);
  const { symbols, characters } = spelled;
  const singles = singleSymbols(spelled);
  const found = repeatedSubstrings(symbols, longest);
  const chosen = mostCovering(found, Math.max(0, most - singles.length));

  const size = 1 + singles.length + chosen.length;
  const [scores, places, lengths] = [new Float64Array(size), new Int32Array(size), new Int32Array(size)];
  const idsOfSymbols = new Int32Array(characters.length + 1);
  const idsOfFound = new Int32Array(found.counts.length);
  let id = 0;
  for (const { symbol, frequency, place } of singles) {
    idsOfSymbols[symbol] = ++id;
    [scores[id], places[id], lengths[id]] = [frequency, place, 1];
  }
  for (const k of chosen) {
    idsOfFound[k] = ++id;
    places[id] = found.places[found.firsts.values[k]!]!;
    lengths[id] = found.lengths.values[k]!;
    scores[id] = found.counts.values[k]! * lengths[id]!;
  }
  const logSum = Math.log(scores.reduce((sum, score) => sum + score, 0));
  for (let i = 1; i < size; i++) scores[i] = Math.log(scores[i]!) - logSum;
  return { ...spelled, scores, places, lengths, ...listMatches(symbols, idsOfSymbols, found, idsOfFound) };
}

type Spelled = Pick<SeedPieces, "characters" | "symbols" | "wordStarts" | "wordCounts">;

function spellOut(words: WordCounts): Spelled {
  const texts: string[] = [];
  const counts: number[] = [];
  const points = new Set<number>();
  let length = 0;
  for (const [word, count] of words) {
    texts.push(word);
    counts.push(count);
    length++;
    for (let i = 0; i < word.length; i++, length++) {
      const point = word.codePointAt(i)!;
      if (point > 0xffff) i++;
      points.add(point);
    }
  }
  const ordered = [...points].sort((a, b) => a - b);
  const symbolOf = new Map(ordered.map((point, i) => [point, point === 0 ? 0 : i + 1]));
  const symbols = new Int32Array(length);
  const wordStarts = new Int32Array(texts.length + 1);
  let at = 0;
  for (const [w, word] of texts.entries()) {
    for (let i = 0; i < word.length; i++) {
      const point = word.codePointAt(i)!;
      if (point > 0xffff) i++;
      symbols[at++] = symbolOf.get(point)!;
    }
    wordStarts[w + 1] = ++at;
  }
  const characters = ordered.map((point) => String.fromCodePoint(point));
  return { characters, symbols, wordStarts, wordCounts: Float64Array.from(counts) };
}

interface SingleSymbol {
  readonly symbol: number;
  readonly frequency: number;
  /** Where it stands, once. */
  readonly place: number;
}

/** All symbols but 0, the most frequent first, of equals the largest. */
function singleSymbols({ symbols, characters, wordStarts, wordCounts }: Spelled): SingleSymbol[] {
  const frequencies = new Float64Array(characters.length + 1);
  const places = new Int32Array(characters.length + 1);
  for (let word = 0; word < wordCounts.length; word++) {
    for (let place = wordStarts[word]!; place < wordStarts[word + 1]! - 1; place++) {
      frequencies[symbols[place]!]! += wordCounts[word]!;
      places[symbols[place]!] = place;
    }
  }
  return characters
    .map((_, i): SingleSymbol => ({ symbol: i + 1, frequency: frequencies[i + 1]!, place: places[i + 1]! }))
    .filter(({ frequency }) => frequency > 0)
    .sort((a, b) => b.frequency - a.frequency || b.symbol - a.symbol);
}

/** The `most` substrings whose occurrences have the most symbols, of equals the last ones. */
function mostCovering({ counts, lengths }: Substrings, most: number): Float64Array {
  const size = counts.length;
  const keys = new Float64Array(size);
  // One number that sorts as the pair (symbols, place in the list) does.
  for (let k = 0; k < size; k++) keys[k] = counts.values[k]! * lengths.values[k]! * size + k;
  return keys
    .sort()
    .reverse()
    .subarray(0, most)
    .map((key) => key % size);
}

/** Lists which pieces begin where. */
function listMatches(
  symbols: Int32Array,
  idsOfSymbols: Int32Array,
  found: Substrings,
  idsOfFound: Int32Array,
): Pick<SeedPieces, "matchStarts" | "matches"> {
  const matchStarts = new Int32Array(symbols.length + 1);
  const forEachFound = (visit: (id: number, place: number) => void) => {
    // A shorter substring is found before those that it begins.
    for (let k = 0; k < idsOfFound.length; k++) {
      if (idsOfFound[k] === 0) continue;
      const first = found.firsts.values[k]!;
      for (let i = first; i < first + found.counts.values[k]!; i++) visit(idsOfFound[k]!, found.places[i]!);
    }
  };
  for (let place = 0; place < symbols.length; place++) {
    if (idsOfSymbols[symbols[place]!] !== 0) matchStarts[place + 1]!++;
  }
  forEachFound((_, place) => {
    matchStarts[place + 1]!++;
  });
  for (let place = 0; place < symbols.length; place++) matchStarts[place + 1]! += matchStarts[place]!;
  const ends = matchStarts.slice();
  const matches = new Int32Array(matchStarts[symbols.length]!);
  for (let place = 0; place < symbols.length; place++) {
    const id = idsOfSymbols[symbols[place]!]!;
    if (id !== 0) matches[ends[place]!++] = id;
  }
  forEachFound((id, place) => {
    matches[ends[place]!++] = id;
  });
  return { matchStarts, matches };
}
