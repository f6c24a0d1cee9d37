// The public surface. What builds models and trains them is in the subpaths ./tensor, ./nn, ./optim and ./tokenizers.

export {
  AutoConfig,
  type AutoConfigFields,
  type AutoLoadOptions,
  AutoModel,
  type AutoModelClass,
  AutoModelForCausalLM,
  AutoModelForMaskedLM,
  AutoModelForMultipleChoice,
  AutoModelForNextSentencePrediction,
  AutoModelForPreTraining,
  AutoModelForQuestionAnswering,
  AutoModelForSequenceClassification,
  AutoModelForTextEncoding,
  AutoModelForTokenClassification,
  AutoTokenizer,
  type AutoTokenizerOptions,
  type RegisterOptions,
} from "./auto/index.js";
export { type ErrorCode, TransformersError } from "./errors.js";
export {
  type AxisSlice,
  openSafetensors,
  type SafetensorsFile,
  type SafetensorsSlice,
  type StoredTensor,
} from "./hub/safetensors/index.js";
export type { DownloadProgress, HubOptions, HubSettings } from "./hub/source.js";
export { configureHub } from "./hub/storage/index.js";
export {
  BertConfig,
  BertForMaskedLM,
  BertForMultipleChoice,
  BertForNextSentencePrediction,
  BertForPreTraining,
  BertForQuestionAnswering,
  BertForSequenceClassification,
  BertForTokenClassification,
  type BertInputs,
  type BertLabelledInputs,
  BertLMHeadModel,
  BertModel,
  BertTokenizer,
  BertTokenizerFast,
} from "./models/bert/index.js";
export { type ConfigFields, PretrainedConfig, type ProblemType } from "./models/configuration.js";
export { load_sharded_checkpoint, type ShardedOptions } from "./models/load-sharded.js";
export type { LoadingInfo } from "./models/loading.js";
export type * from "./models/outputs.js";
export { type LoadOptions, PreTrainedModel } from "./models/pretrained-model.js";
export { FillMaskPipeline } from "./pipelines/fill-mask.js";
export {
  type AggregationStrategy,
  type Answer,
  type BatchOptions,
  type CallProgress,
  type Classification,
  type ClassificationInput,
  type EntityGroup,
  type FeatureExtractionOptions,
  type FeatureExtractionPipeline,
  type Features,
  type FilledMask,
  type FillMaskOptions,
  type LoadingOptions,
  type Pipeline,
  type PipelineOptions,
  pipeline,
  type Question,
  type QuestionAnsweringOptions,
  type QuestionAnsweringPipeline,
  supportedTasks,
  type TaskAlias,
  type TaskName,
  type TextClassificationOptions,
  type TextPair,
  type TokenClassificationOptions,
  type TokenClassificationPipeline,
  type TokenEntity,
  type ZeroShotClassification,
  type ZeroShotClassificationOptions,
  type ZeroShotClassificationPipeline,
} from "./pipelines/index.js";
export { TextClassificationPipeline } from "./pipelines/text-classification.js";
export {
  configureRuntime,
  manual_seed,
  no_grad,
  type RuntimeSettings,
  Tensor,
  tensor,
} from "./tensor/index.js";
export {
  BatchEncoding,
  type CallOptions,
  type ChatMessage,
  type ChatOptions,
  type Conversation,
  PreTrainedTokenizer,
  PreTrainedTokenizerBase,
  PreTrainedTokenizerFast,
  PythonTokenizer,
  type TokenizerConfig,
  type TokenTable,
  VocabTable,
} from "./tokenizers/pretrained/index.js";
