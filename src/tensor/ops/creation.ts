import { TransformersError } from "../../errors.js";
import { addDims, type Dim, divideDims, multiplyDims, SymbolicDim, subtractDims } from "../../onnx/dim.js";
import {
  allocate,
  arrayLength,
  checkDType,
  type DType,
  dtypes,
  intRange,
  isFloat,
  isPacked,
  promote,
  type TypedArray,
} from "../../runtime/dtype.js";
import { dtypeOf as arrayDtype, elementWriter } from "../../runtime/elements.js";
import { hostDevice } from "../../runtime/index.js";
import type { Device, HostArray } from "../../runtime/types.js";
import { checkDevice } from "../device.js";
import { apply, createLeaf, defineOp, type Shape } from "../node.js";
import type { NestedList, Tensor } from "../tensor.js";
import { beside } from "../transfer.js";
import { where } from "./choice.js";

const fullOp = defineOp<{ shape: Shape; value: number | string; dtype: DType }>("full", {
  infer: (_, { shape, dtype }) => ({ shape, dtype }),
  onnx: (graph, _, { shape, value, dtype }) => {
    const scalar = graph.scalar(dtype, Number(value));
    return shape.length === 0 ? scalar : graph.node("Expand", [scalar, graph.shapeVector(shape)], { shape });
  },
  gradient: "none",
});

export interface DTypeOptions {
  dtype?: DType;
}

/** A tensor of one repeated value. The dtype is int64 for a whole number, float32 for any other, bool for a truth value. */
export function full(shape: Shape, value: number | boolean, options: DTypeOptions = {}): Tensor {
  const dtype = checkDType("full", options.dtype ?? naturalDtype(value));
  if (isPacked(dtype)) {
    throw new TransformersError(
      "DTYPE_MISMATCH",
      `full: ${dtype} is storage; make it of lists or bytes with tensor(values, { dtype: "${dtype}" })`,
    );
  }
  requireInRange("full", Number(value), dtype);
  return apply(fullOp, [], { shape, value: scalarText(Number(value)), dtype });
}

/** The dtype of a JavaScript value: int64 for whole numbers, bool for truth values, float32 for the others. */
export function naturalDtype(value: number | boolean | bigint): DType {
  if (typeof value === "boolean") return "bool";
  return typeof value === "bigint" || Number.isInteger(value) ? "int64" : "float32";
}

/** Throws `DTYPE_MISMATCH` where an int dtype does not hold a number, its fraction left aside. */
export function requireInRange(op: string, value: number | bigint, dtype: DType): void {
  if (dtypes[dtype].kind !== "int") return;
  const [min, max] = intRange(dtype);
  const whole = typeof value === "bigint" ? value : Math.trunc(value);
  if (!(whole >= min && whole < max + 1)) {
    throw new TransformersError(
      "DTYPE_MISMATCH",
      `${op}: ${dtype} holds no ${value}; its values are ${min} to ${max}`,
    );
  }
}

/** JSON has no infinities, NaN and -0: as text they keep their place in the structure's key. */
export function scalarText<N extends number | null>(value: N): N | string {
  if (value === null || (Number.isFinite(value) && !Object.is(value, -0))) return value;
  return Object.is(value, -0) ? "-0" : String(value);
}

/** float32 unless said. */
export function zeros(shape: Shape, { dtype = "float32" }: DTypeOptions = {}): Tensor {
  return full(shape, 0, { dtype });
}

/** float32 unless said. */
export function ones(shape: Shape, { dtype = "float32" }: DTypeOptions = {}): Tensor {
  return full(shape, 1, { dtype });
}

/** Elements that nobody has chosen: they are 0, as there is no memory that could be left as it is. */
export const empty = zeros;

/** The shape of another, and its dtype unless one is given, where that lies. */
export function full_like(
  x: Tensor,
  value: number | boolean,
  { dtype = x.dtype }: DTypeOptions = {},
): Tensor {
  return beside(full(x.shape, value, { dtype }), x);
}

export const zeros_like = (x: Tensor, options?: DTypeOptions): Tensor => full_like(x, 0, options);
export const ones_like = (x: Tensor, options?: DTypeOptions): Tensor => full_like(x, 1, options);
export const empty_like = zeros_like;

const arangeOp = defineOp<{ start: Dim; step: number; count: Dim; dtype: DType }>("arange", {
  infer: (_, { count, dtype }) => ({ dtype, shape: [count] }),
  onnx: (graph, _, { start, step, count, dtype }) => {
    const shape = [count];
    const range = (from: Dim, upTo: Dim, by: number) => {
      const scalar = (dim: Dim) => graph.reshape(graph.dim(dim), []);
      const limits = [scalar(from), scalar(upTo), graph.scalar("int64", by)];
      return graph.node("Range", limits, { dtype: "int64", shape });
    };
    if (isWhole(start) && Number.isInteger(step)) {
      return graph.cast(range(start, addDims(start, multiplyDims(count, step)), step), dtype);
    }
    // ONNX Runtime's Range of floats adds up the step, and with it the step's error.
    const position = graph.cast(range(0, count, 1), "float64");
    const scaled = graph.node("Mul", [position, graph.scalar("float64", step)], { shape });
    return graph.cast(
      graph.node("Add", [scaled, graph.scalar("float64", start as number)], { shape }),
      dtype,
    );
  },
  gradient: "none",
});

/**
 * `start`, `start + step`, ... up to `end`, which is not included. int64, or float32 where one of the three is no
 * whole number. Sizes may be symbolic where the step divides their distance.
 */
export function arange(end: Dim, options?: DTypeOptions): Tensor;
export function arange(start: Dim, end: Dim, options?: DTypeOptions): Tensor;
export function arange(start: Dim, end: Dim, step: number, options?: DTypeOptions): Tensor;
export function arange(first: Dim, ...rest: (Dim | DTypeOptions | undefined)[]): Tensor {
  const last = rest.at(-1);
  const options = isDim(last) || last === undefined ? {} : last;
  const [start, end, step] = [first, ...rest].filter(isDim);
  return end === undefined
    ? sequence(0, first, 1, options)
    : sequence(start!, end, (step ?? 1) as number, options);
}

function sequence(start: Dim, end: Dim, step: number, options: DTypeOptions): Tensor {
  const refuse = (reason: string) =>
    new TransformersError("INVALID_ARGUMENT", `arange from ${start} up to ${end} by ${step}: ${reason}`);
  const numbers = [start, end, step].filter((each) => typeof each === "number");
  if (!numbers.every(Number.isFinite) || step === 0) throw refuse("the step must be a number other than 0");
  const whole = [start, end, step].every(isWhole);
  const dtype = checkDType("arange", options.dtype ?? (whole ? "int64" : "float32"));
  if (dtype === "bool") throw refuse("not in bool");
  if (!(isWhole(start) && isWhole(step)) && !isFloat(dtype)) throw refuse(`${dtype} holds no fractions`);
  const distance = subtractDims(end, start);
  const count = typeof distance === "number" ? Math.ceil(distance / step) : divideDims(distance, step);
  if (count === null) throw refuse("the step does not divide a distance that is not known yet");
  if (typeof count === "number" && count < 0) throw refuse("the step leads away from the end");
  return apply(arangeOp, [], { start, step, count, dtype });
}

function isDim(value: Dim | DTypeOptions | undefined): value is Dim {
  return typeof value === "number" || value instanceof SymbolicDim;
}

function isWhole(dim: Dim): boolean {
  return typeof dim !== "number" || Number.isInteger(dim);
}

/** `steps` numbers evenly apart, from `start` to `end`, both included. float32 unless said; ints drop fractions. */
export function linspace(start: number, end: number, steps: number, options: DTypeOptions = {}): Tensor {
  if (!Number.isInteger(steps) || steps < 0) {
    throw new TransformersError("INVALID_ARGUMENT", `linspace: steps must be a whole number, not ${steps}`);
  }
  const step = steps > 1 ? (end - start) / (steps - 1) : 0;
  const position = arange(steps, { dtype: "float64" });
  // From both ends to the middle, so that the last number is the end itself.
  const fromStart = position.mul(step).add(start);
  const fromEnd = position
    .sub(steps - 1)
    .mul(step)
    .add(end);
  const isFirstHalf = position.lt(Math.max(Math.floor(steps / 2), 1));
  return where(isFirstHalf, fromStart, fromEnd).to(options.dtype ?? "float32");
}

/** Ones on the diagonal of [rows, columns], zeros elsewhere; float32 unless said. */
export function eye(rows: Dim, columns: Dim = rows, { dtype = "float32" }: DTypeOptions = {}): Tensor {
  return arange(rows).unsqueeze(1).eq(arange(columns)).to(dtype);
}

const dimOp = defineOp<{ dim: Dim; dtype: DType }>("dim", {
  infer: (_, { dtype }) => ({ dtype, shape: [] }),
  onnx: (graph, _, { dim, dtype }) => graph.cast(graph.reshape(graph.dim(dim), []), dtype),
  gradient: "none",
});

/** A size as a tensor without axes, for arithmetic with values. */
export function dimTensor(dim: Dim, dtype: DType = "float32"): Tensor {
  return typeof dim === "number" ? full([], dim, { dtype }) : apply(dimOp, [], { dim, dtype });
}

const gateOp = defineOp<{ number: number }>("gate", {
  infer: ([x]) => x!,
  onnx: (graph, [x], { number }) => graph.gate(x!, number),
  gradient: "none",
});

/**
 * The value itself. What is computed from it may be made to wait until a variable has been read everywhere, so
 * that its new value can be written over the old one; see `Update`.
 */
export function gate(x: Tensor, number: number): Tensor {
  return apply(gateOp, [x], { number });
}

export interface TensorOptions {
  dtype?: DType;
  /** Sizes of the axes for a typed array, which has none of its own. */
  shape?: readonly number[];
  /** Whether backward() leaves a gradient on this tensor. Default false. */
  requires_grad?: boolean;
  /** Where it lies. Default: the host. null: nowhere yet, as numbers that ops make, which go where they are needed. */
  device?: Device | null;
}

/**
 * A tensor of given values. A typed array is used as it is, without a copy (do not change it afterwards) and
 * gives the dtype: Float32Array float32, BigInt64Array int64, Uint8Array uint8 (or bool, or the bytes of int4 and
 * uint4) and so on; 16-bit floats are a Uint16Array of bits with `dtype`. Nested lists give bool, int64 where every
 * number is whole and float32 otherwise, or `dtype`, which must hold the numbers.
 */
export function tensor(values: NestedList | TypedArray, options: TensorOptions = {}): Tensor {
  if (options.dtype !== undefined) checkDType("tensor", options.dtype);
  const array = ArrayBuffer.isView(values)
    ? fromTypedArray(values as TypedArray, options)
    : fromList(values, options);
  const { device = hostDevice } = options;
  const place = device === null ? null : checkDevice("tensor", device);
  const result = createLeaf({ dtype: array.dtype, shape: array.dims }, place).outputs[0]!;
  result.storage = array;
  if (options.requires_grad) {
    if (!isFloat(array.dtype)) {
      throw new TransformersError(
        "NOT_DIFFERENTIABLE",
        `requires_grad needs a floating dtype, not ${array.dtype}`,
      );
    }
    result.requires_grad = true;
    result.node.owner = result;
  }
  return result;
}

function fromTypedArray(data: TypedArray, options: TensorOptions): HostArray {
  const natural = arrayDtype(data);
  const dtype = options.dtype ?? natural;
  if (dtype === null || !(data instanceof dtypes[dtype].array)) {
    const wanted =
      dtype === null ? "; give dtype" : `, not ${dtype}, which takes a ${dtypes[dtype].array.name}`;
    throw new TransformersError(
      "DTYPE_MISMATCH",
      `tensor: a ${data.constructor.name} holds ${natural ?? "no dtype of its own"}${wanted}`,
    );
  }
  const dims = options.shape ?? [isPacked(dtype) ? 2 * data.length : data.length];
  const count = dims.reduce((product, dim) => product * dim, 1);
  if (arrayLength(dtype, count) !== data.length) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `tensor: ${data.length} ${isPacked(dtype) ? "bytes" : "elements"} do not fill the shape [${dims.join(", ")}]`,
    );
  }
  return { dtype, dims: [...dims], data };
}

function fromList(values: NestedList, options: TensorOptions): HostArray {
  if (options.shape !== undefined) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      "tensor: shape goes with a typed array; a nested list has its own",
    );
  }
  const dims: number[] = [];
  for (let level: NestedList = values; Array.isArray(level); level = level[0]!) {
    dims.push(level.length);
    if (level.length === 0) break;
  }
  const flat: (number | boolean | bigint)[] = [];
  const path: number[] = [];
  const visit = (level: NestedList): void => {
    const expected = dims[path.length];
    if (Array.isArray(level) ? level.length !== expected : expected !== undefined) {
      throw ragged(level, path, expected);
    }
    if (!Array.isArray(level)) flat.push(level);
    else {
      for (const [i, item] of level.entries()) {
        path.push(i);
        visit(item);
        path.pop();
      }
    }
  };
  visit(values);
  const dtype = options.dtype ?? listDtype(flat);
  const data = allocate(dtype, flat.length);
  const write = elementWriter(dtype, data);
  for (const [i, value] of flat.entries()) {
    const element = typeof value === "boolean" ? Number(value) : value;
    requireInRange("tensor", element, dtype);
    write(i, element);
  }
  return { dtype, dims, data };
}

function ragged(level: NestedList, path: readonly number[], expected: number | undefined): TransformersError {
  const found = Array.isArray(level) ? `a list of ${level.length}` : "a number";
  const wanted = expected === undefined ? "a number" : `a list of ${expected}`;
  return new TransformersError(
    "SHAPE_MISMATCH",
    `tensor: the lists differ in length or depth at axis ${path.length}: [${path.join("][")}] is ${found}, the first there is ${wanted}`,
  );
}

function listDtype(flat: readonly (number | boolean | bigint)[]): DType {
  const natural = new Set(flat.map(naturalDtype));
  return natural.size === 0 ? "float32" : [...natural].reduce(promote);
}
