import { TransformersError } from "../errors.js";
import { Linear } from "../nn/index.js";
import { allocate, type HostArray, type Parameter } from "../tensor/index.js";

/** Which heads of which layers go. */
export type HeadsByLayer = ReadonlyMap<number, readonly number[]>;

/** What `prune_heads` is given: `{ 0: [1, 2], 3: [0] }`. */
export type HeadsToPrune = Readonly<Record<number, readonly number[]>>;

/** Checks heads by layer. Throws `INVALID_ARGUMENT` for a layer or a head that the model has not. */
export function checkHeads(heads: HeadsToPrune, layers: number, perLayer: number): HeadsByLayer {
  const refuse = (what: string): never => {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `prune_heads: ${what}; expected heads by layer, such as { 0: [1, 2] }, of ${layers} layers with ${perLayer} heads each`,
    );
  };
  const isIndex = (value: unknown, count: number) =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) < count;
  const entries = Object.entries(heads).map(([name, list]) => {
    if (!isIndex(Number(name), layers)) refuse(`there is no layer ${JSON.stringify(name)}`);
    if (!Array.isArray(list)) refuse(`the heads of layer ${name} are ${JSON.stringify(list)}`);
    for (const head of list) {
      if (!isIndex(head, perLayer)) refuse(`layer ${name} has no head ${JSON.stringify(head)}`);
    }
    if (new Set(list).size === perLayer) refuse(`layer ${name} would have no head left`);
    return [Number(name), [...new Set(list)].sort((a, b) => a - b)] as const;
  });
  return new Map(entries);
}

/** Heads that are pruned already, and those that are to be. */
export function mergedHeads(
  present: Readonly<Record<string, readonly number[]>>,
  heads: HeadsByLayer,
): HeadsToPrune {
  const merged = new Map(Object.entries(present));
  for (const [layer, list] of heads)
    merged.set(String(layer), [...(merged.get(String(layer)) ?? []), ...list]);
  return Object.fromEntries(merged);
}

/** The positions in [heads * size] that stay when some of the original heads go and others have gone already. */
export function keptPositions(
  original: number,
  size: number,
  going: ReadonlySet<number>,
  gone: ReadonlySet<number>,
): number[] {
  const present = Array.from({ length: original }, (_, head) => head).filter((head) => !gone.has(head));
  return present.flatMap((head, place) =>
    going.has(head) ? [] : Array.from({ length: size }, (_, i) => place * size + i),
  );
}

/**
 * Makes smaller layers. Their shapes are there at once, so that a checkpoint can be loaded into them; the values of the
 * layers in whose place they stand are copied by `copyValues`.
 */
export class Pruning {
  readonly #copies: { from: Parameter; to: Parameter; keep: readonly number[]; axis: 0 | 1 }[] = [];

  /** A linear layer with the kept outputs (axis 0 of its weight) or inputs (axis 1) of another. */
  linear(layer: Linear, keep: readonly number[], axis: 0 | 1 = 0): Linear {
    const [inputs, outputs] =
      axis === 0 ? [layer.in_features, keep.length] : [keep.length, layer.out_features];
    const pruned = new Linear(inputs, outputs, { bias: layer.bias !== null });
    pruned.training = layer.training;
    this.#copies.push({ from: layer.weight, to: pruned.weight, keep, axis });
    if (layer.bias !== null && axis === 1) Object.assign(pruned, { bias: layer.bias });
    else if (layer.bias !== null) this.#copies.push({ from: layer.bias, to: pruned.bias!, keep, axis });
    return pruned;
  }

  async copyValues(): Promise<void> {
    for (const { from, to, keep, axis } of this.#copies.splice(0)) {
      to.cast(from.dtype).assign(selected(await from.load(), keep, axis));
      to.requires_grad = from.requires_grad;
      to.move(from.device);
    }
  }
}

/** Some rows (axis 0) or columns (axis 1) of a matrix or vector, in memory of their own. */
function selected({ dtype, dims, data }: HostArray, keep: readonly number[], axis: 0 | 1): HostArray {
  const [rows, columns] = [dims[0]!, dims[1] ?? 1];
  const kept = axis === 0 ? [keep.length, columns] : [rows, keep.length];
  const result = allocate(dtype, kept[0]! * kept[1]!);
  if (axis === 0) {
    keep.forEach((row, i) => {
      result.set(data.subarray(row * columns, (row + 1) * columns) as never, i * columns);
    });
  } else {
    for (let row = 0; row < rows; row++) {
      keep.forEach((column, i) => {
        result[row * keep.length + i] = data[row * columns + column]!;
      });
    }
  }
  return { dtype, dims: dims.length === 1 ? [keep.length] : kept, data: result };
}
