export {
  addDims,
  type Dim,
  dimsEqual,
  divideDims,
  multiplyDims,
  SymbolicDim,
  subtractDims,
  symbol,
} from "../onnx/dim.js";
export { convert } from "../runtime/convert.js";
export { allocate, type DType, dtypes, isFloat, promote, type TypedArray } from "../runtime/dtype.js";
export { configureRuntime, hostDevice } from "../runtime/index.js";
export type { Device, DeviceArray, HostArray, RuntimeSettings } from "../runtime/types.js";
export { detect_anomaly, set_detect_anomaly } from "./anomaly.js";
export { type Axes, type AxesOf, type Axis, type NamedDim, type ShapeOf, type Size, size } from "./axes.js";
export { accompany, clearGradient, companionsOf } from "./backward.js";
export { checkpoint } from "./checkpoint.js";
export { type AxesOfInput, CompiledFunction, type InputAxes } from "./compile.js";
export { checkTarget, type MoveTarget } from "./device.js";
export { type Explainable, Explanation, explain, type TensorNames } from "./explain.js";
export { Generator, hostUniform, manual_seed } from "./generator.js";
export { canonical, grad } from "./gradient.js";
export { type FileArray, no_grad, type Shape } from "./node.js";
export * from "./ops/index.js";
export { realize, type Update } from "./realize.js";
export { requireDevice } from "./residence.js";
export { type NestedList, type Operand, type Storage, Tensor } from "./tensor.js";
export { collect, type Tree } from "./tree.js";
export { UpdatePlace } from "./update-kernels.js";
export { type Initializer, Parameter, Variable } from "./variable.js";
