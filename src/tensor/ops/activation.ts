import { TransformersError } from "../../errors.js";
import { algebra, log1p as writeLog1p } from "../../onnx/composed.js";
import { dimsEqual, divideDims, formatShape } from "../../onnx/dim.js";
import { float } from "../../onnx/model-proto.js";
import { isFloat } from "../../runtime/dtype.js";
import { apply, applyOp, defineOp } from "../node.js";
import { normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { maximum, sub } from "./arithmetic.js";
import { where } from "./choice.js";
import { logical_and } from "./comparison.js";
import { asFloat, commonDtype, inFloat32, refuseBool, requireFloat } from "./operands.js";
import { expm1, floatUnary } from "./unary.js";

const floatRelu = floatUnary("relu", "Relu", ([dy], _, [y]) => [dy!.mul(y!.gt(0).to(dy!.dtype))]);

/** max(x, 0), of ints too. */
export function relu(x: Tensor): Tensor {
  refuseBool("relu", x);
  return isFloat(x.dtype) ? floatRelu(x) : maximum(x, 0);
}

const hardtanhOp = defineOp<{ min_val: number; max_val: number }>("hardtanh", {
  infer: ([x]) => x!,
  onnx: (graph, [x], { min_val, max_val }) =>
    graph.node("Clip", [x!, graph.scalar(x!.dtype, min_val), graph.scalar(x!.dtype, max_val)], {
      shape: x!.shape,
    }),
  gradient: ([dy], [x], _outputs, { min_val, max_val }) => [
    dy!.mul(logical_and(x!.gt(min_val), x!.lt(max_val)).to(dy!.dtype)),
  ],
});

export interface HardtanhOptions {
  /** Default -1. */
  min_val?: number;
  /** Default 1. */
  max_val?: number;
}

/** min(max(x, min_val), max_val), of ints too; the gradient is 0 on the bounds, unlike clamp's. */
export function hardtanh(x: Tensor, { min_val = -1, max_val = 1 }: HardtanhOptions = {}): Tensor {
  refuseBool("hardtanh", x);
  if (!(min_val < max_val && Number.isFinite(min_val) && Number.isFinite(max_val))) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `hardtanh: min_val ${min_val} must be below max_val ${max_val}, both finite`,
    );
  }
  return isFloat(x.dtype)
    ? apply(hardtanhOp, [x], { min_val, max_val })
    : x.clamp({ min: min_val, max: max_val });
}

/** min(max(x, 0), 6); the gradient is 0 on the bounds. */
export const relu6 = (x: Tensor): Tensor => hardtanh(x, { min_val: 0, max_val: 6 });

/**
 * x * cdf(x), and its slope cdf(x) + x * pdf(x), which share the error function: with a = x / sqrt(2), cdf(x) is
 * (1 + erf(a)) / 2 and x * pdf(x) is a * exp(-a^2) / sqrt(pi).
 */
const geluAndSlopeOp = defineOp("gelu_and_slope", {
  infer: ([x]) => [x!, x!],
  onnx: (graph, [x]) => {
    const isNarrow = x!.dtype === "float16" || x!.dtype === "bfloat16";
    const wide = isNarrow ? graph.cast(x!, "float32") : x!;
    const { add, sub, mul, unary } = algebra(graph, wide.dtype);
    const a = mul(wide, Math.SQRT1_2);
    // A hard sigmoid is linear over all that erf can be.
    const halves = { alpha: float(0.5), beta: float(0.5) };
    const cdf = graph.node("HardSigmoid", [unary("Erf", a)], { attributes: halves, shape: x!.shape });
    const bell = unary("Exp", sub(-0.5 * Math.log(Math.PI), mul(a, a)));
    return [mul(wide, cdf), add(cdf, mul(a, bell))].map((result) => graph.cast(result, x!.dtype));
  },
  gradient: ([dy, dslope], [x], [, slope]) => {
    const parts: Tensor[] = [];
    if (dy) parts.push(dy.mul(slope!));
    // The slope's own slope is (2 - x^2) pdf(x).
    if (dslope) parts.push(dslope.mul(sub(2, x!.mul(x!))).mul(density(x!)));
    return [parts.reduce((a, b) => a.add(b))];
  },
});

/** exp(-x^2 / 2) / sqrt(2 pi), with the factor in the exponent. */
function density(x: Tensor): Tensor {
  return sub(-0.5 * Math.log(2 * Math.PI), x.mul(x).mul(0.5)).exp();
}

const geluOp = defineOp("gelu", {
  infer: ([x]) => x!,
  onnx: (graph, [x]) => graph.node("Gelu", [x!], { shape: x!.shape }),
  gradient: { decompose: ([x]) => [applyOp(geluAndSlopeOp, [x!], {})[0]!] },
});

export interface GeluOptions {
  /** "none": exactly; "tanh": x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))). Default "none". */
  approximate?: "none" | "tanh";
}

/** x * cdf(x) of the standard normal distribution. Source: Hendrycks and Gimpel, 2016. */
export function gelu(x: Tensor, { approximate = "none" }: GeluOptions = {}): Tensor {
  requireFloat("gelu", x);
  if (approximate === "none") return apply(geluOp, [x], {});
  if (approximate !== "tanh") {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `gelu: approximate must be "none" or "tanh", not ${JSON.stringify(approximate)}`,
    );
  }
  return inFloat32(x, (wide) => {
    const inner = wide.add(wide.mul(wide).mul(wide).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
    return wide.mul(0.5).mul(inner.tanh().add(1));
  });
}

/** x * sigmoid(x), also called swish. */
export function silu(x: Tensor): Tensor {
  requireFloat("silu", x);
  return inFloat32(x, (wide) => wide.mul(wide.sigmoid()));
}

/** x * sigmoid(1.702 x), an approximation of gelu. */
export function quick_gelu(x: Tensor): Tensor {
  requireFloat("quick_gelu", x);
  return inFloat32(x, (wide) => wide.mul(wide.mul(1.702).sigmoid()));
}

const plainSoftplus = floatUnary("softplus", "Softplus", ([dy], [x]) => [dy!.mul(x!.sigmoid())]);

export interface SoftplusOptions {
  /** How sharp the bend at 0 is. Default 1. */
  beta?: number;
  /** The identity is taken where beta x lies above it. Default 20, from where on a float32 shows no difference. */
  threshold?: number;
}

/** log(1 + exp(beta x)) / beta. */
export function softplus(x: Tensor, { beta = 1, threshold = 20 }: SoftplusOptions = {}): Tensor {
  requireFloat("softplus", x);
  return inFloat32(x, (wide) => {
    const scaled = beta === 1 ? wide : wide.mul(beta);
    const smooth = beta === 1 ? plainSoftplus(wide) : plainSoftplus(scaled).div(beta);
    const showsNone = threshold === 20 && wide.dtype === "float32";
    return showsNone ? smooth : where(scaled.gt(threshold), wide, smooth);
  });
}

const logsigmoidOp = defineOp("logsigmoid", {
  infer: ([x]) => x!,
  onnx: (graph, [x]) => {
    const { min, sub, unary } = algebra(graph, x!.dtype);
    return sub(min(x!, 0), writeLog1p(graph, unary("Exp", unary("Neg", unary("Abs", x!)))));
  },
  gradient: ([dy], [x]) => [dy!.mul(x!.neg().sigmoid())],
});

/** log(sigmoid(x)), exact where the sigmoid is next to 1. */
export function logsigmoid(x: Tensor): Tensor {
  requireFloat("logsigmoid", x);
  return inFloat32(x, (wide) => apply(logsigmoidOp, [wide], {}));
}

/** x * tanh(softplus(x)). Source: Misra, 2019. */
export function mish(x: Tensor): Tensor {
  requireFloat("mish", x);
  return inFloat32(x, (wide) => wide.mul(plainSoftplus(wide).tanh()));
}

const leakyReluOp = defineOp<{ negative_slope: number }>("leaky_relu", {
  infer: ([x]) => x!,
  onnx: (graph, [x], { negative_slope }) =>
    graph.node("LeakyRelu", [x!], { attributes: { alpha: float(negative_slope) }, shape: x!.shape }),
  gradient: ([dy], [x], _outputs, { negative_slope }) => [where(x!.gt(0), dy!, dy!.mul(negative_slope))],
});

/** x where it is positive, `negative_slope` x elsewhere; the slope is 0.01 unless said. */
export function leaky_relu(x: Tensor, options: { negative_slope?: number } = {}): Tensor {
  requireFloat("leaky_relu", x);
  return apply(leakyReluOp, [x], { negative_slope: options.negative_slope ?? 0.01 });
}

/**
 * x where it is positive, w x elsewhere. weight: one number, or one for each entry of axis 1 (the channels).
 * Source: He et al., "Delving Deep into Rectifiers", 2015.
 */
export function prelu(x: Tensor, weight: Tensor): Tensor {
  requireFloat("prelu", x);
  const channels = x.rank < 2 ? 1 : x.shape[1]!;
  const size = weight.rank === 0 ? 1 : weight.shape[0]!;
  const fits = weight.rank <= 1 && (dimsEqual(size, 1) || dimsEqual(size, channels));
  if (!fits || commonDtype(x, weight) !== x.dtype) {
    throw new TransformersError(
      fits ? "DTYPE_MISMATCH" : "SHAPE_MISMATCH",
      `prelu: the weight must be ${x.dtype} of one element or of one for each of ${channels} channels (axis 1 of ${x}), not ${weight}`,
    );
  }
  const slope = dimsEqual(size, 1)
    ? weight.reshape([])
    : weight.reshape([size, ...x.shape.slice(2).map(() => 1)]);
  return where(x.gt(0), x, slope.mul(x));
}

const eluOp = defineOp<{ alpha: number }>("elu", {
  infer: ([x]) => x!,
  onnx: (graph, [x], { alpha }) =>
    graph.node("Elu", [x!], { attributes: { alpha: float(alpha) }, shape: x!.shape }),
  gradient: ([dy], [x], [y], { alpha }) => [where(x!.gt(0), dy!, dy!.mul(y!.add(alpha)))],
});

/** x where it is positive, alpha (exp(x) - 1) elsewhere; alpha is 1 unless said. Source: Clevert et al., 2015. */
export function elu(x: Tensor, { alpha = 1 }: { alpha?: number } = {}): Tensor {
  requireFloat("elu", x);
  return inFloat32(x, (wide) => apply(eluOp, [wide], { alpha }));
}

const seluAlpha = 1.6732632423543772;
const seluScale = 1.0507009873554805;

/** elu with the alpha and the scale that keep mean and variance. Source: Klambauer et al., 2017. */
export function selu(x: Tensor): Tensor {
  requireFloat("selu", x);
  return inFloat32(x, (wide) => apply(eluOp, [wide], { alpha: seluAlpha }).mul(seluScale));
}

/** x where it is positive, alpha (exp(x / alpha) - 1) elsewhere; alpha is 1 unless said. Source: Barron, 2017. */
export function celu(x: Tensor, { alpha = 1 }: { alpha?: number } = {}): Tensor {
  requireFloat("celu", x);
  if (alpha === 0) throw new TransformersError("INVALID_ARGUMENT", "celu: alpha must not be 0");
  return inFloat32(x, (wide) => {
    if (alpha === 1) return elu(wide);
    const isPositive = wide.gt(0);
    return where(isPositive, wide, expm1(where(isPositive, 0, wide).div(alpha)).mul(alpha));
  });
}

const hardswishOp = defineOp("hardswish", {
  infer: ([x]) => x!,
  onnx: (graph, [x]) => graph.node("HardSwish", [x!], { shape: x!.shape }),
  gradient: ([dy], [x]) => {
    const slope = dy!.mul(x!.div(3).add(0.5));
    return [where(x!.lt(-3), 0, where(x!.le(3), slope, dy!))];
  },
});

/** x * min(max(x + 3, 0), 6) / 6. Source: Howard et al., "Searching for MobileNetV3", 2019. */
export function hardswish(x: Tensor): Tensor {
  requireFloat("hardswish", x);
  return apply(hardswishOp, [x], {});
}

const hardsigmoidOp = defineOp("hardsigmoid", {
  infer: ([x]) => x!,
  onnx: (graph, [x]) =>
    graph.node("HardSigmoid", [x!], {
      attributes: { alpha: float(1 / 6), beta: float(0.5) },
      shape: x!.shape,
    }),
  gradient: ([dy], [x]) => [where(logical_and(x!.gt(-3), x!.lt(3)), dy!.div(6), 0)],
});

/** min(max(x + 3, 0), 6) / 6; the gradient is 0 on the bounds. */
export function hardsigmoid(x: Tensor): Tensor {
  requireFloat("hardsigmoid", x);
  return apply(hardsigmoidOp, [x], {});
}

/** x / (1 + |x|); ints become float32. */
export function softsign(x: Tensor): Tensor {
  refuseBool("softsign", x);
  return inFloat32(asFloat(x), (wide) => wide.div(wide.abs().add(1)));
}

/**
 * The first half along an axis (the last unless said) times the sigmoid of the second.
 * Source: Dauphin et al., "Language Modeling with Gated Convolutional Networks", 2017.
 */
export function glu(x: Tensor, axis = -1): Tensor {
  requireFloat("glu", x);
  const along = normalizeAxis("glu", axis, x.rank);
  const half = divideDims(x.shape[along]!, 2);
  if (half === null) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `glu: axis ${along} of ${formatShape(x.shape)} must be even to be halved`,
    );
  }
  return inFloat32(x, (wide) => wide.slice(along, 0, half).mul(wide.slice(along, half).sigmoid()));
}
