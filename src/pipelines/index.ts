import { AutoConfig, AutoTokenizer, loadFamily } from "../auto/index.js";
import { TransformersError } from "../errors.js";
import { hasFile } from "../hub/files.js";
import { splitHubOptions } from "../hub/source.js";
import { openSource, packagedFolder } from "../hub/storage/index.js";
import type { PretrainedConfig } from "../models/configuration.js";
import type { DTypeOptions } from "../models/load-options.js";
import type { PreTrainedModel } from "../models/pretrained-model.js";
import { requireDevice } from "../tensor/index.js";
import type { PreTrainedTokenizerBase } from "../tokenizers/pretrained/index.js";
import {
  type BatchOptions,
  batchOptions,
  type Exactly,
  given,
  type LoadingOptions,
  loadingOptions,
  type ModelArgument,
  refuseUnknown,
} from "./options.js";
import {
  type Task,
  type TaskAlias,
  type TaskName,
  type TaskOf,
  type TaskOptions,
  type TaskPipelines,
  taskAliases,
  tasks,
} from "./tasks.js";

export type { FeatureExtractionOptions, FeatureExtractionPipeline, Features } from "./feature-extraction.js";
export type { FilledMask, FillMaskOptions, FillMaskPipeline } from "./fill-mask.js";
export type {
  BatchOptions,
  CallProgress,
  LoadingOptions,
  ModelArgument,
  TokenizerOptions,
} from "./options.js";
export type { Pipeline, Stream, TextPair } from "./pipeline.js";
export type {
  Answer,
  Question,
  QuestionAnsweringOptions,
  QuestionAnsweringPipeline,
} from "./question-answering.js";
export type { TaskAlias, TaskName, TaskOptions, TaskPipelines } from "./tasks.js";
export type {
  Classification,
  ClassificationInput,
  TextClassificationOptions,
  TextClassificationPipeline,
} from "./text-classification.js";

export type {
  AggregationStrategy,
  EntityGroup,
  TokenClassificationOptions,
  TokenClassificationPipeline,
  TokenEntity,
} from "./token-classification.js";
export type {
  ZeroShotClassification,
  ZeroShotClassificationOptions,
  ZeroShotClassificationPipeline,
} from "./zero-shot-classification.js";

/** Options of `pipeline()`: what is loaded, and what calls use unless they say otherwise. */
export type PipelineOptions<T extends TaskName> = LoadingOptions & DefaultOptions[T];
/** Options of calls that a pipeline can be made with; to stop and to report, it is told how loading is to be. */
type DefaultOptions = { [T in TaskName]: Omit<TaskOptions[T], "signal" | "progress_callback"> };

/** Every name that pipeline() takes as a task. */
export function supportedTasks(): string[] {
  return [...Object.keys(tasks), ...Object.keys(taskAliases)].sort();
}

/** The task that a name means. Throws `UNKNOWN_TASK`, listing the tasks. */
export function findTask(name: string): TaskName {
  const task = Object.hasOwn(taskAliases, name) ? taskAliases[name as TaskAlias] : name;
  if (Object.hasOwn(tasks, task)) return task as TaskName;
  throw new TransformersError(
    "UNKNOWN_TASK",
    `there is no task ${JSON.stringify(name)}; tasks are ${supportedTasks().join(", ")}`,
  );
}

/**
 * Makes a function that does a task on texts. `model` is the folder of a checkpoint, a repository of the Hub, or a loaded model, with which
 * `options.tokenizer` is needed; without one, the model that is shipped for the task is used, where there is one. In
 * browsers a folder is a URL, and a model has to be given.
 *
 *     const classify = await pipeline("text-classification");
 *     const [{ label, score }] = await classify("Der Hund schläft auf dem Sofa.");
 *
 * Throws `UNKNOWN_TASK`, `FILE_NOT_FOUND`, `INVALID_ARGUMENT` or `UNSUPPORTED` (an option), and what loading the
 * model throws.
 */
export async function pipeline<
  const T extends TaskName | TaskAlias,
  const O extends PipelineOptions<TaskOf<T>> = object,
>(
  task: T,
  model?: ModelArgument | null,
  options?: Exactly<O, PipelineOptions<TaskOf<T>>>,
): Promise<TaskPipelines<O>[TaskOf<T>]> {
  const name = findTask(task);
  const found = tasks[name];
  const type = await found.load();
  const [hub, own] = splitHubOptions(given(options ?? {}) as LoadingOptions & BatchOptions);
  const { tokenizer, config, device, dtype, torch_dtype, model_kwargs, ...rest } = own;
  const ways = { tokenizer, config, dtype, torch_dtype, model_kwargs, ...hub };
  refuseUnknown(name, options ?? {}, [...loadingOptions, ...batchOptions, ...type.optionNames]);
  const parts =
    typeof (model ?? "") === "string"
      ? await load(found, (model as string | null) ?? (await shippedModel(name)), ways)
      : await useLoaded(name, model as PreTrainedModel, ways);
  if (device !== undefined) parts.model.to(await requireDevice(name, device));
  return new type({ ...parts, options: rest } as never) as TaskPipelines<O>[TaskOf<T>];
}

interface Loaded {
  model: PreTrainedModel;
  tokenizer: PreTrainedTokenizerBase;
}

async function load(task: Task, name: string, options: LoadingOptions): Promise<Loaded> {
  const [hub, { tokenizer, model_kwargs = {}, config: given, ...dtypes }] = splitHubOptions(options);
  const source = await openSource(name, hub);
  const config =
    given === undefined || typeof given === "string"
      ? await AutoConfig.from_pretrained(given ?? source)
      : given;
  const [model, readyTokenizer] = await Promise.all([
    task.auto.from_pretrained(source, {
      ...model_kwargs,
      ...withoutTwo(dtypes, model_kwargs),
      config,
      output_loading_info: false,
    }),
    tokenizer === undefined
      ? AutoTokenizer.from_pretrained(source, { config })
      : readTokenizer(tokenizer, config),
  ]);
  return { model, tokenizer: readyTokenizer };
}

/** The dtype that is asked for. Throws `INVALID_ARGUMENT` where `model_kwargs` asks for one as well. */
function withoutTwo(dtypes: DTypeOptions, model_kwargs: Readonly<Record<string, unknown>>): DTypeOptions {
  const asked = given(dtypes);
  const other = ["dtype", "torch_dtype"].find((name) => model_kwargs[name] !== undefined);
  if (Object.keys(asked).length === 0 || other === undefined) return asked;
  throw new TransformersError(
    "INVALID_ARGUMENT",
    `pipeline: ${Object.keys(asked)[0]} is given, and model_kwargs has ${other} as well; give one of them`,
  );
}

async function useLoaded(task: TaskName, model: PreTrainedModel, options: LoadingOptions): Promise<Loaded> {
  const { tokenizer } = options;
  const [given] =
    Object.entries(options).find(([name, value]) => name !== "tokenizer" && value !== undefined) ?? [];
  if (given !== undefined) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${task}: ${given} says how a model is loaded, but this one has been already; leave it out, or give the model's folder`,
    );
  }
  if (tokenizer === undefined) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${task}: a loaded model does not know its tokenizer; pass options.tokenizer, or give the model's folder`,
    );
  }
  await refuseOtherTask(task, model);
  return { model, tokenizer: await readTokenizer(tokenizer, model.config) };
}

function readTokenizer(
  tokenizer: PreTrainedTokenizerBase | string,
  config: PretrainedConfig,
): PreTrainedTokenizerBase | Promise<PreTrainedTokenizerBase> {
  return typeof tokenizer === "string" ? AutoTokenizer.from_pretrained(tokenizer, { config }) : tokenizer;
}

/** A model of the family's that is made for something else would fail with less clear words, or not at all. */
async function refuseOtherTask(task: TaskName, model: PreTrainedModel): Promise<void> {
  const { auto } = tasks[task];
  const family = await loadFamily(model.config.model_type);
  const expected = family?.auto[auto.name];
  if (!family || (expected && model instanceof expected)) return;
  if (!family.models.some((type) => model.constructor === type)) return;
  throw new TransformersError(
    "INVALID_ARGUMENT",
    `${task} needs a model of ${auto.name}${expected ? `, such as ${expected.name}` : ""}, not ${model.constructor.name}`,
  );
}

let hasNamedShipped = false;

/** The folder of the model that is shipped for a task; says which it is, once. */
async function shippedModel(task: TaskName): Promise<string> {
  const { shipped } = tasks[task];
  if (shipped === null) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${task}: no model is shipped for this task; pass the folder of one: pipeline("${task}", "path/to/model")`,
    );
  }
  const folder = packagedFolder(shipped);
  if (!(await hasFile(await openSource(folder), "config.json"))) {
    throw new TransformersError(
      "FILE_NOT_FOUND",
      `${task}: the model that belongs to this package is not at ${folder}; install the package anew, or pass the folder of a model`,
    );
  }
  if (!hasNamedShipped) {
    hasNamedShipped = true;
    console.warn(`No model was given: using ${shipped}, which is shipped with this package.`);
  }
  return folder;
}
