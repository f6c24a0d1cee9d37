import { type HubOptions, type SourceArgument, splitHubOptions } from "../hub/source.js";
import { openSource } from "../hub/storage/index.js";
import type { WeightOptions } from "../models/checkpoint.js";
import type { PretrainedConfig } from "../models/configuration.js";
import type { AnyConfigClass, AnyModelClass, AutoModelName } from "../models/family.js";
import type { DTypeOptions } from "../models/load-options.js";
import type { LoadingInfo } from "../models/loading.js";
import type { PreTrainedModel } from "../models/pretrained-model.js";
import { AutoConfig } from "./configuration.js";
import type { AutoModels } from "./model-types.js";
import { findModelClass, type RegisterOptions, registerModel } from "./registry.js";

/** Options of an Auto class's `from_pretrained`; any other name is a field of the configuration, or an option of the model's own. */
export interface AutoLoadOptions extends HubOptions, WeightOptions, DTypeOptions {
  /** The configuration to use in place of the folder's config.json. */
  config?: PretrainedConfig;
  /** Leave entries whose shapes differ at their initial values instead of throwing. Default false. */
  ignore_mismatched_sizes?: boolean;
  /** Give `[model, loading_info]` instead of the model. Default false. */
  output_loading_info?: boolean;
  readonly [name: string]: unknown;
}

/** Finds a model's class by its configuration. */
export interface AutoModelClass<M extends PreTrainedModel> {
  readonly name: AutoModelName;

  /**
   * Loads a checkpoint, a folder or a repository of the Hub, in eval mode. Throws `UNKNOWN_MODEL` (the folder's model_type), `UNSUPPORTED` (the
   * family has no model for this Auto class), and what the model's own `from_pretrained` throws.
   */
  from_pretrained(
    from: SourceArgument,
    options: AutoLoadOptions & { output_loading_info: true },
  ): Promise<[M, LoadingInfo]>;
  from_pretrained(
    from: SourceArgument,
    options?: AutoLoadOptions & { output_loading_info?: false },
  ): Promise<M>;

  /** A model with initial values, in eval mode. It is a promise because the family's code loads when it is asked for. */
  from_config(config: PretrainedConfig, options?: DTypeOptions): Promise<M>;

  /** Makes a model's class known for a configuration's. */
  register(config_class: AnyConfigClass, model_class: AnyModelClass, options?: RegisterOptions): void;
}

function autoModel<Name extends AutoModelName>(name: Name): AutoModelClass<AutoModels[Name]> {
  return {
    name,
    async from_pretrained(from: SourceArgument, options: AutoLoadOptions = {}) {
      const [hub, rest] = splitHubOptions(options);
      const source = await openSource(from, hub);
      const config = options.config ?? (await AutoConfig.from_pretrained(source));
      const type = await findModelClass(name, config);
      return type.from_pretrained(source, { ...rest, config });
    },
    async from_config(config, options = {}) {
      const type = await findModelClass(name, config);
      return type.from_config(config, options) as PreTrainedModel as AutoModels[Name];
    },
    register(config_class, model_class, options = {}) {
      registerModel(name, config_class, model_class, options);
    },
  };
}

/** The base model, without a head. */
export const AutoModel = autoModel("AutoModel");
export type AutoModel = AutoModels["AutoModel"];

/** The model with all heads of its pre-training. */
export const AutoModelForPreTraining = autoModel("AutoModelForPreTraining");
export type AutoModelForPreTraining = AutoModels["AutoModelForPreTraining"];

/** Predicts the next token. */
export const AutoModelForCausalLM = autoModel("AutoModelForCausalLM");
export type AutoModelForCausalLM = AutoModels["AutoModelForCausalLM"];

/** Fills in masked tokens. */
export const AutoModelForMaskedLM = autoModel("AutoModelForMaskedLM");
export type AutoModelForMaskedLM = AutoModels["AutoModelForMaskedLM"];

/** Classes, or a number, for a whole sequence. */
export const AutoModelForSequenceClassification = autoModel("AutoModelForSequenceClassification");
export type AutoModelForSequenceClassification = AutoModels["AutoModelForSequenceClassification"];

/** Which of several continuations fits. */
export const AutoModelForMultipleChoice = autoModel("AutoModelForMultipleChoice");
export type AutoModelForMultipleChoice = AutoModels["AutoModelForMultipleChoice"];

/** Whether one sentence follows another. */
export const AutoModelForNextSentencePrediction = autoModel("AutoModelForNextSentencePrediction");
export type AutoModelForNextSentencePrediction = AutoModels["AutoModelForNextSentencePrediction"];

/** Classes for each token. */
export const AutoModelForTokenClassification = autoModel("AutoModelForTokenClassification");
export type AutoModelForTokenClassification = AutoModels["AutoModelForTokenClassification"];

/** Where in a text an answer starts and ends. */
export const AutoModelForQuestionAnswering = autoModel("AutoModelForQuestionAnswering");
export type AutoModelForQuestionAnswering = AutoModels["AutoModelForQuestionAnswering"];

/** The encoder of texts for another model. */
export const AutoModelForTextEncoding = autoModel("AutoModelForTextEncoding");
export type AutoModelForTextEncoding = AutoModels["AutoModelForTextEncoding"];
