import type { Node, Op } from "./node.js";
import type { Tensor } from "./tensor.js";

/** More than a large model's training step has; who records more at once merges less. */
const most = 2 ** 16;

/**
 * The nodes that this synchronous run of code has recorded, by structure: recording the same operation twice gives
 * the same node. What survives the run is held by its users alone; holding nodes weakly for longer would make the
 * garbage collector carry every node of every step through a few collections, which takes longer than to record it.
 */
export class InternTable {
  readonly #nodes = new Map<number, Node>();

  /** The node of that structure, recorded by `create` where there is none. */
  intern(
    op: Op<never>,
    differentiable: boolean,
    inputs: readonly Tensor[],
    attributesKey: string,
    create: () => Node,
  ): Node {
    let slot = hashOf(op, differentiable, inputs, attributesKey);
    for (let node = this.#nodes.get(slot); node !== undefined; node = this.#nodes.get(++slot)) {
      if (isSame(node, op, differentiable, inputs, attributesKey)) return node;
    }
    const node = create();
    if (this.#nodes.size === 0) queueMicrotask(() => this.#nodes.clear());
    else if (this.#nodes.size === most) this.#nodes.clear();
    this.#nodes.set(slot, node);
    return node;
  }
}

function isSame(
  node: Node,
  op: Op<never>,
  differentiable: boolean,
  inputs: readonly Tensor[],
  attributesKey: string,
): boolean {
  if (node.op !== op || node.differentiable !== differentiable || node.inputs.length !== inputs.length)
    return false;
  for (let i = 0; i < inputs.length; i++) if (node.inputs[i] !== inputs[i]) return false;
  return node.attributesKey === attributesKey;
}

/** A hash of what `isSame` compares: 30 bits, which engines store as they are. */
function hashOf(
  op: Op<never>,
  differentiable: boolean,
  inputs: readonly Tensor[],
  attributesKey: string,
): number {
  let hash = op.hash + Number(differentiable);
  for (const { node, index } of inputs) {
    hash = Math.imul((hash ^ (hash >>> 15)) + node.id * 8 + index, 0x85ebca6b);
  }
  hash = hashText(attributesKey, hash);
  return (hash ^ (hash >>> 16)) & 0x3fffffff;
}

/** Fowler, Noll and Vo's hash (FNV-1a), 32 bits, over characters. */
export function hashText(text: string, start: number): number {
  let hash = start ^ 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}
