import { TransformersError } from "../errors.js";
import { Embedding, Linear, type Module } from "../nn/index.js";
import { allocate, type HostArray, Parameter, type Variable } from "../tensor/index.js";
import type { PretrainedConfig } from "./configuration.js";

/** What of a model has to do with the size of its vocabulary. */
interface WithVocabulary extends Module {
  readonly config: PretrainedConfig;
  get_input_embeddings(): Embedding;
  set_input_embeddings(embeddings: Embedding): void;
  get_output_embeddings(): Linear | null;
  set_output_embeddings(embeddings: Linear): void;
  tie_weights(): void;
}

/** Gives a model's embeddings, its output layer, the bias of that and its configuration another number of tokens. */
export async function resizeTokenEmbeddings(
  model: WithVocabulary,
  initialize: (module: Module) => void,
  new_num_tokens: number | null,
  pad_to_multiple_of: number | null,
): Promise<Embedding> {
  const old = model.get_input_embeddings();
  if (new_num_tokens === null && pad_to_multiple_of === null) return old;
  const count = resizedCount(old.num_embeddings, new_num_tokens, pad_to_multiple_of);
  const resized = count === old.num_embeddings ? old : await resizedEmbedding(old, count, initialize);
  const output = model.get_output_embeddings();
  const { bias = null, out_features = count } = output ?? {};
  if (output !== null && !model.config.tie_word_embeddings && out_features !== count) {
    const head = await resizedLinear(output, count, initialize);
    // The reference leaves a head's old bias behind where it has a second name.
    if (bias !== null) replaceVariable(model, bias, head.bias!);
    model.set_output_embeddings(head);
  } else if (bias !== null && bias.dims[0] !== count) {
    replaceVariable(model, bias, await resizedBias(bias, count));
  }
  model.set_input_embeddings(resized);
  Object.assign(model.config, { vocab_size: count });
  model.tie_weights();
  return resized;
}

/** How many rows a table of embeddings is to have. Throws `INVALID_ARGUMENT` for what is no number of rows. */
function resizedCount(old: number, asked: number | null, multiple: number | null): number {
  const wanted = asked ?? old;
  const isCount = (value: number) => Number.isSafeInteger(value) && value >= 1;
  if (!isCount(wanted)) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `resize_token_embeddings: new_num_tokens is ${asked}; expected a whole number of at least 1`,
    );
  }
  if (multiple === null) return wanted;
  if (!isCount(multiple)) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `resize_token_embeddings: pad_to_multiple_of is ${multiple}; expected a whole number of at least 1`,
    );
  }
  return Math.ceil(wanted / multiple) * multiple;
}

/**
 * An embedding with so many rows: the old one's first rows, and behind them rows as `initialize` makes them. What the
 * reference forgets is kept: the row that is not trained, as long as there is one of that number.
 */
async function resizedEmbedding(
  old: Embedding,
  count: number,
  initialize: (module: Module) => void,
): Promise<Embedding> {
  const { padding_idx = null } = old.options;
  const isKept = padding_idx !== null && padding_idx < count;
  const resized = new Embedding(count, old.embedding_dim, isKept ? { padding_idx } : {});
  initialize(resized);
  await takeOver(resized.weight, old.weight);
  resized.training = old.training;
  return resized;
}

/** A linear layer with so many outputs, made in the same way. */
async function resizedLinear(
  old: Linear,
  count: number,
  initialize: (module: Module) => void,
): Promise<Linear> {
  const resized = new Linear(old.in_features, count, { bias: old.bias !== null });
  initialize(resized);
  await takeOver(resized.weight, old.weight);
  if (old.bias !== null) await takeOver(resized.bias!, old.bias);
  resized.training = old.training;
  return resized;
}

/** A vector with so many elements: the old one's first, and zeros. */
async function resizedBias(old: Parameter, count: number): Promise<Parameter> {
  const resized = new Parameter([count], (length) => new Float32Array(length));
  await takeOver(resized, old);
  return resized;
}

/** Gives a new parameter the dtype and place of an old one, and the old one's elements as far as both go. */
async function takeOver(parameter: Parameter, old: Parameter): Promise<void> {
  const [from, to] = [await old.load(), await parameter.cast(old.dtype).load()];
  const data = allocate(
    to.dtype,
    to.dims.reduce((product, dim) => product * dim, 1),
  );
  data.set(to.data as never);
  const common = Math.min(from.data.length, data.length);
  data.set(from.data.subarray(0, common) as never);
  parameter.assign({ ...to, data } satisfies HostArray);
  parameter.requires_grad = old.requires_grad;
  parameter.move(old.device);
}

/** Puts another variable wherever one stands in a module or below it. */
function replaceVariable(root: Module, old: Variable, replacement: Variable): void {
  for (const module of root.modules()) {
    for (const [name, value] of Object.entries(module)) {
      if (value === old) Object.assign(module, { [name]: replacement });
    }
  }
}
