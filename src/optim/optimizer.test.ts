import { describe, expect, test } from "vitest";
import { TransformersError } from "../errors.js";
import { init } from "../nn/index.js";
import { grad, manual_seed, Parameter, realize, type Tensor, tensor } from "../tensor/index.js";
import {
  Adafactor,
  Adagrad,
  Adam,
  AdamW,
  type AdamWSettings,
  type CommonSettings,
  clip_grad_norm_,
  Lion,
  type Optimizer,
  RMSprop,
  SGD,
} from "./index.js";

const sizes = { features: 5, hidden: 4, classes: 3 };

/** A small network that reads each weight more than once: `first` in two products, `shared` in both layers. */
function network() {
  manual_seed(7);
  const first = new Parameter([sizes.hidden, sizes.features], init.normal_(0, 0.5));
  const shared = new Parameter([sizes.hidden, sizes.hidden], init.normal_(0, 0.5));
  const last = new Parameter([sizes.classes, sizes.hidden], init.normal_(0, 0.5));
  const scale = new Parameter([], init.ones_);
  const parameters = { first, shared, last, scale };
  const loss = (x: Tensor): Tensor => {
    const hidden = x.matmul(first.mT).tanh();
    const mixed = hidden.matmul(shared.mT).tanh().matmul(shared).add(hidden);
    const back = mixed.matmul(first).mul(scale).sub(x);
    return back.square().mean().add(mixed.matmul(last.mT).softmax(-1).square().sum());
  };
  return { parameters, list: Object.values(parameters), loss };
}

function batch(step: number, rows = 3): Tensor {
  const values = Float32Array.from({ length: rows * sizes.features }, (_, i) =>
    Math.sin(i * 1.7 + step * 0.9),
  );
  return tensor(values, { shape: [rows, sizes.features] });
}

const copies = (parameters: readonly Parameter[]) => parameters.map(({ data }) => [...data]);

/** AdamW's first step, by the formula of its paper in plain numbers. */
function firstStep(value: number, gradient: number, { lr, eps, weight_decay }: AdamWSettings): number {
  return value * (1 - lr * weight_decay) - (lr * gradient) / (Math.abs(gradient) + eps);
}

async function code(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
  } catch (error) {
    if (error instanceof TransformersError) return error.code;
    throw error;
  }
  return "none";
}

describe("a step", () => {
  test("computes the loss along with the update, and the clipped gradients' norm", async () => {
    const { list, loss } = network();
    const value = loss(batch(0));
    value.backward();
    const norm = clip_grad_norm_(list, 0.1)!;
    expect(() => value.item()).toThrow("has not been computed");
    const optimizer = new AdamW(list);
    await optimizer.step();
    const again = network();
    const reference = again.loss(batch(0));
    const gradients = grad(reference, again.list);
    await realize([reference, ...gradients]);
    expect(value.item()).toBeCloseTo(reference.item(), 6);
    const squares = gradients.flatMap(({ data }) => [...data].map((x) => Number(x) ** 2));
    expect(norm.item()).toBeCloseTo(Math.sqrt(squares.reduce((a, b) => a + b)), 5);
  });

  // Every weight here is read by the backward pass of the layers below it, so that an update written too early would
  // change the gradients of the others.
  test.each([
    ["each parameter", (list: Parameter[]) => list],
    ["in reverse order", (list: Parameter[]) => list.toReversed()],
    ["the lowest layer only", (list: Parameter[]) => list.slice(0, 1)],
    ["the shared layer only", (list: Parameter[]) => list.slice(1, 2)],
  ])("equals the same step computed aside: %s", async (_, choose) => {
    const aside = network();
    const gradients = grad(aside.loss(batch(1)), choose(aside.list));
    await realize(gradients);
    const { list, loss } = network();
    const settings = { lr: 0.05, weight_decay: 0.1, eps: 1e-8 };
    const optimizer = new AdamW(choose(list), settings);
    loss(batch(1)).backward();
    await optimizer.step();
    choose(list).forEach((parameter, i) => {
      const before = choose(aside.list)[i]!.data as Float32Array;
      const expected = [...before].map((value, j) =>
        firstStep(value, Number(gradients[i]!.data[j]), optimizer.param_groups[0]!),
      );
      expected.forEach((value, j) => {
        expect(Number(parameter.data[j]), `element ${j} of parameter ${i}`).toBeCloseTo(value, 5);
      });
    });
  });

  test.each<[string, (list: Parameter[]) => Optimizer<CommonSettings>]>([
    ["SGD", (list) => new SGD(list, { lr: 0.1, momentum: 0.9, nesterov: true, weight_decay: 0.1 })],
    ["Adam", (list) => new Adam(list, { lr: 0.05, weight_decay: 0.1, amsgrad: true })],
    ["Adagrad", (list) => new Adagrad(list, { lr: 0.05, weight_decay: 0.1 })],
    ["RMSprop", (list) => new RMSprop(list, { lr: 0.05, momentum: 0.9, centered: true })],
    ["Adafactor", (list) => new Adafactor(list, { beta1: 0.9, weight_decay: 0.1 })],
    ["Lion", (list) => new Lion(list, { lr: 0.05, weight_decay: 0.1 })],
  ])("of %s as one graph equals those with the gradients computed before", async (_, create) => {
    const [whole, apart] = [network(), network()];
    const [one, two] = [create(whole.list), create(apart.list)];
    for (let step = 0; step < 4; step++) {
      one.zero_grad();
      whole.loss(batch(step)).backward();
      await one.step();
      const gradients = grad(apart.loss(batch(step)), apart.list);
      await realize(gradients);
      apart.list.forEach((parameter, i) => {
        const { data, shape } = gradients[i]!;
        parameter.grad = tensor(data.slice(), { shape: shape as number[] });
      });
      await two.step();
    }
    const expected = copies(apart.list).flat().map(Number);
    copies(whole.list)
      .flat()
      .forEach((value, i) => {
        expect(Number(value), `element ${i}`).toBeCloseTo(expected[i]!, 4);
      });
  });

  test("leaves parameters without gradient as they are", async () => {
    const { list, parameters, loss } = network();
    const apart = new Parameter([2], init.ones_);
    parameters.scale.requires_grad = false;
    const optimizer = new AdamW([...list, apart], { weight_decay: 0.5 });
    loss(batch(0)).backward();
    await optimizer.step();
    expect([...apart.data]).toEqual([1, 1]);
    expect([...parameters.scale.data]).toEqual([1]);
    const { state } = await optimizer.state_dict();
    expect(Object.entries(state).map(([number, { step }]) => [number, step])).toEqual(
      ["0", "1", "2"].map((number) => [number, 1]),
    );
  });

  test("takes the sum of the gradients of several backward() calls, and realises each loss", async () => {
    const { list, loss } = network();
    const [a, b] = [loss(batch(1)), loss(batch(2, 5))];
    a.backward();
    b.backward();
    const sums = list.map(({ grad }) => grad!);
    await realize(sums);
    const again = network();
    const first = grad(again.loss(batch(1)), again.list);
    const second = grad(again.loss(batch(2, 5)), again.list);
    await realize([...first, ...second]);
    sums.forEach((sum, i) => {
      const expected = [...first[i]!.data].map((x, j) => Number(x) + Number(second[i]!.data[j]));
      expected.forEach((value, j) => {
        expect(Number(sum.data[j])).toBeCloseTo(value, 5);
      });
    });
    await new AdamW(list).step();
    expect([a.item(), b.item()].every(Number.isFinite)).toBe(true);
  });

  test("without any gradient changes nothing", async () => {
    const { list } = network();
    const before = copies(list);
    await new AdamW(list).step();
    expect(copies(list)).toEqual(before);
  });

  test("after which what was recorded with the old values says that it is stale", async () => {
    const { list, loss } = network();
    const optimizer = new AdamW(list);
    const recorded = loss(batch(0));
    loss(batch(1)).backward();
    await optimizer.step();
    await expect(recorded.realize()).rejects.toMatchObject({
      code: "STALE_VALUE",
      message: expect.stringContaining("before an optimizer's step replaced its value"),
    });
    expect(() => recorded.backward()).not.toThrow();
    expect(await code(() => optimizer.step())).toBe("STALE_VALUE");
  });

  test("that fails counts for nothing", async () => {
    const { list, loss } = network();
    const optimizer = new AdamW(list);
    const recorded = loss(batch(0));
    loss(batch(1)).backward();
    await optimizer.step();
    const before = copies(list);
    recorded.backward();
    await expect(optimizer.step()).rejects.toThrow();
    expect(copies(list)).toEqual(before);
    const { state } = await optimizer.state_dict();
    expect(Object.values(state).map(({ step }) => step)).toEqual([1, 1, 1, 1]);
    optimizer.zero_grad();
    loss(batch(2)).backward();
    await optimizer.step();
  });

  test("is refused while another is running", async () => {
    const { list, loss } = network();
    const optimizer = new AdamW(list);
    loss(batch(0)).backward();
    const running = optimizer.step();
    await expect(optimizer.step()).rejects.toThrow("still running");
    await running;
    expect(await code(() => optimizer.step())).not.toBe("INVALID_ARGUMENT");
  });
});

describe("state_dict", () => {
  const plan = (steps: number, from = 0) => Array.from({ length: steps }, (_, i) => from + i);

  async function train(optimizer: AdamW, loss: (x: Tensor) => Tensor, steps: readonly number[]) {
    for (const step of steps) {
      optimizer.zero_grad();
      loss(batch(step)).backward();
      await optimizer.step();
    }
  }

  test.each([false, true])("continues bit for bit, amsgrad %s", async (amsgrad) => {
    const settings = { lr: 0.03, weight_decay: 0.1, amsgrad };
    const whole = network();
    const optimizer = new AdamW(whole.list, settings);
    await train(optimizer, whole.loss, plan(4));
    const state = structuredClone(await optimizer.state_dict());
    const weights = whole.list.map(({ data, dims, dtype }) => ({ data: data.slice(), dims, dtype }));
    await train(optimizer, whole.loss, plan(4, 4));

    const resumed = network();
    resumed.list.forEach((parameter, i) => {
      parameter.assign(weights[i]!);
    });
    const successor = new AdamW(resumed.list, { lr: 123 });
    successor.load_state_dict(state);
    expect(successor.param_groups[0]).toMatchObject(settings);
    await train(successor, resumed.loss, plan(4, 4));
    expect(copies(resumed.list)).toEqual(copies(whole.list));
    expect(await successor.state_dict()).toEqual(await optimizer.state_dict());
  });

  test("is a copy that later steps leave alone", async () => {
    const { list, loss } = network();
    const optimizer = new AdamW(list);
    await train(optimizer, loss, [0]);
    const state = await optimizer.state_dict();
    const before = structuredClone(state);
    await train(optimizer, loss, [1]);
    expect(state).toEqual(before);
    const other = network();
    const successor = new AdamW(other.list);
    successor.load_state_dict(state);
    await train(successor, other.loss, [1]);
    expect(state).toEqual(before);
  });

  test("replaces whatever the optimizer had before", async () => {
    const whole = network();
    const optimizer = new AdamW(whole.list, { lr: 0.03, betas: [0.8, 0.9], amsgrad: true });
    await train(optimizer, whole.loss, [0]);
    const other = network();
    const successor = new AdamW(other.list);
    await train(successor, other.loss, [5, 6]);
    successor.load_state_dict(await optimizer.state_dict());
    expect(await successor.state_dict()).toEqual(await optimizer.state_dict());
  });

  test("is refused by an optimizer with other groups", async () => {
    const { list } = network();
    const state = await new AdamW(list).state_dict();
    const two = new AdamW([{ params: list.slice(0, 1) }, { params: list.slice(1) }]);
    expect(await code(() => two.load_state_dict(state))).toBe("KEYS_MISMATCH");
  });
});
