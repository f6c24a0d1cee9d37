import { describe, expect, test } from "vitest";
import { allocate, type DType } from "../runtime/dtype.js";
import { getRuntime } from "../runtime/node.js";
import type { HostArray } from "../runtime/types.js";
import { symbol } from "./dim.js";
import { Graph, type Value } from "./graph.js";

/** What is left to compute, in order. */
function steps(graph: Graph, ...outputs: Value[]): string[] {
  for (const output of outputs) graph.output(output, output.dtype, output.shape!);
  return graph.finish().nodes.map(({ opType }) => opType);
}

describe("transposes", () => {
  test("cancel where one undoes the other", () => {
    const graph = new Graph();
    const x = graph.input("float32", [2, 3, 4]);
    expect(graph.transpose(graph.transpose(x, [2, 0, 1]), [1, 2, 0])).toBe(x);
  });

  test("collapse into one", () => {
    const graph = new Graph();
    const x = graph.input("float32", [2, 3, 4]);
    const twice = graph.transpose(graph.transpose(x, [1, 0, 2]), [0, 2, 1]);
    expect(twice.shape).toEqual([3, 4, 2]);
    expect(steps(graph, twice)).toEqual(["Transpose"]);
    expect(graph.finish().nodes[0]!.attributes.perm).toEqual([1, 2, 0]);
  });

  test("become a flag of the product that follows", () => {
    const graph = new Graph();
    const [a, b] = [graph.input("float32", [2, 3]), graph.input("float32", [4, 3])];
    const product = graph.matmul(a, graph.transpose(b, [1, 0]), { shape: [2, 4] });
    expect(steps(graph, product)).toEqual(["FusedMatMul"]);
    expect(graph.finish().nodes[0]!.attributes).toMatchObject({ transA: 0, transB: 1 });
  });

  test("stay in front of a product of ints, which has no such flag", () => {
    const graph = new Graph();
    const [a, b] = [graph.input("int64", [2, 3]), graph.input("int64", [4, 3])];
    const product = graph.matmul(a, graph.transpose(b, [1, 0]), { shape: [2, 4] });
    expect(steps(graph, product)).toEqual(["Transpose", "MatMul"]);
  });
});

describe("reshapes", () => {
  test("of reshapes collapse into the last", () => {
    const graph = new Graph();
    const x = graph.input("float32", [2, 6]);
    expect(steps(graph, graph.reshape(graph.reshape(x, [3, 4]), [12]))).toEqual(["Reshape"]);
  });

  test("to the shape that is there already are nothing", () => {
    const graph = new Graph();
    const x = graph.input("float32", [symbol("n"), 6]);
    expect(graph.reshape(graph.reshape(x, [symbol("n"), 2, 3]), [symbol("n"), 6])).toBe(x);
  });

  test.each([0, 2])("of an axis of symbolic size %i keep all other sizes", async (size) => {
    const graph = new Graph();
    const n = symbol("n");
    const x = graph.input("float32", [3, n, 4]);
    const swapped = graph.transpose(x, [1, 0, 2]);
    const y = graph.reshape(swapped, [n, 2, 6]);
    const z = graph.reshape(graph.transpose(y, [1, 0, 2]), [2, n, 3, 2]);
    graph.output(y, "float32", y.shape!);
    graph.output(z, "float32", z.shape!);
    const feed = { dtype: "float32", dims: [3, size, 4], data: allocate("float32", 12 * size) } as const;
    const results = await run(graph, [feed]);
    expect(results.map(({ dims }) => dims)).toEqual([
      [size, 2, 6],
      [2, size, 3, 2],
    ]);
  });
});

test("what no output needs is left out, weights too", () => {
  const graph = new Graph();
  const x = graph.input("float32", [2]);
  graph.node("Add", [x, graph.constant("float32", [2], Float32Array.of(1, 2))], { shape: [2] });
  const used = graph.node("Neg", [x], { shape: [2] });
  expect(steps(graph, used)).toEqual(["Neg"]);
  expect(graph.finish().initializers).toEqual([]);
});

test("equal constants are one", () => {
  const graph = new Graph();
  expect(graph.scalar("float32", 2)).toBe(graph.scalar("float32", 2));
  expect(graph.scalar("float32", 2)).not.toBe(graph.scalar("float32", 3));
  expect(graph.scalar("float32", 2)).not.toBe(graph.scalar("float64", 2));
});

describe("operators without a kernel for a dtype", () => {
  test.each<[string, DType]>([
    ["Neg", "uint8"],
    ["Sqrt", "bfloat16"],
    ["ReduceMax", "int16"],
  ])("%s is computed in another than %s and cast back", (opType, dtype) => {
    const graph = new Graph();
    const y = graph.node(opType, [graph.input(dtype, [2])], { shape: [2] });
    expect(y.dtype).toBe(dtype);
    expect(steps(graph, y)).toEqual(["Cast", opType, "Cast"]);
  });

  test("keep the dtype of a condition and of results that are not the operands'", () => {
    const graph = new Graph();
    const [condition, a] = [graph.input("bool", [2]), graph.input("bool", [2])];
    const chosen = graph.node("Where", [condition, a, a], { shape: [2] });
    expect(steps(graph, chosen)).toEqual(["Cast", "Where", "Cast"]);
    expect(graph.node("Less", [a, a], { dtype: "bool" }).producer!.opType).toBe("Less");
  });

  test("are refused where no dtype holds the values", () => {
    const graph = new Graph();
    const x = graph.input("float64", [2]);
    expect(() => graph.node("MultiHeadAttention", [x])).toThrow(
      expect.objectContaining({ code: "UNSUPPORTED" }),
    );
  });
});

describe("a symbolic size", () => {
  test("is read from an input that has it", async () => {
    const graph = new Graph();
    const x = graph.input("float32", [symbol("n"), 3]);
    const sizes = graph.shapeVector([2, symbol("n")]);
    graph.output(sizes, "int64", [2]);
    const feed = { dtype: "float32", dims: [5, 3], data: allocate("float32", 15) } as const;
    const [result] = await run(graph, [feed]);
    expect(result!.data).toEqual(BigInt64Array.of(2n, 5n));
    expect(x.shape).toEqual([symbol("n"), 3]);
  });

  test("that no input has is refused", () => {
    const graph = new Graph();
    expect(() => graph.dim(symbol("n"))).toThrow('no input carries the size "n"');
  });
});

async function run(graph: Graph, inputs: readonly HostArray[]): Promise<HostArray[]> {
  const runtime = await getRuntime();
  const session = await runtime.createSession(graph.encode(), {
    inputs: graph.inputs.map(({ name }) => name),
    outputs: graph.outputs.map(({ name }) => name),
  });
  const results = await session.run(
    inputs,
    graph.outputs.map(() => null),
  );
  session.release();
  return results as HostArray[];
}
