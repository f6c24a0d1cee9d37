import { describe, expect, test } from "vitest";
import { init } from "../nn/index.js";
import { Parameter, tensor } from "../tensor/index.js";
import { Adafactor, Adagrad, Adam, AdamW, type AdamWSettings, Lion, RMSprop, SGD } from "./index.js";

describe("groups", () => {
  const parameter = () => new Parameter([2], init.ones_);

  test("take the optimizer's settings where they have none of their own", () => {
    const optimizer = new AdamW(
      [
        { params: [parameter()], lr: 1 },
        { params: [parameter()], weight_decay: 0 },
      ],
      { lr: 0.5, weight_decay: 0.25 },
    );
    expect(optimizer.param_groups).toMatchObject([
      { lr: 1, weight_decay: 0.25 },
      { lr: 0.5, weight_decay: 0 },
    ]);
  });

  test("refuse unknown settings, naming the known ones", () => {
    const group = { params: [parameter()], momentum: 0.9 };
    expect(() => new AdamW([group])).toThrow(
      'AdamW has no setting "momentum"; its settings are lr, betas, eps, weight_decay, amsgrad, maximize',
    );
  });

  test("so does the optimizer itself", () => {
    const settings = { learning_rate: 1 } as Partial<AdamWSettings>;
    expect(() => new AdamW([parameter()], settings)).toThrow('AdamW has no setting "learning_rate"');
  });

  test("refuse a parameter that stands in two of them", () => {
    const shared = parameter();
    expect(() => new AdamW([{ params: [shared] }, { params: [shared] }])).toThrow("stands in two groups");
    expect(() => new AdamW([shared, shared])).toThrow("twice in one");
  });

  test("a setting that is undefined is left out", () => {
    const [group] = new AdamW([parameter()], { lr: undefined, eps: 1 }).param_groups;
    expect(group).toMatchObject({ lr: 1e-3, eps: 1 });
  });

  test.each<[Partial<AdamWSettings>, string]>([
    [{ lr: -1 }, "AdamW: lr is -1; expected 0 or more"],
    [{ lr: Number.NaN }, "AdamW: lr is NaN; expected 0 or more"],
    [{ betas: [0.9, 1] }, "AdamW: betas is [0.9,1]; expected two numbers from 0 up to, but not, 1"],
    [{ betas: [-0.1, 0.9] }, "AdamW: betas is [-0.1,0.9]"],
    [{ eps: -1e-8 }, "AdamW: eps is -1e-8; expected 0 or more"],
    [{ weight_decay: -0.1 }, "AdamW: weight_decay is -0.1; expected 0 or more"],
  ])("settings that cannot be used are refused: %j", (settings, message) => {
    expect(() => new AdamW([parameter()], settings)).toThrow(message);
    expect(() => new AdamW([{ params: [parameter()], ...settings }])).toThrow(message);
  });

  test("there must be at least one parameter", () => {
    expect(() => new AdamW([])).toThrow("needs at least one parameter");
  });
});

describe("add_param_group", () => {
  const parameter = () => new Parameter([2], init.ones_);

  test("adds parameters that are trained from then on, with settings of their own", async () => {
    const [first, second] = [parameter(), parameter()];
    const optimizer = new SGD([first], { lr: 0.5, momentum: 0.9 });
    const step = async () => {
      for (const one of [first, second]) one.grad = tensor([1, 2.5]);
      await optimizer.step();
    };
    await step();
    expect([...second.data]).toEqual([1, 1]);
    optimizer.add_param_group({ params: second, lr: 0.25 });
    expect(optimizer.param_groups[1]).toMatchObject({ lr: 0.25, momentum: 0.9, params: [second] });
    await step();
    expect([...second.data]).toEqual([0.75, 0.375]);
    expect(Object.keys((await optimizer.state_dict()).state)).toEqual(["0", "1"]);
  });

  test("refuses parameters that are there, unknown settings and bad values", () => {
    const first = parameter();
    const optimizer = new SGD([first]);
    expect(() => optimizer.add_param_group({ params: [parameter(), first] })).toThrow("stands in two groups");
    const unknown = { params: parameter(), betas: [0, 0] } as never;
    expect(() => optimizer.add_param_group(unknown)).toThrow('SGD has no setting "betas"');
    expect(() => optimizer.add_param_group({ params: parameter(), lr: -1 })).toThrow("lr is -1");
    expect(optimizer.param_groups.length).toBe(1);
  });
});

describe("each optimizer refuses what it cannot use", () => {
  const parameters = () => [new Parameter([2], init.ones_)];
  const nesterov = "SGD: nesterov is true; expected a momentum above 0 and no dampening with it, not";
  test.each<[message: string, attempt: () => unknown]>([
    ["SGD: momentum is -0.5; expected 0 or more", () => new SGD(parameters(), { momentum: -0.5 })],
    ["SGD: weight_decay is -1; expected 0 or more", () => new SGD(parameters(), { weight_decay: -1 })],
    ["SGD: dampening is NaN; expected a number", () => new SGD(parameters(), { dampening: Number.NaN })],
    [`${nesterov} 0 and 0`, () => new SGD(parameters(), { nesterov: true })],
    [
      `${nesterov} 0.9 and 0.1`,
      () => new SGD(parameters(), { nesterov: true, momentum: 0.9, dampening: 0.1 }),
    ],
    // @ts-expect-error
    ['SGD has no setting "foreach"', () => new SGD(parameters(), { foreach: true })],
    // @ts-expect-error
    ['AdamW has no setting "momentum"', () => new AdamW(parameters(), { momentum: 0.9 })],
    ["Adam: betas is [1,0.9]", () => new Adam(parameters(), { betas: [1, 0.9] })],
    ["Adam: eps is -1", () => new Adam(parameters(), { eps: -1 })],
    ["Adagrad: lr_decay is -1; expected 0 or more", () => new Adagrad(parameters(), { lr_decay: -1 })],
    [
      "Adagrad: initial_accumulator_value is -1",
      () => new Adagrad(parameters(), { initial_accumulator_value: -1 }),
    ],
    ["Adagrad: eps is NaN", () => new Adagrad(parameters(), { eps: Number.NaN })],
    ["RMSprop: alpha is 1; expected a number from 0 up to", () => new RMSprop(parameters(), { alpha: 1 })],
    ["RMSprop: momentum is -1; expected 0 or more", () => new RMSprop(parameters(), { momentum: -1 })],
    ["Lion: betas is [0.9,-0.1]", () => new Lion(parameters(), { betas: [0.9, -0.1] })],
    ["Lion: weight_decay is -1", () => new Lion(parameters(), { weight_decay: -1 })],
    [
      "Adafactor: lr is 0.1; expected null, or relative_step: false beside it",
      () => new Adafactor(parameters(), { lr: 0.1 }),
    ],
    [
      "Adafactor: lr is null; expected a number, or relative_step: true beside it",
      () => new Adafactor(parameters(), { relative_step: false }),
    ],
    [
      "Adafactor: warmup_init is true; expected relative_step: true beside it",
      () => new Adafactor(parameters(), { lr: 1, relative_step: false, warmup_init: true }),
    ],
    ["Adafactor: eps is [1]; expected two numbers", () => new Adafactor(parameters(), { eps: [1] as never })],
    ["Adafactor: clip_threshold is 0", () => new Adafactor(parameters(), { clip_threshold: 0 })],
    [
      "Adafactor: decay_rate is 0.8; expected 0 or less",
      () => new Adafactor(parameters(), { decay_rate: 0.8 }),
    ],
    ["Adafactor: beta1 is 1; expected null, or", () => new Adafactor(parameters(), { beta1: 1 })],
    // @ts-expect-error
    ['Adafactor has no setting "betas"', () => new Adafactor(parameters(), { betas: [0, 0] })],
  ])("%s", (message, attempt) => {
    expect(attempt).toThrow(message);
  });
});
