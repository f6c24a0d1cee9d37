import type { Tensor } from "../../../src/tensor/index.js";
import { calls as activation } from "./activation.js";
import { calls as attention } from "./attention.js";
import type { Calls, RecordedCase } from "./call.js";
import { calls as convolution } from "./convolution.js";
import { calls as creation } from "./creation.js";
import { calls as ctcLoss } from "./ctc-loss.js";
import { calls as elementwise } from "./elementwise.js";
import { calls as folding } from "./folding.js";
import { calls as gridSample } from "./grid-sample.js";
import { calls as indexing } from "./indexing.js";
import { calls as interpolate } from "./interpolate.js";
import { calls as losses } from "./losses.js";
import { calls as matmul } from "./matmul.js";
import { calls as movement } from "./movement.js";
import { calls as normalization } from "./normalization.js";
import { calls as padding } from "./padding.js";
import { calls as pooling } from "./pooling.js";
import { calls as reduce } from "./reduce.js";
import { calls as rotary } from "./rotary.js";
import { calls as scattering } from "./scattering.js";
import { calls as sorting } from "./sorting.js";
import { calls as subscript } from "./subscript.js";

export type { RecordedCase } from "./call.js";

const calls: Calls = {
  ...activation,
  ...attention,
  ...convolution,
  ...creation,
  ...ctcLoss,
  ...elementwise,
  ...folding,
  ...gridSample,
  ...indexing,
  ...interpolate,
  ...losses,
  ...matmul,
  ...movement,
  ...normalization,
  ...padding,
  ...pooling,
  ...reduce,
  ...rotary,
  ...scattering,
  ...sorting,
  ...subscript,
};

/** Calls the op of a case as this library spells it. */
export function callRecorded({ op, options }: RecordedCase, inputs: readonly (Tensor | null)[]): Tensor[] {
  const call = calls[op];
  if (call === undefined) throw new Error(`tests/support/recorded-ops says nothing about the op "${op}"`);
  const result = call(inputs as readonly Tensor[], options);
  return Array.isArray(result) ? result : [result as Tensor];
}
