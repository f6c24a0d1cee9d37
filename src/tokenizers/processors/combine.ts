import { TransformersError } from "../../errors.js";
import { Encoding, type Span, type TokenText } from "../encoding.js";
import { type TruncationOptions, truncate } from "../truncation.js";
import type { PostProcessor } from "./processor.js";

/** What {@link combine} depends on beside the sequences. */
export interface CombineOptions {
  addSpecialTokens: boolean;
  truncation: Required<TruncationOptions> | null;
}

/**
 * One encoding of one or two sequences: truncated so that the special tokens find room, then with them.
 * @throws TransformersError INVALID_ARGUMENT where `max_length` has no room for the special tokens.
 */
export function combine(
  first: Encoding,
  second: Encoding | undefined,
  options: CombineOptions,
  processor: PostProcessor | null,
  tokenText: TokenText,
): Encoding {
  const special = options.addSpecialTokens ? (processor?.addedTokens(second !== undefined) ?? 0) : 0;
  const [a, b] = truncated(first, second, options.truncation, special, tokenText);
  if (processor === null) {
    return b === undefined ? a : Encoding.concat([withRange(a, 0), withRange(b, 1)], tokenText);
  }
  const numbered = (b === undefined ? [a] : [a, b]).map((encoding, i) =>
    withRange(encoding, i).with({
      typeId: i,
      overflowing: encoding.overflowing.map((part) => withRange(part, i)),
    }),
  );
  return Encoding.concat(processor.process(numbered, options.addSpecialTokens), tokenText);
}

function truncated(
  first: Encoding,
  second: Encoding | undefined,
  truncation: Required<TruncationOptions> | null,
  special: number,
  tokenText: TokenText,
): [Encoding, Encoding | undefined] {
  if (truncation === null) return [first, second];
  const max_length = truncation.max_length - special;
  if (max_length < 0) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `max_length ${truncation.max_length} leaves no room for the ${special} special tokens; raise it or set add_special_tokens to false`,
    );
  }
  return truncate(first, second, { ...truncation, max_length }, tokenText);
}

function withRange(encoding: Encoding, sequence: number): Encoding {
  const range: Span = [0, encoding.length];
  return encoding.with({ sequenceRanges: new Map([[sequence, range]]) });
}
