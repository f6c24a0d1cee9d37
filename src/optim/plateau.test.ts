import path from "node:path";
import { describe, expect, test } from "vitest";
import { readJson } from "../../tests/support/recorded.js";
import { zeros_ } from "../nn/init.js";
import { Parameter, tensor } from "../tensor/index.js";
import { get_scheduler, type PlateauOptions, ReduceLROnPlateau, SGD } from "./index.js";

interface Case {
  options: PlateauOptions;
  metrics: number[];
  /** Of both groups, after each step. */
  rates: number[][];
  /** Parts of the state after the last step. */
  state: Record<string, unknown>;
}

const cases = readJson<Case[]>(path.join(import.meta.dirname, "fixtures", "plateau.json"));

function optimizer(): SGD {
  const group = (lr: number) => ({ params: new Parameter([1], zeros_), lr });
  return new SGD([group(0.1), group(0.5)]);
}

const scheduleOf = (options: PlateauOptions, own = optimizer()) =>
  get_scheduler("reduce_lr_on_plateau", own, { scheduler_specific_kwargs: options });

describe.each(cases.map((recorded) => [recorded.options, recorded] as const))("%j", (options, recorded) => {
  test("gives the recorded rates and state", () => {
    const schedule = scheduleOf(options);
    for (const [step, metric] of recorded.metrics.entries()) {
      schedule.step(metric);
      const expected = recorded.rates[step]!.map((rate) => expect.closeTo(rate, 14));
      expect(schedule.get_last_lr(), `step ${step}`).toEqual(expected);
    }
    const { _last_lr, ...state } = recorded.state as { _last_lr: number[] };
    expect(schedule.state_dict()).toMatchObject(state);
    expect(schedule.state_dict()._last_lr).toEqual(_last_lr.map((rate) => expect.closeTo(rate, 14)));
  });

  test.each([0, 9])("goes on from a state stored as JSON after %i steps", (steps) => {
    const schedule = scheduleOf(options);
    for (const metric of recorded.metrics.slice(0, steps)) schedule.step(metric);
    const own = optimizer();
    const resumed = new ReduceLROnPlateau(own);
    resumed.load_state_dict(JSON.parse(JSON.stringify(schedule.state_dict())));
    for (const metric of recorded.metrics.slice(steps)) resumed.step(metric);
    const last = recorded.rates.at(-1)!.map((rate) => expect.closeTo(rate, 14));
    expect(own.param_groups.map(({ lr }) => lr)).toEqual(last);
  });
});

test("a tensor of one element is a metric too", () => {
  const schedule = scheduleOf({ patience: 0 });
  schedule.step(tensor([1]));
  schedule.step(tensor([2]));
  expect(schedule.get_last_lr()).toEqual([expect.closeTo(0.01, 12), expect.closeTo(0.05, 12)]);
});

test("groups that were added later have the limit that all have", () => {
  const own = optimizer();
  const [all, each] = [scheduleOf({ patience: 0, min_lr: 0.2 }, own), scheduleOf({ min_lr: [0, 1] }, own)];
  own.add_param_group({ params: new Parameter([1], zeros_), lr: 10 });
  for (const metric of [1, 1]) all.step(metric);
  expect(own.param_groups.map(({ lr }) => lr)).toEqual([0.1, 0.2, 1]);
  for (let i = 0; i < 11; i++) each.step(1);
  expect(() => each.step(1)).toThrow("expected one for each of 3 groups");
});

test.each<[string, object]>([
  ["mode is mean", { mode: "mean" }],
  ["threshold_mode is absolute", { threshold_mode: "absolute" }],
  ["factor is 1; expected less than 1", { factor: 1 }],
  ["min_lr is [1]; expected a number, or one for each of 2 groups", { min_lr: [1] }],
  ['has no option "verbose"; its options are mode, factor', { verbose: true }],
])("refused: %s", (message, options) => {
  expect(() => scheduleOf(options)).toThrow(message);
});

test("a state of another number of groups is refused", () => {
  const state = scheduleOf({}).state_dict();
  const one = new ReduceLROnPlateau(new SGD([new Parameter([1], zeros_)]));
  expect(() => one.load_state_dict(state)).toThrow("the state has rates for 2 groups, this optimizer has 1");
});
