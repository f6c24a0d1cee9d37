import { TransformersError } from "../../errors.js";
import { type Activation, Dropout, getActivation, init, LayerNorm, Linear, Module } from "../../nn/index.js";
import { cross_entropy, type Dim, Parameter, type Tensor, type Tree } from "../../tensor/index.js";
import type { InputTable } from "../call.js";
import { nextTokenLoss, sequenceClassificationLoss, spanLoss, tokenLoss } from "../losses.js";
import type {
  BaseModelOutputWithPoolingAndCrossAttentions,
  CausalLMOutputWithCrossAttentions,
  HeadOutput,
  MaskedLMOutput,
  MultipleChoiceModelOutput,
  NextSentencePredictorOutput,
  QuestionAnsweringModelOutput,
  SequenceClassifierOutput,
  TokenClassifierOutput,
} from "../outputs.js";
import type { BertConfig } from "./configuration.js";
import type { BertInputs } from "./inputs.js";
import { BertModel, BertPreTrainedModel } from "./modeling.js";

/** BERT's inputs and labels: int64, or float for regression and several labels at once. */
export interface BertLabelledInputs extends BertInputs {
  labels?: Tensor;
}

type Encoded = BaseModelOutputWithPoolingAndCrossAttentions;

/** What every head hands on from the base model. */
function passed({ hidden_states, attentions }: Encoded): HeadOutput {
  return { ...(hidden_states && { hidden_states }), ...(attentions && { attentions }) };
}

export class BertPredictionHeadTransform extends Module<BertConfig> {
  readonly dense = new Linear(this.config.hidden_size, this.config.hidden_size);
  readonly activation: Activation = getActivation(this.config.hidden_act);
  readonly LayerNorm = new LayerNorm(this.config.hidden_size, { eps: this.config.layer_norm_eps });

  forward(hidden: Tensor): Tensor {
    return this.LayerNorm(this.activation(this.dense(hidden)));
  }
}

/** Logits over the vocabulary; its bias is the decoder's. */
export class BertLMPredictionHead extends Module<BertConfig> {
  readonly bias = new Parameter([this.config.vocab_size], init.zeros_);
  readonly transform = new BertPredictionHeadTransform(this.config);
  readonly decoder = Object.assign(new Linear(this.config.hidden_size, this.config.vocab_size), {
    bias: this.bias,
  });

  forward(hidden: Tensor): Tensor {
    return this.decoder(this.transform(hidden));
  }
}

/** The head's bias stays the decoder's. */
function setDecoder(head: BertLMPredictionHead, decoder: Linear): void {
  Object.assign(head, { decoder, ...(decoder.bias && { bias: decoder.bias }) });
}

export class BertOnlyMLMHead extends Module<BertConfig> {
  readonly predictions = new BertLMPredictionHead(this.config);

  forward(hidden: Tensor): Tensor {
    return this.predictions(hidden);
  }
}

export class BertOnlyNSPHead extends Module<BertConfig> {
  readonly seq_relationship = new Linear(this.config.hidden_size, 2);

  forward(pooled: Tensor): Tensor {
    return this.seq_relationship(pooled);
  }
}

export class BertPreTrainingHeads extends Module<BertConfig> {
  readonly predictions = new BertLMPredictionHead(this.config);
  readonly seq_relationship = new Linear(this.config.hidden_size, 2);

  forward(hidden: Tensor, pooled: Tensor): [Tensor, Tensor] {
    return [this.predictions(hidden), this.seq_relationship(pooled)];
  }
}

export interface BertForPreTrainingInputs extends BertLabelledInputs {
  /** 0: the second sentence follows the first; 1: it does not. int64 [batch] */
  next_sentence_label?: Tensor;
}

export interface BertForPreTrainingOutput extends HeadOutput {
  /** [batch, sequence, vocab] */
  prediction_logits: Tensor;
  /** [batch, 2] */
  seq_relationship_logits: Tensor;
}

/** Masked language modelling and next sentence prediction together. */
export class BertForPreTraining extends BertPreTrainedModel {
  readonly bert = new BertModel(this.config);
  readonly cls = new BertPreTrainingHeads(this.config);

  constructor(config: BertConfig) {
    super(config);
    this.post_init();
  }

  override get_output_embeddings(): Linear {
    return this.cls.predictions.decoder;
  }

  override set_output_embeddings(embeddings: Linear): void {
    setDecoder(this.cls.predictions, embeddings);
  }

  override inputTable(given: BertForPreTrainingInputs): InputTable {
    return withTokenLabels(super.inputTable(given), { next_sentence_label: ["batch"] });
  }

  forward({ labels, next_sentence_label, ...inputs }: BertForPreTrainingInputs): BertForPreTrainingOutput {
    const encoded = this.bert(inputs);
    const [prediction_logits, seq_relationship_logits] = this.cls(
      encoded.last_hidden_state,
      encoded.pooler_output!,
    );
    const output = { prediction_logits, seq_relationship_logits, ...passed(encoded) };
    if (!labels || !next_sentence_label) return output;
    const loss = tokenLoss(prediction_logits, labels).add(
      tokenLoss(seq_relationship_logits, next_sentence_label),
    );
    return { loss, ...output };
  }
}

/** What both language models are made of. */
abstract class BertLanguageModel extends BertPreTrainedModel {
  readonly bert = new BertModel(this.config, { add_pooling_layer: false });
  readonly cls = new BertOnlyMLMHead(this.config);

  constructor(config: BertConfig) {
    super(config);
    this.post_init();
  }

  override get_output_embeddings(): Linear {
    return this.cls.predictions.decoder;
  }

  override set_output_embeddings(embeddings: Linear): void {
    setDecoder(this.cls.predictions, embeddings);
  }

  override inputTable(given: BertLabelledInputs): InputTable {
    return withTokenLabels(super.inputTable(given));
  }
}

/** A language model that predicts the next token; with cross-attention where the configuration has it. */
export class BertLMHeadModel extends BertLanguageModel {
  forward({ labels, ...inputs }: BertLabelledInputs): CausalLMOutputWithCrossAttentions {
    const encoded = this.bert(labels ? { ...inputs, use_cache: false } : inputs);
    const { past_key_values, cross_attentions } = encoded;
    const logits = this.cls(encoded.last_hidden_state);
    return {
      ...(labels && { loss: nextTokenLoss(logits, labels) }),
      logits,
      ...(past_key_values && { past_key_values }),
      ...passed(encoded),
      ...(cross_attentions && { cross_attentions }),
    };
  }
}

/** A language model that fills in masked tokens. */
export class BertForMaskedLM extends BertLanguageModel {
  forward({ labels, ...inputs }: BertLabelledInputs): MaskedLMOutput {
    const encoded = this.bert(inputs);
    const logits = this.cls(encoded.last_hidden_state);
    return { ...(labels && { loss: tokenLoss(logits, labels) }), logits, ...passed(encoded) };
  }
}

/** Says whether the second sentence follows the first: class 0 is yes. */
export class BertForNextSentencePrediction extends BertPreTrainedModel {
  readonly bert = new BertModel(this.config);
  readonly cls = new BertOnlyNSPHead(this.config);

  constructor(config: BertConfig) {
    super(config);
    this.post_init();
  }

  override inputTable(given: BertLabelledInputs): InputTable {
    return { ...super.inputTable(given), labels: ["batch"] };
  }

  forward({ labels, ...inputs }: BertLabelledInputs): NextSentencePredictorOutput {
    const encoded = this.bert(inputs);
    const logits = this.cls(encoded.pooler_output!);
    return { ...(labels && { loss: tokenLoss(logits, labels) }), logits, ...passed(encoded) };
  }
}

function classifierDropout(config: BertConfig): Dropout {
  return new Dropout(config.classifier_dropout ?? config.hidden_dropout_prob);
}

/** Classes (or a number) for a whole sequence. */
export class BertForSequenceClassification extends BertPreTrainedModel {
  readonly bert = new BertModel(this.config);
  readonly dropout = classifierDropout(this.config);
  readonly classifier = new Linear(this.config.hidden_size, this.config.num_labels);

  constructor(config: BertConfig) {
    super(config);
    this.post_init();
  }

  override inputTable(given: BertLabelledInputs): InputTable {
    return { ...super.inputTable(given), labels: ["batch"] };
  }

  forward({ labels, ...inputs }: BertLabelledInputs): SequenceClassifierOutput {
    const encoded = this.bert(inputs);
    const logits = this.classifier(this.dropout(encoded.pooler_output!));
    const loss = labels && sequenceClassificationLoss(logits, labels, this.config);
    return { ...(loss && { loss }), logits, ...passed(encoded) };
  }
}

/** Which of several continuations fits. Inputs: [batch, choices, sequence]. */
export class BertForMultipleChoice extends BertPreTrainedModel {
  readonly bert = new BertModel(this.config);
  readonly dropout = classifierDropout(this.config);
  readonly classifier = new Linear(this.config.hidden_size, 1);

  constructor(config: BertConfig) {
    super(config);
    this.post_init();
  }

  override inputTable(given: BertLabelledInputs): InputTable {
    const sequence = super.inputTable({ ...given, attention_mask: undefined }).input_ids as readonly never[];
    const axes = ["batch", "choices", ...sequence.slice(1)];
    const flat = ["input_ids", "attention_mask", "token_type_ids", "position_ids", "inputs_embeds"];
    return { ...Object.fromEntries(flat.map((name) => [name, axes])), head_mask: [], labels: ["batch"] };
  }

  forward({ labels, ...inputs }: BertLabelledInputs): MultipleChoiceModelOutput {
    const choices = (inputs.input_ids ?? inputs.inputs_embeds)?.shape[1];
    if (choices === undefined) {
      throw new TransformersError("INVALID_ARGUMENT", "give the model either input_ids or inputs_embeds");
    }
    const flat: Record<string, Tree> = { ...inputs };
    for (const name of [
      "input_ids",
      "attention_mask",
      "token_type_ids",
      "position_ids",
      "inputs_embeds",
    ] as const) {
      const given = inputs[name];
      if (given) flat[name] = given.reshape([-1, ...given.shape.slice(2)] as Dim[]);
    }
    const encoded = this.bert(flat);
    const logits = this.classifier(this.dropout(encoded.pooler_output!)).reshape([-1, choices]);
    return { ...(labels && { loss: cross_entropy(logits, labels) }), logits, ...passed(encoded) };
  }
}

/** Classes for each token. */
export class BertForTokenClassification extends BertPreTrainedModel {
  readonly bert = new BertModel(this.config, { add_pooling_layer: false });
  readonly dropout = classifierDropout(this.config);
  readonly classifier = new Linear(this.config.hidden_size, this.config.num_labels);

  constructor(config: BertConfig) {
    super(config);
    this.post_init();
  }

  override inputTable(given: BertLabelledInputs): InputTable {
    return withTokenLabels(super.inputTable(given));
  }

  forward({ labels, ...inputs }: BertLabelledInputs): TokenClassifierOutput {
    const encoded = this.bert(inputs);
    const logits = this.classifier(this.dropout(encoded.last_hidden_state));
    return { ...(labels && { loss: tokenLoss(logits, labels) }), logits, ...passed(encoded) };
  }
}

export interface BertForQuestionAnsweringInputs extends BertInputs {
  /** First and last token of the answer: int64 [batch]. */
  start_positions?: Tensor;
  end_positions?: Tensor;
}

/** Where in the sequence an answer starts and ends. */
export class BertForQuestionAnswering extends BertPreTrainedModel {
  readonly bert = new BertModel(this.config, { add_pooling_layer: false });
  readonly qa_outputs = new Linear(this.config.hidden_size, this.config.num_labels);

  constructor(config: BertConfig) {
    super(config);
    this.post_init();
  }

  override inputTable(given: BertForQuestionAnsweringInputs): InputTable {
    return { ...super.inputTable(given), start_positions: ["batch"], end_positions: ["batch"] };
  }

  forward({
    start_positions,
    end_positions,
    ...inputs
  }: BertForQuestionAnsweringInputs): QuestionAnsweringModelOutput {
    const encoded = this.bert(inputs);
    const logits = this.qa_outputs(encoded.last_hidden_state); // [batch, sequence, 2]
    if (this.config.num_labels !== 2) {
      throw new TransformersError(
        "CONFIG_INVALID",
        `num_labels is ${this.config.num_labels}; BertForQuestionAnswering needs 2, for an answer's start and end`,
      );
    }
    const start_logits = logits.select(2, 0);
    const end_logits = logits.select(2, 1);
    const output = { start_logits, end_logits, ...passed(encoded) };
    if (!start_positions || !end_positions) return output;
    return { loss: spanLoss(start_logits, end_logits, start_positions, end_positions), ...output };
  }
}

/** Labels for every token, beside the base model's inputs. */
function withTokenLabels(table: InputTable, more: InputTable = {}): InputTable {
  return { ...table, labels: table.input_ids!, ...more };
}
