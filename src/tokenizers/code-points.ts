import { TransformersError } from "../errors.js";
import type { IntBuffer } from "./text.js";
import type { OffsetUnit, TokenizerInput } from "./tokenizer.js";

/** @throws TransformersError INVALID_ARGUMENT where it is no unit that offsets can count. */
export function checkOffsetUnit(unit: string): OffsetUnit {
  if (unit === "utf16" || unit === "codepoint") return unit;
  throw new TransformersError(
    "INVALID_ARGUMENT",
    `offset_unit must be "utf16" or "codepoint", not ${JSON.stringify(unit)}`,
  );
}

/** Turns the offsets of tokens, which count UTF-16 units of their text (or word), into counts of code points. */
export function countCodePoints(
  input: TokenizerInput,
  offsets: IntBuffer,
  words: { readonly values: Int32Array },
): void {
  const isText = typeof input === "string";
  let countedWord = -1;
  let points = isText ? pointPositions(input) : null;
  for (let i = 0; i < offsets.length; i++) {
    const word = words.values[i >> 1]!;
    if (!isText && word !== countedWord) {
      countedWord = word;
      points = pointPositions(input[word]!);
    }
    if (points !== null) offsets.values[i] = points[offsets.values[i]!]!;
  }
}

/** How many code points begin before each UTF-16 unit of a text, and in all; null where the two counts are the same. */
function pointPositions(text: string): Int32Array | null {
  if (!/[\ud800-\udbff][\udc00-\udfff]/.test(text)) return null;
  const positions = new Int32Array(text.length + 1);
  let points = 0;
  for (let i = 0; i < text.length; i++) {
    positions[i] = points;
    const isSecondHalf = i > 0 && isHigh(text.charCodeAt(i - 1)) && isLow(text.charCodeAt(i));
    if (isSecondHalf) positions[i] = points - 1;
    else points++;
  }
  positions[text.length] = points;
  return positions;
}

function isHigh(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}

function isLow(unit: number): boolean {
  return (unit & 0xfc00) === 0xdc00;
}
