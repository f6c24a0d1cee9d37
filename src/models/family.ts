import type { PreTrainedTokenizerBase } from "../tokenizers/pretrained/index.js";
import type { PretrainedConfig } from "./configuration.js";
import type { PreTrainedModel } from "./pretrained-model.js";

/** The Auto classes of models, by what their models do. */
export type AutoModelName =
  | "AutoModel"
  | "AutoModelForPreTraining"
  | "AutoModelForCausalLM"
  | "AutoModelForMaskedLM"
  | "AutoModelForSequenceClassification"
  | "AutoModelForMultipleChoice"
  | "AutoModelForNextSentencePrediction"
  | "AutoModelForTokenClassification"
  | "AutoModelForQuestionAnswering"
  | "AutoModelForTextEncoding";

// Each family's classes take its own configuration, which only the family knows: `any` stands for it here.
// biome-ignore-start lint/suspicious/noExplicitAny: see above
export interface AnyModelClass {
  new (config: any): PreTrainedModel<any>;
  readonly name: string;
  readonly config_class: AnyConfigClass;
  from_config(this: any, config: any, options?: any): PreTrainedModel<any>;
  from_pretrained(this: any, from: any, options?: any): Promise<any>;
}

export interface AnyConfigClass {
  new (fields?: any): PretrainedConfig;
  readonly model_type: string;
  from_dict(this: any, fields: any): PretrainedConfig;
  from_pretrained(this: any, from: any, options?: any): Promise<PretrainedConfig>;
}

export interface AnyTokenizerClass {
  /** The class's name in tokenizer_config.json. */
  readonly tokenizerClass: string;
  from_pretrained(this: any, from: any, options?: any): Promise<PreTrainedTokenizerBase>;
}
// biome-ignore-end lint/suspicious/noExplicitAny: see above

/**
 * What a folder under models/ offers, exported as `family` from its index. What it has of tokenizers is exported as
 * `tokenizers`, a list of classes; a folder may have tokenizers alone.
 */
export interface Family {
  readonly model_type: string;
  readonly config: AnyConfigClass;
  /** All its models, found by the name in config.architectures. */
  readonly models: readonly AnyModelClass[];
  /** Which of them each Auto class means. */
  readonly auto: Readonly<Partial<Record<AutoModelName, AnyModelClass>>>;
  /** Its tokenizer's class. */
  readonly tokenizer?: AnyTokenizerClass;
}
