import { TransformersError } from "../errors.js";
import {
  gelu,
  leaky_relu,
  mish,
  quick_gelu,
  relu,
  relu6,
  sigmoid,
  silu,
  type Tensor,
  tanh,
} from "../tensor/index.js";

export type Activation = (x: Tensor) => Tensor;

const tanhGelu: Activation = (x) => gelu(x, { approximate: "tanh" });

/** Activations under the names that configurations use. */
const ACT2FN: Readonly<Record<string, Activation>> = {
  gelu: (x) => gelu(x),
  /** gelu cut off to [-10, 10]. */
  gelu_10: (x) => gelu(x).clamp({ min: -10, max: 10 }),
  gelu_accurate: tanhGelu,
  gelu_fast: tanhGelu,
  gelu_new: tanhGelu,
  gelu_python: (x) => gelu(x),
  gelu_pytorch_tanh: tanhGelu,
  /** (1 + erf((x - mu) / (sigma sqrt 2))) / 2, mu = sqrt(1/2), sigma = sqrt(1/(4 pi)). Source: Ma et al., "Mega", 2022. */
  laplace: (x) =>
    x
      .sub(Math.SQRT1_2)
      .div(Math.sqrt(0.25 / Math.PI) * Math.SQRT2)
      .erf()
      .add(1)
      .mul(0.5),
  leaky_relu: (x) => leaky_relu(x),
  linear: (x) => x,
  mish,
  quick_gelu,
  relu,
  relu2: (x) => relu(x).square(),
  relu6,
  sigmoid,
  silu,
  swish: silu,
  tanh,
};

/** The activation that a configuration names. Throws `CONFIG_INVALID` listing the known ones. */
export function getActivation(name: string): Activation {
  const found = Object.hasOwn(ACT2FN, name) ? ACT2FN[name] : undefined;
  if (found === undefined) {
    throw new TransformersError(
      "CONFIG_INVALID",
      `unknown activation "${name}"; known are ${Object.keys(ACT2FN).join(", ")}`,
    );
  }
  return found;
}
