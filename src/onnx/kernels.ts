import { TransformersError } from "../errors.js";
import type { DType } from "../runtime/dtype.js";
import type { Device } from "../runtime/types.js";

/** Operators that only move elements or ask about them, whose CPU kernels take every dtype that ONNX lets them. */
const takesAll = new Set(
  `Cast Compress Concat Gather GatherElements GatherND Identity IsInf IsNaN Reshape ScatterND Shape Slice Split
  Squeeze Transpose Unsqueeze`.split(/\s+/),
);

const smallInts: readonly DType[] = ["int16", "int8", "uint8"];

/** The dtypes that an operator's CPU kernels lack, beside bfloat16. Operators that are not named lack no other. */
const lacking: Readonly<Record<string, readonly DType[]>> = {
  Abs: ["bool"],
  Neg: ["uint8", "uint32"],
  Sign: ["bool"],
  Add: ["bool"],
  Sub: ["bool"],
  Mul: ["bool"],
  Div: ["bool"],
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
  ReduceSum: [...smallInts, "uint32", "bool"],
  ReduceMean: [...smallInts, "uint32", "bool"],
  ReduceProd: [...smallInts, "uint32", "bool"],
  ReduceMax: ["int16", "uint32"],
  ReduceMin: ["int16", "uint32"],
  ReduceL1: [...smallInts, "uint32", "bool"],
  ReduceL2: [...smallInts, "uint32", "bool"],
  ReduceSumSquare: [...smallInts, "uint32", "bool"],
  ArgMax: ["int16", "uint32", "bool"],
  ArgMin: ["int16", "uint32", "bool"],
  CumSum: [...smallInts, "uint32", "bool"],
  TopK: ["uint32", "bool"],
  MatMul: [...smallInts, "bool"],
  Pad: ["int16"],
  Range: ["float16", "int8", "uint8", "uint32"],
  Trilu: [...smallInts, "uint32"],
  ScatterElements: ["float16"],
  DepthToSpace: ["int64", "int32", "int16", "uint32", "bool"],
  SpaceToDepth: ["int64", "int32", "int16", "uint32", "bool"],
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

/**
 * Operators that a device has no kernels for and that can be written in others. Any other operator without a kernel is
 * computed on the host by the device's session, which copies what it reads and gives.
 */
const replaceable: Partial<Readonly<Record<Device, ReadonlySet<string>>>> = {
  webgpu: new Set(["FusedMatMul"]),
};

/** Whether an operator is better written in others on a device. */
export function isReplaced(opType: string, device: Device): boolean {
  return replaceable[device]?.has(opType) ?? false;
}

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
