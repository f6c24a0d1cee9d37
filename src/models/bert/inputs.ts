import { addDims, type InputAxes, type SymbolicDim, symbol, type Tensor } from "../../tensor/index.js";
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
