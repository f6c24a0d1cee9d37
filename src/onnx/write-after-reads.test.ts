import { describe, expect, test } from "vitest";
import { allocate } from "../runtime/dtype.js";
import { getRuntime } from "../runtime/node.js";
import type { HostArray } from "../runtime/types.js";
import { Graph, type Value } from "./graph.js";
import { writeAfterReads } from "./write-after-reads.js";

const size = 4096;

/** x - step, which is to take the place of x, beside whatever else reads x. */
class Subtraction {
  readonly graph = new Graph();
  readonly x = this.graph.input("float32", [size, 1]);
  readonly step = this.graph.input("float32", []);
  readonly gated = this.graph.gate(this.step, 0);
  readonly updated: Value;

  constructor(opType = "Sub") {
    this.updated = this.graph.node(opType, [this.x, this.gated], { shape: [size, 1] });
    this.graph.output(this.updated, "float32", [size, 1]);
  }

  get writtenOver(): boolean {
    const [input] = this.graph.inputs;
    return writeAfterReads(this.graph, [{ input: input!, output: this.updated, gate: 0 }])[0]!;
  }

  /** The outputs for x = 10, step = 1. */
  async run(writtenOver: boolean): Promise<number[]> {
    const { graph } = this;
    const runtime = await getRuntime();
    const session = await runtime.createSession(graph.encode(), {
      inputs: graph.inputs.map(({ name }) => name),
      outputs: graph.outputs.map(({ name }) => name),
    });
    const [x, step] = [filled(size, [size, 1], 10), filled(1, [], 1)];
    const targets = graph.outputs.map((_, i) => (i === 0 && writtenOver ? x : null));
    const results = await session.run([x, step], targets);
    session.release();
    return (results as HostArray[]).map(({ data }) => Number(data[size - 1] ?? data[0]));
  }
}

function filled(count: number, dims: readonly number[], value: number): HostArray {
  const data = allocate("float32", count).fill(value as never);
  return { dtype: "float32", dims, data };
}

describe("an output that is to be written over its input", () => {
  test("may be, where nothing else reads the input", async () => {
    const update = new Subtraction();
    expect(update.writtenOver).toBe(true);
    expect(await update.run(true)).toEqual([9]);
  });

  test("waits for another reader", async () => {
    const update = new Subtraction();
    const { graph, x } = update;
    const other = graph.node("Add", [x, graph.scalar("float32", 5)], { shape: [size, 1] });
    graph.output(other, "float32", [size, 1]);
    expect(update.writtenOver).toBe(true);
    const { nodes } = graph.finish();
    const opTypes = nodes.map(({ opType }) => opType);
    expect(opTypes.indexOf("Sub")).toBeGreaterThan(opTypes.indexOf("Add"));
    expect(nodes.find(({ opType }) => opType === "Identity")!.inputs).not.toEqual([update.step.name]);
    for (let i = 0; i < 5; i++) expect(await update.run(true)).toEqual([9, 15]);
  });

  test("has memory of its own where a reader needs the new value", async () => {
    const update = new Subtraction();
    const { graph, x, updated } = update;
    const both = graph.node("Mul", [x, updated], { shape: [size, 1] });
    graph.output(both, "float32", [size, 1]);
    expect(update.writtenOver).toBe(false);
    expect(await update.run(false)).toEqual([9, 90]);
  });

  test.each(["Reshape", "Unsqueeze"])(
    "has memory of its own where a %s of the input is read later",
    async (opType) => {
      const update = new Subtraction();
      const { graph, updated, x } = update;
      const seen = graph.node(opType, [x, graph.ints(opType === "Reshape" ? [1, size] : [0])]);
      const last = graph.node("ReduceMin", [updated], { attributes: { keepdims: 0 } });
      const later = graph.node("Add", [seen, last]);
      const largest = graph.node("ReduceMax", [later], { attributes: { keepdims: 0 }, shape: [] });
      graph.output(largest, "float32", []);
      const { writtenOver } = update;
      expect(writtenOver).toBe(false);
      expect(await update.run(writtenOver)).toEqual([9, 19]);
    },
  );

  test("has memory of its own where its operator looks back at other elements", () => {
    const graph = new Graph();
    const x = graph.input("float32", [4]);
    const sums = graph.node("CumSum", [x, graph.scalar("int64", 0)], { shape: [4] });
    graph.output(sums, "float32", [4]);
    expect(writeAfterReads(graph, [{ input: graph.inputs[0]!, output: sums, gate: null }])).toEqual([false]);
  });

  test("has memory of its own where there is another reader and no gate to wait at", () => {
    const graph = new Graph();
    const x = graph.input("float32", [4]);
    const [next, other] = ["Sub", "Mul"].map((opType) => graph.node(opType, [x, x], { shape: [4] }));
    graph.output(next!, "float32", [4]);
    graph.output(other!, "float32", [4]);
    expect(writeAfterReads(graph, [{ input: graph.inputs[0]!, output: next!, gate: null }])).toEqual([false]);
  });

  test("has memory of its own where the update does not depend on the input", () => {
    const graph = new Graph();
    const y = graph.input("float32", [4]);
    const next = graph.node("Add", [y, y], { shape: [4] });
    graph.output(next, "float32", [4]);
    expect(writeAfterReads(graph, [{ input: null, output: next, gate: null }])).toEqual([false]);
  });
});
