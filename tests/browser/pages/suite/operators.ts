import type { Device, Tensor } from "../../../../src/tensor/index.js";
import type { RecordedCase } from "../../../support/recorded-ops/index.js";
import { judge } from "../../../support/recorded-ops/judge.js";
import { readRecorded } from "../../../support/recorded-tensors.js";

/** How a recorded case came out: what is wrong, or the error that it threw. */
export interface Outcome {
  readonly name: string;
  /** Of all its tensors, and what it was asked for. */
  readonly dtypes: readonly string[];
  readonly wrong: readonly string[];
  readonly error: { readonly code: string | null; readonly message: string } | null;
}

/** Computes all recorded cases of a room of operators on a device. */
export async function judgeRoom(room: string, device: Device): Promise<Outcome[]> {
  const tensors = await readRecorded(`/operators/${room}.safetensors`);
  const cases = (await (await fetch(`/operators/${room}.json`)).json()) as readonly RecordedCase[];
  const outcomes: Outcome[] = [];
  for (const recorded of cases) {
    const { name } = recorded;
    const dtypes = dtypesOf(recorded, tensors);
    try {
      const { wrong } = await judge(recorded, tensors, device);
      outcomes.push({ name, dtypes, wrong, error: null });
    } catch (error) {
      const { code = null, message } = error as Error & { code?: string };
      outcomes.push({ name, dtypes, wrong: [], error: { code, message } });
    }
  }
  return outcomes;
}

function dtypesOf(recorded: RecordedCase, tensors: ReadonlyMap<string, Tensor>): string[] {
  const keys = [...recorded.inputs, ...recorded.outputs, ...recorded.cotangents, ...recorded.gradients];
  const named = keys.flatMap((key) => (key === null ? [] : [tensors.get(key)!.dtype]));
  const { dtype } = recorded.options;
  return [...new Set<string>(typeof dtype === "string" ? [...named, dtype] : named)];
}
