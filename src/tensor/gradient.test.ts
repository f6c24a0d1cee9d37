import { describe, expect, test } from "vitest";
import { grad } from "./gradient.js";
import { apply, defineOp, no_grad } from "./node.js";
import { ones, scaledDotProductAttention, tensor } from "./ops/index.js";
import { realize } from "./realize.js";
import type { Tensor } from "./tensor.js";
import { Parameter } from "./variable.js";

function parameter(...values: number[]): Parameter {
  const data = Float32Array.from(values);
  return new Parameter([values.length], { dtype: "float32", dims: [values.length], data });
}

async function listOf(x: Tensor | null): Promise<unknown> {
  await x!.realize();
  return x!.tolist();
}

describe("backward", () => {
  test("records a gradient on every parameter, lazily", async () => {
    const [a, b] = [parameter(1, 2), parameter(3, 4)];
    a.mul(b).sum().backward();
    expect(() => a.grad!.data).toThrow(expect.objectContaining({ code: "NOT_REALIZED" }));
    expect([await listOf(a.grad), await listOf(b.grad)]).toEqual([
      [3, 4],
      [1, 2],
    ]);
  });

  test("adds to the gradient that is there", async () => {
    const a = parameter(1, 2);
    a.square().sum().backward();
    a.mul(10).sum().backward();
    expect(await listOf(a.grad)).toEqual([12, 14]);
  });

  test("starts from a given gradient where the tensor has several elements", async () => {
    const a = parameter(1, 2);
    expect(() => a.square().backward()).toThrow(
      "starts at a tensor of one element, but this one is float32[2]",
    );
    a.square().backward(tensor([1, 10], { dtype: "float32" }));
    expect(await listOf(a.grad)).toEqual([2, 40]);
  });

  test("passes by parameters that want none", () => {
    const [a, frozen] = [parameter(1), parameter(2)];
    frozen.requires_grad = false;
    a.mul(frozen).sum().backward();
    expect(frozen.grad).toBeNull();
    expect(a.grad).not.toBeNull();
  });

  test("reaches tensors that were made with requires_grad", async () => {
    const x = tensor([1.5, 2.5], { requires_grad: true });
    x.square().sum().backward();
    expect(await listOf(x.grad)).toEqual([3, 5]);
  });

  test.each<[string, (a: Parameter) => Tensor]>([
    ["no parameter", () => ones([1]).exp()],
    ["a detached value", (a) => a.square().detach().mul(2)],
    ["what no_grad computed", (a) => no_grad(() => a.square())],
    ["a comparison", (a) => a.gt(0).to("float32")],
  ])("refuses a tensor behind which is %s", (_, make) => {
    expect(() => make(parameter(1)).sum().backward()).toThrow(
      expect.objectContaining({ code: "NOT_DIFFERENTIABLE" }),
    );
  });

  test.each<[string, (a: Parameter) => Tensor]>([
    [
      "the path is cut by gt(float32[1], float32[]), which has no gradient",
      (a) => a.exp().gt(0).to("float32"),
    ],
    ["the path is cut by detach(float32[1]), which has no gradient", (a) => a.square().detach().mul(2)],
    [
      "the path is cut by mul(float32[1], float32[1]), which was recorded within no_grad()",
      (a) => no_grad(() => a.square()).exp(),
    ],
    ["which has no gradient, and by 1 more", (a) => a.gt(0).to("float32").add(a.lt(2).to("float32"))],
    ["nothing of it is computed from there", () => ones([1]).exp()],
  ])("says why: %s", (why, make) => {
    expect(() => make(parameter(1)).to("float32").sum().backward()).toThrow(why);
  });

  test("says of an input too what cuts the path to it", () => {
    const [a, b] = [parameter(1), parameter(2)];
    const y = a.sign().ge(0).to("float32").mul(b).sum();
    expect(() => grad(y, [b, a])).toThrow(
      "to inputs[1] (float32[1]): the path is cut by ge(float32[1], float32[]), which has no gradient; pass allowUnused",
    );
  });

  test("refuses gradients of other shapes than the outputs'", () => {
    const a = parameter(1, 2);
    expect(() => a.square().backward(tensor([1, 2, 3], { dtype: "float32" }))).toThrow(
      "a gradient of its own shape for each output, float32[2]; got float32[3]",
    );
  });

  test("refuses what was recorded with a parameter that has changed since", () => {
    const a = parameter(1);
    const loss = a.square().sum();
    a.assign({ dtype: "float32", dims: [1], data: Float32Array.of(5) });
    loss.backward();
    return expect(a.grad!.realize()).rejects.toMatchObject({
      code: "STALE_VALUE",
      message: expect.stringContaining("compute it first, or record it again"),
    });
  });
});

test("a parameter's value in a recorded computation cannot be read after it changed", async () => {
  const a = parameter(1);
  const before = a.node.outputs[0]!;
  const double = a.mul(2);
  await double.realize();
  a.assign({ dtype: "float32", dims: [1], data: Float32Array.of(5) });
  expect(double.tolist()).toEqual([2]);
  expect(() => before.data).toThrow(expect.objectContaining({ code: "STALE_VALUE" }));
  await expect(before.mul(3).realize()).rejects.toMatchObject({ code: "STALE_VALUE" });
  expect(await listOf(a.mul(2))).toEqual([10]);
});

describe("no_grad", () => {
  test("ends with its body, even one that throws", () => {
    const a = parameter(1);
    expect(() =>
      no_grad(() => {
        throw new Error("body");
      }),
    ).toThrow("body");
    expect(a.square().node.requiresGrad).toBe(true);
    expect(no_grad(() => a.square()).node.requiresGrad).toBe(false);
  });

  test("does not take the path from the same operation recorded outside", async () => {
    const a = parameter(3);
    no_grad(() => a.square());
    a.square().sum().backward();
    expect(await listOf(a.grad)).toEqual([6]);
  });
});

describe("grad", () => {
  test("gives the gradients of inputs, parameters or not", async () => {
    const [x, y] = [tensor([2.5]), tensor([0.5])];
    const gradients = grad(x.mul(y).sum(), [x, y]);
    await realize(gradients);
    expect(gradients.map((gradient) => gradient.tolist())).toEqual([[0.5], [2.5]]);
  });

  test("gives those of values on the way, and stops there", async () => {
    const x = tensor([3.5]);
    const y = x.square();
    const [byY] = grad(y.mul(2).sum(), [y]);
    expect(await listOf(byY!)).toEqual([2]);
  });

  test("sums over outputs, weighted", async () => {
    const x = tensor([1.5, 2.5]);
    const gradOutputs = [tensor([1, 2], { dtype: "float32" }), tensor(10, { dtype: "float32" })];
    const [gradient] = grad([x.mul(3), x.sum()], [x], { gradOutputs });
    expect(await listOf(gradient!)).toEqual([13, 16]);
  });

  test("refuses an input that nothing depends on, or gives null for it", () => {
    const [x, unused] = [tensor([1.5]), tensor([2.5])];
    expect(() => grad(x.sum(), [x, unused])).toThrow(
      "inputs[1] (float32[1]): nothing of it is computed from there; pass allowUnused: true",
    );
    expect(grad(x.sum(), [x, unused], { allowUnused: true })[1]).toBeNull();
  });

  test("of a gradient is the second order", async () => {
    const x = tensor([2.5]);
    const [first] = grad(x.pow(3).sum(), [x]);
    const [second] = grad(first!.sum(), [x]);
    const [third] = grad(second!.sum(), [x]);
    await realize([first!, second!, third!]);
    expect([first, second, third].map((order) => order!.item())).toEqual([18.75, 15, 6]);
  });

  test("of a value used twice sums both ways", async () => {
    const x = tensor([2.5]);
    const y = x.mul(3);
    const [gradient] = grad(y.mul(y).add(y).sum(), [x]);
    expect(await listOf(gradient!)).toEqual([2 * 7.5 * 3 + 3]);
  });

  test("splits a fused op only where a gradient asks for its steps", async () => {
    const [q, k, v] = [0, 1, 2].map((n) => ones([1, 1, 2, 4]).mul(n / 4));
    const fused = scaledDotProductAttention(q!, k!, v!);
    const [byQuery] = grad(fused.sum(), [q!]);
    await realize([fused, byQuery!]);
    expect(Array.from(fused.data, Number)).toEqual(new Array(8).fill(0.5));
    expect(Array.from(byQuery!.data, Number)).toEqual(new Array(8).fill(0));
  });

  test("undoes broadcasting by summing", async () => {
    const [row, column, scalar] = [ones([1, 3]), ones([2, 1]), ones([])];
    const gradients = grad(row.add(column).mul(scalar).sum(), [row, column, scalar]);
    await realize(gradients);
    expect(gradients.map((gradient) => gradient.tolist())).toEqual([[[2, 2, 2]], [[3], [3]], 12]);
  });
});

test("a fused op whose steps hold another one gives every input its gradient", async () => {
  const inner = defineOp("test_inner", {
    infer: ([a]) => a!,
    onnx: (graph, [a, b]) => graph.node("Mul", [a!, b!], { shape: a!.shape }),
    gradient: { decompose: ([a, b]) => [a!.mul(b!)] },
  });
  const outer = defineOp("test_outer", {
    infer: ([a]) => a!,
    onnx: (graph, [a, b]) => graph.node("Mul", [a!, b!], { shape: a!.shape }),
    gradient: { decompose: ([a, b]) => [apply(inner, [a!, b!], {})] },
  });
  const [a, b] = [3, 5].map((value) => tensor([value], { dtype: "float32", requires_grad: true }));
  const gradients = grad(apply(outer, [a!, b!], {}), [a!, b!]);
  await realize(gradients);
  expect(gradients.map((gradient) => gradient.item())).toEqual([5, 3]);
});
