import type { Dim } from "../../onnx/dim.js";
import { dimsEqual, multiplyDims, productOfDims, shapesEqual, subtractDims } from "../../onnx/dim.js";
import type { Graph, Value } from "../../onnx/graph.js";
import { float } from "../../onnx/model-proto.js";
import type { DType } from "../../runtime/dtype.js";
import { apply, applyOp, defineOp } from "../node.js";
import type { Tensor } from "../tensor.js";
import { to } from "./casts.js";
import { where } from "./choice.js";
import { arange } from "./creation.js";

export interface Attention {
  scale: number;
  /** The mask is for the last keys alone, leaves something open in each row, and all keys before are open. */
  tail?: true;
  /** The mask leaves something open in each row: none has to be looked for that it closes throughout. */
  open?: true;
}

/** Scores of up to so many elements are computed whole; a kernel that never holds all of them takes over beyond. */
const mostScores = 2 ** 25;

/** Rows of an additive mask that are closed throughout: bool [..., 1]. */
const fullyMaskedOp = defineOp("fully_masked", {
  infer: ([mask]) => ({ dtype: "bool", shape: [...mask!.shape.slice(0, -1), 1] }),
  onnx: (graph, [mask], _attributes, [out]) => closedRows(graph, mask!, out!.shape),
  gradient: "none",
});

function closedRows(graph: Graph, mask: Value, shape: readonly Dim[]): Value {
  const largest = graph.node("ReduceMax", [mask, graph.ints([-1])], { attributes: { keepdims: 1 }, shape });
  const closed = graph.scalar(mask.dtype, Number.NEGATIVE_INFINITY);
  return graph.node("Equal", [largest, closed], { dtype: "bool", shape });
}

export function fullyMasked(mask: Tensor): Tensor {
  return apply(fullyMaskedOp, [mask], {});
}

/**
 * Two outputs, the context and the probabilities that the gradient needs, for inputs of one dtype that is computed in.
 * With P = softmax(S) and O = P v, the sum over a row of dP * P is that of dO * O, which has fewer elements:
 * dS = (dO vᵀ - sum(dO * O)) * P.
 * Source: Dao et al., "FlashAttention", 2022, appendix B.2.
 */
const attendOp = defineOp<Attention>("attend", {
  infer: ([q, k, v]) => {
    const lead = q!.shape.slice(0, -1);
    return [
      { dtype: q!.dtype, shape: [...lead, v!.shape.at(-1)!] },
      { dtype: q!.dtype, shape: [...lead, k!.shape.at(-2)!] },
    ];
  },
  onnx: (graph, inputs, attributes) => plainAttention(graph, inputs, attributes),
  gradient: ([dO, dP], [q, k, v, mask], [context, probabilities], { scale, tail }) => {
    const P = probabilities!;
    const slopes = [dO ? dO.matmul(v!.mT) : null, dP].filter((slope) => slope != null);
    const sums = [dO ? dO.mul(context!) : null, dP ? dP.mul(P) : null]
      .filter((product) => product !== null)
      .map((product) => product.sum(-1, true));
    const add = (a: Tensor, b: Tensor) => a.add(b);
    const dS = slopes.reduce(add).sub(sums.reduce(add)).mul(P);
    const dq = dS.matmul(k!, { alpha: scale });
    const dk = dS.mT.matmul(q!, { alpha: scale });
    const dv = dO ? P.mT.matmul(dO) : null;
    if (mask === undefined) return [dq, dk, dv];
    return [dq, dk, dv, tail ? dS.slice(-1, subtractDims(k!.shape[2]!, mask.shape[3]!)) : dS];
  },
});

function plainAttention(
  graph: Graph,
  [q, k, v, mask]: readonly Value[],
  { scale, tail }: Attention,
): [Value, Value] {
  const lead = q!.shape!.slice(0, -1);
  const shape = [...lead, k!.shape!.at(-2)!];
  const product = (keys: Value) => {
    const keysLast = graph.transpose(keys, [0, 1, 3, 2]);
    return graph.matmul(q!, keysLast, { alpha: scale, shape: [...lead, keys.shape!.at(-2)!] });
  };
  let scores: Value;
  if (mask === undefined) scores = product(k!);
  else if (tail) scores = scoresWithTail(graph, k!, mask, product, shape);
  else scores = bounded(graph, graph.node("Add", [product(k!), mask], { shape }));
  const probabilities = graph.node("Softmax", [scores], { attributes: { axis: -1 }, shape });
  return [graph.matmul(probabilities, v!, { shape: [...lead, v!.shape!.at(-1)!] }), probabilities];
}

/**
 * How far below the largest of its row a score counts. A probability of 1e-26 adds nothing to a sum of float32 or
 * float64, and the numbers below 1e-38 that exp gives for lower scores would cost the processor twenty times as much.
 */
const closedBelow = 60;

function bounded(graph: Graph, scores: Value): Value {
  const largest = graph.node("ReduceMax", [scores, graph.ints([-1])], { attributes: { keepdims: 1 } });
  const least = graph.node("Sub", [largest, graph.scalar(scores.dtype, closedBelow)]);
  return graph.node("Max", [scores, least], { shape: scores.shape });
}

/** Scores of which only the last columns are masked: the others are not gone through again. */
function scoresWithTail(
  graph: Graph,
  k: Value,
  mask: Value,
  product: (keys: Value) => Value,
  shape: readonly Dim[],
): Value {
  const [total, width] = [k.shape![2] as number, mask.shape![3] as number];
  const keys = (from: number, to: number) =>
    graph.node("Slice", [k, graph.ints([from]), graph.ints([to]), graph.ints([2])], {
      shape: k.shape!.map((dim, axis) => (axis === 2 ? to - from : dim)),
    });
  const masked = graph.node("Add", [product(keys(total - width, total)), mask], {
    shape: [...shape.slice(0, -1), width],
  });
  const closed = bounded(graph, masked);
  if (width === total) return closed;
  return graph.node("Concat", [product(keys(0, total - width)), closed], {
    attributes: { axis: -1 },
    shape,
  });
}

/** The dtype that attention is computed in: its many small roundings would add up in a narrower one. */
function computedIn(dtype: DType): DType {
  return dtype === "float64" ? "float64" : "float32";
}

/** q: [batch, heads, rows, head_dim], k and v: [batch, heads, total, ...]; mask: broadcasts to the scores. */
const attentionOp = defineOp<Attention>("scaled_dot_product_attention", {
  infer: ([q, , v]) => ({ dtype: q!.dtype, shape: [...q!.shape.slice(0, 3), v!.shape[3]!] }),
  onnx: (graph, inputs, attributes, [out]) => {
    const { dtype, shape } = out!;
    const operands = inputs.map((input) => graph.cast(input, computedIn(dtype)));
    const mask = operands[3];
    const context =
      !attributes.tail && hasKernel(operands)
        ? multiHeadAttention(graph, operands, attributes.scale, shape)
        : plainAttention(graph, operands, attributes)[0];
    const opened =
      mask && !attributes.tail && !attributes.open ? openRows(graph, mask, context, shape) : context;
    return graph.cast(opened, dtype);
  },
  gradient: {
    decompose: ([q, k, v, mask], attributes) => [inSteps(q!, k!, v!, mask ?? null, attributes)],
  },
});

/** The same in operators that have gradients. */
function inSteps(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | null, attributes: Attention): Tensor {
  const dtype = computedIn(q.dtype);
  const operands = [q, k, v].map((x) => to(x, dtype));
  const attend = (bias: readonly Tensor[]) => applyOp(attendOp, [...operands, ...bias], attributes)[0]!;
  if (mask === null) return to(attend([]), q.dtype);
  const bias = to(mask, dtype);
  if (attributes.tail || attributes.open) return to(attend([bias]), q.dtype);
  const closed = fullyMasked(bias);
  return to(where(closed, 0, attend([where(closed, 0, bias)])), q.dtype);
}

/** softmax(q kᵀ * scale + mask) v as one operator; a row that the mask closes throughout gives 0. */
export function fusedAttention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  mask: Tensor | null,
  attributes: Attention,
): Tensor {
  return apply(attentionOp, mask === null ? [q, k, v] : [q, k, v, mask], attributes);
}

/**
 * Whether MultiHeadAttention is the better choice: where the heads come out of a projection, side by side as it wants
 * them, or where the scores are too many (or of unknown number) to be held at once.
 */
function hasKernel([q, k, v]: readonly Value[]): boolean {
  const [, heads, rows, headDim] = q!.shape as [Dim, Dim, Dim, Dim];
  if (q!.dtype === "float64" || typeof heads !== "number" || typeof headDim !== "number") return false;
  const sizes = [...q!.shape!, ...k!.shape!, ...v!.shape!];
  if (sizes.includes(0)) return false;
  const scores = productOfDims([q!.shape![0]!, heads, rows, k!.shape![2]!]);
  return [q, k, v].every((x) => isSplitIntoHeads(x!)) || typeof scores !== "number" || scores > mostScores;
}

/** Whether a value is [batch, length, heads, width] with two axes exchanged, which exchanging them back makes free. */
function isSplitIntoHeads({ producer }: Value): boolean {
  return producer?.permutation?.join() === "0,2,1,3";
}

/**
 * MultiHeadAttention takes the heads side by side in the last axis; the transposes around it cancel those of a
 * projection. Keys and values that lie head by head, as in a cache, it takes so too.
 */
function multiHeadAttention(
  graph: Graph,
  [q, k, v, mask]: readonly Value[],
  scale: number,
  shape: readonly Dim[],
): Value {
  const [batch, heads, rows, width] = shape as [Dim, number, Dim, Dim];
  const headByHead = ![k, v].some((x) => isSplitIntoHeads(x!)) && shapesEqual(k!.shape!, v!.shape!);
  const bias = mask === undefined ? null : attentionBias(graph, mask, rows, k!.shape![2]!);
  const merged = [batch, rows, multiplyDims(heads, width)];
  const context = graph.node(
    "MultiHeadAttention",
    [
      mergeHeads(graph, q!),
      ...[k!, v!].map((x) => (headByHead ? x : mergeHeads(graph, x))),
      null,
      null,
      bias,
    ],
    { domain: "com.microsoft", attributes: { num_heads: heads, scale: float(scale) }, shape: merged },
  );
  return splitHeads(graph, context, shape);
}

function mergeHeads(graph: Graph, x: Value): Value {
  const [batch, heads, rows, width] = x.shape as [Dim, Dim, Dim, Dim];
  return graph.reshape(graph.transpose(x, [0, 2, 1, 3]), [batch, rows, multiplyDims(heads, width)]);
}

function splitHeads(graph: Graph, x: Value, [batch, heads, rows, width]: readonly Dim[]): Value {
  return graph.transpose(graph.reshape(x, [batch!, rows!, heads!, width!]), [0, 2, 1, 3]);
}

/** The operator broadcasts its bias over batch and heads alone. */
function attentionBias(graph: Graph, mask: Value, rows: Dim, total: Dim): Value {
  const [batch, heads] = mask.shape as [Dim, Dim];
  const target = [batch, heads, rows, total];
  if (shapesEqual(mask.shape!, target)) return mask;
  return graph.node("Expand", [mask, graph.shapeVector(target)], { shape: target });
}

/** 0 in the rows that the mask closes throughout, written in the order that the context's own transpose leaves. */
function openRows(graph: Graph, mask: Value, context: Value, shape: readonly Dim[]): Value {
  const order = [0, 2, 1, 3];
  const closed = closedRows(graph, mask, [...mask.shape!.slice(0, 3), 1]);
  const zero = graph.scalar(context.dtype, 0);
  if (!isSplitIntoHeads(context)) return graph.node("Where", [closed, zero, context], { shape });
  const swapped = order.map((axis) => shape[axis]!);
  const opened = graph.node(
    "Where",
    [graph.transpose(closed, order), zero, graph.transpose(context, order)],
    {
      shape: swapped,
    },
  );
  return graph.transpose(opened, order);
}

/**
 * Causal attention where the number of rows is not known when the operator is recorded. q: [batch, heads, length,
 * head_dim], k and v: [batch, key heads, length, head_dim], head_dim a multiple of 8.
 */
const causalAttentionOp = defineOp<Attention>("causal_attention", {
  infer: ([q]) => q!,
  onnx: (graph, inputs, { scale }, [out]) => {
    const [q, k, v] = inputs.map((input) => graph.cast(input, "float32")) as [Value, Value, Value];
    const [batch, heads, length, width] = out!.shape as [Dim, number, Dim, number];
    const total = graph.cast(graph.reshape(graph.dim(length), []), "int32");
    const last = graph.node("Sub", [total, graph.scalar("int32", 1)], { shape: [] });
    const lengths = graph.node("Expand", [last, graph.shapeVector([batch])], { shape: [batch] });
    const operands = [q, k, v].map((x) => mergeHeads(graph, x));
    const [context] = graph.nodeWithOutputs(
      "GroupQueryAttention",
      [...operands, null, null, lengths, total],
      3,
      {
        domain: "com.microsoft",
        attributes: { num_heads: heads, kv_num_heads: k.shape![1] as number, scale: float(scale) },
        shape: [batch, length, heads * width],
      },
    );
    return graph.cast(splitHeads(graph, context!, out!.shape), out!.dtype);
  },
  gradient: {
    decompose: ([q, k, v], { scale }) => {
      const [batch, heads, length, width] = q!.shape as [Dim, number, Dim, Dim];
      const groups = heads / (k!.shape[1] as number);
      const rows = [batch, heads / groups, multiplyDims(groups, length), width];
      const open = arange(length).unsqueeze(0).le(arange(length).unsqueeze(1));
      const bias = where(open, 0, Number.NEGATIVE_INFINITY)
        .expand([groups, length, length])
        .reshape([1, 1, multiplyDims(groups, length), length]);
      return [inSteps(q!.reshape(rows), k!, v!, bias, { scale }).reshape(q!.shape)];
    },
  },
});

export const causalAttention = {
  /** Whether the kernel takes them. */
  fits: (q: Tensor, k: Tensor, v: Tensor): boolean =>
    [q.shape[1], k.shape[1]].every((heads) => typeof heads === "number") &&
    dimsEqual(q.shape[2]!, k.shape[2]!) &&
    shapesEqual(k.shape, v.shape) &&
    (q.shape[3] as number) % 8 === 0 &&
    q.dtype !== "float64",
  apply: (q: Tensor, k: Tensor, v: Tensor, scale: number): Tensor =>
    apply(causalAttentionOp, [q, k, v], { scale }),
};
