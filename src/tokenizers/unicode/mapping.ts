import { categories, categoryMask, categoryRuns } from "./categories.js";
import { forEachRange, NumberReader } from "./digits.js";
import * as tables from "./frozen.js";
import { lazily } from "./lazily.js";
import { forEachRunWithin } from "./runs.js";

/** Code point to the code points that replace it; a code point that is not a key stays as it is. */
export type Mapping = ReadonlyMap<number, readonly number[]>;

/** Lowercase of each code point by itself: no final sigma, no locale. */
export const lowercase = lazily((): Mapping => {
  const steps = [0];
  for (const reader = new NumberReader(tables.lowercaseSteps); !reader.done; ) steps.push(reader.signed());
  const found = new Map<number, readonly number[]>();
  forEachRunWithin(tables.lowercaseTable, 7, categoryRuns(), (place, start, end) => {
    for (let point = start; place > 0 && point < end; point++) found.set(point, [point + steps[place]!]);
  });
  // The one that becomes two: I with a dot above.
  return found.set(0x130, [0x69, 0x307]);
});

/** Canonical combining classes that are not 0. */
export const combiningClasses = lazily(() => {
  const found = new Map<number, number>();
  forEachRunWithin(tables.combiningClassTable, 8, categoryRuns(), (value, start, end) => {
    for (let point = start; value > 0 && point < end; point++) found.set(point, value);
  });
  return found as ReadonlyMap<number, number>;
});

const HANGUL = { syllables: 0xac00, leading: 0x1100, vowel: 0x1161, trailing: 0x11a7 } as const;
const VOWELS = 21;
const TRAILINGS = 28;
const SYLLABLES = 19 * VOWELS * TRAILINGS;

type Form = "canonical" | "compatible";

/** Full decompositions by code point, in pages of 256. */
const decompositions: Record<Form, (readonly (readonly number[] | undefined)[])[]> = {
  canonical: [],
  compatible: [],
};

/** The decomposition of one code point, or undefined where it is its own (Unicode, chapter 3.7 and 3.12). */
export function decompose(point: number, form: Form): readonly number[] | undefined {
  if (point < 0xa0) return undefined;
  const index = point - HANGUL.syllables;
  if (index >= 0 && index < SYLLABLES) {
    const leading = HANGUL.leading + Math.floor(index / (VOWELS * TRAILINGS));
    const vowel = HANGUL.vowel + Math.floor((index % (VOWELS * TRAILINGS)) / TRAILINGS);
    const trailing = index % TRAILINGS;
    return trailing === 0 ? [leading, vowel] : [leading, vowel, HANGUL.trailing + trailing];
  }
  const pages = decompositions[form];
  pages[point >> 8] ??= Array.from({ length: 256 }, (_, low) => decomposeOther((point & ~255) | low, form));
  return pages[point >> 8]![point & 255];
}

/**
 * What has been assigned up to the reference's version decomposes as the engine says. That is the one thing that it is
 * asked about Unicode, because it cannot change: Unicode's stability policies fix decompositions for good once a
 * character is assigned, and ECMA-262 has `normalize` follow. mapping.test.ts holds the engine to the reference.
 */
function decomposeOther(point: number, form: Form): readonly number[] | undefined {
  const text = String.fromCodePoint(point);
  const parts = text.normalize(form === "canonical" ? "NFD" : "NFKD");
  return parts === text || isNewer(point) ? undefined : Array.from(parts, (part) => part.codePointAt(0)!);
}

/** Whether a code point that decomposes does not do so in the reference, which is older. */
function isNewer(point: number): boolean {
  return newer().has(point) || ((UNASSIGNED >>> categories()[point]!) & 1) === 1;
}

const UNASSIGNED = categoryMask("Cn");

const newer = lazily(() => {
  const points = new Set<number>();
  forEachRange(tables.decomposedLaterRanges, (start, end) => {
    for (let point = start; point < end; point++) points.add(point);
  });
  return points;
});

/** Pairs that have been composed, keyed by `first * 0x200000 + second`; -1: to nothing. */
const composites = new Map<number, number>();
const MOST_COMPOSITES = 1 << 16;
const MARKS = categoryMask("M");

/** The primary composite of two code points that composition leaves as they are, or -1. */
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
  // In the reference's version of Unicode, all others that compose with what is before them are marks.
  if (((MARKS >>> categories()[second]!) & 1) === 0) return -1;
  const key = first * 0x200000 + second;
  let composite = composites.get(key);
  if (composite === undefined) {
    composite = composeOther(first, second);
    if (composites.size === MOST_COMPOSITES) composites.clear();
    composites.set(key, composite);
  }
  return composite;
}

function composeOther(first: number, second: number): number {
  const text = String.fromCodePoint(first).normalize("NFD") + String.fromCodePoint(second);
  const [composite, ...more] = text.normalize("NFC");
  // One character, for which no mark changes places.
  const isPrimary = more.length === 0 && composite!.normalize("NFD") === text;
  const point = composite!.codePointAt(0)!;
  return isPrimary && !isNewer(point) ? point : -1;
}
