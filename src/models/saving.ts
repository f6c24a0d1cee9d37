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
}

const optionNames = ["dtype", "max_shard_size", "safe_serialization", "state_dict", "variant"];

/** Throws `UNSUPPORTED` for pickled files, `INVALID_ARGUMENT` for an option that there is not. */
export function checkSaveOptions(options: Readonly<Record<string, unknown>>): void {
  const unknown = Object.keys(options).find((name) => !optionNames.includes(name));
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
