import { TransformersError } from "../../errors.js";
import { type DType, intRange, isFloat, promote } from "../../runtime/dtype.js";
import { apply, defineOp } from "../node.js";
import type { Operand, Tensor } from "../tensor.js";
import { to } from "./casts.js";
import { logical_and, logical_or } from "./comparison.js";
import { full, scalarText } from "./creation.js";
import { broadcastShapes, commonDtype, dtypeBesideNumber, promoted, refuseBool } from "./operands.js";

/** One of several values for each element. */

const whereOp = defineOp("where", {
  infer: ([condition, a, b]) => ({
    dtype: a!.dtype,
    shape: broadcastShapes("where", condition!.shape, broadcastShapes("where", a!.shape, b!.shape)),
  }),
  onnx: (graph, inputs, _, [out]) => graph.node("Where", inputs, { shape: out!.shape }),
  gradient: ([dy], [condition]) => [null, where(condition!, dy!, 0), where(condition!, 0, dy!)],
});

/** `a` where the condition holds, `b` elsewhere; the three broadcast together. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  return apply(whereOp, [to(condition, "bool"), ...promoted(a, b)], {});
}

/** `x` with `value` (a number, or a tensor without axes) where the mask, a bool tensor, is true; x's dtype stays. */
export function masked_fill(x: Tensor, mask: Tensor, value: Operand): Tensor {
  if (mask.dtype !== "bool") {
    throw new TransformersError(
      "DTYPE_MISMATCH",
      `masked_fill: the mask must be bool, not ${mask.dtype}; cast it with .to("bool")`,
    );
  }
  if (typeof value !== "number" && value.rank > 0) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `masked_fill: the value must be a number or a tensor without axes, not ${value}; where() takes others`,
    );
  }
  const filler = typeof value === "number" ? full([], value, { dtype: x.dtype }) : to(value, x.dtype);
  return where(mask, filler, x);
}

export interface ClampOptions {
  /** Values below it become it: a number, or a tensor that broadcasts. Default: none. */
  min?: Operand;
  /** Values above it become it, also where `min` is larger. Default: none. */
  max?: Operand;
}

/** Values brought between bounds. On a bound the gradient goes to x. */
export function clamp(x: Tensor, options: ClampOptions): Tensor {
  const { min, max } = options;
  const bounds = [min, max].filter((bound) => bound !== undefined);
  if (bounds.length === 0) throw new TransformersError("INVALID_ARGUMENT", "clamp: give min, max or both");
  const dtype = bounds.reduce<DType>(
    (common, bound) =>
      promote(common, typeof bound === "number" ? dtypeBesideNumber(x, bound) : commonDtype(x, bound)),
    x.dtype,
  );
  const operand = to(x, dtype);
  refuseBool("clamp", operand);
  if (bounds.every((bound) => typeof bound === "number")) {
    const [low, high] = [min as number | undefined, max as number | undefined];
    return apply(clampOp, [operand], { ...boundsOf(dtype, low, high) });
  }
  const tensorOf = (bound: Operand) =>
    typeof bound === "number" ? full([], bound, { dtype }) : to(bound, dtype);
  if (max === undefined) return apply(clampBelowOp, [operand, tensorOf(min!)], {});
  if (min === undefined) return apply(clampAboveOp, [operand, tensorOf(max)], {});
  return apply(clampBetweenOp, [operand, tensorOf(min), tensorOf(max)], {});
}

interface Bounds {
  min: number | string | null;
  max: number | string | null;
}

/** Bounds as attributes. One that an int dtype cannot pass anyway is none. */
function boundsOf(dtype: DType, min?: number, max?: number): Bounds {
  if (isFloat(dtype)) return { min: scalarText(min ?? null), max: scalarText(max ?? null) };
  const [lowest, highest] = intRange(dtype);
  if ((min ?? lowest) > highest || (max ?? highest) < lowest) {
    throw new TransformersError(
      "DTYPE_MISMATCH",
      `clamp: ${dtype} holds no value between ${min ?? "its least"} and ${max ?? "its largest"}; cast x first`,
    );
  }
  return {
    min: min === undefined || min <= lowest ? null : min,
    max: max === undefined || max >= highest ? null : max,
  };
}

const clampOp = defineOp<Bounds>("clamp", {
  infer: ([x]) => x!,
  onnx: (graph, [x], { min, max }) => {
    if (min === null && max === null) return x!;
    const bound = (value: number | string | null) =>
      value === null ? null : graph.scalar(x!.dtype, Number(value));
    return graph.node("Clip", [x!, bound(min), bound(max)], { shape: x!.shape });
  },
  gradient: ([dy], [x], _, { min, max }) => {
    const inside = [
      min === null ? null : x!.ge(Number(min)),
      max === null ? null : x!.le(Number(max)),
    ].filter((side) => side !== null);
    return [inside.length === 0 ? dy! : dy!.mul(inside.reduce(logical_and).to(dy!.dtype))];
  },
});

/** What of a gradient belongs where the condition holds. */
function only(dy: Tensor, condition: Tensor): Tensor {
  return where(condition, dy, 0);
}

const clampBelowOp = defineOp("clamp_below", {
  infer: ([x, min]) => ({ dtype: x!.dtype, shape: broadcastShapes("clamp", x!.shape, min!.shape) }),
  onnx: (graph, [x, min], _, [out]) => graph.node("Max", [x!, min!], { shape: out!.shape }),
  gradient: ([dy], [x, min]) => [only(dy!, x!.ge(min!)), only(dy!, x!.lt(min!))],
});

const clampAboveOp = defineOp("clamp_above", {
  infer: ([x, max]) => ({ dtype: x!.dtype, shape: broadcastShapes("clamp", x!.shape, max!.shape) }),
  onnx: (graph, [x, max], _, [out]) => graph.node("Min", [x!, max!], { shape: out!.shape }),
  gradient: ([dy], [x, max]) => [only(dy!, x!.le(max!)), only(dy!, x!.gt(max!))],
});

const clampBetweenOp = defineOp("clamp_between", {
  infer: ([x, min, max]) => ({
    dtype: x!.dtype,
    shape: broadcastShapes("clamp", x!.shape, broadcastShapes("clamp", min!.shape, max!.shape)),
  }),
  onnx: (graph, [x, min, max], _, [out]) =>
    graph.node("Min", [graph.node("Max", [x!, min!], { shape: null }), max!], { shape: out!.shape }),
  gradient: ([dy], [x, min, max]) => [
    only(dy!, logical_and(x!.ge(min!), x!.le(max!))),
    only(dy!, logical_and(min!.lt(max!), x!.lt(min!))),
    only(dy!, logical_or(x!.gt(max!), max!.lt(min!))),
  ],
});
