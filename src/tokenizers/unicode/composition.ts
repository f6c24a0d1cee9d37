import { categories, categoryMask } from "./categories.js";
import { decompositions } from "./decompositions.js";
import { lazily } from "./lazily.js";

const HANGUL = { syllables: 0xac00, leading: 0x1100, vowel: 0x1161, trailing: 0x11a7 } as const;
const VOWELS = 21;
const TRAILINGS = 28;
const SYLLABLES = 19 * VOWELS * TRAILINGS;

type Form = "canonical" | "compatible";

/** Full decompositions by code point, in pages of 256, as they are asked for. */
const pages: Record<Form, (readonly (readonly number[] | undefined)[])[]> = { canonical: [], compatible: [] };

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
  const base = point & ~255;
  pages[form][point >> 8] ??= Array.from({ length: 256 }, (_, low) => decomposeOther(base + low, form));
  return pages[form][point >> 8]![point & 255];
}

function decomposeOther(point: number, form: Form): readonly number[] | undefined {
  const { composed, canonical, compatible } = decompositions();
  const parts = composed.get(point) ?? canonical.get(point);
  const found = parts ?? (form === "compatible" ? compatible.get(point) : undefined);
  return found?.flatMap((part) => decomposeOther(part, form) ?? part);
}

const pairKey = (first: number, second: number) => first * 0x200000 + second;

/** Primary composites by the {@link pairKey} of what they are composed of, Hangul excepted. */
const composites = lazily(() => {
  const found = new Map<number, number>();
  for (const [point, [first, second]] of decompositions().composed)
    found.set(pairKey(first!, second!), point);
  return found;
});

const MARKS = categoryMask("M");

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
  // In the reference's version of Unicode, all others that compose with what is before them are marks.
  if (((MARKS >>> categories()[second]!) & 1) === 0) return -1;
  return composites().get(pairKey(first, second)) ?? -1;
}
