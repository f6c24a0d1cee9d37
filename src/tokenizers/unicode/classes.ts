import { categoryRuns } from "./categories.js";
import { classTable } from "./frozen.js";
import { lazily } from "./lazily.js";
import { readRunsWithin } from "./runs.js";

/** Bits of a code point's entry in {@link classes}. */
export const WHITESPACE = 1;
export const PUNCTUATION = 2;
/** Removed by BERT's text cleaning (control, format, private use, NUL, U+FFFD). */
export const DROPPED = 4;
/** Turned into a plain space by BERT's text cleaning. */
export const SPACE = 8;
/** In the block list that BERT surrounds with spaces. */
export const HAN = 16;
/** General category Mn. */
export const NONSPACING_MARK = 32;
/** General category M (Mn, Mc, Me). */
export const MARK = 64;
/** What a regular expression's `\w` matches. */
export const WORD = 128;

/**
 * The class bits of every code point, indexed by code point. The sets are those of the Rust `tokenizers`
 * library at the version named in tables.ts, not the engine's; a lone surrogate reads as U+FFFD.
 */
export const classes = lazily(() => readRunsWithin(classTable, 8, categoryRuns()).values);
