import type { NodeProto } from "./model-proto.js";

/** Operators whose result ONNX Runtime leaves in the memory of their input: who reads it reads the input. */
const aliasing = new Set(["Identity", "Reshape", "Squeeze", "Unsqueeze"]);

/** Which nodes of an ordered list come before which, by what they need, and which read what. */
export class Precedence {
  readonly #nodes: readonly NodeProto[];
  readonly #positions = new Map<string, number>();
  readonly #readers = new Map<string, number[]>();
  /** Bit j of entry i: node j comes before node i. */
  readonly #before: Uint32Array[];

  constructor(nodes: readonly NodeProto[]) {
    const words = Math.ceil(nodes.length / 32);
    this.#nodes = nodes;
    this.#before = nodes.map(() => new Uint32Array(words));
    nodes.forEach((node, i) => {
      const mine = this.#before[i]!;
      for (const name of new Set(node.inputs)) {
        const readers = this.#readers.get(name);
        if (readers === undefined) this.#readers.set(name, [i]);
        else readers.push(i);
        const at = this.#positions.get(name);
        if (at === undefined) continue;
        mine[at >>> 5]! |= 1 << (at & 31);
        const theirs = this.#before[at]!;
        for (let word = 0; word < words; word++) mine[word]! |= theirs[word]!;
      }
      for (const name of node.outputs) this.#positions.set(name, i);
    });
  }

  producer(name: string): number | undefined {
    return this.#positions.get(name);
  }

  isBefore(first: number, second: number): boolean {
    return ((this.#before[second]![first >>> 5]! >>> (first & 31)) & 1) === 1;
  }

  /** The nodes that read a value's memory, under its own name or that of an alias. */
  readers(name: string): number[] {
    const direct = this.#readers.get(name) ?? [];
    const through = direct.flatMap((i) => {
      const { opType, outputs } = this.#nodes[i]!;
      return aliasing.has(opType) ? outputs.flatMap((output) => this.readers(output)) : [];
    });
    return [...new Set([...direct, ...through])];
  }
}
