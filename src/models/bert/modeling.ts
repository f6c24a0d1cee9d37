import { TransformersError } from "../../errors.js";
import {
  type Activation,
  Dropout,
  Embedding,
  getActivation,
  LayerNorm,
  Linear,
  Module,
  ModuleList,
} from "../../nn/index.js";
import {
  addDims,
  arange,
  attentionProbabilities,
  cat,
  checkpoint,
  type Dim,
  scaledDotProductAttention,
  size,
  type Tensor,
} from "../../tensor/index.js";
import { extendCausalMask, extendMask, headMaskOfLayer } from "../masks.js";
import type { BaseModelOutputWithPoolingAndCrossAttentions } from "../outputs.js";
import { PreTrainedModel } from "../pretrained-model.js";
import { type HeadsByLayer, keptPositions, type Pruning } from "../pruning.js";
import { BertConfig } from "./configuration.js";
import { type BertInputs, bertInputTable, checkBertInputs } from "./inputs.js";

/**
 * BERT, as an encoder or (is_decoder) a decoder.
 * Source: Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers", 2018; relative positions after
 * Shaw et al., 2018 (relative_key) and Huang et al., 2020 (relative_key_query).
 */

type Hidden = Tensor<["batch", "sequence", "hidden"]>;
type Heads = Tensor<["batch", "heads", "sequence", "head_dim"]>;

/** Word, position and segment embeddings, summed and normalised. */
export class BertEmbeddings extends Module<BertConfig> {
  readonly word_embeddings = new Embedding(this.config.vocab_size, this.config.hidden_size, {
    padding_idx: this.config.pad_token_id,
  });
  readonly position_embeddings = new Embedding(this.config.max_position_embeddings, this.config.hidden_size);
  readonly token_type_embeddings = new Embedding(this.config.type_vocab_size, this.config.hidden_size);
  readonly LayerNorm = new LayerNorm(this.config.hidden_size, { eps: this.config.layer_norm_eps });
  readonly dropout = new Dropout(this.config.hidden_dropout_prob);

  override get stale_buffers(): readonly string[] {
    return ["position_ids", "token_type_ids"];
  }

  forward({ input_ids, inputs_embeds, token_type_ids, position_ids }: BertInputs, past: Dim): Hidden {
    const words = inputs_embeds ?? this.word_embeddings(input_ids!);
    const [, sequence] = words.shape as [Dim, Dim];
    const segments = token_type_ids
      ? this.token_type_embeddings(token_type_ids)
      : this.token_type_embeddings.weight.slice(0, 0, 1); // all of the first kind
    let embeddings = words.add(segments);
    if (this.config.position_embedding_type === "absolute") {
      const { weight } = this.position_embeddings;
      const positions = position_ids
        ? this.position_embeddings(position_ids)
        : weight.slice(0, past, addDims(past, sequence));
      embeddings = embeddings.add(positions);
    }
    return this.dropout(this.LayerNorm(embeddings));
  }
}

/** What the layers of one call share. */
interface AttentionContext {
  /** Added to self-attention's scores. */
  mask: Tensor | null;
  /** The encoder's output, where this is a decoder with cross-attention, and its mask. */
  encoder: Tensor | null;
  encoderMask: Tensor | null;
  headMask: Tensor | null;
  /** This layer's cached keys and values. */
  past: readonly Tensor[] | null;
  output_attentions: boolean;
}

interface AttentionResult {
  context: Hidden;
  probabilities: Tensor | null;
  /** Keys and values to cache. */
  cache: readonly [Tensor, Tensor];
}

/** Scaled dot-product attention over `num_attention_heads` heads, to itself or to an encoder's states. */
export class BertSelfAttention extends Module<BertConfig> {
  readonly query = new Linear(this.config.hidden_size, this.config.hidden_size);
  readonly key = new Linear(this.config.hidden_size, this.config.hidden_size);
  readonly value = new Linear(this.config.hidden_size, this.config.hidden_size);
  readonly dropout = new Dropout(this.config.attention_probs_dropout_prob);
  readonly headDim = size("head_dim", this.config.hidden_size / this.config.num_attention_heads);
  /** As many as are left. */
  num_attention_heads = this.config.num_attention_heads;
  readonly distance_embedding =
    this.config.position_embedding_type === "absolute"
      ? null
      : new Embedding(2 * this.config.max_position_embeddings - 1, this.headDim);

  forward(hidden: Hidden, context: AttentionContext, crossing = false): AttentionResult {
    const [batch, sequence] = hidden.shape;
    const past = context.past && (crossing ? context.past.slice(2) : context.past);
    const source = crossing ? context.encoder! : hidden;
    const mask = crossing ? context.encoderMask : context.mask;

    const query = this.splitHeads(this.query(hidden)); // [batch, heads, sequence, head_dim]
    let [key, value] =
      crossing && past ? past : [this.splitHeads(this.key(source)), this.splitHeads(this.value(source))];
    if (!crossing && past) [key, value] = [cat([past[0]!, key!], 2), cat([past[1]!, value!], 2)];

    const scale = 1 / Math.sqrt(this.headDim);
    const relative = this.distance_embedding && this.relativeScores(query, key!, past !== null).mul(scale);
    const bias = relative === null ? mask : mask === null ? relative : relative.add(mask);
    const { heads, probabilities } = this.attend(query, key!, value!, bias, scale, context);
    const merged = heads.transpose(1, 2).reshape([batch, sequence, size("hidden", this.query.out_features)]);
    return { context: merged, probabilities, cache: [key!, value!] };
  }

  private splitHeads(x: Hidden): Heads {
    const [batch, sequence] = x.shape;
    return x.reshape([batch, sequence, this.num_attention_heads, this.headDim]).transpose(1, 2);
  }

  /** One fused operator, unless somebody wants the probabilities or changes them. */
  private attend(
    query: Heads,
    key: Tensor,
    value: Tensor,
    mask: Tensor | null,
    scale: number,
    context: AttentionContext,
  ) {
    const { headMask, output_attentions } = context;
    if (!this.training && headMask === null && !output_attentions) {
      const heads = scaledDotProductAttention(query, key, value, { mask, scale, mask_is_finite: true });
      return { heads, probabilities: null };
    }
    let probabilities = this.dropout(attentionProbabilities(query, key, mask, scale));
    if (headMask !== null) probabilities = probabilities.mul(headMask);
    return { heads: probabilities.matmul(value) as Heads, probabilities };
  }

  /** Scores of the distances between positions: [batch, heads, sequence, total]. */
  private relativeScores(query: Heads, key: Tensor, cached: boolean): Tensor {
    const [length, total] = [query.shape[2], key.shape[2]!];
    // With a cache the query is the last position alone.
    const left = cached ? arange(addDims(total, -1), total).unsqueeze(1) : arange(length).unsqueeze(1);
    const distance = left.sub(arange(total).unsqueeze(0)); // [length, total]
    const embedded = this.distance_embedding!(distance.add(this.config.max_position_embeddings - 1)); // [length, total, head_dim]
    const fromQuery = byPosition(query, embedded.mT); // [batch, heads, length, total]
    if (this.config.position_embedding_type === "relative_key") return fromQuery;
    const fromKey = byPosition(key, embedded.permute([1, 2, 0])); // [batch, heads, total, length]
    return fromQuery.add(fromKey.mT);
  }
}

/** Row i of x [batch, heads, rows, head_dim] times matrix i of [rows, head_dim, columns]. */
function byPosition(x: Tensor, matrices: Tensor): Tensor {
  const [batch, heads, rows, headDim] = x.shape as [Dim, Dim, Dim, Dim];
  const columns = matrices.shape[2]!;
  const byRow = x.permute([2, 0, 1, 3]).reshape([rows, -1, headDim]);
  return byRow.matmul(matrices).reshape([rows, batch, heads, columns]).permute([1, 2, 0, 3]);
}

/** A projection, added to what it is a refinement of, and normalised. */
export class BertSelfOutput extends Module<BertConfig> {
  readonly dense = new Linear(this.config.hidden_size, this.config.hidden_size);
  readonly LayerNorm = new LayerNorm(this.config.hidden_size, { eps: this.config.layer_norm_eps });
  readonly dropout = new Dropout(this.config.hidden_dropout_prob);

  forward(hidden: Hidden, residual: Hidden): Hidden {
    return this.LayerNorm(this.dropout(this.dense(hidden)).add(residual));
  }
}

export class BertAttention extends Module<BertConfig> {
  readonly self = new BertSelfAttention(this.config);
  readonly output = new BertSelfOutput(this.config);

  readonly #gone = new Set<number>();

  /** Takes heads out, by their numbers in the unpruned layer. */
  prune_heads(heads: readonly number[], pruning: Pruning): void {
    const going = new Set(heads.filter((head) => !this.#gone.has(head)));
    if (going.size === 0) return;
    const { self, output } = this;
    const keep = keptPositions(this.config.num_attention_heads, self.headDim, going, this.#gone);
    Object.assign(self, {
      query: pruning.linear(self.query, keep),
      key: pruning.linear(self.key, keep),
      value: pruning.linear(self.value, keep),
      num_attention_heads: self.num_attention_heads - going.size,
    });
    Object.assign(output, { dense: pruning.linear(output.dense, keep, 1) });
    for (const head of going) this.#gone.add(head);
  }

  forward(hidden: Hidden, context: AttentionContext, crossing = false): AttentionResult {
    const result = this.self(hidden, context, crossing);
    return { ...result, context: this.output(result.context, hidden) };
  }
}

export class BertIntermediate extends Module<BertConfig> {
  readonly dense = new Linear(this.config.hidden_size, this.config.intermediate_size);
  readonly activation: Activation = getActivation(this.config.hidden_act);

  forward(hidden: Hidden): Tensor {
    return this.activation(this.dense(hidden));
  }
}

export class BertOutput extends Module<BertConfig> {
  readonly dense = new Linear(this.config.intermediate_size, this.config.hidden_size);
  readonly LayerNorm = new LayerNorm(this.config.hidden_size, { eps: this.config.layer_norm_eps });
  readonly dropout = new Dropout(this.config.hidden_dropout_prob);

  forward(intermediate: Tensor, residual: Hidden): Hidden {
    return this.LayerNorm(this.dropout(this.dense(intermediate)).add(residual));
  }
}

type LayerResult = {
  hidden: Hidden;
  probabilities: Tensor | null;
  crossProbabilities: Tensor | null;
  cache: readonly Tensor[];
};

/** Distances between positions of two sequences say nothing: cross-attention never uses relative positions. */
function withAbsolutePositions(config: BertConfig): BertConfig {
  return Object.create(config, { position_embedding_type: { value: "absolute" } });
}

export class BertLayer extends Module<BertConfig> {
  readonly attention = new BertAttention(this.config);
  readonly crossattention = this.config.add_cross_attention
    ? new BertAttention(withAbsolutePositions(this.config))
    : null;
  readonly intermediate = new BertIntermediate(this.config);
  readonly output = new BertOutput(this.config);

  forward(hidden: Hidden, context: AttentionContext): LayerResult {
    const attention = this.attention(hidden, context);
    let crossing: AttentionResult | null = null;
    if (context.encoder !== null) {
      if (this.crossattention === null) {
        throw new TransformersError(
          "INVALID_ARGUMENT",
          "encoder_hidden_states need layers with cross-attention: set add_cross_attention and is_decoder in the configuration",
        );
      }
      crossing = this.crossattention(attention.context, context, true);
    }
    return {
      hidden: this.feedForward((crossing ?? attention).context),
      probabilities: attention.probabilities,
      crossProbabilities: crossing?.probabilities ?? null,
      cache: [...attention.cache, ...(crossing?.cache ?? [])],
    };
  }

  /** In pieces of `chunk_size_feed_forward` positions where that is set, which takes less memory. */
  private feedForward(hidden: Hidden): Hidden {
    const chunk = this.config.chunk_size_feed_forward;
    const transform = (x: Hidden) => this.output(this.intermediate(x), x);
    if (chunk === 0) return transform(hidden);
    const length = hidden.shape[1] as number;
    if (length % chunk !== 0) {
      throw new TransformersError(
        "SHAPE_MISMATCH",
        `chunk_size_feed_forward ${chunk} does not divide the sequence length ${length}; pad the sequence to a multiple of it`,
      );
    }
    return cat(hidden.split(chunk, 1).map(transform), 1);
  }
}

export class BertEncoder extends Module<BertConfig> {
  /** Whether layers compute their intermediate values again in the backward pass, while training. */
  gradient_checkpointing = false;
  readonly layer = new ModuleList(
    Array.from({ length: this.config.num_hidden_layers }, () => new BertLayer(this.config)),
  );

  forward(
    embeddings: Hidden,
    contextOf: (layer: number) => AttentionContext,
    options: { output_hidden_states: boolean; output_attentions: boolean; use_cache: boolean },
  ): BaseModelOutputWithPoolingAndCrossAttentions {
    const states: Hidden[] = [embeddings];
    const results: LayerResult[] = [];
    for (const layer of this.layer) {
      const context = contextOf(results.length);
      const compute = (hidden: Hidden) => layer(hidden, context);
      const hidden = states[states.length - 1]!;
      const result =
        this.gradient_checkpointing && this.training ? checkpoint(compute, hidden) : compute(hidden);
      results.push(result);
      states.push(result.hidden);
    }
    const output: BaseModelOutputWithPoolingAndCrossAttentions = {
      last_hidden_state: states[states.length - 1]!,
    };
    if (options.use_cache) output.past_key_values = results.map(({ cache }) => cache);
    if (options.output_hidden_states) output.hidden_states = states;
    if (options.output_attentions) {
      output.attentions = results.map(({ probabilities }) => probabilities!);
      const crossing = results.flatMap(({ crossProbabilities }) => crossProbabilities ?? []);
      if (crossing.length > 0) output.cross_attentions = crossing;
    }
    return output;
  }
}

/** The first token's state, through a layer of its own. */
export class BertPooler extends Module<BertConfig> {
  readonly dense = new Linear(this.config.hidden_size, this.config.hidden_size);

  forward(hidden: Hidden): Tensor {
    return this.dense(hidden.select(1, 0)).tanh();
  }
}

/** What all BERT models share: their inputs and how the base model is found. */
export abstract class BertPreTrainedModel extends PreTrainedModel<BertConfig> {
  static override readonly config_class = BertConfig;
  static override readonly base_model_prefix: string = "bert";
  static override readonly supports_gradient_checkpointing: boolean = true;

  override inputTable(given: BertInputs) {
    return bertInputTable(given, this.config);
  }

  protected override checkInputs(inputs: BertInputs): void {
    checkBertInputs(inputs, this.config);
    if (inputs.input_ids) this.warn_if_padding_and_no_attention_mask(inputs.input_ids, inputs.attention_mask);
  }
}

/** BERT without a head: hidden states, and (unless `add_pooling_layer` is false) the pooled first token. */
export class BertModel extends BertPreTrainedModel {
  static override readonly modelOptions = ["add_pooling_layer"];
  readonly embeddings = new BertEmbeddings(this.config);
  readonly encoder = new BertEncoder(this.config);
  readonly pooler: BertPooler | null;

  constructor(config: BertConfig, options: { add_pooling_layer?: boolean } = {}) {
    super(checked(config));
    this.pooler = (options.add_pooling_layer ?? true) ? new BertPooler(config) : null;
    this.post_init();
  }

  override get_input_embeddings(): Embedding {
    return this.embeddings.word_embeddings;
  }

  override set_input_embeddings(embeddings: Embedding): void {
    Object.assign(this.embeddings, { word_embeddings: embeddings });
  }

  protected override _prune_heads(heads: HeadsByLayer, pruning: Pruning): void {
    for (const [layer, pruned] of heads) this.encoder.layer.at(layer).attention.prune_heads(pruned, pruning);
  }

  forward(inputs: BertInputs): BaseModelOutputWithPoolingAndCrossAttentions {
    const { input_ids, inputs_embeds, past_key_values } = inputs;
    if ((input_ids === undefined) === (inputs_embeds === undefined)) {
      throw new TransformersError("INVALID_ARGUMENT", "give the model either input_ids or inputs_embeds");
    }
    const past: Dim = past_key_values?.[0]?.[0]?.shape[2] ?? 0;
    const output_attentions = inputs.output_attentions ?? this.config.output_attentions;
    const shared = {
      ...this.masks(inputs, past),
      encoder: inputs.encoder_hidden_states ?? null,
      output_attentions,
    };
    const contextOf = (layer: number): AttentionContext => ({
      ...shared,
      headMask: headMaskOfLayer(inputs.head_mask, layer, this.dtype),
      past: past_key_values?.[layer] ?? null,
    });
    const output = this.encoder(this.embeddings(inputs, past), contextOf, {
      output_attentions,
      output_hidden_states: inputs.output_hidden_states ?? this.config.output_hidden_states,
      use_cache:
        this.config.is_decoder && !isForgetting(this.encoder) && (inputs.use_cache ?? this.config.use_cache),
    });
    if (this.pooler !== null) output.pooler_output = this.pooler(output.last_hidden_state);
    return output;
  }

  private masks(inputs: BertInputs, past: Dim) {
    const { attention_mask = null, encoder_attention_mask, encoder_hidden_states } = inputs;
    const [, length] = (inputs.input_ids ?? inputs.inputs_embeds!).shape as [Dim, Dim];
    const { dtype } = this;
    const mask = this.config.is_decoder
      ? extendCausalMask(attention_mask, { length, total: addDims(past, length), past }, dtype)
      : attention_mask && extendMask(attention_mask, dtype);
    const encoderMask =
      encoder_hidden_states && encoder_attention_mask ? extendMask(encoder_attention_mask, dtype) : null;
    return { mask, encoderMask };
  }
}

/** Layers that forget their intermediate values while training leave nothing to cache, as in the reference. */
function isForgetting({ gradient_checkpointing, training }: BertEncoder): boolean {
  return gradient_checkpointing && training;
}

function checked(config: BertConfig): BertConfig {
  const { hidden_size, num_attention_heads } = config;
  if (hidden_size % num_attention_heads !== 0) {
    throw new TransformersError(
      "CONFIG_INVALID",
      `hidden_size ${hidden_size} is not a multiple of num_attention_heads ${num_attention_heads}`,
    );
  }
  return config;
}
