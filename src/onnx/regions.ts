import type { GraphNode } from "./graph.js";
import { type Grid, gridOf, isRowLocal, type Placement, placementOn, type Values } from "./row-local.js";

/** Nodes that work on the same rows. */
export interface Region {
  readonly grid: Grid;
  /** How each member works on the grid, by its position among the nodes, in order. */
  readonly members: ReadonlyMap<number, Placement>;
  /** The nodes outside that members read from. */
  readonly sources: readonly number[];
}

/**
 * Gathers nodes, given in order, in regions that can each be computed as one: no path leaves a region and comes back,
 * so that the graph with regions in the place of their members still has an order.
 */
export class Regions {
  readonly #nodes: readonly GraphNode[];
  readonly #values: Values;
  readonly #producers = new Map<string, number>();
  /** The nodes that each node reads from. */
  readonly #sources: (readonly number[])[] = [];
  readonly #regionAt: (Region | undefined)[] = [];
  /** Where each region's members begin and end. */
  readonly #spans = new Map<Region, { readonly first: number; readonly last: number }>();
  /** The search that has last come by each node. */
  readonly #seen: Int32Array;
  #searches = 0;

  /** `smallest`: how many elements a grid has at least. */
  constructor(nodes: readonly GraphNode[], values: Values, smallest: number) {
    this.#nodes = nodes;
    this.#values = values;
    this.#seen = new Int32Array(nodes.length);
    for (const [i, node] of nodes.entries()) {
      this.#sources.push([...new Set(node.inputs.flatMap((name) => this.#producers.get(name) ?? []))]);
      for (const name of node.outputs) this.#producers.set(name, i);
      if (isRowLocal(node)) this.#place(node, i, smallest);
    }
  }

  get all(): Region[] {
    return [...this.#spans.keys()];
  }

  at(position: number): Region | undefined {
    return this.#regionAt[position];
  }

  /** The nodes outside that something in a region, or a node, reads from. */
  sourcesOf(unit: Region | number): readonly number[] {
    return typeof unit === "number" ? this.#sources[unit]! : unit.sources;
  }

  #regionOf(grid: Grid, members: ReadonlyMap<number, Placement>): Region {
    const sources = new Set([...members.keys()].flatMap((member) => this.#sources[member]!));
    return { grid, members, sources: [...sources].filter((source) => !members.has(source)) };
  }

  /** Lets a node join the regions that it reads from, or else begin one. */
  #place(node: GraphNode, position: number, smallest: number): void {
    const joined = [...new Set(this.#sources[position]!.flatMap((source) => this.#regionAt[source] ?? []))];
    const attempts = joined.length > 1 ? [joined, ...joined.map((region) => [region])] : [joined];
    for (const regions of attempts) {
      const [first] = regions;
      if (first === undefined || !regions.every(({ grid }) => sameGrid(grid, first.grid))) continue;
      const placement = placementOn(first.grid, node, this.#values);
      if (placement === null || !this.#readsBlocks(node, placement, regions)) continue;
      const members = new Map(regions.flatMap((region) => [...region.members]).sort(([a], [b]) => a - b));
      members.set(position, placement);
      const region = this.#regionOf(first.grid, members);
      if (!this.#isClosed(region)) continue;
      for (const each of regions) this.#spans.delete(each);
      this.#keep(region, position);
      return;
    }
    const grid = gridOf(node, this.#values);
    if (grid === null || grid.rows * grid.columns < smallest) return;
    const placement = placementOn(grid, node, this.#values);
    if (placement !== null) this.#keep(this.#regionOf(grid, new Map([[position, placement]])), position);
  }

  #keep(region: Region, last: number): void {
    for (const member of region.members.keys()) this.#regionAt[member] = region;
    this.#spans.set(region, { first: Math.min(...region.members.keys()), last });
  }

  /** Whether all that a node reads of these regions is there block by block, as a sum over all rows is not. */
  #readsBlocks(node: GraphNode, { inputs }: Placement, regions: readonly Region[]): boolean {
    return node.inputs.every((name, i) => {
      const at = this.#producers.get(name) ?? -1;
      const placement = regions.find(({ members }) => members.has(at))?.members.get(at);
      if (placement === undefined) return true;
      const extent = placement.outputs[this.#nodes[at]!.outputs.indexOf(name)];
      return extent === inputs[i] && extent !== "total";
    });
  }

  /** Whether nothing outside that the members need needs a member. */
  #isClosed(region: Region): boolean {
    const { members } = region;
    const horizon = this.#horizonOf(region);
    const search = ++this.#searches;
    const pending = [...region.sources];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      if (at < horizon || this.#seen[at] === search) continue;
      if (members.has(at)) return false;
      const other = this.#regionAt[at];
      for (const each of other?.members.keys() ?? [at]) this.#seen[each] = search;
      for (const source of this.sourcesOf(other ?? at))
        if (this.#seen[source] !== search) pending.push(source);
    }
    return true;
  }

  /** A position before the members that no region lies across: nothing before it needs anything after it. */
  #horizonOf({ members }: Region): number {
    let horizon = Math.min(...members.keys());
    for (let before = -1; before !== horizon; ) {
      before = horizon;
      for (const { first, last } of this.#spans.values())
        if (first < horizon && last >= horizon) horizon = first;
    }
    return horizon;
  }
}

function sameGrid(a: Grid, b: Grid): boolean {
  return a.rows === b.rows && a.columns === b.columns;
}
