import { TransformersError } from "../errors.js";
import type { Dim } from "../onnx/dim.js";
import type { Graph, Value } from "../onnx/graph.js";
import type { DType } from "../runtime/dtype.js";
import type { HostArray } from "../runtime/types.js";
import { Tensor } from "./tensor.js";

export type Shape = readonly Dim[];

export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/**
 * The vector-Jacobian product of an op: from the gradients of its outputs (null where nothing depends on
 * one), its inputs and its outputs, the gradient of each input, null where it has none. A result may be larger
 * than its input where the op broadcast it: the reverse walk sums it back.
 */
export type GradientRule<A> = (
  gradients: readonly (Tensor | null)[],
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  attributes: A,
) => readonly (Tensor | null)[];

/** Everything about one operator, in one place. */
export interface OpDefinition<A> {
  /** dtype and shape of the outputs. Throws `SHAPE_MISMATCH` or `DTYPE_MISMATCH` where the inputs do not fit. */
  infer(inputs: readonly TensorType[], attributes: A): TensorType | readonly TensorType[];
  onnx(
    graph: Graph,
    inputs: readonly Value[],
    attributes: A,
    outputs: readonly TensorType[],
  ): Value | readonly Value[];
  /** A rule; "none" where the op is not differentiable; or the same value written in other ops that are. */
  gradient:
    | GradientRule<A>
    | "none"
    | { decompose(inputs: readonly Tensor[], attributes: A): readonly Tensor[] };
}

export interface Op<A = never> extends OpDefinition<A> {
  readonly name: string;
}

/** Names an op. Apply it with `applyOp`. */
export function defineOp<A = Record<string, never>>(name: string, definition: OpDefinition<A>): Op<A> {
  return { name, ...definition };
}

/** How a leaf's elements are reached: in memory, or in a file until somebody needs them. */
export interface FileArray {
  readonly dtype: DType;
  readonly dims: readonly number[];
  readonly folder: string;
  readonly file: string;
  readonly offset: number;
  readonly length: number;
  load(): Promise<HostArray>;
}

let nextId = 0;

/** One step of a recorded computation; a leaf has no op but `leaf`. */
export class Node {
  readonly id = nextId++;
  readonly outputs: readonly Tensor[];
  /** Set when a gradient was asked of a fused op: the same values in simpler ones. */
  decomposition: readonly Tensor[] | null = null;
  /** A leaf's owner, whose `grad` backward() fills. */
  owner: Tensor | null = null;

  constructor(
    readonly op: Op<never>,
    readonly attributes: unknown,
    public inputs: readonly Tensor[],
    types: readonly TensorType[],
    readonly differentiable: boolean,
    /** The attributes as text, part of the structure's key. */
    readonly attributesKey: string,
  ) {
    this.outputs = types.map((type, index) => new Tensor(this, index, type));
  }

  /** Whether some parameter that wants a gradient is behind this node. */
  get requiresGrad(): boolean {
    return this.owner === null ? this.differentiable : this.owner.requires_grad;
  }
}

const leafOp: Op<never> = defineOp<never>("leaf", {
  infer: () => [],
  onnx: () => {
    throw new TransformersError("RUNTIME_FAILED", "a leaf is fed, not computed");
  },
  gradient: "none",
});

export function createLeaf(type: TensorType): Node {
  return new Node(leafOp, null, [], [type], false, "");
}

export function isLeaf(node: Node): boolean {
  return node.op === leafOp;
}

let gradientsRecorded = true;

/** Runs `body` without recording a path for gradients through what it computes. `body` must be synchronous. */
export function no_grad<T>(body: () => T): T {
  const before = gradientsRecorded;
  gradientsRecorded = false;
  try {
    return body();
  } finally {
    gradientsRecorded = before;
  }
}

/** Nodes by structure, held weakly: recording the same operation twice gives the same node. */
const interned = new Map<string, WeakRef<Node>>();
const collected = new FinalizationRegistry<string>((key) => {
  if (interned.get(key)?.deref() === undefined) interned.delete(key);
});

/** Records an operation. Throws what the op's `infer` throws. */
export function applyOp<A>(op: Op<A>, operands: readonly Tensor[], attributes: A): readonly Tensor[] {
  const inputs = operands.map((tensor) => tensor.node.outputs[tensor.index]!);
  const differentiable =
    gradientsRecorded && op.gradient !== "none" && inputs.some(({ node }) => node.requiresGrad);
  const attributesKey = attributes === undefined ? "" : JSON.stringify(attributes);
  let key = `${op.name}${differentiable ? "'" : ""}(`;
  for (const { node, index } of inputs) key += `${node.id}.${index},`;
  key += attributesKey;
  const known = interned.get(key)?.deref();
  if (known !== undefined) return known.outputs;

  const inferred = op.infer(inputs, attributes);
  const types = Array.isArray(inferred) ? (inferred as readonly TensorType[]) : [inferred as TensorType];
  const node = new Node(op as unknown as Op<never>, attributes, inputs, types, differentiable, attributesKey);
  interned.set(key, new WeakRef(node));
  collected.register(node, key);
  return node.outputs;
}

/** The same for an op with one output. */
export function apply<A>(op: Op<A>, operands: readonly Tensor[], attributes: A): Tensor {
  return applyOp(op, operands, attributes)[0]!;
}
