import { TransformersError } from "../../errors.js";
import { type Device, type NestedList, type Tensor, tensor } from "../../tensor/index.js";
import type { Encoding, Span } from "../encoding.js";

/** The columns of a batch, as lists. */
export interface BatchColumns {
  input_ids: number[] | number[][];
  token_type_ids?: number[] | number[][];
  attention_mask?: number[] | number[][];
  special_tokens_mask?: number[] | number[][];
  offset_mapping?: Span[] | Span[][];
  length?: number[];
  overflow_to_sample_mapping?: number[];
  labels?: number[] | number[][];
  overflowing_tokens?: number[] | number[][];
  num_truncated_tokens?: number | number[];
}

/** A range of tokens, or of UTF-16 units of a text: `text.slice(start, end)`. */
export interface Range {
  start: number;
  end: number;
}

/**
 * What calling a tokenizer gives: lists or tensors by the names that models know, and how tokens, words and
 * characters correspond. Only the data are its enumerable fields. `Values` is what each column is: `number[]`
 * for one text, `number[][]` for several, or a tensor.
 */
export class BatchEncoding<Values = number[] | number[][] | Tensor> {
  declare readonly input_ids: Values;
  declare readonly token_type_ids?: Values;
  declare readonly attention_mask?: Values;
  declare readonly special_tokens_mask?: Values;
  declare readonly offset_mapping?: Values extends Tensor
    ? Tensor
    : Values extends number[]
      ? Span[]
      : Span[][];
  declare readonly length?: Values extends Tensor ? Tensor : number[];
  declare readonly overflow_to_sample_mapping?: Values extends Tensor ? Tensor : number[];
  /** What a tokenizer without offsets cut off, and how many tokens. */
  declare readonly overflowing_tokens?: Values;
  declare readonly num_truncated_tokens?: Values extends Tensor ? Tensor : number | number[];
  /** The ids of `text_target`. */
  declare readonly labels?: Values;
  #encodings: readonly Encoding[] | (() => readonly Encoding[]) | null;

  /** `encodings` may be a function that is called when alignments are first asked for. */
  constructor(
    data: Readonly<Record<string, unknown>>,
    encodings: readonly Encoding[] | (() => readonly Encoding[]) | null = null,
  ) {
    Object.assign(this, data);
    this.#encodings = encodings;
  }

  /** Whether alignments between tokens and texts are known. */
  get is_fast(): boolean {
    return this.#encodings !== null;
  }

  /** The encoding of each row, with offsets. @throws TransformersError where there are none. */
  get encodings(): readonly Encoding[] {
    if (typeof this.#encodings === "function") this.#encodings = this.#encodings();
    if (this.#encodings !== null) return this.#encodings;
    throw new TransformersError(
      "INVALID_ARGUMENT",
      "this batch was not made by calling a tokenizer, so that it knows nothing of texts",
    );
  }

  /** The number of sequences in each row: 1, or 2 for pairs. */
  get n_sequences(): number | null {
    return this.#encodings === null ? null : (this.encodings[0]?.n_sequences ?? null);
  }

  keys(): string[] {
    return Object.keys(this);
  }

  values(): unknown[] {
    return Object.values(this);
  }

  items(): [string, unknown][] {
    return Object.entries(this);
  }

  /** The rows [start, end) of each column: Python's `batch[start:end]`. */
  slice(start?: number, end?: number): Record<string, unknown> {
    return Object.fromEntries(
      this.items().map(([name, rows]) => [
        name,
        Array.isArray(rows) ? rows.slice(start, end) : (rows as Tensor).slice(0, start, end),
      ]),
    );
  }

  /** The same batch with further or other columns. */
  with(columns: Readonly<Record<string, unknown>>): BatchEncoding<Values> {
    return new BatchEncoding<Values>({ ...this, ...columns }, this.#encodings);
  }

  /**
   * The same batch with int64 tensors for its lists; `prepend_batch_axis` makes one text a batch of one.
   * @throws TransformersError SHAPE_MISMATCH where rows differ in length.
   */
  convert_to_tensors(options: { prepend_batch_axis?: boolean | undefined } = {}): BatchEncoding<Tensor> {
    const columns = this.items().map(([name, values]) => {
      if (!Array.isArray(values)) return [name, values];
      const rows = options.prepend_batch_axis ? [values] : values;
      if (Array.isArray(rows[0])) checkRectangular(name, rows);
      return [name, tensor(rows as NestedList, { dtype: "int64" })];
    });
    return new BatchEncoding<Tensor>(Object.fromEntries(columns), this.#encodings);
  }

  /** The same batch with its tensors on another device. */
  to(device: Device): BatchEncoding<Values> {
    return this.with(
      Object.fromEntries(
        this.items().map(([name, values]) => [
          name,
          Array.isArray(values) ? values : (values as Tensor).to(device),
        ]),
      ),
    );
  }

  /** The tokens of a row. */
  tokens(batch_index = 0): string[] {
    return this.#row(batch_index).tokens;
  }

  /** The word that each token of a row came from; null for special tokens. */
  word_ids(batch_index = 0): (number | null)[] {
    return this.#row(batch_index).word_ids;
  }

  /** Python's deprecated name of `word_ids`. */
  words(batch_index = 0): (number | null)[] {
    return this.word_ids(batch_index);
  }

  /** The sequence that each token of a row belongs to; null for special tokens. */
  sequence_ids(batch_index = 0): (number | null)[] {
    return this.#row(batch_index).sequence_ids;
  }

  /** The sequence that a token belongs to: `(token)` of the first row, or `(row, token)`; null for special tokens. */
  token_to_sequence(batch_or_token_index: number, token_index?: number): number | null {
    const [row, token] = this.#place(batch_or_token_index, token_index);
    return row.token_to_sequence(fromEnd(token, row.length));
  }

  /** The word that a token came from: `(token)` of the first row, or `(row, token)`; null for special tokens. */
  token_to_word(batch_or_token_index: number, token_index?: number): number | null {
    const [row, token] = this.#place(batch_or_token_index, token_index);
    return row.token_to_word(fromEnd(token, row.length));
  }

  /** The text that a token covers: `(token)` of the first row, or `(row, token)`; null for special tokens. */
  token_to_chars(batch_or_token_index: number, token_index?: number): Range | null {
    const [row, token] = this.#place(batch_or_token_index, token_index);
    return toRange(row.token_to_chars(fromEnd(token, row.length)));
  }

  /** The tokens of a word: `(word)` of the first row, or `(row, word)`; null where it has none. */
  word_to_tokens(batch_or_word_index: number, word_index?: number, sequence_index = 0): Range | null {
    const [row, word] = this.#place(batch_or_word_index, word_index);
    return toRange(row.word_to_tokens(word, sequence_index));
  }

  /** The text that a word covers: `(word)` of the first row, or `(row, word)`. */
  word_to_chars(batch_or_word_index: number, word_index?: number, sequence_index = 0): Range | null {
    const [row, word] = this.#place(batch_or_word_index, word_index);
    return toRange(row.word_to_chars(word, sequence_index));
  }

  /** The token at a UTF-16 unit: `(position)` in the first row, or `(row, position)`; null where none covers it. */
  char_to_token(batch_or_char_index: number, char_index?: number, sequence_index = 0): number | null {
    const [row, position] = this.#place(batch_or_char_index, char_index);
    return row.char_to_token(position, sequence_index);
  }

  /** The word at a UTF-16 unit: `(position)` in the first row, or `(row, position)`. */
  char_to_word(batch_or_char_index: number, char_index?: number, sequence_index = 0): number | null {
    const [row, position] = this.#place(batch_or_char_index, char_index);
    return row.char_to_word(position, sequence_index);
  }

  #place(first: number, second: number | undefined): [Encoding, number] {
    return second === undefined ? [this.#row(0), first] : [this.#row(first), second];
  }

  #row(index: number): Encoding {
    const row = this.encodings.at(index);
    if (row !== undefined) return row;
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `row ${index} is out of range: the batch has ${this.encodings.length}`,
    );
  }
}

/** The columns as int64 tensors, a single row as a batch of one. */
export function columnsToTensors(columns: BatchColumns, isSingle: boolean): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {};
  for (const [name, values] of Object.entries(columns) as [string, NestedList[]][]) {
    const isPerRow = name === "length" || name === "overflow_to_sample_mapping";
    const rows = isSingle && !isPerRow ? [values] : values;
    if (!isPerRow) checkRectangular(name, rows as NestedList[][]);
    tensors[name] = tensor(rows, { dtype: "int64" });
  }
  return tensors;
}

function checkRectangular(name: string, rows: readonly NestedList[][]): void {
  const lengths = new Set(rows.map((row) => row.length));
  if (lengths.size <= 1) return;
  throw new TransformersError(
    "SHAPE_MISMATCH",
    `${name} has rows of ${[...lengths].join(", ")} tokens, which make no tensor; use padding: true, and truncation: true where texts are too long`,
  );
}

function fromEnd(index: number, length: number): number {
  return index < 0 ? index + length : index;
}

function toRange(span: Span | null): Range | null {
  return span === null ? null : { start: span[0], end: span[1] };
}
