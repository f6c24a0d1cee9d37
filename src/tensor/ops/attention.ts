import { TransformersError } from "../../errors.js";
import { type Dim, dimsEqual, formatShape, multiplyDims, shapesEqual } from "../../onnx/dim.js";
import type { Graph, Value } from "../../onnx/graph.js";
import { float } from "../../onnx/model-proto.js";
import { isFloat } from "../../runtime/dtype.js";
import { apply, defineOp } from "../node.js";
import type { Tensor } from "../tensor.js";
import { arange, dimTensor, full } from "./creation.js";
import { broadcastShapes, where } from "./elementwise.js";
import { softmax } from "./normalization.js";
import { dropout } from "./random.js";

interface Attention {
  scale: number;
}

/**
 * softmax(q kᵀ * scale + mask) v. q: [batch, heads, length, head_dim], k and v: [batch, heads, total, head_dim],
 * mask (optional, added to the scores): broadcasts to [batch, heads, length, total].
 */
const attentionOp = defineOp<Attention>("scaled_dot_product_attention", {
  infer: ([q, k, v, mask]) => {
    const [batch, heads, length, headDim] = q!.shape as [Dim, Dim, Dim, Dim];
    const total = k!.shape[2]!;
    const fits =
      shapesEqual(k!.shape, [batch, heads, total, headDim]) &&
      shapesEqual(v!.shape.slice(0, 3), [batch, heads, total]);
    if (!fits) {
      throw new TransformersError(
        "SHAPE_MISMATCH",
        `scaled_dot_product_attention: query ${formatShape(q!.shape)}, key ${formatShape(k!.shape)} and value ${formatShape(v!.shape)} do not fit`,
      );
    }
    const scores = [batch, heads, length, total];
    if (
      mask !== undefined &&
      !shapesEqual(broadcastShapes("scaled_dot_product_attention mask", scores, mask.shape), scores)
    ) {
      throw new TransformersError(
        "SHAPE_MISMATCH",
        `scaled_dot_product_attention: mask ${formatShape(mask.shape)} does not broadcast to the scores ${formatShape(scores)}`,
      );
    }
    return { dtype: q!.dtype, shape: [batch, heads, length, v!.shape[3]!] };
  },
  onnx: (graph, [q, k, v, mask], { scale }, [out]) =>
    fusedAttention(graph, q!, k!, v!, mask, scale, out!.shape),
  gradient: {
    decompose: ([q, k, v, mask], { scale }) => [
      attentionProbabilities(q!, k!, mask ?? null, scale).matmul(v!),
    ],
  },
});

/** MultiHeadAttention takes the heads side by side in the last axis; the transposes around it cancel. */
function fusedAttention(
  graph: Graph,
  q: Value,
  k: Value,
  v: Value,
  mask: Value | undefined,
  scale: number,
  shape: readonly Dim[],
): Value {
  const [batch, heads, length, headDim] = shape as [Dim, number, Dim, Dim];
  const merge = (x: Value): Value => {
    const [, , rows, width] = x.shape as [Dim, Dim, Dim, Dim];
    return graph.reshape(graph.transpose(x, [0, 2, 1, 3]), [batch, rows, multiplyDims(heads, width)]);
  };
  const bias = mask === undefined ? null : attentionBias(graph, mask, length, k.shape![2]!);
  const merged = [batch, length, multiplyDims(heads, headDim)];
  const context = graph.node("MultiHeadAttention", [merge(q), merge(k), merge(v), null, null, bias], {
    domain: "com.microsoft",
    attributes: { num_heads: heads, scale: float(scale) },
    shape: merged,
  });
  return graph.transpose(graph.reshape(context, [batch, length, heads, headDim]), [0, 2, 1, 3]);
}

/** The operator broadcasts its bias over batch and heads alone. */
function attentionBias(graph: Graph, mask: Value, length: Dim, total: Dim): Value {
  const full4d = [...Array<number>(4 - mask.shape!.length).fill(1), ...mask.shape!];
  const reshaped = graph.reshape(mask, full4d);
  const target = [full4d[0]!, full4d[1]!, length, total];
  if (target.every((dim, i) => dimsEqual(dim, full4d[i]!))) return reshaped;
  return graph.node("Expand", [reshaped, graph.shapeVector(target)], { shape: target });
}

/** softmax(q kᵀ * scale + mask): [batch, heads, length, total]. */
export function attentionProbabilities(q: Tensor, k: Tensor, mask: Tensor | null, scale: number): Tensor {
  const scores = q.matmul(k.mT, { alpha: scale });
  return softmax(mask === null ? scores : scores.add(mask), -1);
}

export interface AttentionOptions {
  /** Added to the scores (float), or true where a position may be attended to (bool). */
  mask?: Tensor | null;
  /** Each position sees itself and those before it, aligned at the top left as in PyTorch. Default false. */
  is_causal?: boolean;
  /** Factor of the scores. Default 1 / sqrt(head_dim). */
  scale?: number;
  /** Chance that a probability is zeroed, the rest scaled up. Default 0. */
  dropout_p?: number;
}

/**
 * Attention of queries over keys. query: [batch, heads, length, head_dim], key and value: [batch, heads, total,
 * head_dim]; gives [batch, heads, length, head_dim]. Heads, or batch and heads, may be absent from all three. One
 * fused operator where no gradient is asked.
 *
 * Source: Vaswani et al., "Attention Is All You Need", 2017, section 3.2.1.
 */
export function scaledDotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: AttentionOptions = {},
): Tensor {
  for (const [name, tensor] of Object.entries({ query, key, value })) {
    if (tensor.rank !== query.rank || tensor.rank < 2 || tensor.rank > 4) {
      throw new TransformersError(
        "SHAPE_MISMATCH",
        `scaled_dot_product_attention: ${name} must be [batch, heads, length, head_dim], got ${tensor}`,
      );
    }
    if (tensor.dtype !== query.dtype || !isFloat(tensor.dtype)) {
      throw new TransformersError(
        "DTYPE_MISMATCH",
        `scaled_dot_product_attention: query, key and value must have one floating dtype; query is ${query.dtype}, ${name} ${tensor.dtype}`,
      );
    }
  }
  if (query.rank < 4) return withoutHeads(query, key, value, options);
  const scale = options.scale ?? 1 / Math.sqrt(query.shape[3] as number);
  let mask = options.mask ?? null;
  if (mask?.dtype === "bool") mask = additive(mask, query);
  if (options.is_causal) {
    const causal = additive(causalMask(query.shape[2]!, key.shape[2]!), query);
    mask = mask === null ? causal : mask.add(causal);
  }
  // The fused operator wants a known number of heads and has no float64 kernel.
  const fusible = typeof query.shape[1] === "number" && query.dtype !== "float64";
  if (options.dropout_p || !fusible) {
    return dropout(attentionProbabilities(query, key, mask, scale), options.dropout_p ?? 0).matmul(value);
  }
  const batched = [query, key, value, ...(mask === null ? [] : [mask.to(query.dtype)])];
  return apply(attentionOp, batched, { scale });
}

/** The same for [batch, length, head_dim] or [length, head_dim]: one head. */
function withoutHeads(query: Tensor, key: Tensor, value: Tensor, options: AttentionOptions): Tensor {
  const oneHead = (x: Tensor) => (x.rank === 3 ? x.unsqueeze(1) : x.unsqueeze(0).unsqueeze(0));
  const mask = options.mask?.rank === 3 ? options.mask.unsqueeze(1) : options.mask;
  const result = scaledDotProductAttention(oneHead(query), oneHead(key), oneHead(value), {
    ...options,
    mask,
  });
  return result.reshape([...query.shape.slice(0, -1), value.shape[value.rank - 1]!]);
}

/** True where row i may see column j: j <= i + offset. [length, total] */
export function causalMask(length: Dim, total: Dim, offset: Dim = 0): Tensor {
  const lastSeen = arange(length).add(dimTensor(offset, "int64")).unsqueeze(1);
  return arange(total).unsqueeze(0).le(lastSeen);
}

function additive(allowed: Tensor, like: Tensor): Tensor {
  return where(
    allowed,
    full([], 0, { dtype: like.dtype }),
    full([], Number.NEGATIVE_INFINITY, { dtype: like.dtype }),
  );
}
