import path from "node:path";
import { describe, expect, test } from "vitest";
import { largestError, readJson, readRecorded } from "../../tests/support/recorded.js";
import { grad, manual_seed, Parameter, realize, type Tensor, tensor } from "../tensor/index.js";
import { init, Linear, Module, Sequential, utils } from "./index.js";

const { parametrizations, remove_weight_norm, weight_norm } = utils;

const fixtures = path.join(import.meta.dirname, "fixtures");
const cases = readJson<{ shape: number[]; dim: number | null }[]>(fixtures, "weight-norm.json");
const values = await readRecorded(path.join(fixtures, "weight-norm.safetensors"));

class Weight extends Module {
  readonly weight: Parameter;

  constructor(value: Tensor) {
    super();
    const dims = value.shape as number[];
    this.weight = new Parameter(dims, { dtype: "float32", dims, data: value.data.slice() });
  }

  forward(): Tensor {
    return this.weight.add(0);
  }
}

const spellings = [
  ["weight_norm", weight_norm, "weight_g", "weight_v"],
  [
    "parametrizations.weight_norm",
    parametrizations.weight_norm,
    "parametrizations.weight.original0",
    "parametrizations.weight.original1",
  ],
] as const;

describe.each(spellings)("%s", (_, normalize, size, direction) => {
  test.each(cases.map(({ shape, dim }, number) => [shape, dim, number] as const))(
    "of %j with dim %s gives the recorded weight and gradients",
    async (_, dim, number) => {
      const at = (part: string) => values.get(`${number}.${part}`)!;
      const module = normalize(new Weight(at("initial")), "weight", dim);
      expect([...module.state_dict().keys()]).toEqual([size, direction]);
      expect(largestError(await module().realize(), at("initial"))).toBeLessThan(1e-6);
      const state = () => module.state_dict();
      expect(largestError(state().get(size)!, at("initial.g"))).toBeLessThan(1e-6);

      await module.load_state_dict(
        new Map([
          [size, at("g")],
          [direction, at("v")],
        ]),
      );
      const output = module();
      const wanted = [state().get(size)!, state().get(direction)!];
      const gradients = grad(output, wanted, { gradOutputs: [at("cotangent")] });
      await realize([output, ...gradients]);
      expect(largestError(output, at("weight"))).toBeLessThan(1e-6);
      expect(largestError(gradients[0]!, at("g.gradient"))).toBeLessThan(2e-6);
      expect(largestError(gradients[1]!, at("v.gradient"))).toBeLessThan(5e-6);

      expect(await remove_weight_norm(module)).toBe(module);
      expect([...module.state_dict().keys()]).toEqual(["weight"]);
      expect(module.weight).toBeInstanceOf(Parameter);
      expect(largestError(await module().realize(), at("weight"))).toBeLessThan(1e-6);
    },
  );

  test("works in a layer, whose other parameters stay", async () => {
    manual_seed(1);
    const plain = new Linear(3, 2);
    const layer = new Linear(3, 2);
    await layer.load_state_dict(plain.state_dict());
    const network = new Sequential(normalize(layer));
    expect([...network.state_dict().keys()].sort()).toEqual(["0.bias", `0.${size}`, `0.${direction}`].sort());
    const x = tensor([[1, -2, 0.5]]);
    const [output, expected] = [network(x), plain(x)];
    await realize([output, expected]);
    expect(largestError(output, expected)).toBeLessThan(1e-6);
  });

  test("reads a checkpoint in the other spelling", async () => {
    const entries = (g: string, v: string) =>
      new Map<string, Tensor>([
        [`0.${g}`, values.get("0.g")!],
        [`0.${v}`, values.get("0.v")!],
      ]);
    for (const [, , g, v] of spellings) {
      const network = new Sequential(normalize(new Weight(values.get("0.initial")!)) as unknown as Linear);
      await network.load_state_dict(entries(g, v));
      const output = await (network.at(0) as unknown as Weight)().realize();
      expect(largestError(output, values.get("0.weight")!)).toBeLessThan(1e-6);
    }
  });

  test("refuses what is no parameter, or taken apart already", async () => {
    const layer = new Linear(3, 2);
    expect(() => normalize(layer, "weights")).toThrow(
      'this Linear has no parameter "weights"; it has weight, bias',
    );
    expect(() => normalize(layer, "weight", 2)).toThrow('dim is 2, but "weight" has axes 0 to 1');
    normalize(layer);
    expect(() => normalize(layer)).toThrow('"weight" of this Linear has a weight_norm already');
    await remove_weight_norm(layer);
    await expect(remove_weight_norm(layer)).rejects.toThrow('"weight" of this Linear has no weight_norm');
    normalize(layer);
    expect(layer.state_dict().has(size)).toBe(true);
  });

  test("takes several parameters of one module apart", async () => {
    const layer = new Linear(3, 2);
    layer.bias!.initialize(init.constant_(2));
    normalize(normalize(layer), "bias");
    expect(layer.state_dict().size).toBe(4);
    await remove_weight_norm(layer);
    await remove_weight_norm(layer, "bias");
    expect([...layer.state_dict().keys()].sort()).toEqual(["bias", "weight"]);
    expect(layer.bias!.tolist()).toEqual([2, 2].map((value) => expect.closeTo(value, 6)));
  });
});
