import { TransformersError } from "../errors.js";
import { allocate, type DType, dtypes, isFloat, type TypedArray } from "../runtime/dtype.js";
import { elementWriter } from "../runtime/elements.js";
import type { Device, Placement } from "../runtime/types.js";
import { inFloat64 } from "./composed.js";
import {
  type Dim,
  dimsEqual,
  mayBeZero,
  productOfDims,
  quotientNamed,
  SymbolicDim,
  shapesEqual,
} from "./dim.js";
import { fuse } from "./fusion.js";
import { firstOperand, isReplaced, kernelDType } from "./kernels.js";
import {
  type Attribute,
  type ExternalData,
  encodeModel,
  float,
  type GraphProto,
  type Initializer,
  type NodeProto,
  Subgraph,
  type ValueInfo,
} from "./model-proto.js";
import { needsProcessor, rewritten } from "./webgpu-kernels.js";

/** One edge of the ONNX graph under construction. */
export class Value {
  constructor(
    readonly name: string,
    readonly dtype: DType,
    /** null where an operator's inner steps did not need it. */
    public shape: readonly Dim[] | null,
    readonly producer: GraphNode | null,
  ) {}
}

export interface GraphNode extends NodeProto {
  /** Names of what it reads; a gate's may change. */
  inputs: readonly string[];
  readonly sources: readonly (Value | null)[];
  /** For Transpose, its permutation: what the peephole rules ask for. */
  readonly permutation?: readonly number[];
  /** It reads only to know when its operand is there: any value that is there no sooner does as well. */
  readonly isSignal?: boolean;
}

export interface NodeOptions {
  attributes?: Record<string, Attribute>;
  domain?: string;
  /** dtype of the results; the operands' unless given. */
  dtype?: DType;
  shape?: readonly Dim[] | null;
  permutation?: readonly number[];
  isSignal?: boolean;
  /** A step of its own, even if there is an equal one. */
  distinct?: boolean;
  /** The very operator, even if the device computes it better in others. */
  asWritten?: boolean;
  /** Its last bits matter: of a device with rougher arithmetic the processor computes it. */
  isPrecise?: boolean;
}

/**
 * Builds an ONNX graph. `node` adds any operator; `transpose`, `reshape`, `cast` and `matmul` know a few rules
 * that keep what an operator's definition writes plainly from costing time: inverse transposes cancel,
 * reshapes of reshapes collapse, and a transpose in front of a product becomes a flag of the product.
 */
export class Graph {
  readonly nodes: GraphNode[] = [];
  readonly initializers: Initializer[] = [];
  readonly inputs: ValueInfo[] = [];
  readonly outputs: ValueInfo[] = [];
  readonly #constants = new Map<string, Value>();
  readonly #transposes = new Map<string, Value>();
  readonly #order = new Map<Value, number>();
  /** Results by operator, inputs and attributes: the same step twice is one step. */
  readonly #steps = new Map<string, Value[]>();
  readonly #symbols = new Map<string, { input: Value; axis: number }>();
  /** Places that `gate` made, by their numbers. */
  readonly gates = new Map<number, Value>();
  /** Names of nodes that the processor computes for a device, and of those that need the device's float16. */
  readonly #placement = { onProcessor: [] as string[], inFloat16: [] as string[] };
  #names = 0;

  /**
   * `device`: where it will run, which has kernels of its own. `prefix`: how names in it begin, which has to be another
   * one for a graph inside a graph.
   */
  constructor(
    readonly device: Device = "cpu",
    readonly prefix = "v",
  ) {}

  #name(): string {
    return `${this.prefix}${this.#names++}`;
  }

  input(dtype: DType, shape: readonly Dim[], name = this.#name()): Value {
    const value = new Value(name, dtype, shape, null);
    this.inputs.push({ name, dtype, shape });
    shape.forEach((dim, axis) => {
      const symbol = dim instanceof SymbolicDim ? dim.name : null;
      if (symbol !== null && !this.#symbols.has(symbol)) this.#symbols.set(symbol, { input: value, axis });
    });
    return value;
  }

  output(value: Value, dtype: DType, shape: readonly Dim[]): void {
    this.outputs.push({ name: value.name, dtype, shape });
  }

  weight(dtype: DType, dims: readonly number[], content: ExternalData, name = this.#name()): Value {
    this.initializers.push({ name, dtype, dims, content });
    return new Value(name, dtype, dims, null);
  }

  /** A constant with its elements in the model itself; equal constants are one. */
  constant(dtype: DType, dims: readonly number[], data: TypedArray): Value {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const key = `${dtype}[${dims}]${bytes.length > 256 ? this.#names : bytes}`;
    let value = this.#constants.get(key);
    if (value === undefined) {
      const name = this.#name();
      this.initializers.push({ name, dtype, dims, content: bytes });
      value = new Value(name, dtype, dims, null);
      this.#constants.set(key, value);
    }
    return value;
  }

  /** Whether a value is the same in every run: made of nothing but constants. */
  isConstant({ name, producer }: Value): boolean {
    if (producer === null) return this.inputs.every((input) => input.name !== name);
    return producer.sources.every((source) => source === null || this.isConstant(source));
  }

  /** A constant of rank 0. */
  scalar(dtype: DType, number: number): Value {
    return this.constant(dtype, [], encodeScalar(dtype, number));
  }

  /** int64 constants side by side, as shapes, axes and the like are given. */
  ints(values: readonly number[]): Value {
    return this.constant("int64", [values.length], BigInt64Array.from(values, BigInt));
  }

  node(opType: string, sources: readonly (Value | null)[], options: NodeOptions = {}): Value {
    return this.nodeWithOutputs(opType, sources, 1, options)[0]!;
  }

  /** An operator with several results. */
  nodeWithOutputs(
    opType: string,
    sources: readonly (Value | null)[],
    count: number,
    options: NodeOptions = {},
  ): Value[] {
    const first = firstOperand(opType);
    const own = sources[first]!.dtype;
    const written = own === "float64" ? inFloat64(this, opType, sources, options) : null;
    if (written !== null) return [written];
    const computed = kernelDType(opType, own);
    if (computed !== own) {
      const operands = sources.map((source, i) =>
        source !== null && i >= first && source.dtype === own ? this.cast(source, computed) : source,
      );
      const results = this.nodeWithOutputs(opType, operands, count, options);
      return options.dtype === undefined ? results.map((result) => this.cast(result, own)) : results;
    }
    if (this.device === "webgpu" && !options.asWritten) {
      const results = rewritten(this, opType, sources, count, options);
      if (results !== null) return results;
    }
    const inputs = sources.map((source) => source?.name ?? "");
    const key = `${opType}(${inputs})${options.attributes ? JSON.stringify(options.attributes) : ""}`;
    const known = options.distinct ? undefined : this.#steps.get(key);
    if (known !== undefined) return known;
    const outputs = Array.from({ length: count }, () => this.#name());
    const { domain = "", attributes = {}, permutation, isSignal } = options;
    const node: GraphNode = { opType, domain, inputs, outputs, attributes, sources, permutation, isSignal };
    this.nodes.push(node);
    if (this.device === "webgpu") this.#place(node, options);
    const results = outputs.map((name) => new Value(name, options.dtype ?? own, options.shape ?? null, node));
    this.#steps.set(key, results);
    return results;
  }

  /**
   * Notes what the device leaves to the processor. A node goes by the name of its first result. What an operator
   * runs inside stays with the operator itself, which is always the processor's.
   */
  #place(node: GraphNode, options: NodeOptions): void {
    const name = node.outputs[0]!;
    const { onProcessor, inFloat16 } = this.#placement;
    if (needsProcessor(node.opType, node, options)) onProcessor.push(name);
    for (const attribute of Object.values(node.attributes)) {
      if (attribute instanceof Subgraph)
        onProcessor.push(...attribute.graph.nodes.map((inner) => inner.outputs[0]!));
    }
    const dtypes = [...node.sources.map((source) => source?.dtype), options.dtype ?? node.sources[0]?.dtype];
    if (dtypes.includes("float16")) inFloat16.push(name);
  }

  get placement(): Placement {
    return this.#placement;
  }

  transpose(value: Value, permutation: readonly number[]): Value {
    const before = value.producer?.permutation;
    if (before !== undefined) {
      return this.transpose(
        value.producer!.sources[0]!,
        permutation.map((axis) => before[axis]!),
      );
    }
    if (permutation.every((axis, i) => axis === i)) return value;
    const key = `${value.name}:${permutation}`;
    let result = this.#transposes.get(key);
    if (result === undefined) {
      const shape = permutation.map((axis) => value.shape![axis]!);
      result = this.node("Transpose", [value], { attributes: { perm: permutation }, shape, permutation });
      this.#transposes.set(key, result);
      this.#order.set(result, this.#order.size);
    }
    return result;
  }

  reshape(value: Value, shape: readonly Dim[]): Value {
    if (value.shape !== null && shapesEqual(value.shape, shape)) return value;
    const { producer } = value;
    if (producer?.opType === "Reshape") return this.reshape(producer.sources[0]!, shape);
    const target = reshapeTarget(value.shape, shape);
    if (target !== null) return this.node("Reshape", [value, this.ints(target)], { shape });
    return this.node("Reshape", [value, this.shapeVector(shape)], { attributes: { allowzero: 1 }, shape });
  }

  cast(value: Value, dtype: DType): Value {
    if (value.dtype === dtype) return value;
    return this.node("Cast", [value], { attributes: { to: dtypes[dtype].onnx }, dtype, shape: value.shape });
  }

  /** `a @ b * alpha`, with PyTorch's broadcasting of the leading axes; both of rank 2 or more. */
  matmul(a: Value, b: Value, options: { alpha?: number; shape?: readonly Dim[] } = {}): Value {
    const { alpha = 1, shape = null } = options;
    const contracted = a.shape?.at(-1) ?? 1;
    // Of a batch of products of nothing, FusedMatMul (which ONNX Runtime also makes of MatMul beside Transpose or
    // Mul) writes the first one and leaves in the others whatever lay in memory.
    const isBatch = shape !== null && shape.length > 2;
    if (isBatch && contracted === 0) {
      return this.node("Expand", [this.scalar(a.dtype, 0), this.shapeVector(shape)], { shape });
    }
    const product = this.#product(a, b, alpha, shape);
    if (!isBatch || !mayBeZero(contracted)) return product;
    const isSomething = this.node("Greater", [this.dim(contracted), this.ints([0])], { dtype: "bool" });
    return this.node("Where", [isSomething, product, this.scalar(a.dtype, 0)], { shape });
  }

  #product(a: Value, b: Value, alpha: number, shape: readonly Dim[] | null): Value {
    const scaled = (product: Value) =>
      alpha === 1 ? product : this.node("Mul", [product, this.scalar(a.dtype, alpha)], { shape });
    if (!isFloat(a.dtype)) return scaled(this.node("MatMul", [a, b], { shape })); // FusedMatMul is for floats
    const left = this.#withoutTranspose(a);
    const right = this.#withoutTranspose(b);
    if (!left.flipped && !right.flipped && alpha === 1) return this.node("MatMul", [a, b], { shape });
    if (isReplaced("FusedMatMul", this.device)) {
      const [rows, columns] = [a.shape?.length ?? 0, b.shape?.length ?? 0];
      if (columns !== 2 || !(rows === 2 || right.flipped) || shape === null)
        return scaled(this.node("MatMul", [a, b], { shape }));
      // Gemm flips either side, of matrices: leading axes of the left one count as rows.
      const isMatrix = rows === 2;
      const flat = isMatrix
        ? left.value
        : this.reshape(a, [productOfDims(a.shape!.slice(0, -1)), a.shape!.at(-1)!]);
      const product = this.node("Gemm", [flat, right.value], {
        attributes: {
          transA: Number(isMatrix && left.flipped),
          transB: Number(right.flipped),
          alpha: float(alpha),
        },
        shape: isMatrix ? shape : [flat.shape![0]!, shape.at(-1)!],
      });
      return this.reshape(product, shape);
    }
    return this.node("FusedMatMul", [left.value, right.value], {
      domain: "com.microsoft",
      attributes: { transA: Number(left.flipped), transB: Number(right.flipped), alpha: float(alpha) },
      shape,
    });
  }

  /** The value whose last two axes, swapped, give this one, if there is one already. */
  #withoutTranspose(value: Value): { value: Value; flipped: boolean } {
    const permutation = value.producer?.permutation;
    if (permutation === undefined) return { value, flipped: false };
    const rank = permutation.length;
    const swapped = [...permutation.slice(0, -2), permutation[rank - 1]!, permutation[rank - 2]!];
    const source = value.producer!.sources[0]!;
    if (swapped.every((axis, i) => axis === i)) return { value: source, flipped: true };
    const known = this.#transposes.get(`${source.name}:${swapped}`);
    // Of two that are each other's transpose the first one made serves for both.
    const isFirst = known === undefined || this.#order.get(value)! < this.#order.get(known)!;
    return isFirst ? { value, flipped: false } : { value: known, flipped: true };
  }

  /** The sizes as an int64 vector: a constant where all are numbers, computed from the inputs' shapes otherwise. */
  shapeVector(shape: readonly Dim[]): Value {
    if (shape.every((dim) => typeof dim === "number")) return this.ints(shape);
    const parts = shape.map((dim) => this.dim(dim));
    if (parts.length === 1) return parts[0]!;
    return this.node("Concat", parts, { attributes: { axis: 0 }, shape: [shape.length] });
  }

  /** One size as an int64 vector of length 1. */
  dim(dim: Dim): Value {
    if (typeof dim === "number") return this.ints([dim]);
    return dim.factor === null ? this.#polynomial(dim) : this.#factor(dim.factor);
  }

  #factor(name: string): Value {
    const quotient = quotientNamed(name);
    if (quotient !== undefined) {
      // Div rounds toward 0, which is down: dividends are not negative.
      return this.node("Div", [this.dim(quotient.dividend), this.ints([quotient.divisor])], { shape: [1] });
    }
    const found = this.#symbols.get(name);
    if (found === undefined) {
      throw new TransformersError(
        "SHAPE_MISMATCH",
        `no input carries the size "${name}", which the graph needs`,
      );
    }
    const { input, axis } = found;
    return this.node("Shape", [input], {
      attributes: { start: axis, end: axis + 1 },
      dtype: "int64",
      shape: [1],
    });
  }

  #polynomial(dim: SymbolicDim): Value {
    const terms = [...dim.terms].map(([product, factor]) => {
      const factors = product === "" ? [] : product.split("*").map((name) => this.#factor(name));
      if (factor !== 1 || factors.length === 0) factors.push(this.ints([factor]));
      return factors.reduce((a, b) => this.node("Mul", [a, b], { shape: [1] }));
    });
    return terms.reduce((a, b) => this.node("Add", [a, b], { shape: [1] }));
  }

  /**
   * The value itself, as a place where `writeAfterReads` may hang what must be computed before it is used.
   * Gates are found again by their number.
   */
  gate(value: Value, number: number): Value {
    const gated = this.node("Identity", [value], { shape: value.shape, distinct: true });
    this.gates.set(number, gated);
    return gated;
  }

  /** The finished graph: fused where that is possible, each node after those it needs, and nothing that no output needs. */
  finish(): GraphProto & { readonly nodes: readonly GraphNode[] } {
    const names = new Set(this.outputs.map(({ name }) => name));
    const added = this.nodes.length;
    const fused = fuse(this, this.#needed(this.nodes), names);
    this.nodes.length = added;
    const nodes = this.#needed(fused);
    const read = new Set([...names, ...nodes.flatMap((node) => node.inputs)]);
    return {
      nodes,
      initializers: this.initializers.filter(({ name }) => read.has(name)),
      inputs: this.inputs,
      outputs: this.outputs,
    };
  }

  /** Those of the nodes that outputs need, each after what it reads itself. */
  #needed(candidates: readonly GraphNode[]): GraphNode[] {
    const producers = new Map<string, GraphNode>();
    for (const node of candidates) for (const name of node.outputs) producers.set(name, node);
    const done = new Set<GraphNode>();
    const nodes: GraphNode[] = [];
    const stack = this.outputs.map(({ name }) => ({ name, entered: false })).reverse();
    while (stack.length > 0) {
      const { name, entered } = stack.pop()!;
      const node = producers.get(name);
      if (node === undefined || done.has(node)) continue;
      if (entered) {
        done.add(node);
        nodes.push(node);
        continue;
      }
      stack.push({ name, entered: true });
      for (let i = node.inputs.length - 1; i >= 0; i--) stack.push({ name: node.inputs[i]!, entered: false });
    }
    return nodes;
  }

  encode(): Uint8Array {
    return encodeModel(this.finish());
  }
}

/**
 * The sizes as Reshape takes them, which can copy a size of its input (0) or infer one (-1) and so spares the
 * arithmetic of most shapes; null where it can't. Beside a copied size, which may be 0, it can't infer one.
 */
function reshapeTarget(from: readonly Dim[] | null, to: readonly Dim[]): number[] | null {
  const copied = to.map((dim, axis) => {
    if (typeof dim === "number") return dim === 0 ? null : dim;
    return from?.[axis] !== undefined && dimsEqual(from[axis], dim) ? 0 : null;
  });
  const unknown = copied.filter((dim) => dim === null).length;
  if (unknown === 0) return copied as number[];
  if (unknown === 1 && !copied.includes(0) && !to.includes(0)) return copied.map((dim) => dim ?? -1);
  return null;
}

function encodeScalar(dtype: DType, value: number): TypedArray {
  const data = allocate(dtype, 1);
  elementWriter(dtype, data)(0, value);
  return data;
}
