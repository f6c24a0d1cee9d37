import { categoryRuns } from "./categories.js";
import { TableReader } from "./codec.js";
import * as tables from "./frozen.js";
import { lazily } from "./lazily.js";
import { forEachRun, readRunsWithin } from "./runs.js";

/** Code point to the code points that replace it; a code point that is not a key stays as it is. */
export type Mapping = ReadonlyMap<number, readonly number[]>;

/** Lowercase of each code point by itself: no final sigma, no locale. */
export const lowercase = lazily((): Mapping => {
  const steps = [0];
  for (const reader = new TableReader(tables.lowercaseSteps); !reader.done; ) steps.push(reader.signed());
  const found = new Map<number, readonly number[]>();
  forEachRun(readRunsWithin(tables.lowercaseTable, 7, categoryRuns()), (place, start, end) => {
    for (let point = start; place > 0 && point < end; point++) found.set(point, [point + steps[place]!]);
  });
  // The one that becomes two: I with a dot above.
  return found.set(0x130, [0x69, 0x307]);
});

/** Full canonical decompositions, Hangul syllables excepted: see {@link decompose}. */
export const canonical = lazily(() => changesBy("NFD"));

/** Full compatibility decompositions, Hangul syllables excepted. */
export const compatible = lazily(() => changesBy("NFKD"));

/** Code points of which the reference decomposes some and knows that the others do not. */
const decomposing = lazily(() => {
  const found: string[] = [];
  forEachRun(readRunsWithin(tables.decomposingTable, 1, categoryRuns()), (may, start, end) => {
    for (let point = start; may === 1 && point < end; point++) found.push(String.fromCodePoint(point));
  });
  return found;
});

/**
 * What a normalization form makes of code points that it changes. Which decompose is frozen from the reference; into
 * what is the one thing that the engine is asked about Unicode, because it can not change: "once a character is
 * encoded, its canonical combining class and decomposition mapping" stay (Unicode's stability policies), and ECMA-262
 * has `normalize` follow. mapping.test.ts holds the engine to the reference.
 */
function changesBy(form: "NFC" | "NFD" | "NFKD"): Mapping {
  const points = decomposing();
  // All at once, because that is many times as fast: line feeds stay as they are.
  const changed = points.join("\n").normalize(form).split("\n");
  const found = new Map<number, readonly number[]>();
  points.forEach((point, i) => {
    if (changed[i] !== point) {
      found.set(
        point.codePointAt(0)!,
        Array.from(changed[i]!, (part) => part.codePointAt(0)!),
      );
    }
  });
  return found;
}

/** Canonical combining classes that are not 0. */
export const combiningClasses = lazily(() => {
  const found = new Map<number, number>();
  forEachRun(readRunsWithin(tables.combiningClassTable, 8, categoryRuns()), (value, start, end) => {
    for (let point = start; value > 0 && point < end; point++) found.set(point, value);
  });
  return found as ReadonlyMap<number, number>;
});

/** Primary composites, keyed by `first * 0x200000 + second` (Hangul excepted: see {@link compose}). */
const composites = lazily(() => {
  const excluded = changesBy("NFC");
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
  return (form === "compatible" ? compatible() : canonical()).get(point);
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
