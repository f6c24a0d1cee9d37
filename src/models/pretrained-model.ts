import path from "node:path";
import { TransformersError } from "../errors.js";
import { writeSafetensors } from "../hub/safetensors/index.js";
import { Embedding, init, LayerNorm, Linear, Module } from "../nn/index.js";
import {
  CompiledFunction,
  collect,
  convert,
  type DType,
  type InputAxes,
  isFloat,
  realize,
  type Tree,
} from "../tensor/index.js";
import { type InputTable, lazyCall, type ModelCall, type ModelInputs, prepareInputs } from "./call.js";
import { type ConfigFields, PretrainedConfig } from "./configuration.js";
import { assignCheckpoint, type LoadingInfo, openCheckpoint } from "./loading.js";

/** Options of `from_pretrained`; any other name is a field of the configuration, or an option of the model's own. */
export interface LoadOptions<C extends PretrainedConfig> {
  /** The configuration to use in place of the folder's config.json. */
  config?: C;
  /** Leave entries whose shapes differ at their initial values instead of throwing. Default false. */
  ignore_mismatched_sizes?: boolean;
  /** Give `[model, loading_info]` instead of the model. Default false. */
  output_loading_info?: boolean;
}

type ModelClass<C extends PretrainedConfig, M extends PreTrainedModel<C>> = {
  new (config: C, options?: never): M;
  readonly config_class: typeof PretrainedConfig;
  readonly base_model_prefix: string;
  readonly modelOptions: readonly string[];
};

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

export interface PreTrainedModel<C extends PretrainedConfig = PretrainedConfig> {
  <const I extends ModelInputs<Parameters<this["forward"]>[0]>>(
    inputs: I,
  ): ModelCall<ReturnType<this["forward"]>, I>;
  readonly config: C;
}

/**
 * A model of one family: a module with a configuration that loads and saves checkpoints, and whose call, when it is
 * awaited in eval mode, runs as one session compiled once for all sizes.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface above gives instances their call signature, which Module's constructor provides
export abstract class PreTrainedModel<C extends PretrainedConfig = PretrainedConfig> extends Module<C> {
  static readonly config_class: typeof PretrainedConfig = PretrainedConfig;
  /** The field under which models with a head keep the base model. */
  static readonly base_model_prefix: string = "";
  /** Options of the constructor that from_pretrained() hands on. */
  static readonly modelOptions: readonly string[] = [];
  /** Entries that a checkpoint may lack, or hold in vain, without being reported. */
  static readonly _keys_to_ignore_on_load_missing: readonly RegExp[] = [];
  static readonly _keys_to_ignore_on_load_unexpected: readonly RegExp[] = [];
  readonly main_input_name: string = "input_ids";

  abstract override forward(inputs: object): object;

  /** The inputs that forward() takes, with their axes. */
  abstract inputTable(given: Readonly<Record<string, Tree>>): InputTable;

  #compiled: CompiledFunction<Record<string, Tree>, Tree> | null = null;

  private get self(): typeof PreTrainedModel {
    return this.constructor as typeof PreTrainedModel;
  }

  protected override invoke(given: unknown): unknown {
    if (depth > 0) return this.forward(given as object);
    if (!this.config.return_dict) {
      throw new TransformersError(
        "UNSUPPORTED",
        `the configuration of this ${this.self.name} says return_dict: false, but outputs are objects with named fields; set it to true`,
      );
    }
    const table = this.inputTable((given ?? {}) as Record<string, Tree>);
    const inputs = prepareInputs(this.self.name, given, table);
    this.checkInputs(inputs);
    const trace = () => inside(() => this.forward(inputs));
    const run = () => (this.isTraining() ? this.#runOnce(trace()) : this.#runCompiled(inputs));
    return lazyCall(trace, run);
  }

  /** Throws where the values or sizes of inputs are not what the model can take. */
  protected checkInputs(_inputs: Readonly<Record<string, Tree>>): void {}

  /** All modules, listed once: a model's parts are fixed when it is made. */
  #parts: Module[] | null = null;

  private isTraining(): boolean {
    this.#parts ??= [...this.modules()];
    return this.#parts.some(({ training }) => training);
  }

  async #runOnce(output: object): Promise<object> {
    await realize(collect(output as Tree).map(({ tensor }) => tensor));
    return output;
  }

  async #runCompiled(inputs: Record<string, Tree>): Promise<object> {
    await realize(collect(inputs).map(({ tensor }) => tensor));
    this.#compiled ??= new CompiledFunction<Record<string, Tree>, Tree>(
      (traced) => inside(() => this.forward(traced)) as Tree,
    );
    const table = this.inputTable(inputs);
    const axes = ([name, ...position]: readonly string[]): InputAxes => {
      const entry = table[name!] ?? [];
      return typeof entry === "function" ? entry(position) : entry;
    };
    return (await this.#compiled.call(inputs, axes, JSON.stringify(this.config))) as object;
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

  // Parts

  /** The model without its head: itself, or the field that `base_model_prefix` names. */
  get base_model(): PreTrainedModel<C> {
    const found = (this as unknown as Record<string, unknown>)[this.self.base_model_prefix];
    return found instanceof PreTrainedModel ? (found as PreTrainedModel<C>) : this;
  }

  get_input_embeddings(): Embedding {
    const base = this.base_model;
    if (base !== this) return base.get_input_embeddings();
    throw new TransformersError("UNSUPPORTED", `${this.self.name} has no input embeddings`);
  }

  /** The layer that turns hidden states into logits over the vocabulary, or null. */
  get_output_embeddings(): Linear | null {
    return null;
  }

  /** Lets the output layer share the input embeddings' weight, where the configuration says so. */
  tie_weights(): void {
    const output = this.get_output_embeddings();
    if (output === null || !this.config.tie_word_embeddings) return;
    Object.assign(output, { weight: this.get_input_embeddings().weight });
  }

  /** Sets initial values and ties weights: the last step of a model's constructor. */
  protected post_init(): void {
    for (const module of this.modules()) this._init_weights(module);
    this.tie_weights();
  }

  /** Initial values of one module's parameters. */
  protected _init_weights(module: Module): void {
    const std = (this.config as { initializer_range?: number }).initializer_range ?? 0.02;
    if (module instanceof Linear) {
      module.weight.initialize(init.normal_(0, std));
      module.bias?.initialize(init.zeros_);
    } else if (module instanceof Embedding) {
      module.weight.initialize(init.normalExceptRow(module.options.padding_idx ?? null, std));
    } else if (module instanceof LayerNorm) {
      module.weight.initialize(init.ones_);
      module.bias.initialize(init.zeros_);
    }
  }

  /** dtype of the parameters. */
  get dtype(): DType {
    for (const parameter of this.parameters()) return parameter.dtype;
    return "float32";
  }

  /** How many numbers the model has; tied ones count once. */
  num_parameters(options: { only_trainable?: boolean; exclude_embeddings?: boolean } = {}): number {
    const embeddings = new Set<unknown>();
    if (options.exclude_embeddings) {
      for (const module of this.modules()) if (module instanceof Embedding) embeddings.add(module.weight);
    }
    let total = 0;
    for (const parameter of this.parameters()) {
      if (embeddings.has(parameter) || (options.only_trainable && !parameter.requires_grad)) continue;
      total += parameter.dims.reduce((product, dim) => product * dim, 1);
    }
    return total;
  }

  // Checkpoints

  /** A model of this class with initial values. */
  static from_config<C extends PretrainedConfig, M extends PreTrainedModel<C>>(
    this: ModelClass<C, M>,
    config: C,
  ): M {
    return new this(config).eval();
  }

  /**
   * Loads a checkpoint folder (config.json and safetensors), in eval mode. Names are matched as the reference does;
   * what the checkpoint lacks keeps its initial values and is reported on the console, unless
   * `output_loading_info` asks for it. Throws `FILE_NOT_FOUND`, `CONFIG_INVALID`, `KEYS_MISMATCH` (shapes differ) and
   * the reader's codes for a damaged file.
   */
  static async from_pretrained<C extends PretrainedConfig, M extends PreTrainedModel<C>>(
    this: ModelClass<C, M>,
    folder: string,
    options: LoadOptions<C> & { output_loading_info: true } & Readonly<Record<string, unknown>>,
  ): Promise<[M, LoadingInfo]>;
  static async from_pretrained<C extends PretrainedConfig, M extends PreTrainedModel<C>>(
    this: ModelClass<C, M>,
    folder: string,
    options?: LoadOptions<C> & ConfigFields<C> & Readonly<Record<string, unknown>>,
  ): Promise<M>;
  static async from_pretrained<C extends PretrainedConfig, M extends PreTrainedModel<C>>(
    this: ModelClass<C, M>,
    folder: string,
    options: LoadOptions<C> & Readonly<Record<string, unknown>> = {},
  ): Promise<M | [M, LoadingInfo]> {
    const { config: given, ignore_mismatched_sizes = false, output_loading_info = false, ...rest } = options;
    const checkpoint = await openCheckpoint(folder);
    const config = given ?? ((await this.config_class.from_pretrained(folder)) as C);
    const [fields, modelOptions] = splitOptions(rest, config, this.modelOptions);
    config.update(fields);
    const model = new this(config, modelOptions as never);
    const info = assignCheckpoint(model.state_dict(), checkpoint, {
      base_model_prefix: this.base_model_prefix,
      stale_buffers: [...model.staleBuffers()],
      ignoreMissing: model.self._keys_to_ignore_on_load_missing,
      ignoreUnexpected: model.self._keys_to_ignore_on_load_unexpected,
    });
    if (info.mismatched_keys.length > 0 && !ignore_mismatched_sizes)
      throw mismatch(folder, model.self.name, info);
    model.eval();
    if (output_loading_info) return [model, info];
    report(folder, model.self.name, info);
    return model;
  }

  /** Buffers that old checkpoints hold and that are computed now, with their names in this model. */
  *staleBuffers(): Generator<string> {
    for (const [name, module] of this.named_modules()) {
      for (const buffer of module.stale_buffers) yield name === "" ? buffer : `${name}.${buffer}`;
    }
  }

  /**
   * Writes config.json and model.safetensors into a folder, as the reference reads them. Weights that are shared are
   * written once. `dtype` stores the floats in another dtype, float16 say.
   */
  async save_pretrained(
    folder: string,
    options: { dtype?: "float32" | "float16" | "bfloat16" } = {},
  ): Promise<void> {
    this.config.architectures = [this.self.name];
    this.config.torch_dtype = options.dtype ?? this.dtype;
    await this.config.save_pretrained(folder);
    const tensors = [];
    const written = new Set<unknown>();
    for (const [name, variable] of this.named_variables()) {
      if (written.has(variable)) continue;
      written.add(variable);
      const array = await variable.load();
      const { data, dims, dtype } = isFloat(array.dtype)
        ? convert(array, options.dtype ?? array.dtype)
        : array;
      tensors.push([name, { dtype: safetensorsNames[dtype], shape: dims, data }] as const);
    }
    await writeSafetensors(path.join(folder, "model.safetensors"), tensors, { format: "pt" });
  }
}

const safetensorsNames = {
  float32: "F32",
  float16: "F16",
  bfloat16: "BF16",
  float64: "F64",
  int64: "I64",
  int32: "I32",
  int16: "I16",
  int8: "I8",
  uint8: "U8",
  uint32: "U32",
  bool: "BOOL",
} as const;

/** Options that are fields of the configuration, and those of the model's constructor. Any other is refused. */
function splitOptions(
  options: Readonly<Record<string, unknown>>,
  config: PretrainedConfig,
  own: readonly string[],
) {
  const fields: Record<string, unknown> = {};
  const modelOptions: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    if (own.includes(name)) modelOptions[name] = value;
    else if (name in config && typeof config[name as keyof PretrainedConfig] !== "function")
      fields[name] = value;
    else {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `from_pretrained: "${name}" is neither an option (config, ignore_mismatched_sizes, output_loading_info) nor a field of ${config.constructor.name}`,
      );
    }
  }
  return [fields, modelOptions] as const;
}

function mismatch(folder: string, name: string, info: LoadingInfo): TransformersError {
  const lines = info.mismatched_keys.map(
    ([key, stored, expected]) => `${key} is [${stored}] in the checkpoint and [${expected}] in the model`,
  );
  return new TransformersError(
    "KEYS_MISMATCH",
    `${folder} does not fit ${name} with this configuration: ${lines.slice(0, 4).join("; ")}${lines.length > 4 ? `; and ${lines.length - 4} more` : ""}. Use the config.json that belongs to the weights, or pass ignore_mismatched_sizes: true to start these from initial values`,
  );
}

function report(folder: string, name: string, info: LoadingInfo): void {
  const some = (keys: readonly string[]) =>
    keys.length > 6 ? `${keys.slice(0, 6).join(", ")} and ${keys.length - 6} more` : keys.join(", ");
  if (info.unexpected_keys.length > 0) {
    console.warn(`Weights of ${folder} that ${name} has no place for: ${some(info.unexpected_keys)}.`);
  }
  const fresh = [...info.missing_keys, ...info.mismatched_keys.map(([key]) => key)];
  if (fresh.length > 0) {
    console.warn(
      `Weights of ${name} that ${folder} lacks and that start from initial values: ${some(fresh)}. Train this model before using its predictions.`,
    );
  }
}
