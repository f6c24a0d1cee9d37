import { TableReader } from "./codec.js";
import * as tables from "./tables.js";

/** Code point to the code points that replace it; a code point that is not a key stays as it is. */
export type Mapping = ReadonlyMap<number, readonly number[]>;

/** Lowercase of each code point by itself: no final sigma, no locale. */
export const lowercase = lazily(() => readMapping(tables.lowercaseMap));

/** Full canonical decompositions (NFD), Hangul syllables excepted: see {@link decompose}. */
export const canonical = lazily(() => readMapping(tables.canonicalMap));

/** Full compatibility decompositions (NFKD) where they differ from the canonical ones. */
export const compatible = lazily(() => readMapping(tables.compatibleMap));

/** Canonical combining classes that are not 0. */
export const combiningClasses = lazily(() => {
  const reader = new TableReader(tables.combiningClassRuns);
  const found = new Map<number, number>();
  let point = 0;
  while (!reader.done) {
    point += reader.unsigned();
    const end = point + reader.unsigned();
    const value = reader.unsigned();
    for (; point < end; point++) found.set(point, value);
  }
  return found as ReadonlyMap<number, number>;
});

/** Primary composites, keyed by `first * 0x200000 + second` (Hangul excepted: see {@link compose}). */
const composites = lazily(() => {
  const excluded = new Set<number>();
  const reader = new TableReader(tables.compositionExclusions);
  for (let point = 0; !reader.done; excluded.add(point)) point += reader.unsigned();
  const pairs = new Map<number, number>();
  // The full decomposition of a composite of two is shorter than that of a composite of it and a third, so
  // that the first part of a longer one has been seen when it is its turn.
  const entries = [...canonical()].filter(([point]) => !excluded.has(point));
  entries.sort((a, b) => a[1].length - b[1].length);
  for (const [point, parts] of entries) {
    let first = parts[0]!;
    for (let i = 1; i < parts.length - 1; i++) first = pairs.get(pairKey(first, parts[i]!)) ?? -1;
    if (first >= 0) pairs.set(pairKey(first, parts.at(-1)!), point);
  }
  return pairs as ReadonlyMap<number, number>;
});

const HANGUL = { syllables: 0xac00, leading: 0x1100, vowel: 0x1161, trailing: 0x11a7 } as const;
const VOWELS = 21;
const TRAILINGS = 28;
const SYLLABLES = 19 * VOWELS * TRAILINGS;

/** The decomposition of one code point, or undefined where it is its own (Unicode, chapter 3.7 and 3.12). */
export function decompose(point: number, form: "canonical" | "compatible"): readonly number[] | undefined {
  if (point < 0xa0) return undefined;
  const index = point - HANGUL.syllables;
  if (index >= 0 && index < SYLLABLES) {
    const leading = HANGUL.leading + Math.floor(index / (VOWELS * TRAILINGS));
    const vowel = HANGUL.vowel + Math.floor((index % (VOWELS * TRAILINGS)) / TRAILINGS);
    const trailing = index % TRAILINGS;
    return trailing === 0 ? [leading, vowel] : [leading, vowel, HANGUL.trailing + trailing];
  }
  return (form === "compatible" ? compatible().get(point) : undefined) ?? canonical().get(point);
}

/** The primary composite of two code points, or -1. */
export function compose(first: number, second: number): number {
  const leading = first - HANGUL.leading;
  const vowel = second - HANGUL.vowel;
  if (leading >= 0 && leading < 19 && vowel >= 0 && vowel < VOWELS) {
    return HANGUL.syllables + (leading * VOWELS + vowel) * TRAILINGS;
  }
  const index = first - HANGUL.syllables;
  const trailing = second - HANGUL.trailing;
  if (index >= 0 && index < SYLLABLES && index % TRAILINGS === 0 && trailing > 0 && trailing < TRAILINGS) {
    return first + trailing;
  }
  return composites().get(pairKey(first, second)) ?? -1;
}

function pairKey(first: number, second: number): number {
  return first * 0x200000 + second;
}

/** Reads a mapping of code points to one or several others. */
export function readMapping(text: string): Mapping {
  const reader = new TableReader(text);
  const mapping = new Map<number, number[]>();
  const previous: number[] = new Array(32).fill(0);
  for (let point = 0; !reader.done; ) {
    point += reader.unsigned();
    const replacement: number[] = new Array(reader.unsigned());
    for (let place = 0; place < replacement.length; place++) {
      previous[place]! += reader.signed();
      replacement[place] = previous[place]!;
    }
    mapping.set(point, replacement);
  }
  return mapping;
}

function lazily<T>(make: () => T): () => T {
  let value: T | undefined;
  return () => {
    value ??= make();
    return value;
  };
}
