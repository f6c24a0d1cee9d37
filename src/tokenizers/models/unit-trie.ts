/**
 * A forest of strings over UTF-16 units, each with a value of at least 0. Edges lie in one open-addressed
 * table (node, unit, child), so that a step is one probe and no garbage.
 */
export class UnitTrie {
  /** The value at each node; -1 where no string ends. */
  values = new Int32Array(1 << 10).fill(-1);
  #nodes = 0;
  #edges = new Int32Array(3 << 11);
  #edgeCount = 0;

  /** Adds a new root and returns its node. */
  addRoot(): number {
    if (this.#nodes === this.values.length) {
      const larger = new Int32Array(this.values.length * 2).fill(-1);
      larger.set(this.values);
      this.values = larger;
    }
    return this.#nodes++;
  }

  /** Stores `value` for text[from...] below `root`, unless there is a value already. */
  insert(root: number, text: string, from: number, value: number): void {
    let node = root;
    for (let i = from; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      let child = this.child(node, unit);
      if (child < 0) {
        child = this.addRoot();
        this.#link(node, unit, child);
      }
      node = child;
    }
    if (this.values[node]! < 0) this.values[node] = value;
  }

  /** The node reached from `node` by `unit`, or -1. */
  child(node: number, unit: number): number {
    const edges = this.#edges;
    const mask = edges.length / 3 - 1;
    for (let slot = mix(node, unit) & mask; ; slot = (slot + 1) & mask) {
      const edge = slot * 3;
      const key = edges[edge]!;
      if (key === 0) return -1;
      if (key === node + 1 && edges[edge + 1] === unit) return edges[edge + 2]!;
    }
  }

  #link(node: number, unit: number, child: number): void {
    if ((this.#edgeCount + 1) * 2 > this.#edges.length / 3) {
      const old = this.#edges;
      this.#edges = new Int32Array(old.length * 2);
      for (let edge = 0; edge < old.length; edge += 3) {
        if (old[edge] !== 0) this.#place(old[edge]!, old[edge + 1]!, old[edge + 2]!);
      }
    }
    this.#edgeCount++;
    this.#place(node + 1, unit, child);
  }

  #place(key: number, unit: number, child: number): void {
    const mask = this.#edges.length / 3 - 1;
    let slot = mix(key - 1, unit) & mask;
    while (this.#edges[slot * 3] !== 0) slot = (slot + 1) & mask;
    this.#edges[slot * 3] = key;
    this.#edges[slot * 3 + 1] = unit;
    this.#edges[slot * 3 + 2] = child;
  }
}

function mix(node: number, unit: number): number {
  const hash = Math.imul(node, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca6b);
  return hash ^ (hash >>> 16);
}
