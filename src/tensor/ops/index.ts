export { to_device } from "../transfer.js";
export * from "./activation.js";
export * from "./adaptive-pooling.js";
export * from "./arithmetic.js";
export * from "./attention.js";
export {
  type BatchNormOptions,
  batch_norm,
  type InstanceNormOptions,
  instance_norm,
} from "./batch-norm.js";
export * from "./bitwise.js";
export * from "./casts.js";
export * from "./choice.js";
export * from "./comparison.js";
export {
  type ConvOptions,
  type ConvTransposeOptions,
  conv_transpose1d,
  conv_transpose2d,
  conv_transpose3d,
  conv1d,
  conv2d,
  conv3d,
  type PerAxis,
} from "./convolution.js";
export {
  arange,
  type DTypeOptions,
  dimTensor,
  empty,
  empty_like,
  eye,
  full,
  full_like,
  gate,
  linspace,
  ones,
  ones_like,
  type TensorOptions,
  tensor,
  zeros,
  zeros_like,
} from "./creation.js";
export * from "./cross-entropy.js";
export * from "./ctc-loss.js";
export * from "./diagonal.js";
export * from "./distance.js";
export * from "./einsum.js";
export {
  amax,
  amin,
  argmax,
  argmin,
  max,
  min,
  type ValuesAndIndices,
} from "./extremes.js";
export * from "./folding.js";
export * from "./grid-sample.js";
export { group_norm, type LocalResponseNormOptions, local_response_norm } from "./group-norm.js";
export * from "./indexing.js";
export * from "./interpolate.js";
export * from "./joining.js";
export type { LossReduction, ReductionOptions } from "./loss-reduction.js";
export * from "./losses.js";
export * from "./matmul.js";
export * from "./moments.js";
export * from "./movement.js";
export * from "./nonzero.js";
export * from "./normalization.js";
export * from "./padding.js";
export {
  type AvgPoolOptions,
  avg_pool1d,
  avg_pool2d,
  avg_pool3d,
  type MaxPoolOptions,
  max_pool1d,
  max_pool2d,
  max_pool3d,
  type PoolOptions,
} from "./pooling.js";
export * from "./random.js";
export * from "./ranking-losses.js";
export {
  type AxesArgument,
  all,
  any,
  count_nonzero,
  logsumexp,
  mean,
  prod,
  sum,
} from "./reduce.js";
export * from "./rotary.js";
export * from "./scan.js";
export * from "./scattering.js";
export * from "./slicing.js";
export * from "./sorting.js";
export * from "./subscript.js";
export {
  abs,
  ceil,
  cos,
  erf,
  exp,
  expm1,
  floor,
  frac,
  isfinite,
  isinf,
  isnan,
  log,
  log1p,
  logical_not,
  neg,
  type RoundOptions,
  reciprocal,
  round,
  rsqrt,
  sigmoid,
  sign,
  sin,
  sqrt,
  square,
  tan,
  tanh,
  trunc,
} from "./unary.js";
