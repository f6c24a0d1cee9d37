import { describe, expect, test } from "vitest";
import { largestError } from "../../tests/support/recorded.js";
import { manual_seed, Parameter, type Tensor, tensor, Variable } from "../tensor/index.js";
import { Dropout, init, LayerNorm, Linear, Module, ModuleList } from "./index.js";

interface Sizes {
  hidden: number;
  layers: number;
}

class Block extends Module<Sizes> {
  readonly dense = new Linear(this.config.hidden, this.config.hidden);
  readonly norm = new LayerNorm(this.config.hidden);
  readonly dropout = new Dropout(0.5);

  forward(x: Tensor): Tensor {
    return this.norm(this.dropout(this.dense(x)).add(x));
  }
}

class Network extends Module<Sizes> {
  readonly scale = new Parameter([1], init.ones_);
  readonly blocks = new ModuleList(Array.from({ length: this.config.layers }, () => new Block(this.config)));
  readonly absent: Linear | null = null;
  readonly head = new Linear(this.config.hidden, 2, { bias: false });
  /** Fields of functions have these names too. */
  override readonly name = new Linear(this.config.hidden, 1);
  override readonly length = new Parameter([3], init.zeros_);
  readonly buffer = new Variable([2], init.ones_);

  forward(x: Tensor, { times = 1 }: { times?: number } = {}): Tensor {
    let hidden = x.mul(this.scale);
    for (const block of this.blocks) hidden = block(hidden);
    return this.head(hidden).mul(times);
  }
}

const network = () => new Network({ hidden: 4, layers: 2 });

const block = (number: number) =>
  ["dense.weight", "dense.bias", "norm.weight", "norm.bias"].map((name) => `blocks.${number}.${name}`);
const parameterNames = [
  ...["scale", "length"],
  ...[...block(0), ...block(1)],
  ...["head.weight", "name.weight", "name.bias"],
];

describe("a module", () => {
  test("is called like a function, with forward's arguments", async () => {
    const model = network();
    const x = tensor([[1, 2, 3, 4.5]]);
    const [once, twice] = [model(x), model(x, { times: 2 })];
    await Promise.all([once.realize(), twice.realize()]);
    expect(once.shape).toEqual([1, 2]);
    expect(largestError(twice, await once.mul(2).realize())).toBeLessThan(1e-6);
    expect(model).toBeInstanceOf(Network);
    expect(model).toBeInstanceOf(Module);
    expect(typeof model).toBe("function");
  });

  test("makes its fields from its configuration", () => {
    expect(network().config).toEqual({ hidden: 4, layers: 2 });
    expect(network().head.in_features).toBe(4);
    expect(Object.keys(network())).not.toContain("config");
  });

  test("names parameters by their fields: its own first, then those of its parts", () => {
    expect([...network().named_parameters()].map(([name]) => name)).toEqual(parameterNames);
    expect([...network().parameters()].length).toBe(parameterNames.length);
  });

  test("has buffers in its state dict, but not among its parameters", () => {
    const names = [...network().state_dict().keys()];
    expect(names).toEqual([...parameterNames.slice(0, 2), "buffer", ...parameterNames.slice(2)]);
  });

  test("names its parts", () => {
    const names = [...network().named_modules()].map(([name]) => name);
    expect(names.slice(0, 6)).toEqual([
      "",
      "blocks",
      "blocks.0",
      "blocks.0.dense",
      "blocks.0.norm",
      "blocks.0.dropout",
    ]);
    expect([...network().named_children()].map(([name]) => name)).toEqual(["blocks", "head", "name"]);
  });

  test("gives a shared parameter once, the state dict gives it under every name", () => {
    const model = network();
    Object.assign(model.head, { weight: model.blocks.at(0).dense.weight });
    expect([...model.named_parameters()].map(([name]) => name)).not.toContain("head.weight");
    const state = model.state_dict();
    expect(state.get("head.weight")).toBe(state.get("blocks.0.dense.weight"));
  });

  test("switches all its parts between training and evaluation", () => {
    const model = network();
    const trainings = () => [...model.modules()].map(({ training }) => training);
    expect(new Set(trainings())).toEqual(new Set([false]));
    expect(model.train()).toBe(model);
    expect(new Set(trainings())).toEqual(new Set([true]));
    expect(model.blocks.at(1).dropout.training).toBe(true);
    model.eval();
    expect(new Set(trainings())).toEqual(new Set([false]));
  });

  test("freezes its parameters", () => {
    const model = network();
    model.blocks.at(0).requires_grad_(false);
    const frozen = [...model.named_parameters()].filter(([, { requires_grad }]) => !requires_grad);
    expect(frozen.map(([name]) => name)).toEqual(block(0));
  });
});

describe("load_state_dict", () => {
  test("takes values by name, as copies", async () => {
    manual_seed(1);
    const source = network();
    const target = network();
    const state = source.state_dict();
    await target.load_state_dict(state);
    for (const [name, variable] of target.state_dict()) {
      const [theirs, ours] = [await state.get(name)!.load(), await variable.load()];
      expect([...ours.data], name).toEqual([...theirs.data]);
      expect(ours.data, name).not.toBe(theirs.data);
    }
    const x = tensor([[0.5, -1, 2, 3]]);
    const [a, b] = [await source(x).realize(), await target(x).realize()];
    expect([...a.data]).toEqual([...b.data]);
  });

  test("takes computed tensors too", async () => {
    const model = network();
    const state = new Map<string, Tensor>(model.state_dict());
    state.set("scale", tensor([1.5]).mul(2));
    await model.load_state_dict(state);
    expect([...(await model.scale.load()).data]).toEqual([3]);
  });

  test("names what is missing and what is unexpected", async () => {
    const model = network();
    const state = new Map<string, Tensor>(model.state_dict());
    state.delete("scale");
    state.set("scales", tensor([1]));
    await expect(model.load_state_dict(state)).rejects.toMatchObject({
      code: "KEYS_MISMATCH",
      message: "load_state_dict: missing scale; unexpected scales; pass strict: false to load what fits",
    });
    await model.load_state_dict(state, { strict: false });
    await expect(model.load_state_dict(new Map())).rejects.toThrow(
      /missing scale, length, buffer, blocks\.0\.dense\.weight, blocks\.0\.dense\.bias and 9 more; unexpected none/,
    );
  });

  test("refuses values of other shapes, naming them, and then changes nothing", async () => {
    const model = network();
    const state = new Map<string, Tensor>(model.state_dict());
    state.set("scale", tensor([7.5]));
    state.set("head.weight", tensor([[1.5, 2]]));
    await expect(model.load_state_dict(state, { strict: false })).rejects.toMatchObject({
      code: "KEYS_MISMATCH",
      message: "load_state_dict: head.weight is [1,2] and should be [2,4]",
    });
    expect([...(await model.scale.load()).data]).toEqual([1]);
  });

  test("takes values that are computed from those it replaces", async () => {
    const model = network();
    await model.load_state_dict(new Map([["scale", model.scale.add(1)]]), { strict: false });
    await model.load_state_dict(
      new Map<string, Tensor>([
        ["scale", model.scale.mul(3)],
        ["length", model.scale.expand([3])],
      ]),
      { strict: false },
    );
    expect([...(await model.scale.load()).data]).toEqual([6]);
    expect([...(await model.length.load()).data]).toEqual([2, 2, 2]);
  });
});
