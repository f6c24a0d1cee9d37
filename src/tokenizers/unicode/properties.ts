import { categoryRuns } from "./categories.js";
import { emojiTable, letterTable } from "./frozen.js";
import { graphemeRuns } from "./graphemes.js";
import { lazily } from "./lazily.js";
import { readRunsWithin } from "./runs.js";

/** Bits of {@link letterRuns}: what has a property beside the categories that have it as a whole. */
export const OTHER_ALPHABETIC = 1;
export const OTHER_UPPERCASE = 2;
export const OTHER_LOWERCASE = 4;
export const IDEOGRAPHIC = 8;

/** Properties of letters as regular expressions know them, as bits. */
export const letterRuns = lazily(() => readRunsWithin(letterTable, 4, categoryRuns()));

/** Bits of {@link emojiRuns}. */
export const EMOJI = 1;
export const EMOJI_PRESENTATION = 2;
export const EMOJI_MODIFIER = 4;
export const EMOJI_MODIFIER_BASE = 8;
export const EMOJI_COMPONENT = 16;
export const EXTENDED_PICTOGRAPHIC = 32;

/** Properties of emoji as regular expressions know them, as bits. */
export const emojiRuns = lazily(() => readRunsWithin(emojiTable, 6, graphemeRuns()));
