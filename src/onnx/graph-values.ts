import type { DType } from "../runtime/dtype.js";
import type { Dim } from "./dim.js";
import type { GraphNode } from "./graph.js";
import type { GraphProto, Initializer } from "./model-proto.js";
import { isElementwise, type Values } from "./row-local.js";

/** A graph with its nodes in order. */
export interface FinishedGraph extends GraphProto {
  readonly nodes: readonly GraphNode[];
}

/** Types and sizes of a graph's values, as far as they are known, and who reads them. */
export class GraphValues implements Values {
  readonly #types = new Map<string, { dtype: DType; shape: readonly Dim[] | null }>();
  readonly #constants: ReadonlyMap<string, Initializer>;
  readonly #readers = new Map<string, number[]>();
  readonly #nodes: readonly GraphNode[];
  readonly #outputs: ReadonlySet<string>;

  constructor({ nodes, inputs, outputs, initializers }: FinishedGraph) {
    this.#nodes = nodes;
    this.#constants = new Map(initializers.map((initializer) => [initializer.name, initializer]));
    this.#outputs = new Set(outputs.map(({ name }) => name));
    for (const { name, dtype, dims } of initializers) this.#types.set(name, { dtype, shape: dims });
    for (const { sources } of nodes)
      for (const source of sources)
        if (source !== null && (source.shape !== null || !this.#types.has(source.name)))
          this.#types.set(source.name, source);
    for (const { name, dtype, shape } of [...inputs, ...outputs]) this.#types.set(name, { dtype, shape });
    nodes.forEach((node, i) => {
      for (const name of new Set(node.inputs)) {
        const readers = this.#readers.get(name);
        if (readers === undefined) this.#readers.set(name, [i]);
        else readers.push(i);
      }
      this.#inferShape(node);
    });
  }

  /** The shape of a result that nobody had noted. */
  #inferShape({ opType, inputs, outputs: [result] }: GraphNode): void {
    const type = this.#types.get(result!);
    if (type === undefined || type.shape !== null) return;
    const isLikeInput = opType === "Softmax" || opType === "LogSoftmax" || opType === "LayerNormalization";
    if (!isLikeInput && !isElementwise(opType)) return;
    const shapes = (isLikeInput ? inputs.slice(0, 1) : inputs).map((name) => this.shapeOf(name));
    this.#types.set(result!, { dtype: type.dtype, shape: broadcast(shapes) });
  }

  /** The sizes, where they are numbers. */
  shapeOf(name: string): readonly number[] | null {
    const shape = this.#types.get(name)?.shape ?? null;
    return shape?.every((dim) => typeof dim === "number") ? (shape as readonly number[]) : null;
  }

  dtypeOf(name: string): DType {
    return this.#types.get(name)!.dtype;
  }

  intsOf(name: string): readonly number[] | null {
    const constant = this.#constants.get(name);
    if (constant?.dtype !== "int64" || !(constant.content instanceof Uint8Array)) return null;
    return Array.from(new BigInt64Array(constant.content.slice().buffer), Number);
  }

  /** Whether a value is a constant whose elements are all 1. */
  isOnes(name: string): boolean {
    const constant = this.#constants.get(name);
    if (constant?.dtype !== "float32" || !(constant.content instanceof Uint8Array)) return false;
    return new Float32Array(constant.content.slice().buffer).every((element) => element === 1);
  }

  isOutput(name: string): boolean {
    return this.#outputs.has(name);
  }

  /** Whether a node that is not one of these reads a value, for more than to know when it is there. */
  isReadBeside(name: string, members: { has(position: number): boolean }): boolean {
    return this.#readersBeside(name, members).some((reader) => !this.#nodes[reader]!.isSignal);
  }

  /** Whether a node that is not one of these waits for a value. */
  isAwaited(name: string, members: { has(position: number): boolean }): boolean {
    return this.#readersBeside(name, members).some((reader) => this.#nodes[reader]!.isSignal);
  }

  #readersBeside(name: string, members: { has(position: number): boolean }): number[] {
    return (this.#readers.get(name) ?? []).filter((reader) => !members.has(reader));
  }
}

/** The shape that operands of these shapes have together; null where one is not known. */
function broadcast(shapes: readonly (readonly number[] | null)[]): number[] | null {
  const rank = Math.max(...shapes.map((shape) => shape?.length ?? 0));
  const dims = Array<number>(rank).fill(1);
  for (const shape of shapes) {
    if (shape === null) return null;
    shape.forEach((dim, i) => {
      if (dim !== 1) dims[rank - shape.length + i] = dim;
    });
  }
  return dims;
}
