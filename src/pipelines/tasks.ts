import {
  AutoModel,
  type AutoModelClass,
  AutoModelForMaskedLM,
  AutoModelForQuestionAnswering,
  AutoModelForSequenceClassification,
  AutoModelForTokenClassification,
} from "../auto/index.js";
import type { PreTrainedModel } from "../models/pretrained-model.js";
import type { PreTrainedTokenizerBase } from "../tokenizers/pretrained/index.js";
import type { FeatureExtractionOptions, FeatureExtractionPipeline } from "./feature-extraction.js";
import type { FillMaskOptions, FillMaskPipeline } from "./fill-mask.js";
import type { QuestionAnsweringOptions, QuestionAnsweringPipeline } from "./question-answering.js";
import type { TextClassificationOptions, TextClassificationPipeline } from "./text-classification.js";
import type { TokenClassificationOptions, TokenClassificationPipeline } from "./token-classification.js";
import type {
  ZeroShotClassificationOptions,
  ZeroShotClassificationPipeline,
} from "./zero-shot-classification.js";

/** The options of each task. */
export interface TaskOptions {
  "text-classification": TextClassificationOptions;
  "token-classification": TokenClassificationOptions;
  "question-answering": QuestionAnsweringOptions;
  "fill-mask": FillMaskOptions;
  "feature-extraction": FeatureExtractionOptions;
  "zero-shot-classification": ZeroShotClassificationOptions;
}

/** The pipeline of each task, made with options `O`. */
export interface TaskPipelines<O> {
  "text-classification": TextClassificationPipeline<Pick<O, keyof O & keyof TextClassificationOptions>>;
  "token-classification": TokenClassificationPipeline<Pick<O, keyof O & keyof TokenClassificationOptions>>;
  "question-answering": QuestionAnsweringPipeline<Pick<O, keyof O & keyof QuestionAnsweringOptions>>;
  "fill-mask": FillMaskPipeline;
  "feature-extraction": FeatureExtractionPipeline<Pick<O, keyof O & keyof FeatureExtractionOptions>>;
  "zero-shot-classification": ZeroShotClassificationPipeline;
}

export type TaskName = keyof TaskOptions;

/** Other names of tasks. */
export const taskAliases = {
  "sentiment-analysis": "text-classification",
  ner: "token-classification",
} as const satisfies Record<string, TaskName>;
export type TaskAlias = keyof typeof taskAliases;
/** The task that a name means. */
export type TaskOf<T extends TaskName | TaskAlias> = T extends TaskAlias ? (typeof taskAliases)[T] : T;

/** A task's pipeline as pipeline() makes it; which model and options belong to it, TaskPipelines says. */
interface PipelineClass {
  new (parts: { model: never; tokenizer: PreTrainedTokenizerBase; options: never }): unknown;
  /** The names of the task's own options. */
  readonly optionNames: readonly string[];
}

/** What pipeline() has to know about a task. */
export interface Task {
  /** The Auto class of its models. */
  readonly auto: AutoModelClass<PreTrainedModel>;
  /** The model that is shipped with this package for it: a folder under assets/. */
  readonly shipped: string | null;
  /** Loads the task's code. */
  load(): Promise<PipelineClass>;
}

export const tasks: Readonly<Record<TaskName, Task>> = {
  "text-classification": {
    auto: AutoModelForSequenceClassification,
    shipped: "language-identification",
    load: async () => (await import("./text-classification.js")).TextClassificationPipeline,
  },
  "token-classification": {
    auto: AutoModelForTokenClassification,
    shipped: null,
    load: async () => (await import("./token-classification.js")).TokenClassificationPipeline,
  },
  "question-answering": {
    auto: AutoModelForQuestionAnswering,
    shipped: null,
    load: async () => (await import("./question-answering.js")).QuestionAnsweringPipeline,
  },
  "fill-mask": {
    auto: AutoModelForMaskedLM,
    shipped: null,
    load: async () => (await import("./fill-mask.js")).FillMaskPipeline,
  },
  "feature-extraction": {
    auto: AutoModel,
    shipped: null,
    load: async () => (await import("./feature-extraction.js")).FeatureExtractionPipeline,
  },
  "zero-shot-classification": {
    auto: AutoModelForSequenceClassification,
    shipped: null,
    load: async () => (await import("./zero-shot-classification.js")).ZeroShotClassificationPipeline,
  },
};
