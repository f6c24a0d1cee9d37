import { TransformersError } from "../../errors.js";
import { type Tensor, tensor } from "../../tensor/index.js";
import type { CallOptions } from "../../tokenizers/pretrained/index.js";
import { BertTokenizer } from "../bert/tokenization.js";

/** Options of `batch_encode_candidates`: those of a call, with a list of texts for each of the batch. */
export interface CandidateOptions extends Omit<CallOptions, "text_pair" | "padding"> {
  text_pair?: readonly (readonly string[])[] | null;
}

/** What `batch_encode_candidates` gives: [batch, candidates, max_length] each. */
export type Candidates<Values = number[][][]> = {
  input_ids: Values;
  token_type_ids?: Values;
  attention_mask?: Values;
};

const COLUMNS = ["input_ids", "attention_mask", "token_type_ids"] as const;

/** REALM's tokenizer: BERT's, and batches of candidates for each text. */
export class RealmTokenizer extends BertTokenizer {
  static override readonly tokenizerClass: string = "RealmTokenizer";

  /**
   * Encodes a list of candidates, all padded to `max_length`, for each of a batch.
   * @throws TransformersError INVALID_ARGUMENT where candidates and their pairs are not as many.
   */
  batch_encode_candidates<const Options extends CandidateOptions = object>(
    text: readonly (readonly string[])[],
    options?: Options,
  ): Candidates<Options extends { return_tensors: true } ? Tensor : number[][][]> {
    const { text_pair = null, return_tensors = false, ...rest }: CandidateOptions = options ?? {};
    if (text_pair !== null && text_pair.length !== text.length) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `there are candidates for ${text.length} texts, and pairs for ${text_pair.length}`,
      );
    }
    const rows = text.map((candidates, i) =>
      this(candidates, { ...rest, padding: "max_length", text_pair: text_pair?.[i] ?? null }),
    );
    const found: Record<string, unknown> = {};
    for (const name of COLUMNS) {
      if (rows[0]?.[name] === undefined) continue;
      const values = rows.map((row) => row[name] as number[][]);
      found[name] = return_tensors ? tensor(values, { dtype: "int64" }) : values;
    }
    return found as Candidates<Options extends { return_tensors: true } ? Tensor : number[][][]>;
  }
}

/** Python's name for the same class. */
export const RealmTokenizerFast = RealmTokenizer;
export type RealmTokenizerFast = RealmTokenizer;
