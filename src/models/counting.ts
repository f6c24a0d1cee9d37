import { TransformersError } from "../errors.js";
import { Embedding, type Module } from "../nn/index.js";
import { dtypes, Parameter, Tensor, type Variable } from "../tensor/index.js";
import type { PretrainedConfig } from "./configuration.js";

/** How many numbers a module's parameters have; tied ones count once. */
export function countParameters(
  module: Module,
  options: { only_trainable?: boolean; exclude_embeddings?: boolean } = {},
): number {
  const embeddings = new Set<Parameter>();
  if (options.exclude_embeddings) {
    for (const part of module.modules()) if (part instanceof Embedding) embeddings.add(part.weight);
  }
  let total = 0;
  for (const parameter of module.parameters()) {
    if (embeddings.has(parameter) || (options.only_trainable && !parameter.requires_grad)) continue;
    total += elementsOf(parameter);
  }
  return total;
}

/** The bytes of a module's parameters, and of its buffers unless these are left out. */
export function memoryFootprint(module: Module, returnBuffers: boolean): number {
  const variables = new Set([...module.named_variables()].map(([, variable]) => variable));
  let bytes = 0;
  for (const variable of variables) {
    if (returnBuffers || variable instanceof Parameter)
      bytes += elementsOf(variable) * dtypes[variable.dtype].bytes;
  }
  return bytes;
}

function elementsOf({ dims }: Variable): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/** How many elements a batch's main input has: a tensor, or nested lists; null where the batch lacks it. */
export function countTokens(batch: Readonly<Record<string, unknown>>, mainInput: string): number | null {
  const input = batch[mainInput];
  if (input === undefined || input === null) return null;
  if (input instanceof Tensor) {
    return (input.shape as readonly unknown[]).reduce<number>((product, dim) => product * Number(dim), 1);
  }
  return Array.isArray(input) ? input.flat(Number.POSITIVE_INFINITY).length : null;
}

/** No network has so many parameters: 2^42, eight terabytes in half precision. */
const mostParameters = 2n ** 42n;

/**
 * Throws `CONFIG_INVALID` where the sizes of a configuration, each of which may be within its bounds, ask for more
 * parameters together than any network has; before anything is made of them. The count is that of a transformer's
 * matrices: the embeddings, and four square matrices and two of the feed-forward part in each layer.
 */
export function refuseGiant(config: PretrainedConfig): void {
  const fields = config as unknown as Readonly<Record<string, unknown>>;
  const size = (name: string) => {
    const value = fields[name];
    return typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : 0n;
  };
  const hidden = size("hidden_size");
  const tables = size("vocab_size") + size("max_position_embeddings") + size("type_vocab_size");
  const layer = 4n * hidden * hidden + 2n * hidden * size("intermediate_size");
  const total = tables * hidden + size("num_hidden_layers") * layer;
  if (total <= mostParameters) return;
  throw new TransformersError(
    "CONFIG_INVALID",
    `${config.constructor.name} asks for ${total} parameters, of which no network has more than ${mostParameters}: check hidden_size (${hidden}), num_hidden_layers (${size("num_hidden_layers")}), intermediate_size (${size("intermediate_size")}) and vocab_size (${size("vocab_size")})`,
  );
}
