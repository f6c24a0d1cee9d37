import { TransformersError } from "../errors.js";
import { respelled } from "../nn/index.js";
import type { Variable } from "../tensor/index.js";
import type { Checkpoint } from "./checkpoint.js";

/** What `output_loading_info` gives. */
export interface LoadingInfo {
  /** Entries of the model that the checkpoint lacks: they keep their initial values. */
  missing_keys: string[];
  /** Entries of the checkpoint that the model has no place for. */
  unexpected_keys: string[];
  /** Entries whose shapes differ: name, shape in the checkpoint, shape in the model. */
  mismatched_keys: [string, number[], number[]][];
  /** Empty: what else is wrong with a checkpoint is thrown. */
  error_msgs: string[];
}

/** What the loader has to know about a model beyond its parameters. */
export interface Loadable {
  readonly base_model_prefix: string;
  /** Buffers that are computed, though old checkpoints hold them. */
  readonly stale_buffers: readonly string[];
  readonly ignoreMissing: readonly RegExp[];
  readonly ignoreUnexpected: readonly RegExp[];
}

/**
 * Gives a model's variables the values of a checkpoint, matching names as the reference does: old names (gamma,
 * beta), a base model's checkpoint in a model with a head and the reverse, tied weights, stale buffers. Values stay
 * in their files until they are needed.
 */
export function assignCheckpoint(
  own: ReadonlyMap<string, Variable>,
  checkpoint: Checkpoint,
  model: Loadable,
): LoadingInfo {
  const present = new Map([...checkpoint].map(([name, array]) => [presentName(name), array]));
  const names = new PrefixRule([...own.keys()], [...present.keys()], model.base_model_prefix);
  const expected = new Set([...own.keys()].map((name) => names.inCheckpoint(name)));
  const loaded = respelled(present, expected);

  const groups = new Map<Variable, string[]>();
  for (const [name, variable] of own)
    groups.set(variable, [...(groups.get(variable) ?? []), names.inCheckpoint(name)]);

  const missing = new Set<string>();
  const mismatched: LoadingInfo["mismatched_keys"] = [];
  const filled = new Set<Variable>();
  for (const [name, variable] of own) {
    const key = names.inCheckpoint(name);
    const array = loaded.get(key);
    if (array === undefined) {
      if (!groups.get(variable)!.some((other) => loaded.has(other))) missing.add(key);
    } else if (!sameDims(array.dims, variable.dims)) {
      mismatched.push([key, [...array.dims], [...variable.dims]]);
    } else if (!filled.has(variable)) {
      filled.add(variable);
      variable.assign(array);
    }
  }
  const stale = new Set(model.stale_buffers.map((name) => names.inCheckpoint(name)));
  const unexpected = [...loaded.keys()].filter((key) => !expected.has(key) && !stale.has(key));
  const listed = (keys: Iterable<string>, ignored: readonly RegExp[]) =>
    [...keys].filter((key) => !ignored.some((pattern) => pattern.test(key))).sort();
  return {
    missing_keys: listed(missing, model.ignoreMissing),
    unexpected_keys: listed(unexpected, model.ignoreUnexpected),
    mismatched_keys: mismatched,
    error_msgs: [],
  };
}

/** The name that a parameter of an old checkpoint has today. */
function presentName(name: string): string {
  if (name.includes("gamma")) return name.replaceAll("gamma", "weight");
  return name.includes("beta") ? name.replaceAll("beta", "bias") : name;
}

function sameDims(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}

/** A base model's entries stand with the base model's prefix in a model with a head, without it in the base. */
class PrefixRule {
  readonly #prefix: string;
  readonly #rule: "same" | "remove" | "add";

  constructor(own: readonly string[], loaded: readonly string[], base: string) {
    this.#prefix = `${base}.`;
    const checkpointHas = loaded.some((name) => name.startsWith(base));
    const modelHas = own.some((name) => name.startsWith(base));
    this.#rule = checkpointHas === modelHas ? "same" : modelHas ? "remove" : "add";
  }

  /** Under which name the checkpoint would hold the model's entry. */
  inCheckpoint(name: string): string {
    if (this.#rule === "add") return this.#prefix + name;
    return this.#rule === "remove" && name.startsWith(this.#prefix) ? name.slice(this.#prefix.length) : name;
  }
}

/** The error for shapes that differ. */
export function mismatch(folder: string, name: string, info: LoadingInfo): TransformersError {
  const lines = info.mismatched_keys.map(
    ([key, stored, expected]) => `${key} is [${stored}] in the checkpoint and [${expected}] in the model`,
  );
  return new TransformersError(
    "KEYS_MISMATCH",
    `${folder} does not fit ${name} with this configuration: ${lines.slice(0, 4).join("; ")}${lines.length > 4 ? `; and ${lines.length - 4} more` : ""}. Use the config.json that belongs to the weights, or pass ignore_mismatched_sizes: true to start these from initial values`,
  );
}

/** Says on the console what has no place in the model, and what starts from initial values. */
export function report(folder: string, name: string, info: LoadingInfo): void {
  const some = (keys: readonly string[]) =>
    keys.length > 6 ? `${keys.slice(0, 6).join(", ")} and ${keys.length - 6} more` : keys.join(", ");
  if (info.unexpected_keys.length > 0) {
    console.warn(`Weights of ${folder} that ${name} has no place for: ${some(info.unexpected_keys)}.`);
  }
  const fresh = [...info.missing_keys, ...info.mismatched_keys.map(([key]) => key)];
  if (fresh.length > 0) {
    console.warn(
      `Weights of ${name} that ${folder} lacks and that start from initial values: ${some(fresh)}. Train this model before using its predictions.`,
    );
  }
}
