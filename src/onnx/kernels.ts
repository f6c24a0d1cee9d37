import { TransformersError } from "../errors.js";
import type { DType } from "../runtime/dtype.js";

/** Operators that only move elements, whose CPU kernels take every dtype. */
const takesAll = new Set(
  "Cast Concat Gather GatherElements Identity IsNaN Range Reshape Shape Slice Squeeze Transpose Unsqueeze".split(
    " ",
  ),
);

const smallInts: readonly DType[] = ["int16", "int8", "uint8"];

/** The dtypes that an operator's CPU kernels lack, beside bfloat16. Operators that are not named lack no other. */
const lacking: Readonly<Record<string, readonly DType[]>> = {
  Neg: ["uint8", "uint32"],
  Sign: ["bool"],
  Add: ["bool"],
  Mul: ["bool"],
  Max: ["int16", "bool"],
  Min: ["int16", "bool"],
  Mod: ["bool"],
  Pow: [...smallInts, "uint32", "bool"],
  Less: ["bool"],
  LessOrEqual: ["bool"],
  Greater: ["bool"],
  GreaterOrEqual: ["bool"],
  Where: ["int16", "int8", "uint32", "bool"],
  Clip: ["int16"],
  ReduceMax: ["int16", "uint32"],
  ReduceMin: ["int16", "uint32"],
  ArgMax: ["int16", "uint32", "bool"],
  ArgMin: ["int16", "uint32", "bool"],
  MatMul: [...smallInts, "bool"],
  Pad: ["int16"],
  Trilu: [...smallInts, "uint32"],
  ScatterElements: ["float16"],
  Erf: ["float64"],
  Gelu: ["float64"],
  Softplus: ["float64"],
  LeakyRelu: ["float64"],
  Elu: ["float64"],
  MultiHeadAttention: ["float64"],
};

/** A dtype that every kernel has and that holds all values of the other. */
const wider: Partial<Readonly<Record<DType, DType>>> = {
  bfloat16: "float32",
  float16: "float32",
  int16: "int32",
  int8: "int32",
  uint8: "int32",
  bool: "int32",
  uint32: "int64",
};

/** The position of the first operand; what stands before it (a condition) has a dtype of its own. */
export function firstOperand(opType: string): number {
  return opType === "Where" ? 1 : 0;
}

/**
 * The dtype that ONNX Runtime's CPU can compute an operator in: the operands' own, or a wider one. Throws
 * `UNSUPPORTED` where there is neither.
 */
export function kernelDType(opType: string, dtype: DType): DType {
  if (takesAll.has(opType)) return dtype;
  if (dtype !== "bfloat16" && !lacking[opType]?.includes(dtype)) return dtype;
  const computed = wider[dtype];
  if (computed !== undefined) return computed;
  throw new TransformersError(
    "UNSUPPORTED",
    `ONNX Runtime does not compute ${opType} in ${dtype}; cast the operands with .to("float32")`,
  );
}
