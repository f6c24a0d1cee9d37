import { describe, expect, test } from "vitest";
import { Dropout, Linear, Module } from "../nn/index.js";
import { checkpoint } from "./checkpoint.js";
import { manual_seed } from "./generator.js";
import { grad } from "./gradient.js";
import { lower, plan } from "./lower.js";
import { no_grad } from "./node.js";
import { scaledDotProductAttention, softmax, tensor } from "./ops/index.js";
import { realize } from "./realize.js";
import type { Tensor } from "./tensor.js";
import { Parameter } from "./variable.js";

const numbers = (count: number, seed = 1) =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(seed * 12.9898 + i * 78.233));

function leaf(...dims: number[]): Tensor {
  const count = dims.reduce((product, dim) => product * dim, 1);
  return tensor(numbers(count, dims.length), { shape: dims, requires_grad: true });
}

/** A step with dropout, as a module. */
class Block extends Module {
  readonly up = new Linear(8, 16);
  readonly down = new Linear(16, 8);
  readonly dropout = new Dropout(0.5);

  forward(x: Tensor): Tensor {
    return this.dropout(this.down(this.up(x).tanh())).add(x);
  }
}

const plainly = <I extends readonly unknown[], O>(body: (...inputs: I) => O, ...inputs: I): O =>
  body(...inputs);

/** The elements of what `run` gives, with the checkpoint and without it, from the same random numbers. */
async function bothWays(run: (call: typeof checkpoint) => Tensor[]): Promise<[unknown, unknown]> {
  const results: unknown[] = [];
  for (const call of [checkpoint, plainly as typeof checkpoint]) {
    manual_seed(7);
    const tensors = run(call);
    await realize(tensors);
    results.push(tensors.map((each) => each.tolist()));
  }
  return results as [unknown, unknown];
}

describe("the gradients are exactly those without a checkpoint", () => {
  test("of inputs and of parameters, through dropout", async () => {
    const blocks = Array.from({ length: 3 }, () => new Block());
    for (const block of blocks) block.train();
    const x = leaf(4, 8);
    const parameters = blocks.flatMap((block) => [...block.parameters()]);
    const [withIt, without] = await bothWays((call) => {
      const y = blocks.reduce<Tensor>((hidden, block) => call(block, hidden), x);
      return [y, ...grad(y.square().sum(), [x, ...parameters])];
    });
    expect(withIt).toEqual(without);
  });

  test("through fused operators", async () => {
    const [query, key, value] = [leaf(1, 2, 3, 4), leaf(1, 2, 3, 4), leaf(1, 2, 3, 4)];
    const [withIt, without] = await bothWays((call) => {
      const y = call(
        (q: Tensor, k: Tensor, v: Tensor) => scaledDotProductAttention(q, k, v),
        query,
        key,
        value,
      );
      return grad(y.square().sum(), [query, key, value]);
    });
    // Here the checkpoint leaves the fused operator in the forward pass, which rounds a little differently.
    expect(withIt).toEqual(close(without));
  });

  test("of what the body takes from outside", async () => {
    const [x, scale] = [leaf(3, 5), leaf(5)];
    const [withIt, without] = await bothWays((call) => {
      const outside = scale.exp(); // itself computed from a leaf whose gradient is asked
      const y = call((input: Tensor) => input.mul(outside).tanh().mul(scale), x);
      return grad(y.sum(), [x, scale]);
    });
    expect(withIt).toEqual(without);
  });

  test("of several results, some of which lead nowhere", async () => {
    const x = leaf(2, 6);
    const [withIt, without] = await bothWays((call) => {
      const { used, unused } = call((input: Tensor) => {
        const [left, right] = input.tanh().split(3, 1);
        return { used: [left!.mul(right!), right!.exp()], unused: left!.sin() };
      }, x);
      expect(unused.shape).toEqual([2, 3]);
      return grad(used[0]!.sum().add(used[1]!.sum()), [x]);
    });
    expect(withIt).toEqual(without);
  });

  test("with checkpoints within checkpoints", async () => {
    const x = leaf(3, 3);
    const [withIt, without] = await bothWays((call) => {
      const inner = (input: Tensor) => softmax(input.matmul(input), -1);
      const y = call((input: Tensor) => call(inner, call(inner, input).tanh()).exp(), x);
      return grad(y.square().sum(), [x]);
    });
    expect(withIt).toEqual(without);
  });

  test("of second order", async () => {
    const x = leaf(2, 4);
    const [withIt, without] = await bothWays((call) => {
      const y = call((input: Tensor) => input.tanh().mul(input).exp(), x);
      const [first] = grad(y.sum(), [x]);
      return grad(first!.square().sum(), [x]);
    });
    expect(withIt).toEqual(without);
  });

  test("where the result was computed before the backward pass", async () => {
    const x = leaf(2, 4);
    const y = checkpoint((input: Tensor) => input.tanh().exp(), x);
    await y.realize();
    y.sum().backward();
    const [expected] = grad(x.tanh().exp().sum(), [x]);
    await realize([x.grad!, expected!]);
    expect(x.grad!.tolist()).toEqual(expected!.tolist());
  });
});

test("what is inside has no gradient of its own, and the error says so", () => {
  let inside: Tensor | null = null;
  const x = leaf(4);
  const y = checkpoint((input: Tensor) => {
    inside = input.sin();
    return inside.exp();
  }, x);
  expect(() => grad(y.sum(), [inside!])).toThrow("as a checkpoint() to what is inside");
});

describe("what is recorded", () => {
  /** How many operators of a kind the graph of these tensors has. */
  const count = (opType: string, tensors: readonly Tensor[]) => {
    const { graph } = lower(plan(tensors), (graph, leaf) => graph.input(leaf.dtype, leaf.shape));
    return graph.finish().nodes.filter((node) => node.opType === opType).length;
  };

  test("is computed once more, though the graph otherwise merges equal steps", () => {
    const gradients = (call: typeof checkpoint) => {
      const x = leaf(4);
      const y = call((input: Tensor) => input.sin().cos(), x);
      return [y, ...grad(y.sum(), [x])];
    };
    expect(count("Sin", gradients(plainly as typeof checkpoint))).toBe(2); // sin, and the derivative of cos
    expect(count("Sin", gradients(checkpoint))).toBe(3);
  });

  test("is the body alone where nothing asks for a gradient", () => {
    const x = leaf(4);
    expect(no_grad(() => checkpoint((input: Tensor) => input.sin(), x)).node.op.name).toBe("sin");
    const constant = tensor([1, 2]);
    expect(checkpoint((input: Tensor) => input.exp(), constant).node.op.name).toBe("exp");
  });

  test("leaves out what depends on parameters alone", () => {
    const weight = new Parameter([4, 4], { dtype: "float32", dims: [4, 4], data: numbers(16) });
    const x = leaf(2, 4);
    const y = checkpoint((input: Tensor) => input.matmul(weight.exp()).tanh(), x);
    expect(count("Exp", grad(y.sum(), [x, weight]))).toBe(1);
  });
});

/** Equal up to a few units in the last place of float32. */
function close(expected: unknown): unknown {
  if (Array.isArray(expected)) return expected.map(close);
  return typeof expected === "number" ? expect.closeTo(expected, 5) : expected;
}
