import { describe, expect, test } from "vitest";
import { getRuntime } from "../runtime/node.js";
import type { HostArray } from "../runtime/types.js";
import { inCacheBlocks } from "./cache-blocks.js";
import { Graph, type Value } from "./graph.js";
import { encodeModel, type GraphProto, type NodeProto, Subgraph } from "./model-proto.js";
import { after } from "./write-after-reads.js";

const rows = 8;
const columns = 4;
/** Elements of a block in these tests: two rows. */
const block = 2 * columns;

/** A graph of one matrix, a column and a row, and what is made of them. */
class Sketch {
  readonly graph = new Graph();
  readonly x = this.graph.input("float32", [rows, columns]);
  readonly column = this.graph.input("float32", [rows, 1]);
  readonly row = this.graph.input("float32", [columns]);

  /** A step whose result has the shape of the matrix unless another is given. */
  step(opType: string, sources: readonly Value[], shape: readonly number[] = [rows, columns]): Value {
    return this.graph.node(opType, sources, { shape });
  }

  sum(x: Value, axis: number): Value {
    const shape = axis === 0 ? [columns] : [rows, 1];
    const attributes = { keepdims: axis };
    return this.graph.node("ReduceSum", [x, this.graph.ints([axis])], { attributes, shape });
  }

  give(...values: readonly Value[]): this {
    for (const value of values) this.graph.output(value, value.dtype, value.shape!);
    return this;
  }

  get blocked(): GraphProto {
    return inCacheBlocks(this.graph.finish(), 1, block);
  }

  /** What stands in each Scan, in order. */
  get chains(): string[][] {
    return this.blocked.nodes.flatMap((node) => {
      const body = node.attributes.body;
      return body instanceof Subgraph ? [body.graph.nodes.map(({ opType }) => opType)] : [];
    });
  }

  /** The outputs of the graph as it is written, and of that in blocks. */
  async both(): Promise<[plain: number[][], blocked: number[][]]> {
    return [await this.run(this.graph.finish()), await this.run(this.blocked)];
  }

  async run(graph: GraphProto): Promise<number[][]> {
    const inputs = [[rows, columns], [rows, 1], [columns]].map((dims, i) => matrix(dims, i + 1));
    const results = await runOn(graph, inputs);
    return results.map(({ data }) => Array.from(data, Number));
  }
}

async function runOn(
  graph: GraphProto,
  inputs: readonly HostArray[],
  targets: readonly (HostArray | null)[] = graph.outputs.map(() => null),
): Promise<HostArray[]> {
  const runtime = await getRuntime();
  const signature = {
    inputs: graph.inputs.map(({ name }) => name),
    outputs: graph.outputs.map(({ name }) => name),
  };
  const session = await runtime.createSession(encodeModel(graph), signature, { optimize: false });
  try {
    return (await session.run(inputs, targets)) as HostArray[];
  } finally {
    session.release();
  }
}

/** Small whole numbers, whose sums and products are exact. */
function matrix(dims: readonly number[], seed: number): HostArray {
  const count = dims.reduce((product, dim) => product * dim, 1);
  const data = Float32Array.from({ length: count }, (_, i) => ((i * 7 + seed * 3) % 11) - 4);
  return { dtype: "float32", dims, data };
}

const opTypes = (nodes: readonly NodeProto[]) => nodes.map(({ opType }) => opType);

describe("a chain of steps", () => {
  test("becomes one Scan, whose output takes the shape of the blocks", async () => {
    const sketch = new Sketch();
    const { x } = sketch;
    sketch.give(sketch.step("Neg", [sketch.step("Add", [sketch.step("Mul", [x, x]), x])]));
    expect(opTypes(sketch.blocked.nodes)).toEqual(["Reshape", "Scan"]);
    expect(sketch.chains).toEqual([["Mul", "Add", "Neg"]]);
    expect(sketch.blocked.outputs[0]!.shape).toEqual([4, 8]);
    const [plain, blocked] = await sketch.both();
    expect(blocked).toEqual(plain);
  });

  test("may read one number for each row or each column, and reduce rows", async () => {
    const sketch = new Sketch();
    const { x, column, row } = sketch;
    const scaled = sketch.step("Mul", [sketch.step("Add", [x, column]), row]);
    const centered = sketch.step("Sub", [scaled, sketch.sum(scaled, 1)]);
    sketch.give(centered);
    expect(sketch.chains).toEqual([["Add", "Mul", "ReduceSum", "Sub"]]);
    const [plain, blocked] = await sketch.both();
    expect(blocked).toEqual(plain);
  });

  test("may multiply its rows by a column", async () => {
    const sketch = new Sketch();
    const { graph, x, row } = sketch;
    const square = sketch.step("Mul", [x, x]);
    const product = graph.matmul(square, graph.reshape(row, [columns, 1]), { alpha: 0.5, shape: [rows, 1] });
    sketch.give(sketch.step("Sub", [square, product]));
    expect(sketch.chains).toEqual([["Mul", "FusedMatMul", "Sub"]]);
    const [plain, blocked] = await sketch.both();
    expect(blocked).toEqual(plain);
  });

  test.each(["a reduction", "a product with ones"])("may end in a sum over all rows, by %s", async (way) => {
    const sketch = new Sketch();
    const { graph, x } = sketch;
    const square = sketch.step("Mul", [x, x]);
    const ones = graph.constant("float32", [1, rows], new Float32Array(rows).fill(1));
    const sum =
      way === "a reduction" ? sketch.sum(square, 0) : graph.matmul(ones, square, { shape: [1, columns] });
    sketch.give(sum, sketch.step("Neg", [square]));
    expect(sketch.chains).toHaveLength(1);
    expect(sketch.chains[0]).toHaveLength(3);
    const [plain, blocked] = await sketch.both();
    expect(blocked).toEqual(plain);
  });

  test("goes through shapes that have the same rows", async () => {
    const sketch = new Sketch();
    const { graph, x } = sketch;
    const cube = graph.reshape(sketch.step("Mul", [x, x]), [2, 4, columns]);
    const next = sketch.step("Neg", [sketch.step("Exp", [cube], [2, 4, columns])], [2, 4, columns]);
    sketch.give(next, cube);
    expect(sketch.chains).toEqual([["Mul", "Exp", "Neg"]]);
    const [plain, blocked] = await sketch.both();
    expect(blocked).toEqual(plain);
  });

  test("gives what others read, a graph's output among it, in its own shape", async () => {
    const sketch = new Sketch();
    const { graph, x } = sketch;
    const square = sketch.step("Mul", [x, x]);
    const sum = sketch.step("Add", [square, x]);
    sketch.give(sum, graph.transpose(sum, [1, 0]), graph.transpose(square, [1, 0]));
    expect(sketch.chains).toEqual([["Mul", "Add"]]);
    const [plain, blocked] = await sketch.both();
    expect(blocked).toEqual(plain);
  });

  test("does not take in what comes back to it by way of something else", async () => {
    const sketch = new Sketch();
    const { graph, x } = sketch;
    const square = sketch.step("Neg", [sketch.step("Mul", [x, x])]);
    const total = graph.node("ReduceMax", [square], { attributes: { keepdims: 0 }, shape: [] });
    sketch.give(sketch.step("Neg", [sketch.step("Sub", [square, total])]));
    expect(sketch.chains).toEqual([
      ["Mul", "Neg"],
      ["Sub", "Neg"],
    ]);
    const [plain, blocked] = await sketch.both();
    expect(blocked).toEqual(plain);
  });

  test("does not wait for another that waits for it", async () => {
    const sketch = new Sketch();
    const { graph, x, column } = sketch;
    // a -> b and c -> d in one chain each, joined crosswise by steps that belong to neither.
    const flipped = (value: Value) => graph.transpose(graph.transpose(value, [1, 0]), [1, 0]);
    const largest = (value: Value) =>
      graph.node("ReduceMax", [flipped(value)], { attributes: { keepdims: 0 }, shape: [] });
    const a = sketch.step("Mul", [x, x]);
    const c = sketch.step("Add", [x, column]);
    const fromA = largest(a);
    const d = sketch.step("Neg", [sketch.step("Sub", [c, fromA])]);
    const fromC = largest(c);
    const b = sketch.step("Abs", [sketch.step("Sub", [a, fromC])]);
    sketch.give(d, b);
    const [plain, blocked] = await sketch.both();
    expect(blocked).toEqual(plain);
  });

  test("is not cut where a step needs other rows", () => {
    const sketch = new Sketch();
    const { graph, x } = sketch;
    const sums = graph.node("CumSum", [x, graph.scalar("int64", 0)], { shape: [rows, columns] });
    sketch.give(sketch.step("Neg", [sums]));
    expect(sketch.chains).toEqual([]);
  });

  test.each([
    ["few elements", [2, 3], 8],
    ["a number of rows that has no divisors", [37, 5], 40],
  ])("of %s stays as it is", (_, shape, elements) => {
    const graph = new Graph();
    const x = graph.input("float32", shape);
    const column = graph.input("float32", [shape[0]!, 1]);
    const scaled = graph.node("Mul", [graph.node("Neg", [x], { shape }), column], { shape });
    graph.output(scaled, "float32", shape);
    const finished = graph.finish();
    expect(inCacheBlocks(finished, 1, elements)).toBe(finished);
  });

  test("shows who waits for one of its steps when all of it is done", async () => {
    const sketch = new Sketch();
    const { graph, x } = sketch;
    const square = sketch.step("Mul", [x, x]);
    sketch.give(sketch.step("Neg", [sketch.step("Add", [square, x])]));
    const late = after(graph, graph.scalar("float32", 3), [square]);
    late.shape = [];
    sketch.give(late);
    expect(sketch.blocked.nodes.filter(({ opType }) => opType === "Scan")[0]!.outputs).toHaveLength(1);
    const [plain, blocked] = await sketch.both();
    expect(blocked).toEqual(plain);
  });
});

test("outputs may be written over the inputs they are made of", async () => {
  const sketch = new Sketch();
  const { graph, x, column } = sketch;
  const mean = sketch.step("Add", [sketch.step("Mul", [x, graph.scalar("float32", 0.5)]), column]);
  const y = graph.input("float32", [rows, columns]);
  sketch.give(mean, sketch.step("Sub", [y, sketch.step("Mul", [mean, mean])]));
  const inputs = () => [[rows, columns], [rows, 1], [columns], [rows, columns]].map(matrix);
  const expected = await runOn(graph.finish(), inputs());
  const { blocked } = sketch;
  expect(sketch.chains).toHaveLength(1);
  const feeds = inputs();
  const shapes = blocked.outputs.map(({ shape }) => shape as number[]);
  const targets = [feeds[0]!, feeds[3]!].map((array, i) => ({ ...array, dims: shapes[i]! }));
  await runOn(blocked, feeds, targets);
  expect([feeds[0]!.data, feeds[3]!.data]).toEqual(expected.map(({ data }) => data));
});
