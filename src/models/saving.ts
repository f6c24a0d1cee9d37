import { TransformersError } from "../errors.js";
import {
  canonical,
  convert,
  type HostArray,
  isFloat,
  realize,
  type Tensor,
  Variable,
} from "../tensor/index.js";
import { type SavedTensor, type SaveOptions, writeCheckpoint } from "./sharding.js";

/** Options of `save_pretrained`. */
export interface SavePretrainedOptions extends SaveOptions {
  /** Stores floats in another dtype than the model has. */
  dtype?: "float32" | "float16" | "bfloat16";
  /** What to write in place of the model's own `state_dict()`. */
  state_dict?: ReadonlyMap<string, Tensor>;
  /** true, the default: safetensors. false, which would write pickled files, is refused. */
  safe_serialization?: boolean;
  /** false writes nothing: of several processes that train together, one is to write. Default true. */
  is_main_process?: boolean;
}

const optionNames = [
  ...["dtype", "is_main_process", "max_shard_size", "safe_serialization", "state_dict", "variant"],
] as const satisfies (keyof SavePretrainedOptions)[];

/** Options of the reference that are refused, what to do instead, and the values that ask for nothing. */
const refused: Readonly<Record<string, readonly [instead: string, nothing: unknown]>> = {
  push_to_hub: ["call model.push_to_hub(id)", false],
  save_function: ["every file is written beside its place and renamed", null],
  save_peft_format: ["there are no adapters to save", true],
  token: ["model.push_to_hub(id, { token }) takes it", null],
};

/** Throws `UNSUPPORTED` for pickled files and what only Python has, `INVALID_ARGUMENT` for an option that there is not. */
export function checkSaveOptions(options: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(refused, name) || value === undefined || value === null) continue;
    const [instead, nothing] = refused[name]!;
    if (value === nothing) continue;
    throw new TransformersError("UNSUPPORTED", `save_pretrained: ${name} is not supported: ${instead}`);
  }
  const known: readonly string[] = [...optionNames, ...Object.keys(refused)];
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `save_pretrained: there is no option "${unknown}"; options are ${optionNames.join(", ")}`,
    );
  }
  if (options.safe_serialization === false) {
    throw new TransformersError(
      "UNSUPPORTED",
      "save_pretrained: safe_serialization: false would write pickled files, which can run code when they are read; safetensors, which Python reads as well, is what is written",
    );
  }
}

/** Writes variables, those that are shared once, as safetensors into a folder. */
export async function saveWeights(
  folder: string,
  state: ReadonlyMap<string, Tensor>,
  { dtype: stored, ...layout }: Pick<SavePretrainedOptions, "dtype" | "max_shard_size" | "variant">,
): Promise<string[]> {
  await realize([...state.values()].filter((tensor) => !(tensor instanceof Variable)));
  const tensors: SavedTensor[] = [];
  const written = new Set<Tensor>();
  for (const [name, tensor] of state) {
    if (written.has(tensor)) continue;
    written.add(tensor);
    const dtype = isFloat(tensor.dtype) ? (stored ?? tensor.dtype) : tensor.dtype;
    const load = async () => convert(await elementsOf(tensor), dtype);
    tensors.push({ name, dtype, dims: tensor.shape as number[], load });
  }
  return writeCheckpoint(folder, tensors, layout);
}

async function elementsOf(tensor: Tensor): Promise<HostArray> {
  if (tensor instanceof Variable) return tensor.load();
  const storage = canonical(tensor).storage!;
  if ("load" in storage) return storage.load();
  return "download" in storage ? storage.download() : storage;
}
