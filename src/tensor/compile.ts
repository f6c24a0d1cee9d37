import { TransformersError } from "../errors.js";
import { type Dim, evaluateDim, formatShape, type SymbolicDim, symbol } from "../onnx/dim.js";
import { Graph, type Value } from "../onnx/graph.js";
import { getRuntime } from "../runtime/node.js";
import type { HostArray } from "../runtime/types.js";
import { lower, plan } from "./lower.js";
import { createLeaf, no_grad, type Shape } from "./node.js";
import { newArray } from "./realize.js";
import { SharedSession } from "./shared-session.js";
import { Tensor } from "./tensor.js";
import { Variable } from "./variable.js";

/** Tensors among plain values, nested: what a compiled function takes and gives. */
export type Tree = Tensor | TreeValue | readonly Tree[] | { readonly [name: string]: Tree };
type TreeValue = string | number | boolean | null | undefined;

/**
 * The axes of one input: a name or a symbolic size where calls may differ, null where the size is part of the
 * signature. Axes beyond the list are of the second kind.
 */
export type InputAxes = readonly (string | SymbolicDim | null)[];

/** Says the axes of the input at a path, such as ["past_key_values", "0", "1"]. */
export type AxesOfInput = (path: readonly string[]) => InputAxes;

/** Constants up to this many bytes stand in the model itself. */
const inlineLimit = 1024;

/**
 * Weights of so many bytes are used as they lie at first, and rearranged for speed (which takes a second for each
 * gigabyte or so) from the second call on. Smaller ones take no time; of larger ones there is no room for two copies.
 */
const quickStart = { from: 2 ** 24, upTo: 2 ** 30 };

interface Executable {
  readonly session: SharedSession;
  readonly outputs: readonly { readonly tensor: Tensor; readonly shape: Shape }[];
  /** What the function gave when it was traced, with its tensors in place of the results. */
  readonly result: Tree;
  readonly variables: readonly { readonly variable: Variable; readonly version: number }[];
}

/**
 * A function of tensors that is traced once for each signature (which inputs, their dtypes and ranks, the plain
 * options) with symbolic sizes, and then runs as one session at any sizes. What it reads besides its inputs,
 * parameters above all, becomes constants of the session; a parameter that changes makes it compile anew.
 */
export class CompiledFunction<I extends Tree, O extends Tree> {
  readonly #body: (inputs: I) => O;
  readonly #executables = new Map<string, Promise<Executable>>();

  constructor(body: (inputs: I) => O) {
    this.#body = body;
  }

  /** How many sessions there are: one for each signature. */
  get signatures(): number {
    return this.#executables.size;
  }

  /**
   * Runs the function on realised tensors; gives the same tree with realised tensors. `axes` says which sizes may
   * differ from call to call; `variant` is anything else that the function's course depends on. Throws
   * `SHAPE_MISMATCH` where two inputs disagree on a size.
   */
  async call(inputs: I, axes: AxesOfInput = () => [], variant = ""): Promise<O> {
    const feeds = collect(inputs);
    const sizes = bindSizes(feeds, axes);
    const key = `${variant}|${describe(inputs)}|${sizes.shapes.map(String).join(";")}`;
    const { session, outputs, result } = await this.#acquire(key, inputs, feeds, sizes.shapes);
    let arrays: HostArray[];
    try {
      arrays = outputs.map(({ tensor, shape }) =>
        newArray({ dtype: tensor.dtype, shape: shape.map((dim) => evaluateDim(dim, sizes.bindings)) }),
      );
      await session.run(
        feeds.map(({ tensor }) => tensor.node.outputs[tensor.index]!.storage as HostArray),
        arrays,
      );
    } finally {
      session.leave();
    }
    const realised = new Map(outputs.map(({ tensor }, i) => [tensor, realisedTensor(arrays[i]!)]));
    return replace(result, (tensor) => realised.get(tensor)!) as O;
  }

  /** What runs a signature, compiled if need be and entered before anybody else can give it up. */
  async #acquire(
    key: string,
    inputs: I,
    feeds: readonly Feed[],
    shapes: readonly Shape[],
  ): Promise<Executable> {
    const known = this.#executables.get(key);
    const pending = known ?? this.#compile(inputs, feeds, shapes);
    const forget = () => {
      if (this.#executables.get(key) === pending) this.#executables.delete(key);
    };
    if (known === undefined) {
      this.#executables.set(key, pending);
      pending.catch(forget);
    }
    const executable = await pending;
    // What this very call compiled has the values that the call was made with, even if they have changed since.
    const current =
      known === undefined ||
      executable.variables.every(({ variable, version }) => variable.version === version);
    if (current && executable.session.enter()) return executable;
    forget();
    executable.session.retire();
    return this.#acquire(key, inputs, feeds, shapes);
  }

  async #compile(inputs: I, feeds: readonly Feed[], shapes: readonly Shape[]): Promise<Executable> {
    const placeholders = feeds.map(
      ({ tensor }, i) => createLeaf({ dtype: tensor.dtype, shape: shapes[i]! }).outputs[0]!,
    );
    const stand = new Map(feeds.map(({ tensor }, i) => [tensor, placeholders[i]!]));
    const result = no_grad(() => this.#body(replace(inputs, (tensor) => stand.get(tensor)!) as I));
    const roots = collect(result).map(({ tensor }) => tensor);
    const work = plan(roots, new Set(placeholders));

    const variables = work.leaves.flatMap(({ node: { owner } }) =>
      owner instanceof Variable ? [{ variable: owner, version: owner.version }] : [],
    );
    const weights = new Weights();
    const graph = new Graph();
    const fed = new Map(placeholders.map((input) => [input, graph.input(input.dtype, input.shape)] as const));
    lower(work, (_, leaf) => fed.get(leaf) ?? weights.add(graph, leaf), graph);
    const runtime = await getRuntime();
    const model = graph.encode();
    const signature = {
      inputs: graph.inputs.map(({ name }) => name),
      outputs: graph.outputs.map(({ name }) => name),
    };
    const create = (prepack: boolean) =>
      runtime.createSession(model, signature, {
        weightsFolder: weights.folder ?? undefined,
        weights: weights.inMemory,
        prepack,
      });
    const isQuick = weights.bytes >= quickStart.from && weights.bytes <= quickStart.upTo;
    const session = new SharedSession(await create(!isQuick), isQuick ? () => create(true) : null);
    const outputs = work.roots.map((tensor) => ({ tensor, shape: tensor.shape }));
    const traced = replace(result, (tensor) => tensor.node.outputs[tensor.index]!);
    return { session, outputs, result: traced, variables };
  }

  /** Frees all sessions, each when its last call has ended. */
  async release(): Promise<void> {
    const all = [...this.#executables.values()];
    this.#executables.clear();
    for (const settled of await Promise.allSettled(all))
      if (settled.status === "fulfilled") settled.value.session.retire();
  }
}

/** Constants of a session: mapped from one folder's files, held in memory, or (small ones) in the model. */
class Weights {
  folder: string | null = null;
  bytes = 0;
  readonly inMemory = new Map<string, HostArray>();

  add(graph: Graph, leaf: Tensor): Value {
    const storage = leaf.storage!;
    if ("load" in storage) {
      this.folder ??= storage.folder;
      if (this.folder !== storage.folder) {
        throw new TransformersError(
          "UNSUPPORTED",
          `weights of one model lie in two folders, ${this.folder} and ${storage.folder}; load() the parameters of one of them first`,
        );
      }
      const { dtype, dims, file, offset, length } = storage;
      this.bytes += length;
      return graph.weight(dtype, dims, { location: file, offset, length });
    }
    if (storage.data.byteLength <= inlineLimit)
      return graph.constant(storage.dtype, storage.dims, storage.data);
    this.bytes += storage.data.byteLength;
    const name = `weight${this.inMemory.size}`;
    this.inMemory.set(name, storage);
    return graph.weight(
      storage.dtype,
      storage.dims,
      { location: name, offset: 0, length: storage.data.byteLength },
      name,
    );
  }
}

interface Feed {
  readonly path: readonly string[];
  readonly tensor: Tensor;
}

/** The tensors of a tree with their paths, in order. */
export function collect(tree: Tree, path: readonly string[] = []): Feed[] {
  if (tree instanceof Tensor) return [{ path, tensor: tree }];
  if (tree === null || typeof tree !== "object") return [];
  return Object.entries(tree).flatMap(([name, branch]) => collect(branch, [...path, name]));
}

function replace(tree: Tree, change: (tensor: Tensor) => Tree): Tree {
  if (tree instanceof Tensor) return change(tree);
  if (tree === null || typeof tree !== "object") return tree;
  if (Array.isArray(tree)) return tree.map((branch) => replace(branch, change));
  return Object.fromEntries(Object.entries(tree).map(([name, branch]) => [name, replace(branch, change)]));
}

/** The tree's form: names, options and dtypes, without sizes and values. */
function describe(tree: Tree): string {
  if (tree instanceof Tensor) return tree.dtype;
  if (tree === null || typeof tree !== "object") return JSON.stringify(tree) ?? "undefined";
  return `{${Object.entries(tree).map(([name, branch]) => `${name}:${describe(branch)}`)}}`;
}

/** The shape of each input as the function is traced with it, and the sizes of this call. */
function bindSizes(feeds: readonly Feed[], axesOf: AxesOfInput) {
  const bindings = new Map<string, number>();
  const specifications = feeds.map(({ path, tensor }) =>
    axesOf(path).map((axis, i) => {
      const dim = typeof axis === "string" ? symbol(axis) : axis;
      const size = tensor.shape[i] as number | undefined;
      // A size of 1 beside a larger one broadcasts: it does not say what the symbol is.
      if (dim?.name && size !== undefined && (bindings.get(dim.name) ?? 1) === 1)
        bindings.set(dim.name, size);
      return dim;
    }),
  );
  const shapes = feeds.map(({ path, tensor }, input) =>
    tensor.shape.map((size, i): Dim => {
      const dim = specifications[input]![i];
      if (!dim) return size;
      const expected = dim.evaluate(bindings);
      if (size === expected) return dim;
      if (size === 1) return 1;
      const others = feeds
        .filter((_, other) => other !== input)
        .map((feed) => `${feed.path.join(".")} ${formatShape(feed.tensor.shape)}`);
      throw new TransformersError(
        "SHAPE_MISMATCH",
        `${path.join(".")} has shape ${formatShape(tensor.shape)}, but axis ${i} (${dim}) should be ${expected}, as in ${others.join(", ")}`,
      );
    }),
  );
  return { bindings, shapes };
}

function realisedTensor(array: HostArray): Tensor {
  const tensor = createLeaf({ dtype: array.dtype, shape: array.dims }).outputs[0]!;
  tensor.storage = array;
  return tensor;
}
