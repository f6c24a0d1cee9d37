import { TransformersError } from "../../errors.js";
import { formatShape, productOfDims, shapesEqual } from "../../onnx/dim.js";
import { Value } from "../../onnx/graph.js";
import { float } from "../../onnx/model-proto.js";
import { isFloat } from "../../runtime/dtype.js";
import { apply, applyOp, defineOp, type Shape } from "../node.js";
import { normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { dimTensor, ones } from "./creation.js";
import { inFloat32, requireFloat } from "./operands.js";

const softmaxOp = defineOp<{ axis: number }>("softmax", {
  infer: ([x]) => x!,
  onnx: (graph, [x], { axis }) => graph.node("Softmax", [x!], { attributes: { axis }, shape: x!.shape }),
  gradient: ([dy], _inputs, [y], { axis }) => [dy!.sub(dy!.mul(y!).sum(axis, true)).mul(y!)],
});

/** exp(x) over its sum along an axis. */
export function softmax(x: Tensor, axis: number): Tensor {
  requireFloat("softmax", x);
  if (x.rank === 0) return softmax(x.reshape([1]), axis).reshape([]);
  return apply(softmaxOp, [x], { axis: normalizeAxis("softmax", axis, x.rank) });
}

const logSoftmaxOp = defineOp<{ axis: number }>("log_softmax", {
  infer: ([x]) => x!,
  onnx: (graph, [x], { axis }) => graph.node("LogSoftmax", [x!], { attributes: { axis }, shape: x!.shape }),
  gradient: ([dy], _inputs, [y], { axis }) => [dy!.sub(y!.exp().mul(dy!.sum(axis, true)))],
});

export function log_softmax(x: Tensor, axis: number): Tensor {
  requireFloat("log_softmax", x);
  if (x.rank === 0) return log_softmax(x.reshape([1]), axis).reshape([]);
  return apply(logSoftmaxOp, [x], { axis: normalizeAxis("log_softmax", axis, x.rank) });
}

/**
 * Outputs: the normalised values, and the mean and 1 / standard deviation that gradients need.
 * With xhat = (x - mean) * rstd and g = dy * weight:
 * dx = rstd * (g - mean(g) - xhat * mean(g * xhat)).
 */
const layerNormOp = defineOp<{ axes: number; eps: number }>("layer_norm", {
  infer: ([x], { axes }) => {
    const lead = x!.shape.slice(0, x!.shape.length - axes);
    const statistics = { dtype: x!.dtype, shape: [...lead, ...Array<number>(axes).fill(1)] };
    return [x!, statistics, statistics];
  },
  // The operator gives its statistics in float32, whatever it is given.
  onnx: (graph, inputs, { axes, eps }, [out]) =>
    graph
      .nodeWithOutputs(
        "LayerNormalization",
        inputs.map((input) => graph.cast(input, "float32")),
        3,
        { attributes: { axis: -axes, epsilon: float(eps) } },
      )
      .map((result) => graph.cast(result, out!.dtype)),
  gradient: ([dy, dmean, drstd], [x, weight, bias], [, mean, rstd], { axes }) => {
    const last = lastAxes(axes);
    const lead = Array.from({ length: x!.rank - axes }, (_, i) => i);
    const centered = x!.sub(mean!);
    const xhat = centered.mul(rstd!);
    const dyXhat = dy?.mul(xhat) ?? null;
    const parts: Tensor[] = [];
    if (dy) {
      // mean(g) and mean(g * xhat)
      const along = weightedMean(dy, weight!, last).add(xhat.mul(weightedMean(dyXhat!, weight!, last)));
      parts.push(dy.mul(weight!).sub(along).mul(rstd!));
    }
    const count = dimTensor(productOfDims(x!.shape.slice(-axes)), x!.dtype);
    if (dmean) parts.push(dmean.div(count).expand(x!.shape));
    if (drstd) parts.push(centered.mul(drstd.mul(rstd!).mul(rstd!).mul(rstd!).neg().div(count)));
    const dx = parts.reduce((a, b) => a.add(b));
    const dweight = dyXhat?.sum(lead) ?? null;
    return bias === undefined ? [dx, dweight] : [dx, dweight, dy ? dy.sum(lead) : null];
  },
});

/** mean(x * weight) over the last axes; along one of them a product with a column is the fastest way to it. */
function weightedMean(x: Tensor, weight: Tensor, last: readonly number[]): Tensor {
  return last.length === 1 && typeof weight.shape[0] === "number"
    ? x.matmul(weight.unsqueeze(1), { alpha: 1 / weight.shape[0] })
    : x.mul(weight).mean(last, true);
}

function lastAxes(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i - count);
}

/**
 * (x - mean) / sqrt(variance + eps) * weight + bias over the last axes, those of `normalized_shape`.
 * Source: Ba, Kiros and Hinton, "Layer Normalization", 2016.
 */
export function layer_norm(
  x: Tensor,
  normalized_shape: Shape,
  weight: Tensor | null = null,
  bias: Tensor | null = null,
  eps = 1e-5,
): Tensor {
  requireNormalizable("layer_norm", x, normalized_shape, { weight, bias });
  const axes = normalized_shape.length;
  if (x.dtype === "float64") return preciseLayerNorm(x, axes, weight, bias, eps);
  const scale = weight ?? ones(normalized_shape, { dtype: x.dtype });
  const inputs = bias === null ? [x, scale] : [x, scale, bias];
  return applyOp(
    layerNormOp,
    inputs.map((t) => (isFloat(t.dtype) && t.dtype !== x.dtype ? t.to(x.dtype) : t)),
    { axes, eps },
  )[0]!;
}

function requireNormalizable(
  op: string,
  x: Tensor,
  normalized_shape: Shape,
  factors: Readonly<Record<string, Tensor | null>>,
): void {
  requireFloat(op, x);
  const axes = normalized_shape.length;
  if (axes === 0 || !shapesEqual(x.shape.slice(-axes), normalized_shape)) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `${op}: the last axes of ${formatShape(x.shape)} are not normalized_shape ${formatShape(normalized_shape)}`,
    );
  }
  for (const [name, factor] of Object.entries(factors)) {
    if (factor !== null && !shapesEqual(factor.shape, normalized_shape)) {
      throw new TransformersError(
        "SHAPE_MISMATCH",
        `${op}: ${name} ${formatShape(factor.shape)} is not of normalized_shape ${formatShape(normalized_shape)}`,
      );
    }
  }
}

/** The same in single steps, which keep float64. */
function preciseLayerNorm(
  x: Tensor,
  axes: number,
  weight: Tensor | null,
  bias: Tensor | null,
  eps: number,
): Tensor {
  const last = lastAxes(axes);
  const centered = x.sub(x.mean(last, true));
  const normalized = centered.mul(centered.mul(centered).mean(last, true).add(eps).rsqrt());
  const scaled = weight === null ? normalized : normalized.mul(weight.to(x.dtype));
  return bias === null ? scaled : scaled.add(bias.to(x.dtype));
}

/**
 * Outputs: the normalised values, and 1 / root mean square that gradients need. With xhat = x * r and g = dy * weight:
 * dx = r * (g - xhat * mean(g * xhat)).
 */
const rmsNormOp = defineOp<{ axes: number; eps: number }>("rms_norm", {
  infer: ([x], { axes }) => {
    const lead = x!.shape.slice(0, x!.shape.length - axes);
    return [x!, { dtype: x!.dtype, shape: [...lead, ...Array<number>(axes).fill(1)] }];
  },
  // The operator gives its statistics in float32, whatever it is given.
  onnx: (graph, [x, weight], { axes, eps }, [out, scale]) => {
    const [y, r] = graph.nodeWithOutputs("SimplifiedLayerNormalization", [x!, weight!], 2, {
      attributes: { axis: -axes, epsilon: float(eps) },
      shape: out!.shape,
    });
    return [y!, new Value(r!.name, "float32", scale!.shape, r!.producer)];
  },
  gradient: ([dy, dr], [x, weight], [, r], { axes }) => {
    const last = lastAxes(axes);
    const xhat = x!.mul(r!);
    const dyXhat = dy?.mul(xhat) ?? null;
    const parts: Tensor[] = [];
    if (dy)
      parts.push(
        dy
          .mul(weight!)
          .sub(xhat.mul(weightedMean(dyXhat!, weight!, last)))
          .mul(r!),
      );
    const count = dimTensor(productOfDims(x!.shape.slice(-axes)), x!.dtype);
    if (dr) parts.push(x!.mul(dr.mul(r!).mul(r!).mul(r!).neg().div(count)));
    const lead = Array.from({ length: x!.rank - axes }, (_, i) => i);
    return [parts.reduce((a, b) => a.add(b)), dyXhat?.sum(lead) ?? null];
  },
});

/**
 * x / sqrt(mean(x^2) + eps) * weight over the last axes, those of `normalized_shape`. `eps` is the dtype's own unless
 * given, that of float32 for narrower floats, which are computed in it.
 *
 * Source: Zhang and Sennrich, "Root Mean Square Layer Normalization", 2019.
 */
export function rms_norm(
  x: Tensor,
  normalized_shape: Shape,
  weight: Tensor | null = null,
  eps: number | null = null,
): Tensor {
  requireNormalizable("rms_norm", x, normalized_shape, { weight });
  const axes = normalized_shape.length;
  return inFloat32(x, (wide) => {
    const scale = weight?.to(wide.dtype) ?? null;
    if (wide.dtype === "float64") {
      const variance = wide.mul(wide).mean(lastAxes(axes), true);
      const normalized = wide.mul(variance.add(eps ?? Number.EPSILON).rsqrt());
      return scale === null ? normalized : normalized.mul(scale);
    }
    const ones_ = ones(normalized_shape, { dtype: wide.dtype });
    return applyOp(rmsNormOp, [wide, scale ?? ones_], { axes, eps: eps ?? 2 ** -23 })[0]!;
  });
}
