import { categoryRuns } from "./categories.js";
import { scriptNames, scriptTable, splitScriptTable } from "./frozen.js";
import { lazily } from "./lazily.js";
import { readRunsWithin } from "./runs.js";

/** The scripts in small letters without hyphens, the first of number 1; 0 is the number of what has none. */
export const SCRIPTS: readonly string[] = scriptNames.split(",");

/** The number of each code point's script, as runs: those of regular expressions. */
export const scriptRuns = lazily(() => readRunsWithin(scriptTable, 8, categoryRuns()));

/**
 * The script of each code point as the UnicodeScripts pre-tokenizer sees it, by numbers without a meaning: Hiragana,
 * Katakana and Han are one, and 0 (the space, and what has none) goes with any.
 */
export const splitScripts = lazily(() => readRunsWithin(splitScriptTable, 8, scriptRuns()).values);
