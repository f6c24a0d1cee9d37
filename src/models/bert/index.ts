import type { AnyTokenizerClass, Family } from "../family.js";
import { BertConfig } from "./configuration.js";
import {
  BertForMaskedLM,
  BertForMultipleChoice,
  BertForNextSentencePrediction,
  BertForPreTraining,
  BertForQuestionAnswering,
  BertForSequenceClassification,
  BertForTokenClassification,
  BertLMHeadModel,
} from "./heads.js";
import { BertModel } from "./modeling.js";
import { BertTokenizer } from "./tokenization.js";

export * from "./configuration.js";
export * from "./heads.js";
export type { BertInputs } from "./inputs.js";
export * from "./modeling.js";
export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [BertTokenizer];

export const family: Family = {
  model_type: "bert",
  config: BertConfig,
  models: [
    BertModel,
    BertForPreTraining,
    BertLMHeadModel,
    BertForMaskedLM,
    BertForNextSentencePrediction,
    BertForSequenceClassification,
    BertForMultipleChoice,
    BertForTokenClassification,
    BertForQuestionAnswering,
  ],
  auto: {
    AutoModel: BertModel,
    AutoModelForTextEncoding: BertModel,
    AutoModelForPreTraining: BertForPreTraining,
    AutoModelForCausalLM: BertLMHeadModel,
    AutoModelForMaskedLM: BertForMaskedLM,
    AutoModelForNextSentencePrediction: BertForNextSentencePrediction,
    AutoModelForSequenceClassification: BertForSequenceClassification,
    AutoModelForMultipleChoice: BertForMultipleChoice,
    AutoModelForTokenClassification: BertForTokenClassification,
    AutoModelForQuestionAnswering: BertForQuestionAnswering,
  },
  tokenizer: BertTokenizer,
};
