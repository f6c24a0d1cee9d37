import { refused } from "../support/recorded-ops/judge.js";
import type { Outcome } from "./pages/suite/operators.js";

export type BrowserDevice = "wasm" | "webgpu";

/**
 * What onnxruntime-web's build for a device does not compute with, and the software adapter (float16); such cases are
 * refused where it matters.
 */
const lacking: Readonly<Record<BrowserDevice, readonly string[]>> = {
  wasm: ["bfloat16"],
  webgpu: ["bfloat16", "float16", "float64", "int16"],
};

/** Cases that are refused although their dtypes are computed with, by the code that they get. */
const alsoRefused: Readonly<Record<BrowserDevice, Readonly<Record<string, RegExp>>>> = {
  wasm: {},
  webgpu: {
    // The course hangs on values that lie on the device and are not known when the op is recorded.
    NOT_REALIZED:
      /^(repeat_interleave: (a number each|one number for all|int32 numbers)|(at|index_put): .*\bmask\b.*|ctc_loss: .*, one after the other)$/,
  },
};

/** Whether a case came out, or was refused as it should be; what came out wrong is another matter. */
export function isExpected({ name, dtypes, error }: Outcome, device: BrowserDevice): boolean {
  const code = error?.code ?? null;
  if (refused[name] !== undefined) return code === refused[name];
  if (error === null) return true;
  if (code === null) return false;
  if (alsoRefused[device][code]?.test(name)) return true;
  return code === "UNSUPPORTED" && dtypes.some((dtype) => lacking[device].includes(dtype));
}
