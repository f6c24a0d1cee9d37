import type { IntBuffer } from "../../text.js";
import { BLOOM, scanBloom } from "./bloom.js";
import { CL100K, QWEN2, QWEN35, scanCl100k, scanQwen2, scanQwen35 } from "./cl100k.js";
import { CLIP, scanClip } from "./clip.js";
import {
  DEEPSEEK,
  DEEPSEEK_HAN,
  DIGIT_GROUPS,
  scanDeepseek,
  scanDeepseekHan,
  scanDigitGroups,
} from "./deepseek.js";
import { GPT2, scanGpt2 } from "./gpt2.js";
import { O200K, scanO200k, scanTekken, TEKKEN } from "./o200k.js";

export { scanGpt2 } from "./gpt2.js";

/**
 * Appends to `spans` start and end of each match, none of them empty, that a regular expression has in
 * units[from, to) where it sees nothing of what is around.
 */
export type Scanner = (units: Uint16Array, from: number, to: number, spans: IntBuffer) => void;

const SCANNERS: ReadonlyMap<string, Scanner> = new Map([
  [GPT2, scanGpt2],
  [CL100K, scanCl100k],
  [QWEN2, scanQwen2],
  [QWEN35, scanQwen35],
  [O200K, scanO200k],
  [TEKKEN, scanTekken],
  [DIGIT_GROUPS, scanDigitGroups],
  [DEEPSEEK_HAN, scanDeepseekHan],
  [DEEPSEEK, scanDeepseek],
  [CLIP, scanClip],
  [BLOOM, scanBloom],
]);

/** What finds the matches of a well-known pattern in linear time, by the pattern's exact text. */
export function scannerFor(pattern: string): Scanner | undefined {
  return SCANNERS.get(pattern);
}
