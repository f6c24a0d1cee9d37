import { TransformersError } from "../errors.js";
import {
  collect,
  type InputAxes,
  type NestedList,
  realize,
  Tensor,
  type Tree,
  tensor,
} from "../tensor/index.js";

/** What a model may be given in place of a tensor: nested lists of numbers. */
export type Feedable<T> = T extends Tensor
  ? T | NestedList
  : T extends readonly (infer E)[]
    ? readonly Feedable<E>[]
    : T;

export type ModelInputs<I> = { readonly [K in keyof I]: Feedable<I[K]> };

/** The output of a call with labels has a loss. */
type WithLoss<O, I> = I extends
  | { labels: object }
  | { start_positions: object }
  | { next_sentence_label: object }
  ? O & { readonly loss: Tensor }
  : O;

/**
 * What calling a model gives: awaited, it runs as one session and gives realised tensors; read without `await`, its
 * fields are lazy tensors, from which `loss.backward()` records gradients.
 */
export type ModelCall<O, I = unknown> = WithLoss<O, I> & PromiseLike<WithLoss<O, I>>;

/**
 * Which inputs a model takes, with their axes: names for sizes that may differ from call to call, null for sizes
 * that are the model's own. An input of several tensors (past_key_values) gives a function of the position.
 */
export type InputTable = Readonly<Record<string, InputAxes | ((path: readonly string[]) => InputAxes)>>;

/** Plain options of a call. */
export const callOptions = ["output_attentions", "output_hidden_states", "use_cache", "return_dict"] as const;

/** Checks names and turns lists into tensors. Throws `INVALID_ARGUMENT` naming what the model takes. */
export function prepareInputs(model: string, given: unknown, table: InputTable): Record<string, Tree> {
  if (given === null || typeof given !== "object" || given instanceof Tensor || Array.isArray(given)) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${model} is called with one object of inputs, such as { input_ids, attention_mask }; it takes ${Object.keys(table).join(", ")}`,
    );
  }
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(table, name) || (callOptions as readonly string[]).includes(name)) continue;
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${model} takes no input "${name}"; its inputs are ${Object.keys(table).join(", ")} and the options ${callOptions.join(", ")}`,
    );
  }
  // In one order, however they were given: the same inputs then need one session.
  const inputs: Record<string, Tree> = {};
  for (const name of [...Object.keys(table), ...callOptions]) {
    const value = (given as Readonly<Record<string, unknown>>)[name];
    if (value === undefined || value === null) continue;
    if (name === "return_dict" && value === false) {
      throw new TransformersError(
        "UNSUPPORTED",
        "outputs are objects with named fields: return_dict: false has no tuples to give",
      );
    }
    inputs[name] = name in table ? toTensors(name, value) : (value as boolean);
  }
  return inputs;
}

function toTensors(name: string, value: unknown): Tree {
  if (value instanceof Tensor) return value;
  if (Array.isArray(value) && holdsTensor(value)) return value.map((item) => toTensors(name, item));
  requireNumbers(name, value);
  return tensor(value, { device: null }); // a list goes where the model is
}

function requireNumbers(name: string, value: unknown): asserts value is NestedList {
  if (Array.isArray(value)) for (const item of value) requireNumbers(name, item);
  else if (!["number", "bigint", "boolean"].includes(typeof value)) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${name}: expected a tensor or nested lists of numbers, got ${value === null ? "null" : typeof value}`,
    );
  }
}

function holdsTensor(value: unknown): boolean {
  return value instanceof Tensor || (Array.isArray(value) && value.some(holdsTensor));
}

/** The lazy form of a call: `trace` when a field is read, `run` when it is awaited. */
export function lazyCall<O extends object>(trace: () => O, run: () => Promise<O>): O & PromiseLike<O> {
  let traced: O | null = null;
  const read = (): O => {
    traced ??= trace();
    return traced;
  };
  const start = async (): Promise<O> => {
    if (traced === null) return run();
    await realize(collect(traced as Tree).map((feed) => feed.tensor));
    return traced;
  };
  let result: Promise<O> | null = null;
  const then: Promise<O>["then"] = (...handlers) => {
    result ??= start();
    return result.then(...handlers);
  };
  return new Proxy({} as O & PromiseLike<O>, {
    // Awaiting the output is the way to run the model.
    get: (_, name) => (name === "then" ? then : Reflect.get(read(), name)),
    has: (_, name) => Reflect.has(read(), name),
    ownKeys: () => Reflect.ownKeys(read()),
    getOwnPropertyDescriptor: (_, name) => Object.getOwnPropertyDescriptor(read(), name),
  });
}
