import { TransformersError } from "../errors.js";
import { type HubOptions, hubOptionNames } from "../hub/source.js";
import type { PretrainedConfig } from "../models/configuration.js";
import type { DTypeOptions } from "../models/load-options.js";
import type { PreTrainedModel } from "../models/pretrained-model.js";
import type { Device } from "../tensor/index.js";
import type { CallOptions, PreTrainedTokenizerBase } from "../tokenizers/pretrained/index.js";

/** Options of every pipeline, when it is made and when it is called. */
export interface BatchOptions {
  /**
   * How many inputs the model gets at once. Default: of a list as many as fit into 512 tokens, of a stream one
   * after the other.
   */
  batch_size?: number;
  /** Stops a call between two batches with `ABORTED`. Given to `pipeline()` it stops the download. */
  signal?: AbortSignal;
  /** Called after each batch. Given to `pipeline()` it is told how far downloads are. */
  progress_callback?: (progress: CallProgress) => void;
}

/** How far a call is. */
export interface CallProgress {
  /** Inputs that are done. */
  readonly done: number;
  /** How many there are; null of a stream. */
  readonly total: number | null;
}

/** Options of `pipeline()` itself; those of the Hub are for the model, and for a tokenizer that comes with it. */
export interface LoadingOptions extends HubOptions, DTypeOptions {
  /** A tokenizer, or the folder of one. Default: the model's folder. */
  tokenizer?: PreTrainedTokenizerBase | string;
  /** The configuration to use, or the folder of one. Default: the model's folder. */
  config?: PretrainedConfig | string;
  /** Where the model runs. Default: where it lies, which is the host for one that is loaded here. */
  device?: Device;
  /** Options for the model's `from_pretrained`. */
  model_kwargs?: Readonly<Record<string, unknown>>;
}

/** Options that go to the tokenizer. */
export type TokenizerOptions = Pick<
  CallOptions,
  | "add_special_tokens"
  | "max_length"
  | "pad_to_multiple_of"
  | "padding"
  | "padding_side"
  | "return_attention_mask"
  | "return_token_type_ids"
  | "truncation"
>;

/** Options of a call, of which any that is not known is a type error. */
export type Exactly<O, Known> = O & Known & { readonly [K in Exclude<keyof O, keyof Known>]: never };

export const batchOptions = [
  "batch_size",
  "signal",
  "progress_callback",
] as const satisfies (keyof BatchOptions)[];
export const loadingOptions = [
  "tokenizer",
  "config",
  "device",
  "dtype",
  "torch_dtype",
  "model_kwargs",
  ...hubOptionNames,
] as const satisfies (keyof LoadingOptions)[];
export const tokenizerOptions = [
  "add_special_tokens",
  "max_length",
  "pad_to_multiple_of",
  "padding",
  "padding_side",
  "return_attention_mask",
  "return_token_type_ids",
  "truncation",
] as const satisfies (keyof TokenizerOptions)[];

/** What a model may be: the folder of a checkpoint, a repository of the Hub, or one that has been loaded. */
export type ModelArgument = string | PreTrainedModel;

/** Options of Python's that have no counterpart, and what to do instead. */
const instead: Readonly<Record<string, string>> = {
  device_map: "a model lies on one device; use device",
  feature_extractor: "a text task has none",
  framework: "there is one framework",
  image_processor: "a text task has none",
  is_split_into_words: "give texts; a list is a list of inputs",
  num_workers: "inputs are prepared where the pipeline is called; use batch_size",
  pipeline_class: "call the class itself",
  return_offsets_mapping: "call pipe.tokenizer for offsets",
  return_overflowing_tokens: "cut the text into several inputs",
  return_tensors: "the pipeline makes the tensors",
  stride: "the rest of a long text is not read; cut the text into several inputs",
  trust_remote_code: "code of a checkpoint is never run",
  use_fast: "every tokenizer is a fast one",
};

/** Throws `UNSUPPORTED` for an option that only Python has, `INVALID_ARGUMENT` for any other unknown one. */
export function refuseUnknown(task: string, options: object, known: readonly string[]): void {
  if (options === null || typeof options !== "object" || Array.isArray(options)) {
    throw new TransformersError("INVALID_ARGUMENT", `${task}: options are one object, such as { top_k: 3 }`);
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const reason = Object.hasOwn(instead, name) ? instead[name] : null;
    throw new TransformersError(
      reason ? "UNSUPPORTED" : "INVALID_ARGUMENT",
      `${task}: ${reason ? `the option ${name} is not supported (${reason})` : `there is no option ${name}`}; options are ${known.join(", ")}`,
    );
  }
}

/** Throws `INVALID_ARGUMENT` unless what a call is to be stopped with and to report to are such. */
export function checkCallHooks(task: string, { signal, progress_callback }: BatchOptions): void {
  if (signal !== undefined && typeof signal?.aborted !== "boolean") {
    throw new TransformersError("INVALID_ARGUMENT", `${task}: signal must be an AbortSignal`);
  }
  if (progress_callback !== undefined && typeof progress_callback !== "function") {
    throw new TransformersError("INVALID_ARGUMENT", `${task}: progress_callback must be a function`);
  }
}

/** The options that were given a value. */
export function given<O extends object>(options: O): O {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as O;
}

/** Those of the options that have one of these names. */
export function pick<O extends object, K extends keyof O>(options: O, names: readonly K[]): Pick<O, K> {
  const picked: Partial<Pick<O, K>> = {};
  for (const name of names) if (name in options) picked[name] = options[name];
  return picked as Pick<O, K>;
}

/** Throws `INVALID_ARGUMENT` unless a value is a whole number from 1. */
export function checkCount(task: string, name: string, value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 1) return value as number;
  throw new TransformersError(
    "INVALID_ARGUMENT",
    `${task}: ${name} must be a whole number from 1, not ${JSON.stringify(value)}`,
  );
}

/** Throws `INVALID_ARGUMENT` unless a value is one of those known. */
export function checkOneOf<T extends string>(
  task: string,
  name: string,
  value: unknown,
  known: readonly T[],
): T {
  const found = known.find((each) => each === value);
  if (found !== undefined) return found;
  throw new TransformersError(
    "INVALID_ARGUMENT",
    `${task}: ${name} must be ${known.map((each) => JSON.stringify(each)).join(", ")}, not ${JSON.stringify(value)}`,
  );
}
