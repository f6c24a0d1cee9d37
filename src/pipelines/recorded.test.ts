import path from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { readJson } from "../../tests/support/recorded.js";
import { TransformersError } from "../errors.js";
import type { PreTrainedModel } from "../models/pretrained-model.js";
import { pipeline, type TaskName } from "./index.js";

/** A call of a pipeline, and what Python 4.37.2 answered. */
interface RecordedCall {
  task: TaskName;
  model: string;
  config: Record<string, unknown>;
  pipeline_options: Record<string, unknown>;
  options: Record<string, unknown>;
  input: unknown;
  output?: unknown;
  error?: { type: string };
  warnings: string[];
}

type AnyPipeline = { model: PreTrainedModel } & ((input: unknown, options: unknown) => Promise<unknown>);

const fixtures = path.join(import.meta.dirname, "fixtures");
const warn = vi.spyOn(console, "warn");
beforeEach(() => void warn.mockReset().mockImplementation(() => undefined));

const tasks: readonly TaskName[] = [
  "text-classification",
  "token-classification",
  "question-answering",
  "fill-mask",
  "feature-extraction",
  "zero-shot-classification",
];

/** Equal but for scores and features, which may be off by 1e-5. */
function expectClose(actual: unknown, expected: unknown, place = "output"): void {
  if (typeof expected === "number" && !/\.(index|start|end|token)$/.test(place)) {
    expect(Math.abs((actual as number) - expected), place).toBeLessThan(1e-5);
  } else if (expected !== null && typeof expected === "object") {
    expect(Object.keys(actual as object), place).toEqual(Object.keys(expected));
    for (const [name, value] of Object.entries(expected)) {
      expectClose((actual as Record<string, unknown>)[name], value, `${place}.${name}`);
    }
  } else {
    expect(actual, place).toBe(expected);
  }
}

describe.each(tasks)("%s answers as Python does", (task) => {
  const calls = readJson<RecordedCall[]>(fixtures, `${task}.json`).map(
    (call, i) =>
      [`${i}: ${JSON.stringify({ ...call.options, input: call.input }).slice(0, 90)}`, call] as const,
  );

  test.each(calls)("%s", async (_, call) => {
    const run = async () => {
      const folder = path.join(fixtures, call.model);
      const pipe = (await pipeline(
        call.task,
        folder,
        call.pipeline_options as object,
      )) as unknown as AnyPipeline;
      pipe.model.config.update(call.config);
      return pipe(call.input, call.options);
    };
    if (call.error) {
      await expect(run()).rejects.toThrow(TransformersError);
    } else {
      expectClose(await run(), call.output);
      expect(warn).toHaveBeenCalledTimes(call.warnings.length);
    }
  });
});
