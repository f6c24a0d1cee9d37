import { TransformersError } from "../errors.js";
import { readFlaxWeights } from "../hub/flax/index.js";
import { readKerasWeights } from "../hub/keras/index.js";
import type { CheckpointSource } from "../hub/source.js";
import { storedFile } from "../hub/storage/index.js";
import { dtypes, type HostArray } from "../tensor/index.js";
import type { Checkpoint } from "./checkpoint.js";

/** The files of TensorFlow and Flax checkpoints, and the options that ask for them. */
export const otherFiles = { from_tf: "tf_model.h5", from_flax: "flax_model.msgpack" } as const;

/**
 * Reads a TensorFlow or Flax checkpoint under the names, and with the layouts, that PyTorch's has. Throws
 * `FILE_NOT_FOUND`, `PACKAGE_MISSING`, `CORRUPT_FILE`, `UNSUPPORTED`.
 */
export async function openOtherCheckpoint(
  source: CheckpointSource,
  framework: keyof typeof otherFiles,
): Promise<Checkpoint> {
  await source.require();
  const name = otherFiles[framework];
  const path = await source.find(name);
  if (path === null) {
    throw new TransformersError(
      "FILE_NOT_FOUND",
      `${source.name} has no ${name}, which ${framework}: true asks for`,
    );
  }
  const file = storedFile(path);
  return framework === "from_tf"
    ? fromKeras(await readKerasWeights(file))
    : fromFlax(await readFlaxWeights(file));
}

/**
 * Keras's names as PyTorch's: `tf_bert_model/bert/encoder/layer_._0/output/dense/kernel:0` is
 * `bert.encoder.layer.0.output.dense.weight`. The first level is the model's own name; "_._" parts a list from the
 * number in it; of "mlm___cls" what stands behind the three underscores counts.
 */
export function fromKeras(weights: ReadonlyMap<string, HostArray>): Checkpoint {
  const entries = [...weights].map(([name, array]) => {
    const plain = name
      .replaceAll(":0", "")
      .replace(/\/[^/]*___([^/]*)\//g, "/$1/")
      .replaceAll("_._", "/")
      .replace(/\/\/+/g, "/")
      .split("/");
    const path = plain.length > 1 ? plain.slice(1) : plain;
    return renamed(path, array, kerasNames);
  });
  return new Map(entries);
}

/** Flax's names as PyTorch's: `bert/encoder/layer/0/output/dense/kernel` is `bert.encoder.layer.0.output.dense.weight`. */
export function fromFlax(weights: ReadonlyMap<string, HostArray>): Checkpoint {
  const hasStatistics = [...weights.keys()].some((name) => name.startsWith("batch_stats/"));
  const entries = [...weights].map(([name, array]) => {
    const path = name.split("/");
    return renamed(hasStatistics ? path.slice(1) : path, array, flaxNames);
  });
  return new Map(entries);
}

/** The last segments of names, as PyTorch calls them. */
const kerasNames: Readonly<Record<string, string>> = {
  kernel: "weight",
  embeddings: "weight",
  gamma: "weight",
  beta: "bias",
  moving_mean: "running_mean",
  moving_variance: "running_var",
  pointwise_kernel: "pointwise.weight",
  depthwise_kernel: "depthwise.weight",
};
const flaxNames: Readonly<Record<string, string>> = {
  kernel: "weight",
  embedding: "weight",
  scale: "weight",
  mean: "running_mean",
  var: "running_var",
};

function renamed(
  path: readonly string[],
  array: HostArray,
  names: Readonly<Record<string, string>>,
): readonly [string, HostArray] {
  const last = path.at(-1)!;
  const isKernel = last === "kernel" || last.endsWith("_kernel");
  const own = Object.hasOwn(names, last) ? names[last]! : last;
  return [[...path.slice(0, -1), own].join("."), isKernel ? asPyTorchKernel(array) : array];
}

/** [in, out] becomes [out, in], [kernel, in, out] [out, in, kernel], [height, width, in, out] [out, in, height, width]. */
function asPyTorchKernel(array: HostArray): HostArray {
  const { length } = array.dims;
  return permuted(array, length === 4 ? [3, 2, 0, 1] : array.dims.map((_, axis) => length - 1 - axis));
}

function permuted({ dtype, dims, data }: HostArray, axes: readonly number[]): HostArray {
  const strides = dims.map((_, axis) => dims.slice(axis + 1).reduce((product, dim) => product * dim, 1));
  const newDims = axes.map((axis) => dims[axis]!);
  const steps = axes.map((axis) => strides[axis]!);
  const result = new dtypes[dtype].array(data.length);
  const place = newDims.map(() => 0);
  let from = 0;
  for (let to = 0; to < data.length; to++) {
    result[to] = data[from]!;
    for (let axis = newDims.length - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      if (++place[axis]! < newDims[axis]!) break;
      from -= steps[axis]! * newDims[axis]!;
      place[axis] = 0;
    }
  }
  return { dtype, dims: newDims, data: result };
}
