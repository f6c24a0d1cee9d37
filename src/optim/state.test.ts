import { describe, expect, test } from "vitest";
import { init } from "../nn/index.js";
import { type DType, type HostArray, Parameter, tensor } from "../tensor/index.js";
import { Adafactor, type AdafactorSettings, AdamW, Lion, type OptimizerState, SGD } from "./index.js";

const array = (...values: number[]): HostArray => ({
  dtype: "float32",
  dims: [values.length],
  data: Float32Array.from(values),
});

const parameter = (dtype: DType = "float32") => new Parameter([2], init.ones_, dtype);

async function stepWith(optimizer: { step(): Promise<void> }, own: Parameter, gradient: number[]) {
  own.grad = tensor(Float32Array.from(gradient));
  await optimizer.step();
}

describe("a state as PyTorch writes it is taken", () => {
  const group = { lr: 0.5, momentum: 0.9, dampening: 0, weight_decay: 0, nesterov: false, maximize: false };

  test("with settings that choose among PyTorch's implementations", async () => {
    const own = parameter();
    const optimizer = new SGD([own]);
    const stored = { ...group, foreach: null, differentiable: false, fused: null, params: [0] };
    optimizer.load_state_dict({
      state: { 0: { momentum_buffer: array(1, 2) } },
      param_groups: [stored],
    });
    expect(optimizer.param_groups[0]).toEqual({ ...group, params: [own] });
    await stepWith(optimizer, own, [1, 1]);
    const moments = [0.9 * 1 + 1, 0.9 * 2 + 1];
    moments.forEach((moment, i) => {
      expect(Number(own.data[i])).toBeCloseTo(1 - 0.5 * moment, 6);
    });
  });

  test.each([0, 0.9])("with null in the place of what is not kept yet, momentum %d", async (momentum) => {
    const optimizer = new SGD([parameter()], { momentum: 0.5 });
    optimizer.load_state_dict({
      state: { 0: { momentum_buffer: null } },
      param_groups: [{ ...group, momentum, params: [0] }],
    });
    const state = await optimizer.state_dict();
    expect([state.state, state.param_groups[0]!.momentum]).toEqual([{}, momentum]);
  });

  test("with the word on decay that tells AdamW from Adam, if it is the right one", async () => {
    const optimizer = new AdamW([parameter()]);
    const { params: _, ...settings } = optimizer.param_groups[0]!;
    const state = (decoupled_weight_decay: boolean) => ({
      state: {},
      param_groups: [{ ...settings, lr: 7, decoupled_weight_decay, params: [0] }],
    });
    optimizer.load_state_dict(state(true));
    expect(optimizer.param_groups[0]!.lr).toBe(7);
    expect(() => optimizer.load_state_dict(state(false))).toThrow(
      "AdamW: decoupled_weight_decay is false; expected true",
    );
  });

  test("with a rate that Adafactor's schedule noted, and a size that nothing reads", async () => {
    const optimizer = new Adafactor([parameter()]);
    const { params: _, ...settings } = optimizer.param_groups[0]!;
    const state = { step: 3, exp_avg_sq: array(1, 1), RMS: { ...array(2), dims: [] } };
    const stored: OptimizerState<AdafactorSettings> = {
      state: { 0: state },
      param_groups: [{ ...settings, lr: 0, params: [0] }],
    };
    optimizer.load_state_dict(stored);
    expect(optimizer.rates()).toEqual([0.01 * 2]);
    const external = { ...settings, lr: 0.1, relative_step: false, scale_parameter: false, params: [0] };
    optimizer.load_state_dict({ ...stored, param_groups: [external] });
    expect(optimizer.rates()).toEqual([0.1]);
    expect((await optimizer.state_dict()).state[0]).toEqual({ step: 3, exp_avg_sq: state.exp_avg_sq });
  });
});

describe("a state that does not fit is refused, and the optimizer keeps its own", () => {
  const stored = async () => {
    const own = parameter();
    const optimizer = new AdamW([own], { lr: 0.1 });
    await stepWith(optimizer, own, [1, 2]);
    return optimizer.state_dict();
  };
  type Stored = Awaited<ReturnType<typeof stored>>;
  const cases: [string, string, (state: Stored) => void][] = [
    [
      "KEYS_MISMATCH",
      "AdamW with these settings keeps exp_avg, exp_avg_sq of parameter 0; the state lacks exp_avg_sq, and has nothing besides",
      ({ state }) => delete state[0]!.exp_avg_sq,
    ],
    [
      "KEYS_MISMATCH",
      "the state lacks nothing, and has max_exp_avg_sq besides",
      ({ state }) => Object.assign(state[0]!, { max_exp_avg_sq: array(1, 1) }),
    ],
    [
      "KEYS_MISMATCH",
      "the state lacks max_exp_avg_sq, and has nothing besides",
      ({ param_groups }) => Object.assign(param_groups[0]!, { amsgrad: true }),
    ],
    [
      "KEYS_MISMATCH",
      "exp_avg of parameter 0 is [3] and should be [2]",
      ({ state }) => Object.assign(state[0]!, { exp_avg: array(1, 2, 3) }),
    ],
    [
      "KEYS_MISMATCH",
      "the state has groups of 1, 1 parameters, this optimizer of 1",
      ({ param_groups }) => param_groups.push({ ...param_groups[0]! }),
    ],
    [
      "INVALID_ARGUMENT",
      "AdamW: betas is [0.9,1.5]",
      ({ param_groups }) => Object.assign(param_groups[0]!, { betas: [0.9, 1.5] }),
    ],
    [
      "INVALID_ARGUMENT",
      'AdamW has no setting "momentum"',
      ({ param_groups }) => Object.assign(param_groups[0]!, { momentum: 0.9 }),
    ],
  ];
  test.each(cases)("%s: %s", async (code, message, spoil) => {
    const own = parameter();
    const optimizer = new AdamW([own]);
    await stepWith(optimizer, own, [3, 4]);
    const before = await optimizer.state_dict();
    const state = await stored();
    spoil(state);
    expect(() => optimizer.load_state_dict(state)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
    expect(await optimizer.state_dict()).toEqual(before);
  });
});

test("a setting that moments are kept by may not change between steps", async () => {
  const own = parameter();
  const optimizer = new Lion([own]);
  await stepWith(optimizer, own, [1, 2]);
  optimizer.param_groups[0]!.betas = [0.9, 0.5];
  await expect(stepWith(optimizer, own, [1, 2])).rejects.toThrow("were changed after the first step");
  optimizer.param_groups[0]!.betas = [0.5, 0.99];
  await stepWith(optimizer, own, [1, 2]);
});

describe("parameters of another float", () => {
  test.each<[DType, number]>([
    ["float64", 1e-12],
    ["float16", 2e-3],
    ["bfloat16", 1e-2],
  ])("%s are updated in a dtype that is wide enough", async (dtype, tolerance) => {
    const own = parameter(dtype);
    const optimizer = new AdamW([own], { lr: 0.1, weight_decay: 0, eps: 0 });
    for (let step = 0; step < 3; step++) await stepWith(optimizer, own, [1, -2]);
    // A gradient that does not change moves an element by the learning rate.
    const [down, up] = own.tolist() as [number, number];
    expect(Math.abs(down - 0.7)).toBeLessThan(tolerance);
    expect(Math.abs(up - 1.3)).toBeLessThan(tolerance);
    const { state } = await optimizer.state_dict();
    const average = state[0]!.exp_avg as HostArray;
    expect(Math.abs(Number(average.data[0]) - (1 - 0.9 ** 3))).toBeLessThan(1e-6);
    expect((await own.load()).dtype).toBe(dtype);
  });
});
