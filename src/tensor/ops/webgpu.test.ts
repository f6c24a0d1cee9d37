import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readJson, readRecorded } from "../../../tests/support/recorded.js";
import type { RecordedCase } from "../../../tests/support/recorded-ops/index.js";
import { judge, refused } from "../../../tests/support/recorded-ops/judge.js";
import { webgpuMissing } from "../../../tests/support/software-webgpu.js";

const missing = await webgpuMissing();
if (missing !== null) console.warn(`Tests on webgpu are skipped: ${missing}`);

const fixtures = fileURLToPath(new URL("../fixtures/ops/", import.meta.url));
/** Enough to see that operators run through Node's sessions; tests/browser runs all rooms with the same kernels. */
const rooms = ["choice", "indexing", "losses", "matmul", "scattering"];

describe.skipIf(missing !== null).each(rooms)("what PyTorch recorded, on webgpu: %s", async (room) => {
  const tensors = await readRecorded(`${fixtures}${room}.safetensors`);
  const cases = readJson<readonly RecordedCase[]>(fixtures, `${room}.json`);

  test("every case", async () => {
    const wrong: string[] = [];
    for (const recorded of cases) {
      if (recorded.name in refused) continue;
      const { valueError, gradientError } = await judge(recorded, tensors, "webgpu");
      if (!(valueError < 1e-4 && (gradientError ?? 0) < 1e-4)) {
        wrong.push(`${recorded.name}: value off by ${valueError}, gradient by ${gradientError}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
