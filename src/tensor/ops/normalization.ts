import { TransformersError } from "../../errors.js";
import { formatShape, productOfDims, shapesEqual } from "../../onnx/dim.js";
import { float } from "../../onnx/model-proto.js";
import { isFloat } from "../../runtime/dtype.js";
import { apply, applyOp, defineOp, type Shape } from "../node.js";
import { normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { dimTensor, ones } from "./creation.js";
import { requireFloat } from "./elementwise.js";

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
    const last = Array.from({ length: axes }, (_, i) => i - axes);
    const lead = Array.from({ length: x!.rank - axes }, (_, i) => i);
    const centered = x!.sub(mean!);
    const xhat = centered.mul(rstd!);
    const dyXhat = dy?.mul(xhat) ?? null;
    const parts: Tensor[] = [];
    if (dy) {
      // mean(g) and mean(g * xhat); along one axis a product with a column is the fastest way to them.
      const weighted = (t: Tensor): Tensor =>
        axes === 1
          ? t.matmul(weight!.unsqueeze(1), { alpha: 1 / (weight!.shape[0] as number) })
          : t.mul(weight!).mean(last, true);
      const along = weighted(dy).add(xhat.mul(weighted(dyXhat!)));
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
  requireFloat("layer_norm", x);
  const axes = normalized_shape.length;
  if (axes === 0 || !shapesEqual(x.shape.slice(-axes), normalized_shape)) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `layer_norm: the last axes of ${formatShape(x.shape)} are not normalized_shape ${formatShape(normalized_shape)}`,
    );
  }
  for (const [name, factor] of Object.entries({ weight, bias })) {
    if (factor !== null && !shapesEqual(factor.shape, normalized_shape)) {
      throw new TransformersError(
        "SHAPE_MISMATCH",
        `layer_norm: ${name} ${formatShape(factor.shape)} is not of normalized_shape ${formatShape(normalized_shape)}`,
      );
    }
  }
  if (x.dtype === "float64") return preciseLayerNorm(x, axes, weight, bias, eps);
  const scale = weight ?? ones(normalized_shape, { dtype: x.dtype });
  const inputs = bias === null ? [x, scale] : [x, scale, bias];
  return applyOp(
    layerNormOp,
    inputs.map((t) => (isFloat(t.dtype) && t.dtype !== x.dtype ? t.to(x.dtype) : t)),
    { axes, eps },
  )[0]!;
}

/** The same in single steps, which keep float64. */
function preciseLayerNorm(
  x: Tensor,
  axes: number,
  weight: Tensor | null,
  bias: Tensor | null,
  eps: number,
): Tensor {
  const last = Array.from({ length: axes }, (_, i) => i - axes);
  const centered = x.sub(x.mean(last, true));
  const normalized = centered.mul(centered.mul(centered).mean(last, true).add(eps).rsqrt());
  const scaled = weight === null ? normalized : normalized.mul(weight.to(x.dtype));
  return bias === null ? scaled : scaled.add(bias.to(x.dtype));
}
