import { TransformersError } from "../../errors.js";
import { type Dim, dimsEqual, formatShape, multiplyDims, productOfDims } from "../../onnx/dim.js";
import { isFloat } from "../../runtime/dtype.js";
import type { Generator } from "../generator.js";
import type { Tensor } from "../tensor.js";
import { type Attention, causalAttention, fullyMasked, fusedAttention } from "./attention-kernels.js";
import { where } from "./choice.js";
import { arange, dimTensor } from "./creation.js";
import { cat } from "./joining.js";
import { softmax } from "./normalization.js";
import { broadcastShapes } from "./operands.js";
import { dropout } from "./random.js";

const op = "scaled_dot_product_attention";

/**
 * Rows of one block of causal attention: a block reads no key behind its last row, which halves the work on long
 * sequences. Of a very long one the blocks grow, so that there are never more than `mostBlocks`.
 */
const blockRows = 128;
const mostBlocks = 16;

export interface ScaledDotProductAttentionOptions {
  /** Added to the scores (float), or true where a position may be attended to (bool). Broadcasts to the scores. */
  attn_mask?: Tensor | null;
  /** Chance that a probability is zeroed, the rest scaled up. Default 0. */
  dropout_p?: number;
  /** Each position sees itself and those before it, aligned at the top left. Default false. */
  is_causal?: boolean;
  /** Factor of the scores. Default 1 / sqrt(head_dim). */
  scale?: number | null;
  /** Each head of key and value serves several heads of the query, side by side. Default false. */
  enable_gqa?: boolean;
  /**
   * Promises that `attn_mask` is finite, so that no query is closed to all keys: none has to be looked for then, which
   * saves a pass over the result; with `is_causal` or dropout, and of a bool mask, they are looked for all the same.
   * Default false.
   */
  mask_is_finite?: boolean;
  /** Where dropout's numbers come from. Default: the global generator. */
  generator?: Generator;
}

export interface AttentionOptions extends Omit<ScaledDotProductAttentionOptions, "attn_mask"> {
  /** Added to the scores (float), or true where a position may be attended to (bool). Broadcasts to the scores. */
  mask?: Tensor | null;
}

/** `scaled_dot_product_attention` with its mask under a shorter name. */
export function scaledDotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: AttentionOptions = {},
): Tensor {
  const { mask, ...rest } = options;
  return scaled_dot_product_attention(query, key, value, { ...rest, attn_mask: mask });
}

/**
 * softmax(query keyᵀ scale + mask) value, as torch.nn.functional.scaled_dot_product_attention. query: [batch, heads,
 * length, head_dim], key: [batch, heads, total, head_dim], value: [batch, heads, total, width]; gives [batch, heads,
 * length, width]. Heads, or batch and heads, may be absent from all three; there may be more leading axes. One fused
 * operator where no gradient is asked.
 *
 * A query that no key is open to gives 0, as in PyTorch from 2.5 on (before, it gave NaN). A mask and `is_causal` may
 * be given together, which PyTorch refuses. Throws `SHAPE_MISMATCH` and `DTYPE_MISMATCH` where the four do not fit.
 *
 * Source: Vaswani et al., "Attention Is All You Need", 2017, section 3.2.1.
 */
export function scaled_dot_product_attention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: ScaledDotProductAttentionOptions = {},
): Tensor {
  requireOperands(query, key, value, options.attn_mask ?? null);
  if (query.rank !== 4) return withFourAxes(query, key, value, options);
  const groups = groupsOf(query, key, value, options.enable_gqa ?? false);
  const { dropout_p = 0, is_causal = false, generator } = options;
  const [length, total] = [query.shape[2]!, key.shape[2]!];
  const scores = [...query.shape.slice(0, 3), total];
  const scale = options.scale ?? defaultScale(query);
  if (length === 0 || total === 0) {
    // No kernel for attention is asked for nothing; a product over no keys is 0.
    const context = grouped(query, groups).matmul(key.mT).matmul(value);
    return context.reshape([...query.shape.slice(0, 3), value.shape[3]!]);
  }
  const mask = options.attn_mask ? additiveMask(options.attn_mask, query, scores) : null;

  if (dropout_p !== 0) {
    const bias = is_causal ? withCausal(mask, query, key) : mask;
    return withDropout(query, key, value, bias, { scale, groups, dropout_p, generator });
  }
  const isOpen = options.mask_is_finite === true && options.attn_mask?.dtype !== "bool";
  if (!is_causal) return attend(query, key, value, mask, groups, { scale, ...(isOpen && { open: true }) });
  if (typeof length === "number" && typeof total === "number") {
    return inBlocks(query, key, value, mask, scale, groups);
  }
  if (mask === null && causalAttention.fits(query, key, value)) {
    return causalAttention.apply(query, key, value, scale);
  }
  return attend(query, key, value, withCausal(mask, query, key), groups, { scale });
}

function requireOperands(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | null): void {
  for (const [name, tensor] of Object.entries({ query, key, value })) {
    if (tensor.rank !== query.rank || tensor.rank < 2) {
      throw new TransformersError(
        "SHAPE_MISMATCH",
        `${op}: ${name} must be [batch, heads, length, head_dim] as the query is, got ${tensor} for a query ${query}`,
      );
    }
    if (tensor.dtype !== query.dtype || !isFloat(tensor.dtype)) {
      throw new TransformersError(
        "DTYPE_MISMATCH",
        `${op}: query, key and value must have one floating dtype; query is ${query.dtype}, ${name} ${tensor.dtype}`,
      );
    }
  }
  if (mask !== null && mask.dtype !== "bool" && !isFloat(mask.dtype)) {
    throw new TransformersError(
      "DTYPE_MISMATCH",
      `${op}: the mask must be bool (true: attend) or floating (added to the scores), got ${mask.dtype}; cast it with .to("bool")`,
    );
  }
}

function defaultScale(query: Tensor): number {
  const headDim = query.shape[3]!;
  if (typeof headDim === "number") return 1 / Math.sqrt(headDim);
  throw new TransformersError(
    "SHAPE_MISMATCH",
    `${op}: head_dim is the symbolic size ${headDim}, so that 1 / sqrt(head_dim) is not known; pass scale`,
  );
}

/** How many heads of the query each head of key and value serves. */
function groupsOf(query: Tensor, key: Tensor, value: Tensor, enabled: boolean): number {
  const [batch, heads, , headDim] = query.shape as [Dim, Dim, Dim, Dim];
  const [keyBatch, keyHeads, total, keyDim] = key.shape as [Dim, Dim, Dim, Dim];
  const same =
    dimsEqual(batch, keyBatch) &&
    dimsEqual(headDim, keyDim) &&
    [keyBatch, keyHeads, total].every((dim, axis) => dimsEqual(dim, value.shape[axis]!));
  if (same && dimsEqual(heads, keyHeads)) return 1;
  const groups = typeof heads === "number" && typeof keyHeads === "number" ? heads / keyHeads : Number.NaN;
  if (same && enabled && Number.isInteger(groups)) return groups;
  const hint =
    same && !enabled && Number.isInteger(groups)
      ? "; pass enable_gqa: true for key heads that serve several query heads"
      : "";
  throw new TransformersError(
    "SHAPE_MISMATCH",
    `${op}: query ${formatShape(query.shape)}, key ${formatShape(key.shape)} and value ${formatShape(value.shape)} do not fit${hint}`,
  );
}

/** The same with a batch and a heads axis: put in where they are absent, leading ones merged. */
function withFourAxes(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: ScaledDotProductAttentionOptions,
): Tensor {
  const { rank } = query;
  const lead = query.shape.slice(0, -3);
  const fourAxes = (x: Tensor): Tensor => {
    if (x.rank === 2) return x.reshape([1, 1, ...x.shape]);
    if (x.rank === 3) return x.unsqueeze(1);
    return x.reshape([productOfDims(x.shape.slice(0, -3)), ...x.shape.slice(-3)]);
  };
  let mask = options.attn_mask ?? null;
  if (mask !== null && rank === 3 && mask.rank === 3) mask = mask.unsqueeze(1);
  if (mask !== null && rank > 4 && mask.rank > 3) {
    const spread = [...lead, ...mask.shape.slice(-3)];
    mask = fourAxes(mask.expand(broadcastShapes(`${op} mask`, spread, mask.shape)));
  }
  const result = scaled_dot_product_attention(fourAxes(query), fourAxes(key), fourAxes(value), {
    ...options,
    attn_mask: mask,
  });
  return result.reshape([...query.shape.slice(0, -1), value.shape[rank - 1]!]);
}

/** A mask as numbers to add, of rank 4: 0 where the boolean one is true, -infinity elsewhere. */
function additiveMask(mask: Tensor, query: Tensor, scores: readonly Dim[]): Tensor {
  const padded = [...Array<number>(Math.max(4 - mask.rank, 0)).fill(1), ...mask.shape];
  const fits =
    padded.length === 4 && padded.every((dim, axis) => dimsEqual(dim, 1) || dimsEqual(dim, scores[axis]!));
  if (!fits) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `${op}: mask ${formatShape(mask.shape)} does not broadcast to the scores ${formatShape(scores)}`,
    );
  }
  const numbers = mask.dtype === "bool" ? openWhere(mask, query) : mask.to(query.dtype);
  return numbers.reshape(padded);
}

function openWhere(allowed: Tensor, like: Tensor): Tensor {
  return where(allowed, 0, Number.NEGATIVE_INFINITY).to(like.dtype);
}

/** What closes to the rows from `start` to `end` those of the first `total` columns that come after them. */
function causalBias(like: Tensor, start: Dim, end: Dim, total: Dim): Tensor {
  const rows = arange(start, end).unsqueeze(1);
  return openWhere(arange(total).unsqueeze(0).le(rows), like).reshape([1, 1, rows.shape[0]!, total]);
}

function withCausal(mask: Tensor | null, query: Tensor, key: Tensor): Tensor {
  const causal = causalBias(query, 0, query.shape[2]!, key.shape[2]!);
  return mask === null ? causal : mask.add(causal);
}

/** Heads that share a key head, one after the other as rows: [batch, key heads, groups * length, ...]. */
function grouped(x: Tensor, groups: number): Tensor {
  if (groups === 1) return x;
  const [batch, heads, length, width] = x.shape as [Dim, number, Dim, Dim];
  return x.reshape([batch, heads / groups, multiplyDims(groups, length), width]);
}

/** A mask over heads and rows as one over key heads and the rows of all their groups. */
function groupedMask(mask: Tensor | null, groups: number, length: Dim): Tensor | null {
  if (mask === null || groups === 1) return mask;
  const [batch, heads, rows, total] = mask.shape as [Dim, Dim, Dim, Dim];
  if (dimsEqual(heads, 1) && dimsEqual(rows, 1)) return mask;
  const spread = dimsEqual(heads, 1)
    ? mask.unsqueeze(2).expand([batch, 1, groups, length, total])
    : mask.expand([batch, heads, length, total]);
  const keyHeads = dimsEqual(heads, 1) ? 1 : (heads as number) / groups;
  return spread.reshape([batch, keyHeads, multiplyDims(groups, length), total]);
}

function attend(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  mask: Tensor | null,
  groups: number,
  attributes: Attention,
): Tensor {
  const bias = groupedMask(mask, groups, query.shape[2]!);
  const context = fusedAttention(grouped(query, groups), key, value, bias, attributes);
  return context.reshape([...query.shape.slice(0, 3), value.shape[3]!]);
}

/** Causal attention of known lengths, block of rows by block of rows. */
function inBlocks(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  mask: Tensor | null,
  scale: number,
  groups: number,
): Tensor {
  const [length, total] = [query.shape[2] as number, key.shape[2] as number];
  const rows = Math.max(blockRows, Math.ceil(length / mostBlocks));
  const blocks: Tensor[] = [];
  let [keys, values] = [key, value];
  // From the last block to the first each takes its keys from those of the one before, so that their gradients are
  // summed over no more rows than they have.
  for (let start = Math.floor((length - 1) / rows) * rows; start >= 0; start -= rows) {
    const end = Math.min(start + rows, length);
    const seen = Math.min(end, total);
    const queries = query.slice(2, start, end);
    [keys, values] = [keys.slice(2, 0, seen), values.slice(2, 0, seen)];
    if (mask === null && seen > start) {
      const diagonal = causalBias(query, 0, end - start, seen - start);
      blocks.push(attend(queries, keys, values, diagonal, groups, { scale, tail: true }));
      continue;
    }
    const part = (x: Tensor, axis: number, from: number, to: number) =>
      x.shape[axis] === 1 ? x : x.slice(axis, from, to);
    let bias = mask === null ? null : part(part(mask, 2, start, end), 3, 0, seen);
    if (bias !== null && seen > start) bias = bias.add(causalBias(query, start, end, seen));
    blocks.push(attend(queries, keys, values, bias, groups, { scale }));
  }
  return cat(blocks.reverse(), 2);
}

interface DropoutSettings {
  scale: number;
  groups: number;
  dropout_p: number;
  generator?: Generator;
}

function withDropout(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  mask: Tensor | null,
  { scale, groups, dropout_p, generator }: DropoutSettings,
): Tensor {
  const bias = groupedMask(mask, groups, query.shape[2]!);
  const closed = bias === null ? null : fullyMasked(bias);
  const open = closed === null ? null : where(closed, 0, bias!);
  const probabilities = attentionProbabilities(grouped(query, groups), key, open, scale);
  const context = dropout(probabilities, dropout_p, { generator }).matmul(value);
  const opened = closed === null ? context : where(closed, 0, context);
  return opened.reshape([...query.shape.slice(0, 3), value.shape[3]!]);
}

/** softmax(q kᵀ * scale + mask): [batch, heads, length, total]. */
export function attentionProbabilities(q: Tensor, k: Tensor, mask: Tensor | null, scale: number): Tensor {
  const scores = q.matmul(k.mT, { alpha: scale });
  return softmax(mask === null ? scores : scores.add(mask), -1);
}

/** True where row i may see column j: j <= i + offset. [length, total] */
export function causalMask(length: Dim, total: Dim, offset: Dim = 0): Tensor {
  const lastSeen = arange(length).add(dimTensor(offset, "int64")).unsqueeze(1);
  return arange(total).unsqueeze(0).le(lastSeen);
}
