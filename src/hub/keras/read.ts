import type * as Hdf5 from "h5wasm";
import type { Dataset, Group } from "h5wasm";
import { TransformersError } from "../../errors.js";
import { type DType, dtypes, type HostArray, type TypedArray } from "../../tensor/index.js";
import { optionalPackage } from "../optional-package.js";
import type { StoredFile } from "../storage/index.js";

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** How h5wasm calls the dtypes of numbers, the smallest byte first. */
const dtypeOfHdf5: Readonly<Record<string, DType>> = {
  "<f": "float32",
  "<d": "float64",
  "<q": "int64",
  "<i": "int32",
  "<h": "int16",
  "<b": "int8",
  "<B": "uint8",
};

let files = 0;

/**
 * All weights of a Keras file of weights (tf_model.h5) by the names that Keras gave them, such as
 * `tf_bert_model/bert/embeddings/word_embeddings/weight:0`. The file is read as a whole, into the memory of the HDF5
 * library, from where it reaches no other file. Throws `PACKAGE_MISSING`, `CORRUPT_FILE`, `UNSUPPORTED` for a dtype.
 *
 * Source: Keras 2, `save_weights_to_hdf5_group`: groups by layer, listed in `layer_names`, their weights in `weight_names`.
 */
export async function readKerasWeights(file: StoredFile): Promise<Map<string, HostArray>> {
  const bytes = await file.use((open) => open.read(0, open.size));
  if (!signature.every((byte, i) => bytes[i] === byte)) corrupt(file, "it does not begin as an HDF5 file");
  const hdf5 = await optionalPackage("h5wasm", `reading ${file.path}`, () => import("h5wasm"));
  const { FS, activate_throwing_error_handler } = await hdf5.ready;
  activate_throwing_error_handler(); // otherwise HDF5 writes what is wrong onto the console
  const name = `/weights-${files++}.h5`;
  FS.writeFile(name, bytes);
  try {
    const root = new hdf5.File(name, "r");
    try {
      return weightsOf(root, hdf5, file);
    } finally {
      root.close();
    }
  } catch (cause) {
    if (cause instanceof TransformersError) throw cause;
    return corrupt(file, cause instanceof Error ? cause.message : String(cause), cause);
  } finally {
    FS.unlink(name);
  }
}

function weightsOf(root: Group, hdf5: typeof Hdf5, file: StoredFile): Map<string, HostArray> {
  const weights = new Map<string, HostArray>();
  for (const layer of names(root, "layer_names", file)) {
    const group = root.get(layer);
    if (!(group instanceof hdf5.Group)) corrupt(file, `there is no layer ${JSON.stringify(layer)}`);
    for (const weight of names(group, "weight_names", file)) {
      const dataset = group.get(weight);
      if (!(dataset instanceof hdf5.Dataset)) corrupt(file, `there is no weight ${JSON.stringify(weight)}`);
      weights.set(weight, elementsOf(dataset, weight, file));
    }
  }
  return weights;
}

/** A list of names, which Keras cuts up (`layer_names0`, `layer_names1`) where it is too long for one attribute. */
function names(group: Group, attribute: string, file: StoredFile): string[] {
  const { attrs } = group;
  const parts: unknown[] = [];
  if (attrs[attribute] !== undefined) parts.push(attrs[attribute].value);
  for (let i = 0; attrs[`${attribute}${i}`] !== undefined; i++) parts.push(attrs[`${attribute}${i}`]!.value);
  if (parts.length === 0) corrupt(file, `${group.path} has no ${attribute}; is it a file of Keras weights?`);
  // A list without entries has no strings, and is an array of numbers.
  const list = parts.flatMap((part) => (Array.isArray(part) ? part : []));
  return list.every((item) => typeof item === "string") ? list : corrupt(file, `${attribute} are no texts`);
}

function elementsOf(dataset: Dataset, name: string, file: StoredFile): HostArray {
  const dtype = typeof dataset.dtype === "string" ? dtypeOfHdf5[dataset.dtype] : undefined;
  if (dtype === undefined) {
    throw new TransformersError(
      "UNSUPPORTED",
      `${file.path}: ${name} has the HDF5 dtype ${JSON.stringify(dataset.dtype)}, which no tensor here can hold`,
    );
  }
  const dims = dataset.shape ?? [];
  const { value } = dataset;
  const { array } = dtypes[dtype];
  const count = dims.reduce((product, dim) => product * dim, 1);
  // A dataset without axes gives its number alone.
  const data = ArrayBuffer.isView(value) ? value : new array(1).fill(value as never);
  if (!(data instanceof array) || data.length !== count)
    corrupt(file, `${name} has not the elements of its shape`);
  return { dtype, dims, data: (data as TypedArray).slice() };
}

function corrupt(file: StoredFile, what: string, cause?: unknown): never {
  throw new TransformersError("CORRUPT_FILE", `${file.path} cannot be read as TensorFlow weights: ${what}`, {
    cause,
  });
}
