import type { Tensor } from "../tensor/index.js";

/** Keys and values of each layer: self-attention's two, and after them cross-attention's two. */
export type PastKeyValues = readonly (readonly Tensor[])[];

export interface BaseModelOutput {
  /** [batch, sequence, hidden] */
  last_hidden_state: Tensor;
  /** The embeddings and each layer's output. */
  hidden_states?: Tensor[];
  /** Each layer's probabilities: [batch, heads, sequence, total]. */
  attentions?: Tensor[];
}

export interface BaseModelOutputWithPoolingAndCrossAttentions extends BaseModelOutput {
  /** [batch, hidden] */
  pooler_output?: Tensor;
  past_key_values?: PastKeyValues;
  cross_attentions?: Tensor[];
}

/** What models with a head give beside their logits. */
export interface HeadOutput {
  /** When labels are given. */
  loss?: Tensor;
  hidden_states?: Tensor[];
  attentions?: Tensor[];
}

export interface MaskedLMOutput extends HeadOutput {
  /** [batch, sequence, vocab] */
  logits: Tensor;
}

export interface CausalLMOutputWithCrossAttentions extends HeadOutput {
  /** [batch, sequence, vocab] */
  logits: Tensor;
  past_key_values?: PastKeyValues;
  cross_attentions?: Tensor[];
}

export interface NextSentencePredictorOutput extends HeadOutput {
  /** [batch, 2] */
  logits: Tensor;
}

export interface SequenceClassifierOutput extends HeadOutput {
  /** [batch, num_labels] */
  logits: Tensor;
}

export interface MultipleChoiceModelOutput extends HeadOutput {
  /** [batch, choices] */
  logits: Tensor;
}

export interface TokenClassifierOutput extends HeadOutput {
  /** [batch, sequence, num_labels] */
  logits: Tensor;
}

export interface QuestionAnsweringModelOutput extends HeadOutput {
  /** [batch, sequence] */
  start_logits: Tensor;
  /** [batch, sequence] */
  end_logits: Tensor;
}
