import { type Tensor, tensor } from "../tensor/index.js";
import type { PreTrainedTokenizerBase } from "../tokenizers/pretrained/index.js";

/** One encoded input: each column that the model takes, `input_ids` among them. */
export interface Row {
  readonly input_ids: readonly number[];
  readonly [column: string]: readonly number[];
}

/** A batch holds no more tokens than BERT's longest input, unless batch_size says how many inputs it holds. */
const tokensAtOnce = 512;
/** How many inputs are encoded before the model runs on them. */
const window = 1024;

/** Cuts a list of `count` inputs into parts that are encoded together: [start, end). */
export function* windows(count: number, batchSize: number | null): Generator<[number, number]> {
  const step = batchSize === null ? window : Math.ceil(window / batchSize) * batchSize;
  for (let start = 0; start < count; start += step) yield [start, Math.min(start + step, count)];
}

/**
 * Which rows go through the model together: rows of like length, so that little is padding. Where the size is left
 * to us, rows that cannot be padded without being changed share a batch only with their equals.
 */
export function* batches(
  rows: readonly Row[],
  batchSize: number | null,
  hasPadToken: boolean,
): Generator<number[]> {
  const length = (row: number) => rows[row]!.input_ids.length;
  const order = rows.map((_, row) => row).sort((a, b) => length(a) - length(b));
  const isPaddable = hasPadToken && rows.every((row) => "attention_mask" in row);
  const isFull = (batch: readonly number[], next: number): boolean => {
    if (batchSize !== null) return batch.length === batchSize;
    if (!isPaddable && length(batch[0]!) !== length(next)) return true;
    return (batch.length + 1) * length(next) > tokensAtOnce;
  };
  let batch: number[] = [];
  for (const row of order) {
    if (batch.length > 0 && isFull(batch, row)) {
      yield batch;
      batch = [];
    }
    batch.push(row);
  }
  if (batch.length > 0) yield batch;
}

/** The columns of rows as int64 tensors [batch, sequence], padded to the longest row. */
export function collate(
  rows: readonly Row[],
  tokenizer: PreTrainedTokenizerBase,
  side: "left" | "right" = tokenizer.padding_side,
): Record<string, Tensor> {
  const length = rows.reduce((longest, { input_ids }) => Math.max(longest, input_ids.length), 0);
  const fillers: Record<string, number> = {
    input_ids: tokenizer.pad_token_id ?? 0,
    token_type_ids: tokenizer.pad_token_type_id,
  };
  const columns: Record<string, Tensor> = {};
  for (const name of Object.keys(rows[0]!)) {
    const data = new BigInt64Array(rows.length * length).fill(BigInt(fillers[name] ?? 0));
    rows.forEach((row, i) => {
      const values = row[name]!;
      const start = i * length + (side === "left" ? length - values.length : 0);
      for (let j = 0; j < values.length; j++) data[start + j] = BigInt(values[j]!);
    });
    columns[name] = tensor(data, { shape: [rows.length, length], device: null }); // to where the model is
  }
  return columns;
}
