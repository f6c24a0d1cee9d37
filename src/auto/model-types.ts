import type { PretrainedConfig } from "../models/configuration.js";
import type {
  BaseModelOutputWithPoolingAndCrossAttentions,
  CausalLMOutputWithCrossAttentions,
  HeadOutput,
  MaskedLMOutput,
  MultipleChoiceModelOutput,
  NextSentencePredictorOutput,
  PastKeyValues,
  QuestionAnsweringModelOutput,
  SequenceClassifierOutput,
  TokenClassifierOutput,
} from "../models/outputs.js";
import type { PreTrainedModel } from "../models/pretrained-model.js";
import type { Tensor } from "../tensor/index.js";

/** What the configurations of text models have in common. */
export interface TextConfig extends PretrainedConfig {
  vocab_size: number;
  hidden_size: number;
  num_hidden_layers: number;
  num_attention_heads: number;
}

/** What text models take; a family may take more. */
export interface TextInputs {
  /** Numbers of tokens: int64 [batch, sequence]. */
  input_ids?: Tensor;
  /** 1 where a token may be attended to: [batch, sequence]. */
  attention_mask?: Tensor;
  /** Segment of each token: int64 [batch, sequence]. */
  token_type_ids?: Tensor;
  /** int64 [batch, sequence] */
  position_ids?: Tensor;
  head_mask?: Tensor;
  /** Embedded tokens in place of input_ids: [batch, sequence, hidden]. */
  inputs_embeds?: Tensor;
  output_attentions?: boolean;
  output_hidden_states?: boolean;
}

export interface LabelledTextInputs extends TextInputs {
  labels?: Tensor;
}

export interface PreTrainingInputs extends LabelledTextInputs {
  next_sentence_label?: Tensor;
}

export interface DecoderInputs extends LabelledTextInputs {
  encoder_hidden_states?: Tensor;
  encoder_attention_mask?: Tensor;
  past_key_values?: PastKeyValues;
  use_cache?: boolean;
}

export interface QuestionAnsweringInputs extends TextInputs {
  start_positions?: Tensor;
  end_positions?: Tensor;
}

/** Which logits there are depends on what the family was trained for. */
export interface PreTrainingOutput extends HeadOutput {
  /** [batch, sequence, vocab] */
  logits?: Tensor;
  /** [batch, sequence, vocab] */
  prediction_logits?: Tensor;
  /** [batch, 2] */
  seq_relationship_logits?: Tensor;
}

/** A model known by what it takes and gives; of which family it is, only the run decides. */
export interface TextModel<Inputs extends object, Output extends object> extends PreTrainedModel<TextConfig> {
  forward(inputs: Inputs): Output;
}

/** What each Auto class gives. */
export interface AutoModels {
  AutoModel: TextModel<DecoderInputs, BaseModelOutputWithPoolingAndCrossAttentions>;
  AutoModelForPreTraining: TextModel<PreTrainingInputs, PreTrainingOutput>;
  AutoModelForCausalLM: TextModel<DecoderInputs, CausalLMOutputWithCrossAttentions>;
  AutoModelForMaskedLM: TextModel<LabelledTextInputs, MaskedLMOutput>;
  AutoModelForSequenceClassification: TextModel<LabelledTextInputs, SequenceClassifierOutput>;
  AutoModelForMultipleChoice: TextModel<LabelledTextInputs, MultipleChoiceModelOutput>;
  AutoModelForNextSentencePrediction: TextModel<LabelledTextInputs, NextSentencePredictorOutput>;
  AutoModelForTokenClassification: TextModel<LabelledTextInputs, TokenClassifierOutput>;
  AutoModelForQuestionAnswering: TextModel<QuestionAnsweringInputs, QuestionAnsweringModelOutput>;
  AutoModelForTextEncoding: TextModel<TextInputs, BaseModelOutputWithPoolingAndCrossAttentions>;
}
