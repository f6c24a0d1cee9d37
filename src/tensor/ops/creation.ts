import { TransformersError } from "../../errors.js";
import { type Dim, subtractDims } from "../../onnx/dim.js";
import { allocate, type DType, dtypes, isFloat, type TypedArray } from "../../runtime/dtype.js";
import { numberToBfloat16, numberToFloat16 } from "../../runtime/float16.js";
import { apply, createLeaf, defineOp, type Shape } from "../node.js";
import type { NestedList, Tensor } from "../tensor.js";

const fullOp = defineOp<{ shape: Shape; value: number | string; dtype: DType }>("full", {
  infer: (_, { shape, dtype }) => ({ shape, dtype }),
  onnx: (graph, _, { shape, value, dtype }) => {
    const scalar = graph.scalar(dtype, Number(value));
    return shape.length === 0 ? scalar : graph.node("Expand", [scalar, graph.shapeVector(shape)], { shape });
  },
  gradient: "none",
});

/** A tensor of one repeated value; the dtype is float32, or bool for true and false. */
export function full(shape: Shape, value: number | boolean, options: { dtype?: DType } = {}): Tensor {
  const dtype = options.dtype ?? (typeof value === "boolean" ? "bool" : "float32");
  if (dtypes[dtype].kind === "int" && !Number.isFinite(Number(value))) {
    throw new TransformersError("DTYPE_MISMATCH", `full: ${dtype} holds no ${value}`);
  }
  return apply(fullOp, [], { shape, value: scalarText(Number(value)), dtype });
}

/** JSON has no infinities, NaN and -0: as text they keep their place in the structure's key. */
export function scalarText<N extends number | null>(value: N): N | string {
  if (value === null || (Number.isFinite(value) && !Object.is(value, -0))) return value;
  return Object.is(value, -0) ? "-0" : String(value);
}

export const zeros = (shape: Shape, options: { dtype?: DType } = {}): Tensor => full(shape, 0, options);
export const ones = (shape: Shape, options: { dtype?: DType } = {}): Tensor => full(shape, 1, options);
export const zeros_like = (x: Tensor): Tensor => full(x.shape, 0, { dtype: x.dtype });
export const ones_like = (x: Tensor): Tensor => full(x.shape, 1, { dtype: x.dtype });

const arangeOp = defineOp<{ start: Dim; end: Dim; dtype: DType }>("arange", {
  infer: (_, { start, end, dtype }) => ({ dtype, shape: [subtractDims(end, start)] }),
  onnx: (graph, _, { start, end, dtype }, [out]) => {
    const scalar = (dim: Dim) => graph.reshape(graph.dim(dim), []);
    const range = graph.node("Range", [scalar(start), scalar(end), graph.scalar("int64", 1)], {
      dtype: "int64",
      shape: out!.shape,
    });
    return graph.cast(range, dtype);
  },
  gradient: "none",
});

/** The whole numbers from `start` up to `end` (not included); sizes may be symbolic. */
export function arange(start: Dim, end?: Dim, options: { dtype?: DType } = {}): Tensor {
  const [from, upTo] = end === undefined ? [0, start] : [start, end];
  const count = subtractDims(upTo, from);
  if (typeof count === "number" && !(Number.isInteger(count) && count >= 0)) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `arange: no whole numbers lead from ${from} up to ${upTo}`,
    );
  }
  return apply(arangeOp, [], { start: from, end: upTo, dtype: options.dtype ?? "int64" });
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
}

/**
 * A tensor of given values. A typed array is used as it is, without a copy (do not change it afterwards) and
 * gives the dtype: Float32Array float32, BigInt64Array int64, Uint8Array uint8 (or bool) and so on; 16-bit
 * floats are a Uint16Array of bits with `dtype`. Nested lists give float32, int64 where every number is whole
 * and `dtype` is absent, or bool.
 */
export function tensor(values: NestedList | TypedArray, options: TensorOptions = {}): Tensor {
  const array = ArrayBuffer.isView(values)
    ? fromTypedArray(values as TypedArray, options)
    : fromList(values, options);
  const result = createLeaf({ dtype: array.dtype, shape: array.dims }).outputs[0]!;
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

function fromTypedArray(data: TypedArray, options: TensorOptions) {
  const dims = options.shape ?? [data.length];
  const count = dims.reduce((product, dim) => product * dim, 1);
  if (count !== data.length) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `tensor: ${data.length} elements do not fill the shape [${dims.join(", ")}]`,
    );
  }
  const natural = (Object.keys(dtypes) as DType[]).find((name) => data instanceof dtypes[name].array);
  const dtype = options.dtype ?? natural!;
  if (
    !(data instanceof dtypes[dtype].array) ||
    (options.dtype === undefined && data instanceof Uint16Array)
  ) {
    throw new TransformersError(
      "DTYPE_MISMATCH",
      `tensor: a ${data.constructor.name} holds ${natural}, not ${dtype}; give the elements as ${dtypes[dtype].array.name} with dtype`,
    );
  }
  return { dtype, dims: [...dims], data };
}

function fromList(values: NestedList, options: TensorOptions) {
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
  const visit = (level: NestedList, axis: number): void => {
    if (!Array.isArray(level)) {
      if (axis === dims.length) flat.push(level);
      else throw ragged(axis);
    } else if (axis >= dims.length || level.length !== dims[axis]) throw ragged(axis);
    else for (const item of level) visit(item, axis + 1);
  };
  visit(values, 0);
  const dtype = options.dtype ?? naturalDtype(flat);
  const data = allocate(dtype, flat.length);
  flat.forEach((value, i) => {
    data[i] = encode(value, dtype) as never;
  });
  return { dtype, dims, data };
}

function ragged(axis: number): TransformersError {
  return new TransformersError(
    "SHAPE_MISMATCH",
    `tensor: the lists differ in length or depth at axis ${axis}`,
  );
}

function naturalDtype(flat: readonly (number | boolean | bigint)[]): DType {
  if (flat.length > 0 && flat.every((value) => typeof value === "boolean")) return "bool";
  const whole =
    flat.length > 0 && flat.every((value) => typeof value === "bigint" || Number.isInteger(value));
  return whole ? "int64" : "float32";
}

function encode(value: number | boolean | bigint, dtype: DType): number | bigint {
  if (dtype === "int64") return typeof value === "bigint" ? value : BigInt(Math.trunc(Number(value)));
  if (dtype === "bool") return Number(Boolean(value));
  if (dtype === "float16") return numberToFloat16(Number(value));
  if (dtype === "bfloat16") return numberToBfloat16(Number(value));
  return Number(value);
}
