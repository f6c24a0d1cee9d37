import type { OnnxGraph, Value } from "./onnx-graph.js";

/** Given the gradient of an operation's output, adds up those of its inputs. */
export type Backward = (gradient: Value) => void;

/** Remembers operations in order, and writes their gradients in reverse. */
export class Tape {
  readonly #graph: OnnxGraph;
  readonly #operations: { readonly output: Value; readonly backward: Backward }[] = [];
  readonly #gradients = new Map<Value, Value>();

  constructor(graph: OnnxGraph) {
    this.#graph = graph;
  }

  record(output: Value, backward: Backward): Value {
    this.#operations.push({ output, backward });
    return output;
  }

  accumulate(value: Value, gradient: Value): void {
    const sum = this.#gradients.get(value);
    this.#gradients.set(value, sum === undefined ? gradient : this.#graph.node("Add", [sum, gradient]));
  }

  /** Walks back over everything recorded, from values that have been given a gradient. */
  backward(): void {
    for (const { output, backward } of this.#operations.reverse()) {
      const gradient = this.#gradients.get(output);
      if (gradient !== undefined) backward(gradient);
    }
  }

  gradient(value: Value): Value {
    const gradient = this.#gradients.get(value);
    if (gradient === undefined) throw new Error(`nothing depends on ${value}`);
    return gradient;
  }
}
