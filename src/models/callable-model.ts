import { TransformersError } from "../errors.js";
import { Module } from "../nn/index.js";
import {
  type AxesOfInput,
  CompiledFunction,
  collect,
  type Explanation,
  realize,
  type Tree,
} from "../tensor/index.js";
import { type InputTable, lazyCall, type ModelCall, type ModelInputs, prepareInputs } from "./call.js";
import type { PretrainedConfig } from "./configuration.js";
import { Structure } from "./structure.js";

/** Calls of models inside another model's forward() belong to its computation. */
let depth = 0;

function inside<T>(body: () => T): T {
  depth++;
  try {
    return body();
  } finally {
    depth--;
  }
}

export interface CallableModel<C extends PretrainedConfig = PretrainedConfig> {
  <const I extends ModelInputs<Parameters<this["forward"]>[0]>>(
    inputs: I,
  ): ModelCall<ReturnType<this["forward"]>, I>;
  readonly config: C;
}

/**
 * A module that is called with one object of inputs. Awaited in eval mode, a call runs as one session, compiled once for
 * all sizes; otherwise it records lazy tensors.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface above gives instances their call signature, which Module's constructor provides
export abstract class CallableModel<C extends PretrainedConfig = PretrainedConfig> extends Module<C> {
  abstract override forward(inputs: object): object;

  /** The inputs that forward() takes, with their axes. */
  abstract inputTable(given: Readonly<Record<string, Tree>>): InputTable;

  #compiled: CompiledFunction<Record<string, Tree>, Tree> | null = null;

  protected override invoke(given: unknown): unknown {
    if (depth > 0) return this.forward(given as object);
    if (!this.config.return_dict) {
      throw new TransformersError(
        "UNSUPPORTED",
        `the configuration of this ${this.constructor.name} says return_dict: false, but outputs are objects with named fields; set it to true`,
      );
    }
    const table = this.inputTable((given ?? {}) as Record<string, Tree>);
    const inputs = prepareInputs(this.constructor.name, given, table);
    this.checkInputs(inputs);
    const trace = () => inside(() => this.forward(inputs));
    const run = () => (this.isTraining() ? this.#runOnce(trace()) : this.#runCompiled(inputs));
    return lazyCall(trace, run);
  }

  /** Throws where the values or sizes of inputs are not what the model can take. */
  protected checkInputs(_inputs: Readonly<Record<string, Tree>>): void {}

  /** The parts when they were looked at last. */
  #structure: Structure | null = null;

  /** Whether some part is in training mode. What was compiled for other parts than there are now is given up. */
  private isTraining(): boolean {
    if (!this.#structure?.isCurrent()) {
      this.#structure = new Structure(this);
      void this.#compiled?.release();
      this.#compiled = null;
    }
    return this.#structure.modules.some(({ training }) => training);
  }

  async #runOnce(output: object): Promise<object> {
    await realize(collect(output as Tree).map(({ tensor }) => tensor));
    return output;
  }

  async #runCompiled(inputs: Record<string, Tree>): Promise<object> {
    await realize(collect(inputs).map(({ tensor }) => tensor));
    const axes = this.#axesOf(inputs);
    return (await this.#compiledForward.call(inputs, axes, JSON.stringify(this.config))) as object;
  }

  get #compiledForward(): CompiledFunction<Record<string, Tree>, Tree> {
    this.#compiled ??= new CompiledFunction<Record<string, Tree>, Tree>(
      (traced) => inside(() => this.forward(traced)) as Tree,
    );
    return this.#compiled;
  }

  #axesOf(inputs: Record<string, Tree>): AxesOfInput {
    const table = this.inputTable(inputs);
    return ([name, ...position]) => {
      const entry = table[name!] ?? [];
      return typeof entry === "function" ? entry(position) : entry;
    };
  }

  /**
   * The graph that awaiting a call with these inputs runs in eval mode, with its symbolic sizes. What the same call
   * records in any mode, lazily and with the sizes of its inputs, is what `explain(model(inputs))` shows.
   */
  async explain(given: ModelInputs<Parameters<this["forward"]>[0]>): Promise<Explanation> {
    const inputs = prepareInputs(
      this.constructor.name,
      given,
      this.inputTable((given ?? {}) as Record<string, Tree>),
    );
    this.checkInputs(inputs);
    return this.#compiledForward.explain(inputs, this.#axesOf(inputs), this.named_parameters());
  }

  /** How many sessions the model has compiled: one for each signature it was called with. */
  get compiledSignatures(): number {
    return this.#compiled?.signatures ?? 0;
  }

  /** Frees the compiled sessions. The model can still be called, which compiles anew. */
  async release(): Promise<void> {
    await this.#compiled?.release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }
}
