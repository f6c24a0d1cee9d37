import { TransformersError } from "../errors.js";
import { type Dim, formatShape, type SymbolicDim, symbol } from "../onnx/dim.js";
import { getRuntime, hostDevice } from "../runtime/index.js";
import type { SharedWeights } from "../runtime/types.js";
import { isDetectingAnomalies } from "./anomaly.js";
import { Claim } from "./claims.js";
import { refuseDeferring } from "./deferred.js";
import {
  bringWeights,
  createExecutable,
  type Executable,
  inputsOf,
  isCurrent,
  lowerTrace,
  requireRead,
  run,
  sessionOptions,
  type Trace,
} from "./executable.js";
import { Explanation, type TensorNames } from "./explain.js";
import { describeFailure } from "./failure.js";
import { collectDraws } from "./generator.js";
import { canonical } from "./gradient.js";
import { plan } from "./lower.js";
import { createLeaf, no_grad, type Shape } from "./node.js";
import { realize } from "./realize.js";
import { SessionCache } from "./session-cache.js";
import { Tensor } from "./tensor.js";
import { collect, type Feed, replace, type Tree } from "./tree.js";
import { Variable } from "./variable.js";

/**
 * The axes of one input: a name or a symbolic size where calls may differ, null where the size is part of the
 * signature. Axes beyond the list are of the second kind.
 */
export type InputAxes = readonly (string | SymbolicDim | null)[];

/** Says the axes of the input at a path, such as ["past_key_values", "0", "1"]. */
export type AxesOfInput = (path: readonly string[]) => InputAxes;

/** Sessions of one function, and what they may keep beside weights. */
const limits = { sessions: 64, bytes: 2 ** 29 };

/**
 * A function of tensors that is traced once for each signature (which inputs, their dtypes and ranks, the plain
 * options) with symbolic sizes, and then runs as one session at any sizes. What it reads besides its inputs,
 * parameters above all, becomes constants of the session; a parameter that changes makes it compile anew.
 */
export class CompiledFunction<I extends Tree, O extends Tree> {
  readonly #body: (inputs: I) => O;
  readonly #executables = new SessionCache<Executable>(limits);
  /** What the sessions have in common: weights, as long as they do not change. */
  #shared: SharedWeights | null = null;

  constructor(body: (inputs: I) => O) {
    this.#body = body;
  }

  /** How many sessions there are: one for each signature. */
  get signatures(): number {
    return this.#executables.size;
  }

  /**
   * Runs the function on realised tensors; gives the same tree with realised tensors. `axes` says which sizes may
   * differ from call to call; `variant` is anything else that the function's course depends on. Random numbers are
   * drawn anew at every call. Throws `SHAPE_MISMATCH` where two inputs disagree on a size.
   */
  async call(inputs: I, axes: AxesOfInput = () => [], variant = ""): Promise<O> {
    if (isDetectingAnomalies()) return this.#callChecked(inputs);
    const feeds = collect(inputs);
    // Not every shader of a device can do nothing: an empty input is compiled as such.
    const isEmptyThere = feeds.some(
      ({ tensor: { shape, node } }) => shape.includes(0) && node.device !== hostDevice,
    );
    const sizes = bindSizes(feeds, isEmptyThere ? () => [] : axes);
    const key = `${variant}|${describe(inputs)}|${sizes.shapes.map(String).join(";")}`;
    for (;;) {
      let claim: Claim | null = null;
      const create = async () => {
        const compiled = await this.#compile(inputs, feeds, sizes.shapes);
        claim?.end(); // one whose session was given up before it could be used
        claim = compiled.claim;
        return compiled.executable;
      };
      try {
        const executable = await this.#executables.acquire(key, create);
        try {
          // What this very call compiled has the values that the call was made with.
          if (claim === null) {
            const read = feeds.map(({ tensor }) => requireRead(canonical(tensor)).storage!);
            claim = new Claim([...read, ...executable.weights]);
            await claim.start();
            if (!isCurrent(executable)) {
              this.#executables.discard(key, executable);
              this.#unshare();
              continue;
            }
          }
          return (await run(executable, feeds, sizes.bindings)) as O;
        } catch (reason) {
          throw describeFailure(() => this.#trace(inputs, feeds, sizes.shapes).work, reason);
        } finally {
          executable.session.leave();
        }
      } finally {
        claim?.end();
      }
    }
  }

  /** The same without a session of its own, so that anomalies are found. */
  async #callChecked(inputs: I): Promise<O> {
    const result = no_grad(() => this.#body(inputs));
    await realize(collect(result).map(({ tensor }) => tensor));
    return result;
  }

  #trace(inputs: I, feeds: readonly Feed[], shapes: readonly Shape[]): Trace {
    const placeholders = feeds.map(
      ({ tensor: { dtype, node } }, i) => createLeaf({ dtype, shape: shapes[i]! }, node.device).outputs[0]!,
    );
    const stand = new Map(feeds.map(({ tensor }, i) => [tensor, placeholders[i]!]));
    const { result, draws } = collectDraws(() =>
      refuseDeferring(() => no_grad(() => this.#body(replace(inputs, (tensor) => stand.get(tensor)!) as I))),
    );
    const roots = collect(result).map(({ tensor }) => tensor);
    const work = plan(roots, new Set([...placeholders, ...draws.map(({ key }) => key)]));
    return { work, result, placeholders, draws };
  }

  /** Traces the function and makes its session. The claim on what it reads has been started: the caller ends it. */
  async #compile(
    inputs: I,
    feeds: readonly Feed[],
    shapes: readonly Shape[],
  ): Promise<{ executable: Executable; claim: Claim }> {
    for (;;) {
      const trace = this.#trace(inputs, feeds, shapes);
      const { leaves, nodes } = trace.work;
      // Of a variable whose value is still to be computed, the value becomes a constant.
      const deferred = nodes.filter(({ owner }) => owner instanceof Variable);
      const first =
        deferred.length > 0 ? realize(deferred.map(({ outputs }) => outputs[0]!)) : bringWeights(trace);
      if (first !== null) {
        await first;
        continue;
      }
      const claim = new Claim(leaves.flatMap(({ storage }) => storage ?? []));
      try {
        // Values that are assigned from here on are for later calls.
        const lowered = lowerTrace(trace);
        const waited = await claim.start();
        if (!waited || leaves.every(({ lost }) => lost === null)) {
          return { executable: await createExecutable(trace, lowered, await this.#share()), claim };
        }
      } catch (reason) {
        claim.end();
        throw reason;
      }
      claim.end();
    }
  }

  async #share(): Promise<SharedWeights | null> {
    const { shareWeights } = await getRuntime();
    if (shareWeights !== undefined && this.#shared === null) {
      this.#shared = shareWeights();
      forgotten.register(this, this.#shared, this);
    }
    return this.#shared;
  }

  /** The graph that a call with inputs of these dtypes and shapes runs. `names` names parameters. */
  async explain(inputs: I, axes: AxesOfInput = () => [], names: TensorNames = []): Promise<Explanation> {
    const feeds = collect(inputs);
    const trace = this.#trace(inputs, feeds, bindSizes(feeds, axes).shapes);
    await bringWeights(trace);
    const parts = lowerTrace(trace);
    const { placeholders, draws, work } = trace;
    const inputNames = placeholders.map((tensor, i) => [feeds[i]!.path.join("."), tensor] as const);
    const execution = {
      options: sessionOptions(parts, true),
      inputs: () => Promise.all(inputsOf({ ...parts, draws }, feeds)),
    };
    return new Explanation(work, parts.lowered, execution, [...names, ...inputNames]);
  }

  /** Frees all sessions, each when its last call has ended. */
  async release(): Promise<void> {
    await this.#executables.release();
    this.#unshare();
  }

  /** Sessions made from now on have weights of their own. */
  #unshare(): void {
    this.#shared?.release();
    this.#shared = null;
    forgotten.unregister(this);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }
}

/** Gives up what a function shared among its sessions, where nobody released it: a safety net. */
const forgotten = new FinalizationRegistry<SharedWeights>((shared) => shared.release());

/** The tree's form: names, options, dtypes and devices, without sizes and values. */
function describe(tree: Tree): string {
  if (tree instanceof Tensor) {
    const { device } = tree.node;
    return device === hostDevice ? tree.dtype : `${tree.dtype}@${device}`;
  }
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
