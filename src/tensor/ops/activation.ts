import { float } from "../../onnx/model-proto.js";
import { isFloat } from "../../runtime/dtype.js";
import { apply, defineOp } from "../node.js";
import type { Tensor } from "../tensor.js";
import { floatUnary, requireFloat, sub, where } from "./elementwise.js";

const floatRelu = floatUnary("relu", "Relu", ([dy], _, [y]) => [dy!.mul(y!.gt(0).to(dy!.dtype))]);

/** max(x, 0). */
export const relu = (x: Tensor): Tensor => (isFloat(x.dtype) ? floatRelu(x) : x.maximum(0));

/** min(max(x, 0), 6); the gradient is 0 on the bounds too, unlike clamp's. */
export const relu6 = (x: Tensor): Tensor => where(x.ge(6), 6, relu(x));

/** (1 + erf(a)) / 2: the standard normal distribution at a * sqrt(2). */
const halfErfOp = defineOp("half_erf", {
  infer: ([a]) => a!,
  onnx: (graph, [a]) => {
    // A hard sigmoid is linear over all that erf can be.
    const halves = { alpha: float(0.5), beta: float(0.5) };
    return graph.node("HardSigmoid", [graph.node("Erf", [a!])], { attributes: halves, shape: a!.shape });
  },
  gradient: ([dy], [a]) => [dy!.mul(scaledBell(a!))],
});

/** exp(-a^2) / sqrt(pi), with the factor in the exponent. */
function scaledBell(a: Tensor): Tensor {
  return sub(-0.5 * Math.log(Math.PI), a.mul(a)).exp();
}

const geluOp = defineOp("gelu", {
  infer: ([x]) => x!,
  onnx: (graph, [x]) => graph.node("Gelu", [x!], { shape: x!.shape }),
  // d/dx x * cdf(x) = cdf(x) + x * pdf(x); with a = x / sqrt(2) that is half_erf(a) + a * exp(-a^2) / sqrt(pi).
  gradient: ([dy], [x]) => {
    const a = x!.mul(Math.SQRT1_2);
    return [dy!.mul(apply(halfErfOp, [a], {}).add(a.mul(scaledBell(a))))];
  },
});

/** x * cdf(x) of the standard normal distribution, exactly or by its tanh approximation. */
export function gelu(x: Tensor, options: { approximate?: "none" | "tanh" } = {}): Tensor {
  requireFloat("gelu", x);
  if (options.approximate === "tanh") {
    const inner = x.add(x.mul(x).mul(x).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
    return x.mul(0.5).mul(inner.tanh().add(1));
  }
  return apply(geluOp, [x], {});
}

export const silu = (x: Tensor): Tensor => x.mul(x.sigmoid());

/** x * sigmoid(1.702 x), an approximation of gelu. */
export const quick_gelu = (x: Tensor): Tensor => x.mul(x.mul(1.702).sigmoid());

const plainSoftplus = floatUnary("softplus", "Softplus", ([dy], [x]) => [dy!.mul(x!.sigmoid())]);

export interface SoftplusOptions {
  /** How sharp the bend at 0 is. Default 1. */
  beta?: number;
  /** The identity is taken where beta x lies above it. Default 20, from where on a float32 shows no difference. */
  threshold?: number;
}

/** log(1 + exp(beta x)) / beta. */
export function softplus(x: Tensor, { beta = 1, threshold = 20 }: SoftplusOptions = {}): Tensor {
  const smooth = beta === 1 ? plainSoftplus(x) : plainSoftplus(x.mul(beta)).div(beta);
  return threshold === 20 ? smooth : where(x.mul(beta).gt(threshold), x, smooth);
}

export const mish = (x: Tensor): Tensor => x.mul(softplus(x).tanh());

const leakyReluOp = defineOp<{ negative_slope: number }>("leaky_relu", {
  infer: ([x]) => x!,
  onnx: (graph, [x], { negative_slope }) =>
    graph.node("LeakyRelu", [x!], { attributes: { alpha: float(negative_slope) }, shape: x!.shape }),
  gradient: ([dy], [x], _outputs, { negative_slope }) => [where(x!.gt(0), dy!, dy!.mul(negative_slope))],
});

export function leaky_relu(x: Tensor, options: { negative_slope?: number } = {}): Tensor {
  requireFloat("leaky_relu", x);
  return apply(leakyReluOp, [x], { negative_slope: options.negative_slope ?? 0.01 });
}

const eluOp = defineOp<{ alpha: number }>("elu", {
  infer: ([x]) => x!,
  onnx: (graph, [x], { alpha }) =>
    graph.node("Elu", [x!], { attributes: { alpha: float(alpha) }, shape: x!.shape }),
  gradient: ([dy], [x], [y], { alpha }) => [where(x!.gt(0), dy!, dy!.mul(y!.add(alpha)))],
});

export function elu(x: Tensor, options: { alpha?: number } = {}): Tensor {
  requireFloat("elu", x);
  return apply(eluOp, [x], { alpha: options.alpha ?? 1 });
}
