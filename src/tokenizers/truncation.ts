import { TransformersError } from "../errors.js";
import { Encoding, type TokenText } from "./encoding.js";
import type { Json, JsonFields } from "./json.js";

export const TRUNCATION_STRATEGIES = ["longest_first", "only_first", "only_second"] as const;
export type TruncationStrategy = (typeof TRUNCATION_STRATEGIES)[number];

/** A side of a text: where it is cut, or where padding goes. */
export type Side = "left" | "right";

/** How encodings are shortened. */
export interface TruncationOptions {
  /** The most tokens, special tokens included. */
  max_length: number;
  /** Which of a pair loses tokens: the longer one, or always the first or second (default "longest_first"). */
  strategy?: TruncationStrategy;
  /** How many tokens a part repeats of the one before it (default 0). */
  stride?: number;
  /** The side that tokens are cut from (default "right"). */
  direction?: Side;
}

/** Checks and completes options. @throws TransformersError INVALID_ARGUMENT */
export function completeTruncation(options: TruncationOptions): Required<TruncationOptions> {
  const { max_length, strategy = "longest_first", stride = 0, direction = "right" } = options;
  for (const [name, value] of Object.entries({ max_length, stride })) {
    if (!Number.isInteger(value) || value < 0) {
      throw new TransformersError("INVALID_ARGUMENT", `${name} must be a whole number from 0, not ${value}`);
    }
  }
  if (!TRUNCATION_STRATEGIES.includes(strategy)) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `truncation strategy ${JSON.stringify(strategy)} is unknown; known: ${TRUNCATION_STRATEGIES.join(", ")}`,
    );
  }
  return { max_length, strategy, stride, direction: checkSide(direction, "truncation direction") };
}

/** @throws TransformersError INVALID_ARGUMENT where `side` is neither "left" nor "right". */
export function checkSide(side: string, name: string): Side {
  if (side === "left" || side === "right") return side;
  throw new TransformersError(
    "INVALID_ARGUMENT",
    `${name} must be "left" or "right", not ${JSON.stringify(side)}`,
  );
}

const STRATEGY_NAMES = {
  longest_first: "LongestFirst",
  only_first: "OnlyFirst",
  only_second: "OnlySecond",
} as const;

/** The `truncation` object of tokenizer.json. */
export function truncationFromJson(fields: JsonFields): Required<TruncationOptions> {
  const name = fields.choice("strategy", Object.values(STRATEGY_NAMES), "LongestFirst");
  return {
    max_length: fields.integer("max_length"),
    strategy: TRUNCATION_STRATEGIES.find((strategy) => STRATEGY_NAMES[strategy] === name)!,
    stride: fields.integer("stride", 0),
    direction: fields.choice("direction", ["Left", "Right"], "Right") === "Left" ? "left" : "right",
  };
}

export function truncationToJson(options: Required<TruncationOptions>): Json {
  return {
    direction: options.direction === "left" ? "Left" : "Right",
    max_length: options.max_length,
    strategy: STRATEGY_NAMES[options.strategy],
    stride: options.stride,
  };
}

/**
 * Shortens an encoding, or a pair, to `max_length` tokens in all; what is cut off becomes `overflowing`.
 * @throws TransformersError INVALID_ARGUMENT where the strategy leaves nothing to cut, or the stride is not
 * shorter than what is kept.
 */
export function truncate(
  first: Encoding,
  second: Encoding | undefined,
  options: Required<TruncationOptions>,
  tokenText: TokenText,
): [Encoding, Encoding | undefined] {
  const { max_length: limit, strategy } = options;
  const cut = (encoding: Encoding, length: number) => truncateOne(encoding, length, options, tokenText);
  if (limit === 0) return [cut(first, 0), second && cut(second, 0)];
  const excess = first.length + (second?.length ?? 0) - limit;
  if (excess <= 0) return [first, second];
  if (strategy === "longest_first") {
    if (second === undefined) return [cut(first, limit), undefined];
    const [shorter, longer] = shareOut(Math.min(first.length, second.length), limit);
    const firstIsLonger = first.length > second.length;
    return [cut(first, firstIsLonger ? longer : shorter), cut(second, firstIsLonger ? shorter : longer)];
  }
  const target = strategy === "only_first" ? first : second;
  if (target === undefined) {
    throw new TransformersError("INVALID_ARGUMENT", 'truncation "only_second" needs a second sequence');
  }
  if (target.length <= excess) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `truncation "${strategy}" cannot take ${excess} tokens away from a sequence of ${target.length}`,
    );
  }
  const shortened = cut(target, target.length - excess);
  return target === first ? [shortened, second] : [first, shortened];
}

/** How many tokens the shorter and the longer of a pair keep under "longest_first". */
function shareOut(shorter: number, limit: number): [number, number] {
  const longer = shorter > limit ? shorter : Math.max(shorter, limit - shorter);
  if (shorter + longer <= limit) return [shorter, longer];
  const half = Math.floor(limit / 2);
  return [half, half + (limit % 2)];
}

function truncateOne(
  encoding: Encoding,
  limit: number,
  { stride, direction }: Required<TruncationOptions>,
  tokenText: TokenText,
): Encoding {
  const { length } = encoding;
  if (limit >= length) return encoding;
  if (limit === 0) {
    return Encoding.empty(tokenText, encoding.columns.spans !== null).with({ overflowing: [encoding] });
  }
  if (stride >= limit) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `stride ${stride} must be less than the ${limit} tokens that truncation leaves for this sequence (max_length without special tokens)`,
    );
  }
  const parts: Encoding[] = [];
  if (direction === "right") {
    for (let start = 0; ; start += limit - stride) {
      const end = Math.min(start + limit, length);
      parts.push(encoding.slice(start, end));
      if (end === length) break;
    }
  } else {
    for (let end = length; ; end -= limit - stride) {
      const start = Math.max(end - limit, 0);
      parts.push(encoding.slice(start, end));
      if (start === 0) break;
    }
  }
  return parts[0]!.with({ overflowing: parts.slice(1) });
}
