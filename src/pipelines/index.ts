import { fileURLToPath } from "node:url";
import { AutoConfig, AutoTokenizer, loadFamily } from "../auto/index.js";
import { TransformersError } from "../errors.js";
import { hasFile } from "../hub/files.js";
import type { PretrainedConfig } from "../models/configuration.js";
import type { PreTrainedModel } from "../models/pretrained-model.js";
import type { PreTrainedTokenizer } from "../tokenizers/pretrained/index.js";
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

export type { FilledMask, FillMaskOptions, FillMaskPipeline } from "./fill-mask.js";
export type { BatchOptions, LoadingOptions, ModelArgument, TokenizerOptions } from "./options.js";
export type { Pipeline, Stream, TextPair } from "./pipeline.js";
export type { TaskAlias, TaskName, TaskOptions, TaskPipelines } from "./tasks.js";
export type {
  Classification,
  ClassificationInput,
  TextClassificationOptions,
  TextClassificationPipeline,
} from "./text-classification.js";

/** Options of `pipeline()`: what is loaded, and what calls use unless they say otherwise. */
export type PipelineOptions<T extends TaskName> = LoadingOptions & TaskOptions[T];

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
 * Makes a function that does a task on texts. `model` is the folder of a checkpoint, or a loaded model, with which
 * `options.tokenizer` is needed; without one, the model that is shipped for the task is used, where there is one.
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
  const { tokenizer, config, model_kwargs, ...rest } = given(options ?? {}) as LoadingOptions & BatchOptions;
  refuseUnknown(name, options ?? {}, [...loadingOptions, ...batchOptions, ...type.optionNames]);
  const parts =
    typeof (model ?? "") === "string"
      ? await load(found, (model as string | null) ?? (await shippedModel(name)), {
          tokenizer,
          config,
          model_kwargs,
        })
      : await useLoaded(name, model as PreTrainedModel, { tokenizer, config, model_kwargs });
  return new type({ ...parts, options: rest } as never) as TaskPipelines<O>[TaskOf<T>];
}

interface Loaded {
  model: PreTrainedModel;
  tokenizer: PreTrainedTokenizer;
}

async function load(task: Task, folder: string, options: LoadingOptions): Promise<Loaded> {
  const { tokenizer = folder, model_kwargs = {} } = options;
  const from = options.config ?? folder;
  const config = typeof from === "string" ? await AutoConfig.from_pretrained(from) : from;
  const [model, readyTokenizer] = await Promise.all([
    task.auto.from_pretrained(folder, { ...model_kwargs, config, output_loading_info: false }),
    readTokenizer(tokenizer, config),
  ]);
  return { model, tokenizer: readyTokenizer };
}

async function useLoaded(task: TaskName, model: PreTrainedModel, options: LoadingOptions): Promise<Loaded> {
  const { tokenizer, config, model_kwargs } = options;
  if (config !== undefined || model_kwargs !== undefined) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${task}: ${config === undefined ? "model_kwargs" : "config"} says how a model is loaded, but this one has been already; leave it out, or give the model's folder`,
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
  tokenizer: PreTrainedTokenizer | string,
  config: PretrainedConfig,
): PreTrainedTokenizer | Promise<PreTrainedTokenizer> {
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
  const folder = fileURLToPath(new URL(`../../assets/${shipped}`, import.meta.url));
  if (!(await hasFile(folder, "config.json"))) {
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
