import { TransformersError } from "../errors.js";
import { type SourceArgument, splitHubOptions } from "../hub/source.js";
import { openSource, withTemporaryFolder } from "../hub/storage/index.js";
import { type CommitInfo, type PushOptions, splitPushOptions, uploadToHub } from "../hub/upload.js";
import { Embedding, init, LayerNorm, Linear, type Module } from "../nn/index.js";
import { type Device, type DType, hostDevice, requireDevice, type Tensor } from "../tensor/index.js";
import type { ModelCall, ModelInputs } from "./call.js";
import { CallableModel } from "./callable-model.js";
import { type ConfigFields, PretrainedConfig } from "./configuration.js";
import { countParameters, countTokens, memoryFootprint, refuseGiant } from "./counting.js";
import { resizeTokenEmbeddings } from "./embeddings.js";
import {
  askedDtype,
  automaticDtype,
  castVariables,
  type DTypeOptions,
  type LoadOptions,
  narrowInMemory,
  readWeights,
  splitOptions,
} from "./load-options.js";
import { assignCheckpoint, type LoadingInfo, mismatch, report } from "./loading.js";
import { beginsOrEndsWith, extendCausalMask, extendMask, headMaskOfAll } from "./masks.js";
import { checkHeads, type HeadsByLayer, type HeadsToPrune, mergedHeads, Pruning } from "./pruning.js";
import { checkSaveOptions, type SavePretrainedOptions, saveWeights } from "./saving.js";

export type { LoadOptions } from "./load-options.js";

type ModelClass<C extends PretrainedConfig, M extends PreTrainedModel<C>> = {
  new (config: C, options?: never): M;
  readonly config_class: typeof PretrainedConfig;
  readonly base_model_prefix: string;
  readonly modelOptions: readonly string[];
  readonly _keep_in_fp32_modules: readonly string[];
};

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
export abstract class PreTrainedModel<
  C extends PretrainedConfig = PretrainedConfig,
> extends CallableModel<C> {
  static readonly config_class: typeof PretrainedConfig = PretrainedConfig;
  /** The field under which models with a head keep the base model. */
  static readonly base_model_prefix: string = "";
  /** Options of the constructor that from_pretrained() hands on. */
  static readonly modelOptions: readonly string[] = [];
  /** Entries that a checkpoint may lack, or hold in vain, without being reported. */
  static readonly _keys_to_ignore_on_load_missing: readonly RegExp[] = [];
  static readonly _keys_to_ignore_on_load_unexpected: readonly RegExp[] = [];
  /** Modules, by their field's name, that stay in float32 where the rest is loaded in float16. */
  static readonly _keep_in_fp32_modules: readonly string[] = [];
  /** Whether some of its modules compute again in the backward pass what gradient_checkpointing_enable() has forgotten. */
  static readonly supports_gradient_checkpointing: boolean = false;
  readonly main_input_name: string = "input_ids";

  readonly #warned = new Set<string>();
  readonly #tags: string[] = [];

  constructor(config?: C) {
    if (config !== undefined) refuseGiant(config);
    super(config);
  }

  private get self(): typeof PreTrainedModel {
    return this.constructor as typeof PreTrainedModel;
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

  set_input_embeddings(embeddings: Embedding): void {
    const base = this.base_model;
    if (base !== this) base.set_input_embeddings(embeddings);
    else throw new TransformersError("UNSUPPORTED", `${this.self.name} has no input embeddings`);
  }

  /** The layer that turns hidden states into logits over the vocabulary, or null. */
  get_output_embeddings(): Linear | null {
    return null;
  }

  set_output_embeddings(_embeddings: Linear): void {
    throw new TransformersError("UNSUPPORTED", `${this.self.name} has no output embeddings`);
  }

  /** Lets the output layer share the input embeddings' weight, where the configuration says so. */
  tie_weights(): void {
    const output = this.get_output_embeddings();
    if (output === null || !this.config.tie_word_embeddings) return;
    const { weight, num_embeddings } = this.get_input_embeddings();
    Object.assign(output, { weight, out_features: num_embeddings });
  }

  /**
   * Gives the vocabulary so many tokens (rounded up to a multiple): the input embeddings, an output layer and its bias,
   * and the configuration's `vocab_size`. Rows that both have stay as they are, new ones get initial values, and the
   * bias of a new token that shares the embeddings' weight is 0. Gives the input embeddings. An optimizer must be made
   * anew: the parameters are others. Throws `INVALID_ARGUMENT`.
   */
  async resize_token_embeddings(
    new_num_tokens: number | null = null,
    pad_to_multiple_of: number | null = null,
  ): Promise<Embedding> {
    const initialize = (module: Module) => this._init_weights(module);
    return resizeTokenEmbeddings(this, initialize, new_num_tokens, pad_to_multiple_of);
  }

  /** The table of learned positions. Throws `UNSUPPORTED` where the family has none that could be given another size. */
  get_position_embeddings(): Embedding {
    throw new TransformersError("UNSUPPORTED", `${this.self.name} does not give its position embeddings`);
  }

  /** Gives the model so many positions. Throws `UNSUPPORTED` where the family cannot. */
  async resize_position_embeddings(_new_num_position_embeddings: number): Promise<void> {
    throw new TransformersError(
      "UNSUPPORTED",
      `${this.self.name} cannot be given another number of positions; make one with another max_position_embeddings, and load with ignore_mismatched_sizes: true`,
    );
  }

  /**
   * Takes heads out of attention layers, `{ 0: [1, 2] }` by their numbers in the unpruned model, and notes them in the
   * configuration, by which a saved model is loaded again. Throws `INVALID_ARGUMENT` for heads that are not there, and
   * `UNSUPPORTED` where the family cannot.
   */
  async prune_heads(heads: HeadsToPrune): Promise<void> {
    const pruning = new Pruning();
    this.#prune(heads, pruning);
    await pruning.copyValues();
  }

  #prune(heads: HeadsToPrune, pruning: Pruning): void {
    const { pruned_heads } = this.config;
    const { num_hidden_layers: layers = 0, num_attention_heads: perLayer = 0 } = this.config as {
      num_hidden_layers?: number;
      num_attention_heads?: number;
    };
    const asked = checkHeads(heads, layers, perLayer);
    const union = checkHeads(mergedHeads(pruned_heads, asked), layers, perLayer);
    this.base_model._prune_heads(asked, pruning);
    this.config.pruned_heads = Object.fromEntries([...union].map(([layer, list]) => [layer, [...list]]));
  }

  /** Takes heads out of a base model's layers; those that are gone already stay away. */
  protected _prune_heads(_heads: HeadsByLayer, _pruning: Pruning): void {
    throw new TransformersError("UNSUPPORTED", `${this.self.name} has no heads that can be pruned`);
  }

  /** Prunes the heads that the configuration names, sets initial values and ties weights. */
  init_weights(): void {
    if (Object.keys(this.config.pruned_heads).length > 0)
      this.#prune(this.config.pruned_heads, new Pruning());
    for (const module of this.modules()) this._init_weights(module);
    this.tie_weights();
  }

  /** The last step of a model's constructor: `init_weights()`, and what old configurations say of checkpointing. */
  protected post_init(): void {
    this.init_weights();
    const config = this.config as { gradient_checkpointing?: unknown };
    if (this.self.supports_gradient_checkpointing && config.gradient_checkpointing) {
      this.gradient_checkpointing_enable();
      delete config.gradient_checkpointing;
    }
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
      module.weight?.initialize(init.ones_);
      module.bias?.initialize(init.zeros_);
    }
  }

  /** dtype of the parameters. */
  get dtype(): DType {
    for (const parameter of this.parameters()) return parameter.dtype;
    return "float32";
  }

  /** Where the parameters lie, and the inputs have to. */
  get device(): Device {
    for (const parameter of this.parameters()) return parameter.device;
    return hostDevice;
  }

  /** How many numbers the model has; tied ones count once. */
  num_parameters(options: { only_trainable?: boolean; exclude_embeddings?: boolean } = {}): number {
    return countParameters(this, options);
  }

  /** The bytes of all parameters, and of buffers unless `return_buffers` is false. */
  get_memory_footprint({ return_buffers = true }: { return_buffers?: boolean } = {}): number {
    return memoryFootprint(this, return_buffers);
  }

  /** How many tokens a batch has; 0, and one warning, where it lacks the main input. */
  estimate_tokens(batch: Readonly<Record<string, unknown>>): number {
    const count = countTokens(batch, this.main_input_name);
    if (count === null) {
      this.#warnOnce(
        `The batch has no ${this.main_input_name}, so its tokens and floating-point operations count as 0.`,
      );
    }
    return count ?? 0;
  }

  /**
   * About how many floating-point operations forward and backward take: 6 for each token and parameter.
   * Source: Kaplan et al., "Scaling Laws for Neural Language Models", 2020, section 2.1.
   */
  floating_point_ops(
    batch: Readonly<Record<string, unknown>>,
    { exclude_embeddings = true }: { exclude_embeddings?: boolean } = {},
  ): number {
    return 6 * this.estimate_tokens(batch) * this.num_parameters({ exclude_embeddings });
  }

  // Masks

  /** An encoder's mask [batch, total] or [batch, length, total] as it is added to the scores of cross-attention. */
  invert_attention_mask(encoder_attention_mask: Tensor): Tensor {
    return extendMask(encoder_attention_mask, this.dtype);
  }

  /**
   * A mask as it is added to attention scores, [batch, 1, 1 or length, total]; that of a decoder hides later positions
   * too. `input_shape` is [batch, length]; the mask may begin with cached positions.
   */
  get_extended_attention_mask(
    attention_mask: Tensor,
    input_shape: readonly [number, number],
    dtype = this.dtype,
  ): Tensor {
    if (!this.config.is_decoder || attention_mask.rank !== 2) return extendMask(attention_mask, dtype);
    const [length, total] = [input_shape[1], Number(attention_mask.shape[1])];
    return extendCausalMask(attention_mask, { length, total, past: total - length }, dtype);
  }

  /** head_mask [heads] or [layers, heads] for all layers, [layers, 1, heads, 1, 1]; null for each where there is none. */
  get_head_mask(
    head_mask: Tensor | null | undefined,
    num_hidden_layers: number,
    is_attention_chunked = false,
  ): Tensor | null[] {
    if (!head_mask) return Array<null>(num_hidden_layers).fill(null);
    const mask = headMaskOfAll(head_mask, num_hidden_layers, this.dtype);
    return is_attention_chunked ? mask.unsqueeze(-1) : mask;
  }

  /** Warns once where the first or last token of a sequence is padding and no mask hides it. */
  warn_if_padding_and_no_attention_mask(input_ids: Tensor, attention_mask: Tensor | null | undefined): void {
    const { pad_token_id } = this.config;
    if (attention_mask || pad_token_id === null || !beginsOrEndsWith(input_ids, pad_token_id)) return;
    this.#warnOnce(
      `input_ids begin or end with padding (${pad_token_id}), but no attention_mask was given: padding is then read as text. The tokenizer gives the mask with them.`,
    );
  }

  #warnOnce(message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    console.warn(message);
  }

  // Training

  /**
   * Has layers forget their intermediate values while training, and compute them again in the backward pass: memory
   * for time. `use_reentrant: false` is how that is done; true is refused. Throws `UNSUPPORTED` where the family cannot.
   */
  gradient_checkpointing_enable(options: { use_reentrant?: boolean } = {}): void {
    const unknown = Object.keys(options).find((name) => name !== "use_reentrant");
    if (unknown !== undefined || options.use_reentrant) {
      throw new TransformersError(
        "UNSUPPORTED",
        `gradient_checkpointing_enable: ${unknown ?? "use_reentrant: true"} is not supported; the only option is use_reentrant: false`,
      );
    }
    if (!this.self.supports_gradient_checkpointing) {
      throw new TransformersError("UNSUPPORTED", `${this.self.name} does not support gradient checkpointing`);
    }
    for (const module of this.#checkpointing()) module.gradient_checkpointing = true;
  }

  gradient_checkpointing_disable(): void {
    for (const module of this.#checkpointing()) module.gradient_checkpointing = false;
  }

  get is_gradient_checkpointing(): boolean {
    return [...this.#checkpointing()].some(({ gradient_checkpointing }) => gradient_checkpointing);
  }

  *#checkpointing(): Generator<Module & { gradient_checkpointing: boolean }> {
    for (const module of this.modules()) {
      if ("gradient_checkpointing" in module) yield module as Module & { gradient_checkpointing: boolean };
    }
  }

  /**
   * Nothing has to be done for it: gradients reach every parameter that wants one, behind frozen embeddings and
   * checkpoints too. It is here because training code calls it.
   */
  enable_input_require_grads(): void {}

  disable_input_require_grads(): void {}

  /** Whether generate() can be called: whether the family says what each step of it is fed. */
  can_generate(): boolean {
    return "prepare_inputs_for_generation" in this;
  }

  /** Adds tags to those that push_to_hub() writes into the model's card. */
  add_model_tags(tags: string | readonly string[]): void {
    for (const tag of [tags].flat()) if (!this.#tags.includes(tag)) this.#tags.push(tag);
  }

  get model_tags(): readonly string[] {
    return this.#tags;
  }

  // Checkpoints

  /** A model of this class with initial values. "auto" is the dtype that the configuration names. */
  static from_config<C extends PretrainedConfig, M extends PreTrainedModel<C>>(
    this: ModelClass<C, M>,
    config: C,
    options: DTypeOptions = {},
  ): M {
    const asked = askedDtype(options);
    const model = new this(config).eval();
    return asked === null ? model : model.to(asked === "auto" ? automaticDtype(config, new Map()) : asked);
  }

  /**
   * Loads a checkpoint folder (config.json and safetensors), in eval mode. Names are matched as the reference does;
   * what the checkpoint lacks keeps its initial values and is reported on the console, unless
   * `output_loading_info` asks for it. Throws `FILE_NOT_FOUND`, `CONFIG_INVALID`, `KEYS_MISMATCH` (shapes differ) and
   * the reader's codes for a damaged file.
   */
  static async from_pretrained<C extends PretrainedConfig, M extends PreTrainedModel<C>>(
    this: ModelClass<C, M>,
    from: SourceArgument,
    options: LoadOptions<C> & { output_loading_info: true } & Readonly<Record<string, unknown>>,
  ): Promise<[M, LoadingInfo]>;
  static async from_pretrained<C extends PretrainedConfig, M extends PreTrainedModel<C>>(
    this: ModelClass<C, M>,
    from: SourceArgument,
    options?: LoadOptions<C> & ConfigFields<C> & Readonly<Record<string, unknown>>,
  ): Promise<M>;
  static async from_pretrained<C extends PretrainedConfig, M extends PreTrainedModel<C>>(
    this: ModelClass<C, M>,
    from: SourceArgument,
    options: LoadOptions<C> & Readonly<Record<string, unknown>> = {},
  ): Promise<M | [M, LoadingInfo]> {
    const {
      config: given,
      device: asked,
      dtype,
      from_flax,
      from_tf,
      ignore_mismatched_sizes = false,
      low_cpu_mem_usage = true,
      output_loading_info = false,
      state_dict,
      torch_dtype,
      use_safetensors,
      variant,
      ...more
    } = options;
    const dtypeAsked = askedDtype({ torch_dtype, dtype });
    if (!low_cpu_mem_usage) {
      throw new TransformersError(
        "UNSUPPORTED",
        "from_pretrained: low_cpu_mem_usage: false is not supported: weights are never made before they are read",
      );
    }
    const [hub, rest] = splitHubOptions(more);
    const source = await openSource(from, hub);
    const device = asked && (await requireDevice("from_pretrained", asked));
    const config = given ?? ((await this.config_class.from_pretrained(source)) as C);
    const [fields, modelOptions] = splitOptions(rest, config, this.modelOptions);
    config.update(fields);
    const weights = { from_flax, from_tf, state_dict, use_safetensors, variant };
    const checkpoint = await readWeights(source, weights);
    const model = new this(config, modelOptions as never);
    if (dtypeAsked !== null) {
      const wanted = dtypeAsked === "auto" ? automaticDtype(config, checkpoint) : dtypeAsked;
      castVariables(model.named_variables(), wanted, this._keep_in_fp32_modules);
    }
    const info = assignCheckpoint(model.state_dict(), checkpoint, {
      base_model_prefix: this.base_model_prefix,
      stale_buffers: [...model.staleBuffers()],
      ignoreMissing: model.self._keys_to_ignore_on_load_missing,
      ignoreUnexpected: model.self._keys_to_ignore_on_load_unexpected,
    });
    if (info.mismatched_keys.length > 0 && !ignore_mismatched_sizes)
      throw mismatch(source.name, model.self.name, info);
    if (dtypeAsked !== null) await narrowInMemory(model.named_variables());
    model.eval();
    if (device !== undefined) model.to(device);
    if (output_loading_info) return [model, info];
    report(source.name, model.self.name, info);
    return model;
  }

  /** Buffers that old checkpoints hold and that are computed now, with their names in this model. */
  *staleBuffers(): Generator<string> {
    for (const [name, module] of this.named_modules()) {
      for (const buffer of module.stale_buffers) yield name === "" ? buffer : `${name}.${buffer}`;
    }
  }

  /**
   * Writes config.json and the weights, as safetensors, into a folder, as the reference reads them. Weights that are
   * shared are written once. `dtype` stores the floats in another dtype, float16 say. Throws `INVALID_ARGUMENT` and
   * `UNSUPPORTED` for options.
   */
  async save_pretrained(folder: string, options: SavePretrainedOptions = {}): Promise<void> {
    checkSaveOptions(options as Readonly<Record<string, unknown>>);
    if (options.is_main_process === false) return;
    this.config.architectures = [this.self.name];
    this.config.torch_dtype = options.dtype ?? this.dtype;
    await this.config.save_pretrained(folder);
    await saveWeights(folder, options.state_dict ?? this.state_dict(), options);
  }

  /**
   * Uploads config.json and the weights to a repository of the Hub, which is made where there is none, with the options
   * of the Hub and those of `save_pretrained`. Throws as these do, and `UPLOAD_FAILED`.
   */
  async push_to_hub(repo_id: string, options: PushOptions & SavePretrainedOptions = {}): Promise<CommitInfo> {
    const [push, saving] = splitPushOptions(options);
    return withTemporaryFolder(
      (folder) => this.save_pretrained(folder, saving),
      (files) => uploadToHub(repo_id, this.self.name, files, push, this.#tags),
    );
  }
}
