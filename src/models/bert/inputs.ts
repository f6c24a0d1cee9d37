import { TransformersError } from "../../errors.js";
import {
  addDims,
  canonical,
  type InputAxes,
  type SymbolicDim,
  symbol,
  type Tensor,
} from "../../tensor/index.js";
import type { InputTable } from "../call.js";
import type { PastKeyValues } from "../outputs.js";
import type { BertConfig } from "./configuration.js";

/** What BERT's forward takes. */
export interface BertInputs {
  /** Numbers of tokens: int64 [batch, sequence]. */
  input_ids?: Tensor;
  /** 1 where a token may be attended to: [batch, sequence] (with a cache, of past and present) or [batch, sequence, total]. */
  attention_mask?: Tensor;
  /** Segment of each token, 0 or 1: int64 [batch, sequence]. */
  token_type_ids?: Tensor;
  /** int64 [batch, sequence]; 0, 1, 2 ... unless given. */
  position_ids?: Tensor;
  /** Factor of each head's probabilities: [heads] or [layers, heads]. */
  head_mask?: Tensor;
  /** Embedded tokens in place of input_ids: [batch, sequence, hidden]. */
  inputs_embeds?: Tensor;
  /** An encoder's output for cross-attention: [batch, encoder_sequence, hidden]. */
  encoder_hidden_states?: Tensor;
  encoder_attention_mask?: Tensor;
  /** Cached keys and values of earlier positions, one list for each layer: [batch, heads, past, head_dim]. */
  past_key_values?: PastKeyValues;
  use_cache?: boolean;
  output_attentions?: boolean;
  output_hidden_states?: boolean;
}

/** The axes of BERT's inputs. With feed-forward chunking the sequence is cut up, so its length must be a number. */
export function bertInputTable(given: BertInputs, config: BertConfig): InputTable {
  const { past_key_values, encoder_hidden_states, attention_mask, encoder_attention_mask } = given;
  const sequence = config.chunk_size_feed_forward > 0 ? null : symbol("sequence");
  const total = past_key_values && sequence ? (addDims(symbol("past"), sequence) as SymbolicDim) : sequence;
  const tokens: InputAxes = ["batch", sequence];
  return {
    input_ids: tokens,
    attention_mask: attention_mask?.rank === 3 ? ["batch", sequence, total] : ["batch", total],
    token_type_ids: tokens,
    position_ids: tokens,
    head_mask: [],
    inputs_embeds: tokens,
    encoder_hidden_states: ["batch", "encoder_sequence"],
    encoder_attention_mask:
      encoder_attention_mask?.rank === 3
        ? ["batch", sequence, "encoder_sequence"]
        : ["batch", "encoder_sequence"],
    past_key_values: ([, index]) => [
      "batch",
      null,
      Number(index) < 2 || !encoder_hidden_states ? "past" : "encoder_sequence",
    ],
  };
}

/** Throws where there are more tokens than positions, or a token that the vocabulary does not have. */
export function checkBertInputs(
  { input_ids, inputs_embeds, past_key_values }: BertInputs,
  config: BertConfig,
): void {
  const tokens = input_ids?.rank === 1 ? undefined : (input_ids?.shape.at(-1) ?? inputs_embeds?.shape.at(-2));
  const past = past_key_values?.[0]?.[0]?.shape[2] ?? 0;
  const length = Number(tokens ?? 0) + Number(past);
  if (length > config.max_position_embeddings) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `a sequence of ${length} tokens is longer than the ${config.max_position_embeddings} positions of this model; shorten it, with the tokenizer's option truncation: true for example`,
    );
  }
  if (input_ids !== undefined && input_ids.rank < 2) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `input_ids must be [batch, sequence], got ${input_ids}; put a single sequence into a list`,
    );
  }
  const ids = input_ids && canonical(input_ids).storage;
  if (!ids || !("data" in ids)) return;
  for (const id of ids.data) {
    if (id < 0 || id >= config.vocab_size) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `input_ids holds ${id}, but the vocabulary has the tokens 0 to ${config.vocab_size - 1}; is this the model's own tokenizer?`,
      );
    }
  }
}
