import { isPair, pointAt } from "../text.js";
import { categoryRuns } from "./categories.js";
import { graphemeTable } from "./frozen.js";
import { lazily } from "./lazily.js";
import { readRunsWithin } from "./runs.js";

// Grapheme_Cluster_Break of Unicode Standard Annex #29, as far as the reference's results tell the values apart: no
// text shows where it sees a boundary between regional indicators, so that they are ordinary characters here.
const CR = 1;
const LF = 2;
const CONTROL = 3;
const EXTEND = 4;
const ZWJ = 5;
const SPACING_MARK = 6;
const PREPEND = 7;
const L = 8;
const V = 9;
const T = 10;
const LV = 11;
const LVT = 12;
const PICTOGRAPH = 13;
const CONSONANT = 14;
const KIND = 15;
/** Indic_Conjunct_Break: what links two consonants, and what may stand between beside it. */
const LINKER = 16;
const BETWEEN = 32;

const HANGUL = { first: 0xac00, count: 11172, trailings: 28 } as const;

/** Whether a character of this kind is a cluster of its own beside another such one. */
export function isSimple(kind: number): boolean {
  return kind === 0 || kind === LV || kind === LVT;
}

/** What each code point is to grapheme clusters, as runs; Hangul syllables are as Any. */
export const graphemeRuns = lazily(() => readRunsWithin(graphemeTable, 6, categoryRuns()));

/** What each code point is to grapheme clusters; a lone surrogate is as U+FFFD. */
export const graphemeKinds = lazily(() => {
  const table = graphemeRuns().values.slice();
  for (let i = 0; i < HANGUL.count; i++) table[HANGUL.first + i] = i % HANGUL.trailings === 0 ? LV : LVT;
  return table;
});

/**
 * Where the extended grapheme cluster that starts at units[from] ends (Unicode Standard Annex #29, by frozen tables).
 * What stands before `from` must be no part of it.
 */
export function clusterEnd(units: Uint16Array, from: number, to: number): number {
  const kindOf = graphemeKinds();
  let point = pointAt(units, from, to);
  let at = from + (point > 0xffff ? 2 : 1);
  let kind = kindOf[point]!;
  // The part of the cluster that later rules ask for: pictograph Extend* [ZWJ], and consonant {Between, Linker}*.
  let isPictograph = (kind & KIND) === PICTOGRAPH;
  let conjunct = (kind & KIND) === CONSONANT ? 1 : 0; // 1: a consonant is there, 2: and a linker
  while (at < to) {
    point = pointAt(units, at, to);
    const next = kindOf[point]!;
    if (isBoundary(kind & KIND, next & KIND, isPictograph, conjunct === 2)) break;
    if ((next & KIND) === PICTOGRAPH) isPictograph = true;
    else if ((next & KIND) === ZWJ) isPictograph &&= (kind & KIND) !== ZWJ;
    else if ((next & KIND) !== EXTEND || (kind & KIND) === ZWJ) isPictograph = false;
    if ((next & KIND) === CONSONANT) conjunct = 1;
    else if (next & LINKER) conjunct = conjunct === 0 ? 0 : 2;
    else if ((next & BETWEEN) === 0) conjunct = 0;
    kind = next;
    at += isPair(units, at, to) ? 2 : 1;
  }
  return at;
}

/** `afterPictograph`: a pictograph stands before, with nothing but Extend between; `linked`: a consonant and a linker. */
function isBoundary(before: number, after: number, afterPictograph: boolean, linked: boolean): boolean {
  if (before === CR && after === LF) return false;
  if (before <= CONTROL && before >= CR) return true;
  if (after <= CONTROL && after >= CR) return true;
  switch (after) {
    case L:
      if (before === L) return false;
      break;
    case V:
      if (before === L || before === V || before === LV) return false;
      break;
    case T:
      if (before === LV || before === V || before === LVT || before === T) return false;
      break;
    case LV:
    case LVT:
      if (before === L) return false;
      break;
    case EXTEND:
    case ZWJ:
    case SPACING_MARK:
      return false;
    case CONSONANT:
      if (linked) return false;
      break;
    case PICTOGRAPH:
      if (before === ZWJ && afterPictograph) return false;
      break;
  }
  return before !== PREPEND;
}
