import { TransformersError } from "../../errors.js";
import type { Side, TruncationOptions, TruncationStrategy } from "../truncation.js";

/** How {@link truncateSequences} cuts. */
export interface SequenceTruncation {
  num_tokens_to_remove: number;
  /** Default "longest_first". */
  truncation_strategy?: TruncationStrategy | "do_not_truncate";
  /** How many tokens that are kept `overflowing_tokens` begins with (default 0). */
  stride?: number;
  side: Side;
}

/** What is left of two sequences, and what was cut off: nothing where both of a pair were cut. */
export type TruncatedSequences = [ids: number[], pair_ids: number[] | null, overflowing_tokens: number[]];

/**
 * Takes tokens away from a sequence or a pair, as Python's tokenizers do; those of the Rust library cut elsewhere
 * where a pair is cut "longest_first".
 * @throws TransformersError INVALID_ARGUMENT where the strategy leaves nothing of a sequence; Python logs that and
 * leaves everything as it was.
 */
export function truncateSequences(
  ids: readonly number[],
  pair_ids: readonly number[] | null,
  truncation: SequenceTruncation,
): TruncatedSequences {
  const { num_tokens_to_remove: excess, truncation_strategy: strategy = "longest_first" } = truncation;
  if (excess <= 0 || strategy === "do_not_truncate") return [[...ids], pair_ids && [...pair_ids], []];
  if (strategy === "only_second") {
    if (pair_ids === null) throw invalid('truncation "only_second" needs a second sequence');
    const [kept, overflowing] = cut(pair_ids, excess, "second", truncation);
    return [[...ids], kept, overflowing];
  }
  if (strategy === "only_first" || pair_ids === null) {
    const [kept, overflowing] = cut(ids, excess, "first", truncation);
    return [kept, pair_ids && [...pair_ids], overflowing];
  }
  const difference = Math.min(Math.abs(pair_ids.length - ids.length), excess);
  const rest = excess - difference;
  const half = Math.floor(rest / 2);
  const fromFirst = ids.length > pair_ids.length ? difference + half : half;
  const fromSecond = excess - fromFirst;
  return [without(ids, fromFirst, truncation.side), without(pair_ids, fromSecond, truncation.side), []];
}

function cut(
  ids: readonly number[],
  excess: number,
  which: "first" | "second",
  { stride = 0, side }: SequenceTruncation,
): [kept: number[], overflowing: number[]] {
  if (ids.length <= excess) {
    throw invalid(
      `truncation cannot take ${excess} tokens away from the ${which} sequence, which has ${ids.length}; choose a larger max_length or another strategy`,
    );
  }
  const window = Math.min(ids.length, stride + excess);
  const overflowing = side === "left" ? ids.slice(0, window) : ids.slice(-window);
  return [without(ids, excess, side), overflowing];
}

function without(ids: readonly number[], count: number, side: Side): number[] {
  return side === "left" ? ids.slice(count) : ids.slice(0, Math.max(ids.length - count, 0));
}

/** What a tokenizer does to ids around {@link prepareIds}. */
export interface Framing {
  num_special_tokens_to_add(pair: boolean): number;
  build_inputs_with_special_tokens(ids: readonly number[], pair_ids: readonly number[] | null): number[];
  create_token_type_ids_from_sequences(ids: readonly number[], pair_ids: readonly number[] | null): number[];
  get_special_tokens_mask(
    ids: readonly number[],
    options: { token_ids_1: readonly number[] | null },
  ): number[];
}

/** Which columns {@link prepareIds} makes, and how it cuts. */
export interface Preparation {
  addSpecialTokens: boolean;
  truncation: Required<TruncationOptions> | null;
  /** The length that `num_truncated_tokens` is counted from: that of truncation or padding. */
  limit: number | null;
  typeIds: boolean;
  specialTokensMask: boolean;
  overflow: boolean;
}

/** The columns of one example before padding. */
export interface PreparedColumns {
  input_ids: number[];
  token_type_ids?: number[];
  special_tokens_mask?: number[];
  overflowing_tokens?: number[];
  num_truncated_tokens?: number;
}

/**
 * Ids of one text or of a pair as a model takes them: cut and framed by special tokens.
 * @throws TransformersError INVALID_ARGUMENT for what Python refuses.
 */
export function prepareIds(
  ids: readonly number[],
  pair: readonly number[] | null,
  framing: Framing,
  { addSpecialTokens, truncation, limit, typeIds, specialTokensMask, overflow }: Preparation,
): PreparedColumns {
  const special = addSpecialTokens ? framing.num_special_tokens_to_add(pair !== null) : 0;
  const total = ids.length + (pair?.length ?? 0) + special;
  if (overflow && truncation?.strategy === "longest_first" && pair !== null) {
    throw invalid(
      'return_overflowing_tokens of a pair needs truncation "only_first" or "only_second": "longest_first" cuts both',
    );
  }
  let [first, second, overflowing]: TruncatedSequences = [[...ids], pair && [...pair], []];
  if (truncation !== null && total > truncation.max_length) {
    [first, second, overflowing] = truncateSequences(ids, pair, {
      num_tokens_to_remove: total - truncation.max_length,
      truncation_strategy: truncation.strategy,
      stride: truncation.stride,
      side: truncation.direction,
    });
  }
  const prepared: PreparedColumns = {
    input_ids: addSpecialTokens
      ? framing.build_inputs_with_special_tokens(first, second)
      : [...first, ...(second ?? [])],
  };
  const { length } = prepared.input_ids;
  if (overflow) {
    if (limit === null)
      throw invalid("return_overflowing_tokens needs a max_length, for num_truncated_tokens");
    prepared.overflowing_tokens = overflowing;
    prepared.num_truncated_tokens = total - limit;
  }
  if (typeIds) {
    prepared.token_type_ids = addSpecialTokens
      ? framing.create_token_type_ids_from_sequences(first, second)
      : new Array(length).fill(0);
  }
  if (specialTokensMask) {
    prepared.special_tokens_mask = addSpecialTokens
      ? framing.get_special_tokens_mask(first, { token_ids_1: second })
      : new Array(length).fill(0);
  }
  return prepared;
}

function invalid(message: string): TransformersError {
  return new TransformersError("INVALID_ARGUMENT", message);
}
