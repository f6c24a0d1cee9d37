import path from "node:path";
import { TransformersError } from "../errors.js";
import { hasFile, readJsonObject, requireFolder } from "../hub/files.js";
import {
  readSafetensorsHeader,
  readTensorBytes,
  type SafetensorsDtype,
  type TensorEntry,
} from "../hub/safetensors/index.js";
import { type DType, dtypes, type FileArray, type Variable } from "../tensor/index.js";

/** What `output_loading_info` gives. */
export interface LoadingInfo {
  /** Entries of the model that the checkpoint lacks: they keep their initial values. */
  missing_keys: string[];
  /** Entries of the checkpoint that the model has no place for. */
  unexpected_keys: string[];
  /** Entries whose shapes differ: name, shape in the checkpoint, shape in the model. */
  mismatched_keys: [string, number[], number[]][];
}

const dtypeOfSafetensors: Partial<Record<SafetensorsDtype, DType>> = {
  F32: "float32",
  F16: "float16",
  BF16: "bfloat16",
  F64: "float64",
  I64: "int64",
  I32: "int32",
  I16: "int16",
  I8: "int8",
  U8: "uint8",
  BOOL: "bool",
};

/** The tensors of a checkpoint folder by name, left in their files. */
export async function openCheckpoint(folder: string): Promise<Map<string, FileArray>> {
  await requireFolder(folder);
  const files = await weightFiles(folder);
  const arrays = new Map<string, FileArray>();
  for (const file of files) {
    const { tensors } = await readSafetensorsHeader(path.join(folder, file));
    for (const [name, entry] of tensors) arrays.set(name, fileArray(folder, file, entry));
  }
  return arrays;
}

async function weightFiles(folder: string): Promise<string[]> {
  if (await hasFile(folder, "model.safetensors")) return ["model.safetensors"];
  if (await hasFile(folder, "model.safetensors.index.json")) return shards(folder);
  if (await hasFile(folder, "pytorch_model.bin")) {
    throw new TransformersError(
      "UNSUPPORTED",
      `${folder} has its weights as pytorch_model.bin, which is not read yet: convert it with Python's save_pretrained(..., safe_serialization=True)`,
    );
  }
  throw new TransformersError(
    "FILE_NOT_FOUND",
    `${folder} has no model.safetensors and no model.safetensors.index.json`,
  );
}

async function shards(folder: string): Promise<string[]> {
  const index = await readJsonObject(folder, "model.safetensors.index.json");
  const names = new Set(Object.values((index.weight_map ?? {}) as Record<string, unknown>));
  for (const name of names) {
    if (
      typeof name !== "string" ||
      path.basename(name) !== name ||
      name.startsWith(".") ||
      name.includes("\\")
    ) {
      throw new TransformersError(
        "CORRUPT_FILE",
        `model.safetensors.index.json names ${JSON.stringify(name)} as a shard; expected the name of a file in ${folder}`,
      );
    }
  }
  return [...names].sort() as string[];
}

function fileArray(folder: string, file: string, entry: TensorEntry): FileArray {
  const dtype = dtypeOfSafetensors[entry.dtype];
  if (dtype === undefined) {
    throw new TransformersError(
      "UNSUPPORTED",
      `${file}: ${entry.name} has dtype ${entry.dtype}, which no tensor here can hold`,
    );
  }
  const { shape: dims, offset, length } = entry;
  const load = async () => {
    const bytes = await readTensorBytes(path.join(folder, file), entry);
    const { array } = dtypes[dtype];
    return { dtype, dims, data: new array(bytes.buffer, 0, length / array.BYTES_PER_ELEMENT) };
  };
  return { dtype, dims, folder: path.resolve(folder), file, offset, length, load };
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
  checkpoint: ReadonlyMap<string, FileArray>,
  model: Loadable,
): LoadingInfo {
  const loaded = new Map([...checkpoint].map(([name, array]) => [presentName(name), array]));
  const names = new PrefixRule([...own.keys()], [...loaded.keys()], model.base_model_prefix);

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
  const expected = new Set([...own.keys()].map((name) => names.inCheckpoint(name)));
  const stale = new Set(model.stale_buffers.map((name) => names.inCheckpoint(name)));
  const unexpected = [...loaded.keys()].filter((key) => !expected.has(key) && !stale.has(key));
  const listed = (keys: Iterable<string>, ignored: readonly RegExp[]) =>
    [...keys].filter((key) => !ignored.some((pattern) => pattern.test(key))).sort();
  return {
    missing_keys: listed(missing, model.ignoreMissing),
    unexpected_keys: listed(unexpected, model.ignoreUnexpected),
    mismatched_keys: mismatched,
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
