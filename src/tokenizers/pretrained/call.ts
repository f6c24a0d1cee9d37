import { TransformersError } from "../../errors.js";
import type { Tensor } from "../../tensor/index.js";
import type { Encoding } from "../encoding.js";
import type { Tokenizer } from "../tokenizer.js";
import { type BatchColumns, BatchEncoding, columnsToTensors } from "./batch-encoding.js";
import { type CallDefaults, type CallOptions, resolveStrategies } from "./call-options.js";
import { batchInputs, type TextInput } from "./inputs.js";

/** What each column of a call's result is: a list, a list of lists, or a tensor. */
export type CallValues<Text, Options> = Options extends { return_tensors: true }
  ? Tensor
  : Options extends { return_overflowing_tokens: true }
    ? number[][]
    : Text extends string
      ? number[]
      : Text extends readonly (readonly string[])[]
        ? number[][]
        : Options extends { is_split_into_words: true }
          ? number[]
          : number[][];

/**
 * What calling a tokenizer does, and the rows of the result. Offsets are only computed where they are asked for, now or later.
 * @throws TransformersError INVALID_ARGUMENT or UNSUPPORTED naming the option that cannot be honoured.
 */
export function encodeCall(
  backend: Tokenizer,
  text: TextInput,
  options: CallOptions,
  defaults: CallDefaults,
  modelInputNames: readonly string[],
): { result: BatchEncoding<unknown>; rows: readonly Encoding[] } {
  const strategies = resolveStrategies(options, defaults);
  const { inputs, isSingle } = batchInputs(text, options);
  const { offset_unit = "utf16" } = options;
  const settings = { add_special_tokens: options.add_special_tokens ?? true, ...strategies, offset_unit };
  const overflow = options.return_overflowing_tokens ?? false;
  const isOneRow = isSingle && !overflow;
  const { version } = backend;

  const encodeFully = () => rowsOf(backend.encode_batch(inputs, settings), overflow);
  const wantsOffsets = options.return_offsets_mapping ?? false;
  const { rows, samples } = wantsOffsets
    ? encodeFully()
    : rowsOf(backend.encode_batch_fast(inputs, settings), overflow);
  const columns = columnsOf(rows, samples, options, isOneRow, modelInputNames);
  const encodeLater = () => {
    if (backend.version === version) return encodeFully().rows;
    throw new TransformersError(
      "STALE_VALUE",
      "the tokenizer has changed since this batch was made; ask for alignments before, or for return_offsets_mapping",
    );
  };
  const data = options.return_tensors ? columnsToTensors(columns, isOneRow) : { ...columns };
  return { result: new BatchEncoding(data, wantsOffsets ? rows : encodeLater), rows };
}

function columnsOf(
  rows: readonly Encoding[],
  samples: number[],
  options: CallOptions,
  isOneRow: boolean,
  modelInputNames: readonly string[],
): BatchColumns {
  const column = <T>(read: (row: Encoding) => T[]): T[] | T[][] =>
    isOneRow ? read(rows[0]!) : rows.map(read);
  const takes = (name: string) => modelInputNames.includes(name);
  const columns: BatchColumns = { input_ids: column((row) => row.ids) };
  if (options.return_token_type_ids ?? takes("token_type_ids")) {
    columns.token_type_ids = column((row) => row.type_ids);
  }
  if (options.return_attention_mask ?? takes("attention_mask")) {
    columns.attention_mask = column((row) => row.attention_mask);
  }
  if (options.return_special_tokens_mask) {
    columns.special_tokens_mask = column((row) => row.special_tokens_mask);
  }
  if (options.return_offsets_mapping) columns.offset_mapping = column((row) => row.offsets);
  if (options.return_length) columns.length = rows.map((row) => row.length);
  if (options.return_overflowing_tokens) columns.overflow_to_sample_mapping = samples;
  return columns;
}

/** The rows of a batch, with the overflow of each where it is asked for, and the input that each came from. */
function rowsOf(encodings: readonly Encoding[], overflow: boolean): { rows: Encoding[]; samples: number[] } {
  const rows: Encoding[] = [];
  const samples: number[] = [];
  for (const [sample, encoding] of encodings.entries()) {
    for (const row of overflow ? [encoding, ...encoding.overflowing] : [encoding]) {
      rows.push(row);
      samples.push(sample);
    }
  }
  return { rows, samples };
}
