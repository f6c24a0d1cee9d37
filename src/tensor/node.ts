import { TransformersError } from "../errors.js";
import type { Dim } from "../onnx/dim.js";
import type { Graph, Value } from "../onnx/graph.js";
import { type DType, isPacked } from "../runtime/dtype.js";
import { hostDevice } from "../runtime/index.js";
import type { Device, HostArray } from "../runtime/types.js";
import { currentOrigin, type Origin } from "./anomaly.js";
import { commonDevice } from "./device.js";
import { hashText, InternTable } from "./interning.js";
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
  /** Whether it takes 4-bit storage, which most operators cannot read. Default false. */
  packed?: true;
  /** Whether its results lie on the device that its attribute `device` names. Default: where its inputs do. */
  placed?: true;
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
  /** A hash of the name. */
  readonly hash: number;
}

/** Names an op. Apply it with `applyOp`. */
export function defineOp<A = Record<string, never>>(name: string, definition: OpDefinition<A>): Op<A> {
  return { name, hash: hashText(name, 0), ...definition };
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

/** Nodes that are recorded from now on have this id or a greater one. */
export function nextNodeId(): number {
  return nextId;
}

/** One step of a recorded computation; a leaf has no op but `leaf`. */
export class Node {
  readonly id = nextId++;
  readonly outputs: readonly Tensor[];
  /** Set when a gradient was asked of a fused op: the same values in simpler ones. */
  decomposition: readonly Tensor[] | null = null;
  /** A leaf's owner, whose `grad` backward() fills. */
  owner: Tensor | null = null;
  /** What is to be computed whenever this is: see computeAlong(). */
  along: Tensor[] | null = null;
  /** Number of the walk over a graph that came by last, and the node's place in it: see topological(). */
  walk = 0;
  position = 0;
  /** The line that recorded it, where anomalies are detected. */
  origin: Origin | null = currentOrigin();

  constructor(
    readonly op: Op<never>,
    readonly attributes: unknown,
    public inputs: readonly Tensor[],
    types: readonly TensorType[],
    readonly differentiable: boolean,
    /** The attributes as text, part of the structure's key; empty where there are none. */
    readonly attributesKey: string,
    /** Where it is computed, or lies; null for what goes everywhere: numbers that ops make. */
    readonly device: Device | null,
  ) {
    this.outputs =
      types.length === 1
        ? [new Tensor(this, 0, types[0]!)]
        : types.map((type, index) => new Tensor(this, index, type));
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

/** A node without inputs, whose elements are given: by default in host memory. */
export function createLeaf(type: TensorType, device: Device | null = hostDevice): Node {
  return new Node(leafOp, null, [], [type], false, "", device);
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

const interned = new InternTable();

/** Records an operation. Throws what the op's `infer` throws. */
export function applyOp<A>(op: Op<A>, operands: readonly Tensor[], attributes: A): readonly Tensor[] {
  const inputs = operands.map((tensor) => tensor.node.outputs[tensor.index]!);
  const differentiable =
    gradientsRecorded && op.gradient !== "none" && inputs.some(({ node }) => node.requiresGrad);
  const attributesKey = attributesText(attributes);
  const anyOp = op as unknown as Op<never>;
  return interned.intern(anyOp, differentiable, inputs, attributesKey, () => {
    if (!op.packed) refusePacked(op.name, inputs);
    const inferred = op.infer(inputs, attributes);
    const types = Array.isArray(inferred) ? (inferred as readonly TensorType[]) : [inferred as TensorType];
    const device = op.placed ? (attributes as { device: Device }).device : commonDevice(op.name, inputs);
    return new Node(anyOp, attributes, inputs, types, differentiable, attributesKey, device);
  }).outputs;
}

function refusePacked(op: string, inputs: readonly Tensor[]): void {
  const stored = inputs.find(({ dtype }) => isPacked(dtype));
  if (stored === undefined) return;
  throw new TransformersError(
    "DTYPE_MISMATCH",
    `${op}: ${stored} is 4-bit storage, which is not computed with; cast it first, with .to("int8") or .to("float32")`,
  );
}

function attributesText(attributes: unknown): string {
  for (const _ in attributes as object) return JSON.stringify(attributes);
  return "";
}

/** The same for an op with one output. */
export function apply<A>(op: Op<A>, operands: readonly Tensor[], attributes: A): Tensor {
  return applyOp(op, operands, attributes)[0]!;
}
