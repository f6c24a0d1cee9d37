import { TransformersError } from "../../src/errors.js";
import { readPytorchCheckpoint } from "../../src/hub/pytorch/index.js";
import { inMemory, mutatedCheckpoint } from "../support/mutated-checkpoints.js";
import type { Verdict } from "./main.js";

/** Reads damaged files of torch.save: each must give a checkpoint or one of our errors, in less than 200 ms. */
export async function mutatePickles(count: number): Promise<Verdict> {
  const flaws: string[] = [];
  const codes: Record<string, number> = {};
  let slowest = 0;
  for (let index = 0; index < count; index++) {
    const file = inMemory(mutatedCheckpoint(20261122, index));
    const begin = performance.now();
    const code = await readPytorchCheckpoint(file).then(
      () => "read",
      (error: unknown) => {
        if (error instanceof TransformersError) return error.code;
        flaws.push(`file ${index}: ${String(error)}`);
        return "another error";
      },
    );
    const took = performance.now() - begin;
    slowest = Math.max(slowest, took);
    if (took > 200) flaws.push(`file ${index} took ${took.toFixed(0)} ms`);
    codes[code] = (codes[code] ?? 0) + 1;
  }
  return { flaws, facts: { files: count, ...codes, slowest_ms: Math.round(slowest) } };
}
