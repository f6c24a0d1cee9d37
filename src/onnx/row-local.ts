import type { DType } from "../runtime/dtype.js";
import type { GraphNode } from "./graph.js";
import type { Attribute } from "./model-proto.js";

/**
 * Operators that compute each row of a matrix from the same row of what they read, so that a matrix can go through a
 * chain of them block by block. Leading axes count as rows, the last axis as columns.
 */

/** The matrix that a chain works on. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
}

/**
 * How a value lies to a grid: "all" has an element for each of its elements, "row" one for each row, "fixed" is the
 * same for every row, and "total" is a sum over all rows (of which a product with ones is one too).
 */
export type Extent = "all" | "row" | "fixed" | "total";

export interface Placement {
  readonly inputs: readonly Extent[];
  readonly outputs: readonly Extent[];
  /** Whether blocks have to be made of whole rows. */
  readonly needsRows: boolean;
}

/** What is known of the values of a graph, by name. */
export interface Values {
  dtypeOf(name: string): DType;
  shapeOf(name: string): readonly number[] | null;
  /** The elements of an int64 constant. */
  intsOf(name: string): readonly number[] | null;
  /** Whether a value is a constant whose elements are all 1. */
  isOnes(name: string): boolean;
}

const elementwise = new Set(
  `Abs Add And BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor Cast Ceil Clip Cos Div Elu Equal Erf Exp Floor Gelu
  Greater GreaterOrEqual HardSigmoid HardSwish Identity IsInf IsNaN LeakyRelu Less LessOrEqual Log Max Min Mish Mod Mul
  Neg Not Or Pow QuickGelu Reciprocal Relu Round Selu Sigmoid Sign Sin Softplus Softsign Sqrt Sub Tan Tanh Where
  Xor`.split(/\s+/),
);

const reductions = new Set(["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin"]);

/** Whether an operator can be part of a chain at all. */
export function isRowLocal({ opType }: Pick<GraphNode, "opType">): boolean {
  return elementwise.has(opType) || others.has(opType);
}

export function isElementwise(opType: string): boolean {
  return elementwise.has(opType);
}

const others = new Set([
  ...reductions,
  "Softmax",
  "LogSoftmax",
  "LayerNormalization",
  "MatMul",
  "FusedMatMul",
  "Reshape",
]);

/** The grid that a node alone would work on; null where it has to be told. */
export function gridOf(node: GraphNode, values: Values): Grid | null {
  if (node.opType === "Reshape") return null;
  const shape = values.shapeOf(elementwise.has(node.opType) ? node.outputs[0]! : node.inputs[0]!);
  if (shape === null || shape.length === 0) return null;
  const columns = shape.at(-1)!;
  return { rows: size(shape) / columns, columns };
}

/** How a node works on a grid; null where it does not. */
export function placementOn(grid: Grid, node: GraphNode, values: Values): Placement | null {
  const { opType, attributes } = node;
  const extents = (names: readonly string[]) => names.map((name) => extentOf(values.shapeOf(name), grid));
  const inputs = extents(node.inputs);
  const outputs = extents(node.outputs);
  const isWide = (name: string) => size(values.shapeOf(name) ?? []) > 1;
  if (elementwise.has(opType)) {
    const known = [...inputs, ...outputs].every((extent) => extent !== null);
    if (!known || (outputs[0] !== "all" && outputs[0] !== "row")) return null;
    const needsRows = node.inputs.some(
      (name, i) => inputs[i] === "row" || (inputs[i] === "fixed" && isWide(name)),
    );
    return { inputs, outputs, needsRows: needsRows || outputs[0] === "row" } as Placement;
  }
  if (opType === "Reshape") {
    const kept = inputs[0] === outputs[0] && (outputs[0] === "all" || outputs[0] === "row");
    return kept ? { inputs: [outputs[0]!, "fixed"], outputs: [outputs[0]!], needsRows: true } : null;
  }
  if (opType === "MatMul" && inputs[1] === "all") {
    const [ones, x] = node.inputs as [string, string];
    const sums = values.shapeOf(ones)?.[0] === 1 && values.shapeOf(x)?.length === 2 && values.isOnes(ones);
    return sums ? { inputs: ["fixed", "all"], outputs: ["total"], needsRows: true } : null;
  }
  if (inputs[0] !== "all") return null;
  const rank = values.shapeOf(node.inputs[0]!)!.length;
  const isLast = (axis: Attribute | undefined) => axis === -1 || axis === rank - 1;
  const placed = (...results: Extent[]): Placement | null => {
    if (node.outputs.some((name) => name !== "" && values.shapeOf(name) === null)) return null;
    return {
      inputs: node.inputs.map((_, i) => (i === 0 ? "all" : "fixed")),
      outputs: results,
      needsRows: true,
    };
  };
  if (opType === "Softmax" || opType === "LogSoftmax") return isLast(attributes.axis) ? placed("all") : null;
  if (opType === "LayerNormalization") {
    const isPlain =
      isLast(attributes.axis) &&
      node.inputs.slice(1).every((name) => size(values.shapeOf(name) ?? []) === grid.columns);
    return isPlain ? placed(...(["all", "row", "row"] as const).slice(0, node.outputs.length)) : null;
  }
  if (opType === "MatMul" || opType === "FusedMatMul") {
    const column = values.shapeOf(node.inputs[1]!);
    const isColumn = column?.length === 2 && column[0] === grid.columns && column[1] === 1;
    return isColumn && !attributes.transA && !attributes.transB ? placed("row") : null;
  }
  const axes = values.intsOf(node.inputs[1] ?? "")?.map((axis) => (axis < 0 ? axis + rank : axis));
  if (axes === undefined || axes.length === 0) return null;
  if (axes.length === 1 && axes[0] === rank - 1) return attributes.keepdims === 0 ? null : placed("row");
  const isOverRows = axes.length === rank - 1 && !axes.includes(rank - 1);
  // Sums of sums would be rounded twice in a dtype of few bits.
  const isSummed = opType === "ReduceSum" && ["float32", "float64"].includes(values.dtypeOf(node.inputs[0]!));
  return isOverRows && isSummed ? placed("total") : null;
}

function extentOf(shape: readonly number[] | null, { rows, columns }: Grid): Extent | null {
  if (shape === null) return null;
  const count = size(shape);
  const last = shape.at(-1) ?? 1;
  if (count === rows * columns) return last === columns ? "all" : null;
  if (count === 1) return "fixed";
  if (last === 1 && count === rows) return "row";
  return last === columns && count === columns ? "fixed" : null;
}

export function size(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}
