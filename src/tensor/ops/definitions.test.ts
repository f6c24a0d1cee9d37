import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  type DefinitionCase,
  definitionCases,
  type InputSpec,
  type Sizes,
} from "../../../tests/support/op-cases/index.js";
import { inCacheBlocks } from "../../onnx/cache-blocks.js";
import { symbol } from "../../onnx/dim.js";
import { encodeModel, type GraphProto } from "../../onnx/model-proto.js";
import { allocate, type DType } from "../../runtime/dtype.js";
import { getRuntime } from "../../runtime/node.js";
import type { HostArray } from "../../runtime/types.js";
import { CompiledFunction } from "../compile.js";
import { Generator, hostUniform } from "../generator.js";
import { grad, topological } from "../gradient.js";
import { lower, type Plan, plan } from "../lower.js";
import { createLeaf } from "../node.js";
import { realize } from "../realize.js";
import type { Tensor } from "../tensor.js";
import { tensor } from "./creation.js";

const table = definitionCases.map((definition) => [definition.name, definition] as const);

describe.each(table)("%s", (_, definition) => {
  test("its gradient is the slope of its values", async () => {
    const single = definition.dtype === "float32";
    const [step, tolerance] = single ? [1e-2, 3e-3] : [1e-6, 1e-7];
    const values = elements(definition, 3);
    const { gradients } = differentiated(definition, values);
    for (const input of gradients.keys()) {
      const direction = numbers(values[input]!.length, 77);
      const at = async (distance: number) => {
        const moved = values[input]!.map((value, i) => value + distance * direction[i]!);
        return weighted(definition, values.with(input, moved));
      };
      const slope = ((await at(step)) - (await at(-step))) / (2 * step);
      const gradient = gradients.get(input)!;
      await gradient.realize();
      expect(gradient.shape).toEqual(sizes(definition.inputs[input]!, 3));
      const predicted = Array.from(gradient.data, Number).reduce(
        (sum, value, i) => sum + value * direction[i]!,
        0,
      );
      expect(Math.abs(predicted - slope) / Math.max(1, Math.abs(slope))).toBeLessThan(tolerance);
    }
    expect(gradients.size > 0).toBe(definition.differentiable ?? true);
  });

  test("ONNX Runtime gives the shapes that it infers", async () => {
    const { gradients, outputs } = differentiated(definition, elements(definition, 3));
    const work = plan([...outputs, ...gradients.values()]);
    const { graph } = lower(work, (graph, leaf) => graph.input(leaf.dtype, leaf.shape));
    const results = await run(work, graph.finish());
    expect(results.map(({ dtype, dims }) => ({ dtype, dims }))).toEqual(
      work.roots.map(({ dtype, shape }) => ({ dtype, dims: shape })),
    );
  });

  test("block by block it gives what it gives as a whole", async () => {
    const { gradients, outputs } = differentiated(definition, elements(definition, 4), 4);
    const work = plan([...outputs, ...gradients.values()]);
    await realize(work.roots);
    const again = differentiated(definition, elements(definition, 4), 4);
    const recorded = plan([...again.outputs, ...again.gradients.values()]);
    const { graph } = lower(recorded, (graph, leaf) => graph.input(leaf.dtype, leaf.shape));
    const results = await run(recorded, inCacheBlocks(graph.finish(), 1, 4));
    results.forEach(({ data }, i) => {
      expectClose({ data, dtype: work.roots[i]!.dtype }, work.roots[i]!);
    });
  });

  test("one graph of symbolic sizes gives the same as a graph for each size", async () => {
    const compiled = new CompiledFunction((inputs: readonly Tensor[]) => all(definition, inputs));
    const axes = ([position]: readonly string[]) =>
      sizesOf(definition.inputs[Number(position)]!).map((size) => (size === "n" ? size : null));
    for (const n of [3, 1, 5]) {
      const inputs = leaves(definition, elements(definition, n), n);
      const expected = all(definition, inputs);
      await realize(expected);
      const actual = await compiled.call(inputs, axes);
      expect(actual.map(({ dtype, shape }) => ({ dtype, shape }))).toEqual(
        expected.map(({ dtype, shape }) => ({ dtype, shape })),
      );
      actual.forEach((value, i) => {
        expectClose(value, expected[i]!);
      });
    }
    expect(compiled.signatures).toBe(1);
    await compiled.release();
  });
});

test("every op has a case", () => {
  const covered = new Set(
    definitionCases.flatMap((definition) =>
      topological(all(definition, placeholders(definition))).map(({ op }) => op.name),
    ),
  );
  const folder = new URL("./", import.meta.url);
  const sources = readdirSync(folder).filter((file) => /^[a-z-]+\.ts$/.test(file));
  const definedAtTop = /^(?:export )?const \w+(?:: Op<\w+>)? = (?!new\b)\w+(?:<.*>)?\(\s*"(\w+)"/gm;
  const defined = sources.flatMap((file) =>
    [...readFileSync(new URL(file, folder), "utf8").matchAll(definedAtTop)].map(([, name]) => name!),
  );
  expect(defined.length).toBeGreaterThan(60);
  expect(new Set(defined).size).toBe(defined.length);
  expect(defined.filter((name) => !covered.has(name))).toEqual([]);
});

/** Runs a plan's graph on its leaves. */
async function run(work: Plan, graph: GraphProto): Promise<HostArray[]> {
  const runtime = await getRuntime();
  const session = await runtime.createSession(encodeModel(graph), {
    inputs: graph.inputs.map(({ name }) => name),
    outputs: graph.outputs.map(({ name }) => name),
  });
  const results = await session.run(
    work.leaves.map(({ storage }) => storage as HostArray),
    work.roots.map(() => null),
  );
  session.release();
  return results as HostArray[];
}

/** The outputs of a case, then the gradients of its inputs. */
function all(definition: DefinitionCase, inputs: readonly Tensor[]): Tensor[] {
  const outputs = [definition.call(...inputs)].flat();
  return [...outputs, ...vectorJacobian(outputs, inputs).values()];
}

/** By position of the input: the gradient of the outputs' sum, weighted by numbers that are made on the way. */
function vectorJacobian(outputs: readonly Tensor[], inputs: readonly Tensor[]): Map<number, Tensor> {
  const gradients = grad(score(outputs), inputs, { allowUnused: true });
  return new Map(gradients.flatMap((gradient, i) => (gradient === null ? [] : [[i, gradient]])));
}

/** One number that depends on each element of the floating outputs in a way of its own. */
function score(outputs: readonly Tensor[]): Tensor {
  return outputs.map((output) => output.to("float64").sin().sum()).reduce((a, b) => a.add(b));
}

function differentiated(definition: DefinitionCase, values: readonly number[][], n = 3) {
  const inputs = leaves(definition, values, n);
  const outputs = [definition.call(...inputs)].flat();
  return { outputs, gradients: vectorJacobian(outputs, inputs) };
}

async function weighted(definition: DefinitionCase, values: readonly number[][]): Promise<number> {
  const total = score([definition.call(...leaves(definition, values, 3))].flat());
  await total.realize();
  return total.item();
}

function leaves(definition: DefinitionCase, values: readonly number[][], n: number): Tensor[] {
  return definition.inputs.map((input, i) => {
    const dtype = dtypeOf(input) ?? definition.dtype ?? "float64";
    const data = allocate(dtype, values[i]!.length);
    values[i]!.forEach((value, at) => {
      data[at] = dtype === "int64" ? BigInt(value) : value;
    });
    return tensor(data, { dtype, shape: sizes(input, n) });
  });
}

/** Inputs of symbolic sizes without values, as a compiled function is traced with. */
function placeholders(definition: DefinitionCase): Tensor[] {
  return definition.inputs.map((input) => {
    const shape = sizesOf(input).map((size) => (size === "n" ? symbol("n") : size));
    return createLeaf({ dtype: dtypeOf(input) ?? definition.dtype ?? "float64", shape }).outputs[0]!;
  });
}

function dtypeOf(input: InputSpec): DType | null {
  if ("below" in input) return "int64";
  return "values" in input && input.values === "bool" ? "bool" : null;
}

function sizesOf(input: InputSpec): Sizes {
  return "sizes" in input ? input.sizes : input;
}

function sizes(input: InputSpec, n: number): number[] {
  return sizesOf(input).map((size) => (size === "n" ? n : size));
}

/** The elements of each input. */
function elements(definition: DefinitionCase, n: number): number[][] {
  return definition.inputs.map((input, seed) => {
    const count = sizes(input, n).reduce((product, size) => product * size, 1);
    const drawn = numbers(count, seed);
    if ("below" in input) return drawn.map((value) => Math.floor(Math.abs(value) * 1000) % input.below);
    if (dtypeOf(input) === "bool") return drawn.map((value) => Number(value > 0));
    return "values" in input ? drawn.map(Math.abs) : drawn;
  });
}

/** Numbers of either sign between 0.3 and 2 in size, so that no step crosses 0. */
function numbers(count: number, seed: number): number[] {
  const uniform = hostUniform(new Generator(seed).nextKey());
  return Array.from({ length: count }, (_, i) => {
    const value = 0.3 + 1.7 * uniform(2 * i);
    return uniform(2 * i + 1) < 0.5 ? -value : value;
  });
}

function expectClose(actual: Pick<Tensor, "data" | "dtype">, expected: Tensor): void {
  const tolerance = expected.dtype === "float32" ? 1e-5 : 1e-12;
  const apart = Array.from(actual.data, Number).map((value, i) => {
    const reference = Number(expected.data[i]);
    return Object.is(value, reference) ? 0 : Math.abs(value - reference) / Math.max(1, Math.abs(reference));
  });
  expect(Math.max(0, ...apart)).toBeLessThanOrEqual(tolerance);
}
