import { TransformersError } from "../../errors.js";
import type { CellPlace } from "./encoding.js";

/** A list of numbers of some depth, or a tensor that has read back. */
type Nested = { tolist(): unknown } | readonly unknown[];

/** Columns of a batch of tables and questions, as calls give them. */
export interface PredictionInputs {
  readonly attention_mask: Nested;
  readonly token_type_ids: Nested;
}

/** The cells that are answers of each example, and where the model says so, what is done with them. */
export type TapasPredictions = [answer_coordinates: CellPlace[][], aggregation_indices?: number[]];

/**
 * The answers that a model's logits say: the cells whose tokens are on average likelier than the threshold, in the
 * order of rows; and the likeliest aggregation. Examples without a table are left out, as in Python.
 */
export function predictionsOf(
  data: PredictionInputs,
  logits: Nested,
  logitsAggregation: Nested | null,
  threshold: number,
): TapasPredictions {
  const masks = listOf<number[][]>(data.attention_mask);
  const types = listOf<number[][][]>(data.token_type_ids);
  const scores = listOf<number[][]>(logits);
  if (scores.length !== masks.length || scores.length !== types.length) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `the logits are of ${scores.length} examples, attention_mask of ${masks.length} and token_type_ids of ${types.length}`,
    );
  }
  const answers = scores.flatMap((row, i) => {
    const found = answersOf(row, masks[i]!, types[i]!, threshold);
    return found === null ? [] : [found];
  });
  if (logitsAggregation === null) return [answers];
  return [answers, listOf<number[][]>(logitsAggregation).map(indexOfLargest)];
}

function answersOf(
  scores: readonly number[],
  mask: readonly number[],
  types: readonly (readonly number[])[],
  threshold: number,
): CellPlace[] | null {
  const cells = new Map<string, { place: CellPlace; sum: number; count: number }>();
  let hasTable = false;
  for (const [i, [segment, column, row]] of types.entries()) {
    if (column! > 0 || row! > 0) hasTable = true;
    if (segment !== 1 || column! < 1 || row! < 1) continue;
    const key = `${row} ${column}`;
    const cell = cells.get(key) ?? { place: [row! - 1, column! - 1] as const, sum: 0, count: 0 };
    cell.sum += sigmoid(scores[i]!) * mask[i]!;
    cell.count++;
    cells.set(key, cell);
  }
  if (!hasTable) return null;
  return [...cells.values()]
    .filter(({ sum, count }) => sum / count > threshold)
    .map(({ place }) => place)
    .sort(([rowA, columnA], [rowB, columnB]) => rowA - rowB || columnA - columnB);
}

function sigmoid(value: number): number {
  return Math.fround(1 / Math.fround(1 + Math.exp(-Math.max(value, -88.7))));
}

function indexOfLargest(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}

function listOf<T>(value: Nested): T {
  return ("tolist" in value ? value.tolist() : value) as T;
}
