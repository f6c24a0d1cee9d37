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
export { allocate, type DType, dtypes, isFloat, promote, type TypedArray } from "../runtime/dtype.js";
export { configureRuntime, type RuntimeSettings } from "../runtime/node.js";
export type { HostArray } from "../runtime/types.js";
export { type Axes, type AxesOf, type Axis, type NamedDim, type ShapeOf, type Size, size } from "./axes.js";
export { accompany, clearGradient, companionsOf } from "./backward.js";
export { type AxesOfInput, CompiledFunction, collect, type InputAxes, type Tree } from "./compile.js";
export { Generator, hostUniform, manual_seed } from "./generator.js";
export { canonical, grad } from "./gradient.js";
export { type FileArray, no_grad, type Shape } from "./node.js";
export * from "./ops/index.js";
export { realize, type Update } from "./realize.js";
export { type NestedList, type Operand, Tensor } from "./tensor.js";
export { convert, type Initializer, Parameter, Variable } from "./variable.js";
