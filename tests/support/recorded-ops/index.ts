import type { Tensor } from "../../../src/tensor/index.js";
import { calls as activation } from "./activation.js";
import { calls as attention } from "./attention.js";
import type { Calls, RecordedCase } from "./call.js";
import { calls as elementwise } from "./elementwise.js";
import { calls as indexing } from "./indexing.js";
import { calls as losses } from "./losses.js";
import { calls as matmul } from "./matmul.js";
import { calls as movement } from "./movement.js";
import { calls as normalization } from "./normalization.js";
import { calls as reduce } from "./reduce.js";

export type { RecordedCase } from "./call.js";

const calls: Calls = {
  ...activation,
  ...attention,
  ...elementwise,
  ...indexing,
  ...losses,
  ...matmul,
  ...movement,
  ...normalization,
  ...reduce,
};

/** Calls the op of a case as this library spells it. */
export function callRecorded({ op, options }: RecordedCase, inputs: readonly (Tensor | null)[]): Tensor[] {
  const call = calls[op];
  if (call === undefined) throw new Error(`tests/support/recorded-ops says nothing about the op "${op}"`);
  const result = call(inputs as readonly Tensor[], options);
  return Array.isArray(result) ? result : [result as Tensor];
}
