import { describe, expect, test } from "vitest";
import { readJson } from "../../tests/support/recorded.js";
import { zeros_ } from "../nn/init.js";
import { Parameter } from "../tensor/index.js";
import { AdamW } from "./index.js";
import * as schedules from "./schedules.js";

interface Case {
  function: string;
  lr: number;
  options: Record<string, number>;
  rates: number[];
}

const cases = readJson<Case[]>(import.meta.dirname, "fixtures", "schedules.json");

const functions = new Map<string, unknown>(Object.entries(schedules));

function scheduleOf({ function: name, lr, options }: Case) {
  const optimizer = new AdamW([new Parameter([1], zeros_)], { lr });
  const create = functions.get(name) as (optimizer: AdamW, options: object) => schedules.LambdaLR;
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
      resumed.schedule.load_state_dict(schedule.state_dict());
      expect(resumed.optimizer.param_groups[0]!.lr).toBeCloseTo(recorded.rates[17]!, 12);
    });
  },
);

test("every group keeps its own initial rate", () => {
  const optimizer = new AdamW([
    { params: [new Parameter([1], zeros_)], lr: 1 },
    { params: [new Parameter([1], zeros_)], lr: 10 },
  ]);
  const schedule = schedules.get_linear_schedule_with_warmup(optimizer, {
    num_warmup_steps: 2,
    num_training_steps: 6,
  });
  schedule.step();
  expect(schedule.get_last_lr()).toEqual([0.5, 5]);
});
