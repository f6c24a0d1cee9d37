import path from "node:path";
import { describe, expect, test } from "vitest";
import { readJson } from "../../tests/support/recorded.js";
import { zeros_ } from "../nn/init.js";
import { Parameter } from "../tensor/index.js";
import { Adafactor, AdamW, get_scheduler, LambdaLR, SchedulerType, SGD } from "./index.js";
import * as schedules from "./schedules.js";

interface Case {
  function: string;
  lr: number;
  options: Record<string, number>;
  rates: number[];
}

const fixtures = path.join(import.meta.dirname, "fixtures");
const cases = readJson<Case[]>(fixtures, "schedules.json");
const named = readJson<{
  types: Record<string, string>;
  num_warmup_steps: number;
  num_training_steps: number;
  lr: number;
  cases: { name: SchedulerType; specific: Record<string, number> | null; rates: number[] }[];
}>(fixtures, "scheduler-types.json");

const functions = new Map<string, unknown>(Object.entries(schedules));
const parameter = () => new Parameter([1], zeros_);

function scheduleOf({ function: name, lr, options }: Case) {
  const resumed = options.last_epoch === undefined ? {} : { initial_lr: lr };
  const optimizer = new AdamW([{ params: parameter(), ...resumed }], { lr });
  const create = functions.get(name) as (optimizer: AdamW, options: object) => LambdaLR;
  return { optimizer, schedule: create(optimizer, options) };
}

describe.each(cases.map((recorded) => [recorded.function, recorded.options, recorded] as const))(
  "%s %j",
  (_, __, recorded) => {
    test("gives the recorded rates", () => {
      const { schedule } = scheduleOf(recorded);
      for (const [step, rate] of recorded.rates.entries()) {
        expect(schedule.get_last_lr(), `step ${step}`).toEqual([expect.closeTo(rate, 12)]);
        schedule.step();
      }
    });

    test("goes on from a saved state", () => {
      const { schedule } = scheduleOf(recorded);
      for (let step = 0; step < 17; step++) schedule.step();
      const resumed = scheduleOf(recorded);
      resumed.schedule.load_state_dict(JSON.parse(JSON.stringify(schedule.state_dict())));
      expect(resumed.optimizer.param_groups[0]!.lr).toBeCloseTo(recorded.rates[17]!, 12);
      expect(resumed.schedule.state_dict()).toEqual(schedule.state_dict());
    });
  },
);

describe("get_scheduler", () => {
  test("knows the reference's names", () => {
    expect(SchedulerType).toEqual(named.types);
  });

  test.each(named.cases.map((recorded) => [recorded.name, recorded.specific, recorded] as const))(
    "%s %j",
    (name, specific, { rates }) => {
      const optimizer = new SGD([parameter()], { lr: named.lr });
      const { num_warmup_steps, num_training_steps } = named;
      const steps = name === "constant" ? { num_training_steps } : { num_warmup_steps, num_training_steps };
      const schedule = get_scheduler(name, optimizer, {
        ...steps,
        scheduler_specific_kwargs: specific as never,
      }) as LambdaLR;
      for (const rate of rates) {
        expect(schedule.get_last_lr()).toEqual([expect.closeTo(rate, 12)]);
        schedule.step();
      }
    },
  );

  test("hands on options that the reference ignores", () => {
    const optimizer = new SGD([parameter()], { lr: 1 });
    const options = { num_warmup_steps: 0, scheduler_specific_kwargs: { timescale: 4 } };
    const schedule = get_scheduler("inverse_sqrt", optimizer, options);
    for (let step = 0; step < 12; step++) schedule.step();
    expect(schedule.get_last_lr()).toEqual([0.5]);
  });

  const optimizer = new SGD([parameter()]);
  const refusals: [message: string, attempt: () => unknown][] = [
    [
      'unknown schedule "cosin"; known are linear, cosine, cosine_with_restarts, polynomial, constant, constant_with_warmup, inverse_sqrt, reduce_lr_on_plateau',
      () => get_scheduler("cosin" as "cosine", optimizer),
    ],
    ['the schedule "cosine" needs num_warmup_steps', () => get_scheduler("cosine", optimizer)],
    [
      'the schedule "linear" needs num_training_steps',
      () => get_scheduler("linear", optimizer, { num_warmup_steps: 1, num_training_steps: null }),
    ],
    [
      'the schedule "constant" has no warm-up, but num_warmup_steps is 5',
      () => get_scheduler("constant", optimizer, { num_warmup_steps: 5 }),
    ],
    [
      'the schedule "polynomial" has no option "num_cycles"; its options are lr_end, power',
      () =>
        get_scheduler("polynomial", optimizer, {
          num_warmup_steps: 0,
          num_training_steps: 9,
          scheduler_specific_kwargs: { num_cycles: 2 } as never,
        }),
    ],
    [
      'ReduceLROnPlateau has no option "verbose"',
      () =>
        get_scheduler("reduce_lr_on_plateau", optimizer, {
          scheduler_specific_kwargs: { verbose: true } as never,
        }),
    ],
    [
      'get_scheduler has no option "warmup"',
      () => get_scheduler("constant", optimizer, { warmup: 3 } as never),
    ],
  ];
  test.each(refusals)("refuses: %s", (message, attempt) => {
    expect(attempt).toThrow(message);
  });
});

describe("a schedule", () => {
  test("keeps each group's own initial rate", () => {
    const optimizer = new AdamW([
      { params: [parameter()], lr: 1 },
      { params: [parameter()], lr: 10 },
    ]);
    const options = { num_warmup_steps: 2, num_training_steps: 6 };
    const schedule = schedules.get_linear_schedule_with_warmup(optimizer, options);
    schedule.step();
    expect(schedule.get_last_lr()).toEqual([0.5, 5]);
  });

  test("may have a function for each group", () => {
    const optimizer = new SGD([
      { params: parameter(), lr: 1 },
      { params: parameter(), lr: 10 },
    ]);
    const schedule = new LambdaLR(optimizer, [(step) => 0.5 ** step, () => 1]);
    schedule.step();
    schedule.step();
    expect(schedule.get_last_lr()).toEqual([0.25, 10]);
    expect(() => new LambdaLR(optimizer, [() => 1])).toThrow("got 1 functions for 2 groups");
  });

  test("leaves groups alone that were added later", () => {
    const optimizer = new SGD([parameter()], { lr: 1 });
    const schedule = new LambdaLR(optimizer, (step) => 0.5 ** step);
    optimizer.add_param_group({ params: parameter(), lr: 7 });
    schedule.step();
    expect(optimizer.param_groups.map(({ lr }) => lr)).toEqual([0.5, 7]);
    expect(schedule.get_last_lr()).toEqual([0.5]);
  });

  test("that goes on needs to know where it started", () => {
    const optimizer = new SGD([parameter()], { lr: 1 });
    expect(() => schedules.get_constant_schedule(optimizer, { last_epoch: 3 })).toThrow(
      "param_groups[0] has no initial_lr",
    );
  });

  test("has nothing to change where the optimizer finds its own rate", () => {
    expect(() => schedules.get_constant_schedule(new Adafactor([parameter()]))).toThrow(
      "use get_adafactor_schedule",
    );
  });

  test("refuses a state of another number of groups, and an end above the start", () => {
    const optimizer = new SGD([parameter()], { lr: 1e-3 });
    const schedule = new LambdaLR(optimizer, () => 1);
    expect(() => schedule.load_state_dict({ last_epoch: 1, base_lrs: [1, 2] })).toThrow(
      "the state has rates for 2 groups, this schedule for 1",
    );
    const options = { num_warmup_steps: 0, num_training_steps: 5, lr_end: 0.01 };
    expect(() => schedules.get_polynomial_decay_schedule_with_warmup(optimizer, options)).toThrow(
      "lr_end is 0.01; expected less than the optimizer's lr 0.001",
    );
  });
});
