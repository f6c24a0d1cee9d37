import type { DType, TypedArray } from "../runtime/dtype.js";
import type { GraphNode } from "./graph.js";
import type { GraphValues } from "./graph-values.js";
import { type Initializer, type NodeProto, Subgraph, type ValueInfo } from "./model-proto.js";
import type { Region } from "./regions.js";
import { type Extent, type Placement, size } from "./row-local.js";

/** Small constants, each once. */
export class Constants {
  readonly initializers: Initializer[] = [];
  readonly #names = new Set<string>();

  ints(values: readonly number[]): string {
    return this.#once(`ints~${values}`, "int64", [values.length], () => BigInt64Array.from(values, BigInt));
  }

  /** A row of ones. */
  ones(count: number): string {
    return this.#once(`ones~${count}`, "float32", [1, count], () => new Float32Array(count).fill(1));
  }

  #once(name: string, dtype: DType, dims: readonly number[], elements: () => TypedArray): string {
    if (!this.#names.has(name)) {
      this.#names.add(name);
      this.initializers.push({ name, dtype, dims, content: new Uint8Array(elements().buffer) });
    }
    return name;
  }
}

/** How the names of the bodies of such Scans begin. */
export const blocksOf = "blocks of ";

interface Step {
  readonly node: GraphNode;
  readonly placement: Placement;
}

/** A region's steps as one Scan over blocks of its grid. */
export class BlockedChain {
  readonly #region: Region;
  readonly #values: GraphValues;
  readonly #steps: readonly Step[];
  /** What members write and read, but for the shapes of Reshape, and how it lies to the grid. */
  readonly #extents = new Map<string, Extent>();
  /** What is read block by block, and what is read as it is. */
  readonly #sliced: string[] = [];
  readonly #fixed: string[] = [];
  /** Results of Reshape, which are nothing of their own inside, and what they are made of. */
  readonly #views = new Map<string, string>();
  /** What is read outside. */
  readonly #given: readonly string[];
  #blocks = 1;
  /** How many passes over the whole matrix it spares. */
  readonly saved: number;

  constructor(nodes: readonly GraphNode[], region: Region, values: GraphValues) {
    this.#region = region;
    this.#values = values;
    this.#steps = [...region.members].map(([position, placement]) => ({ node: nodes[position]!, placement }));
    const written = new Set(this.#steps.flatMap(({ node }) => node.outputs));
    let reads = 0;
    for (const { node, placement } of this.#steps) {
      node.outputs.forEach((name, i) => {
        if (name !== "") this.#extents.set(name, placement.outputs[i]!);
      });
      if (node.opType === "Reshape") {
        const [source, result] = [node.inputs[0]!, node.outputs[0]!];
        this.#views.set(result, this.#views.get(source) ?? source);
        continue;
      }
      node.inputs.forEach((name, i) => {
        const extent = placement.inputs[i]!;
        if (extent === "all") reads++;
        if (name === "" || written.has(name) || this.#extents.has(name) || isOnes(i, node, placement)) return;
        this.#extents.set(name, extent);
        (extent === "fixed" ? this.#fixed : this.#sliced).push(name);
      });
    }
    const needed = [...written].filter((name) => name !== "" && this.#isThere(name));
    this.#given = [...new Set(needed.map((name) => this.#views.get(name) ?? name))];
    const isMatrix = (name: string) => this.#extents.get(name) === "all" && !this.#views.has(name);
    const kept = [...written].filter((name) => isMatrix(name) && !this.#given.includes(name));
    this.saved = reads - this.#sliced.filter(isMatrix).length + kept.length;
  }

  /** Cuts the grid into blocks of about so many elements. Gives whether there is a way. */
  divide(length: number, fewest: number): boolean {
    const { rows, columns } = this.#region.grid;
    const [count, unit] = this.#needsRows ? [rows, columns] : [rows * columns, 1];
    const misfit = (blocks: number) => Math.abs(Math.log((count * unit) / blocks / length));
    this.#blocks = divisorsOf(count).reduce((a, b) => (misfit(b) < misfit(a) ? b : a));
    return this.#blocks >= fewest && misfit(this.#blocks) < Math.log(4);
  }

  get #rowsPerBlock(): number {
    return this.#region.grid.rows / this.#blocks;
  }

  get #needsRows(): boolean {
    return this.#steps.some(({ placement }) => placement.needsRows);
  }

  /** The sizes of a value, that of the axis of blocks first. */
  #shapeOf(name: string): number[] {
    const { rows, columns } = this.#region.grid;
    const extent = this.#extents.get(name);
    if (extent === "total") return [this.#blocks, 1, columns];
    if (!this.#needsRows) return [this.#blocks, (rows * columns) / this.#blocks];
    return [this.#blocks, this.#rowsPerBlock, extent === "all" ? columns : 1];
  }

  /** The shapes of the graph's outputs that the Scan writes. */
  get outputShapes(): Map<string, readonly number[]> {
    const direct = this.#given.filter((name) => this.#isDirect(name));
    return new Map(direct.map((name) => [name, this.#shapeOf(name)]));
  }

  #isDirect(name: string): boolean {
    return this.#values.isOutput(name) && this.#extents.get(name) !== "total";
  }

  /**
   * The Scan and what goes before and after it. `names` has other names of values outside, where they have some, and
   * is told of those that the values written here get.
   */
  write(constants: Constants, names: Map<string, string>): NodeProto[] {
    const before: NodeProto[] = [];
    const reshaped = (name: string, shape: readonly number[]) => {
      const result = `${name}~${shape} of ${this.#given[0]}`;
      before.push(node("Reshape", [names.get(name) ?? name, constants.ints(shape)], [result]));
      return result;
    };
    const sources = this.#sliced.map((name) => reshaped(name, this.#shapeOf(name)));
    const operands = new Map(
      this.#fixed.map((name) => {
        const shape = this.#values.shapeOf(name) ?? [];
        const isColumn = shape.length === 2 && shape[1] === 1;
        const fits = shape.length <= 1 || (isColumn && size(shape) > 1);
        return [name, fits ? (names.get(name) ?? name) : reshaped(name, [size(shape)])];
      }),
    );
    const results = this.#given.map((name) => (this.#isDirect(name) ? name : `${name}~blocks`));
    const body = new Subgraph(`${blocksOf}${this.#given}`, {
      nodes: this.#steps.flatMap((step) => this.#inside(step, operands, constants)),
      initializers: [],
      inputs: this.#sliced.map((name) => this.#infoOf(name)),
      outputs: this.#given.map((name) => this.#infoOf(name)),
    });
    const scan = node("Scan", sources, results, { body, num_scan_inputs: sources.length });
    const after = this.#wholes(results, constants, names);
    // Who waits for a step inside waits for the whole.
    for (const { node } of this.#steps)
      for (const name of node.outputs)
        if (!names.has(name) && !this.#isThere(name) && this.#values.isAwaited(name, this.#region.members))
          names.set(name, results[0]!);
    return [...before, scan, ...after];
  }

  /** Whether a value has its own name outside. */
  #isThere(name: string): boolean {
    return this.#values.isOutput(name) || this.#values.isReadBeside(name, this.#region.members);
  }

  /** A step inside the Scan, where leading axes are one and values have names of their own. */
  #inside(
    { node, placement }: Step,
    operands: ReadonlyMap<string, string>,
    constants: Constants,
  ): NodeProto[] {
    if (node.opType === "Reshape") return [];
    const nameOf = (name: string) =>
      name === "" ? "" : (operands.get(name) ?? inner(this.#views.get(name) ?? name));
    const isReduction = node.opType.startsWith("Reduce");
    const axis = placement.outputs[0] === "total" ? 0 : -1;
    const inputs = node.inputs.map(nameOf);
    return [
      {
        ...node,
        inputs: isReduction
          ? [inputs[0]!, constants.ints([axis])]
          : inputs.map((name, i) => (isOnes(i, node, placement) ? constants.ones(this.#rowsPerBlock) : name)),
        outputs: node.outputs.map((name) => (name === "" ? "" : inner(name))),
        attributes: {
          ...node.attributes,
          ...("axis" in node.attributes && { axis: -1 }),
          ...(isReduction && { keepdims: 1 }),
        },
      },
    ];
  }

  /** What is read outside, in the shapes that it is read in. */
  #wholes(results: readonly string[], constants: Constants, names: Map<string, string>): NodeProto[] {
    const { members } = this.#region;
    return this.#given.flatMap((name, i) => {
      const result = results[i]!;
      const isTotal = this.#extents.get(name) === "total";
      const sum = `${name}~sum`;
      const summed = isTotal
        ? [node("ReduceSum", [result, constants.ints([0, 1])], [sum], { keepdims: 0 })]
        : [];
      const views = [...this.#views].filter(([, source]) => source === name).map(([view]) => view);
      const shaped = [name, ...views].flatMap((view) => {
        const isDirect = view === result;
        const isRead = this.#values.isReadBeside(view, members);
        if (isDirect && isRead) names.set(view, `${view}~whole`);
        if (!isRead && (isDirect || !this.#values.isOutput(view))) return [];
        const shape = constants.ints(this.#values.shapeOf(view)!);
        return [node("Reshape", [isTotal ? sum : result, shape], [names.get(view) ?? view])];
      });
      return [...summed, ...shaped];
    });
  }

  #infoOf(name: string): ValueInfo {
    return { name: inner(name), dtype: this.#values.dtypeOf(name), shape: this.#shapeOf(name).slice(1) };
  }
}

/** Whether an operand is the row of ones whose product with a matrix sums up its rows. */
function isOnes(operand: number, { opType }: GraphNode, { outputs }: Placement): boolean {
  return operand === 0 && opType === "MatMul" && outputs[0] === "total";
}

/** The name that a value has inside the Scan. */
function inner(name: string): string {
  return `${name}~`;
}

function node(
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: NodeProto["attributes"] = {},
): NodeProto {
  return { opType, domain: "", inputs, outputs, attributes };
}

function divisorsOf(count: number): number[] {
  const small: number[] = [];
  for (let i = 1; i * i <= count; i++) if (count % i === 0) small.push(i);
  return [...small, ...small.map((i) => count / i)];
}
