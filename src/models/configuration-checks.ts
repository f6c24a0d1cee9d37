import { TransformersError } from "../errors.js";
import type { PretrainedConfig } from "./configuration.js";

/** What a configuration's values may be. */

/** What sizes may be: whole numbers, and none that no network has. Other families' names for them can be added. */
const sizes: Readonly<Record<string, { least: number; most: number }>> = {
  num_hidden_layers: { least: 0, most: 10_000 },
  num_attention_heads: { least: 1, most: 2 ** 16 },
  hidden_size: { least: 1, most: 2 ** 20 },
  intermediate_size: { least: 1, most: 2 ** 20 },
  vocab_size: { least: 1, most: 2 ** 24 },
  max_position_embeddings: { least: 1, most: 2 ** 24 },
  type_vocab_size: { least: 0, most: 2 ** 24 },
  chunk_size_feed_forward: { least: 0, most: 2 ** 24 },
  num_labels: { least: 0, most: 2 ** 20 },
};

/** The fields of a class as they are before anything is set. */
const defaults = new WeakMap<object, Readonly<Record<string, unknown>>>();

function defaultsOf(configClass: new () => PretrainedConfig): Readonly<Record<string, unknown>> {
  let found = defaults.get(configClass);
  if (found === undefined) {
    found = { ...new configClass() };
    defaults.set(configClass, found);
  }
  return found;
}

/**
 * A field takes what its default is: a number, a text, true or false, a list or an object. null fits where the
 * default is null, and in the fields that every configuration has, since files of all ages hold it there.
 */
export function checkField(config: PretrainedConfig, name: string, value: unknown): void {
  if (value === undefined) return;
  refuseStrange(config, name, value);
  const size = sizes[commonName(config, name)];
  if (size !== undefined && name in config) {
    const fits = Number.isInteger(value) && (value as number) >= size.least && (value as number) <= size.most;
    if (!fits) throw invalid(config, name, value, `a whole number from ${size.least} to ${size.most}`);
    return;
  }
  if (name === "problem_type" && value !== null && !problemTypes.includes(value as string))
    throw invalid(config, name, value, problemTypes.join(", "));
  const usual = defaultsOf(config.constructor as new () => PretrainedConfig)[name];
  if (usual === undefined || usual === null || manyKinds.has(name)) return;
  if (value === null && sharedFields(config).has(name)) return;
  if (kindOf(value) !== kindOf(usual)) throw invalid(config, name, value, kindOf(usual));
}

/** Fields of which some families' values are of another kind than the default. */
const manyKinds: ReadonlySet<string> = new Set(["early_stopping", "eos_token_id"]);

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  const kinds: Record<string, string> = { string: "a text", boolean: "true or false", object: "an object" };
  return kinds[typeof value] ?? `a ${typeof value}`;
}

function invalid(config: PretrainedConfig, name: string, value: unknown, expected: string) {
  const given = JSON.stringify(value)?.slice(0, 40);
  return new TransformersError(
    "CONFIG_INVALID",
    `${config.constructor.name}: ${name} is ${given}; expected ${expected}`,
  );
}

const problemTypes = ["regression", "single_label_classification", "multi_label_classification"];

/** The name that most families have for a field: hidden_size for n_embd. */
function commonName(config: PretrainedConfig, name: string): string {
  const { attribute_map } = config.constructor as typeof PretrainedConfig;
  return Object.keys(attribute_map).find((alias) => attribute_map[alias] === name) ?? name;
}

/** How deep lists and objects of a configuration lie in one another at most. */
const deepest = 64;

/** Numbers that JSON has no text for, and values too deep to be gone through. */
function refuseStrange(config: PretrainedConfig, name: string, value: unknown): void {
  if (typeof value === "number" && !Number.isFinite(value))
    throw invalid(config, name, String(value), "a finite number");
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) {
      throw new TransformersError(
        "CONFIG_INVALID",
        `${config.constructor.name}: ${name} has lists or objects more than ${deepest} deep`,
      );
    }
    level = level.flatMap((item) => (item !== null && typeof item === "object" ? Object.values(item) : []));
  }
}

/** Whether a name is a method's or a computed one, which no field may have. */
export function isReserved(config: PretrainedConfig, name: string): boolean {
  return !Object.hasOwn(config, name) && name in config;
}

/** Labels by number, and numbers by label. null means that there are none. */
export function checkLabels(config: PretrainedConfig, id2label: unknown, label2id: unknown): void {
  const isTable = (value: unknown): value is object =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  refuseStrange(config, "id2label", id2label);
  refuseStrange(config, "label2id", label2id);
  if (id2label !== undefined && id2label !== null) {
    const fits =
      isTable(id2label) &&
      Object.entries(id2label).every(([id, label]) => /^\d{1,9}$/.test(id) && typeof label !== "object");
    if (!fits) throw invalid(config, "id2label", id2label, "an object of labels by whole numbers");
  }
  if (label2id !== undefined && label2id !== null) {
    const fits = isTable(label2id) && Object.values(label2id).every((id) => Number.isInteger(Number(id)));
    if (!fits) throw invalid(config, "label2id", label2id, "an object of whole numbers by label");
  }
}

/** The fields that every configuration has. */
function sharedFields(config: PretrainedConfig): ReadonlySet<string> {
  let base = config.constructor as new () => PretrainedConfig;
  for (;;) {
    const parent = Object.getPrototypeOf(base) as new () => PretrainedConfig;
    if (parent === Function.prototype) break;
    base = parent;
  }
  return new Set(Object.keys(defaultsOf(base)));
}
