import path from "node:path";
import { expect, test } from "vitest";
import { webgpuMissing } from "../../tests/support/software-webgpu.js";
import { pipeline } from "./index.js";

const missing = await webgpuMissing();
if (missing !== null) console.warn(`Tests on webgpu are skipped: ${missing}`);

const moods = path.join(import.meta.dirname, "fixtures/moods");

test("a device that the machine lacks, and a name that is none, are refused", async () => {
  const make = (device: string) => pipeline("text-classification", moods, { device: device as "cpu" });
  await expect(make("cuda")).rejects.toMatchObject({ code: "DEVICE_UNAVAILABLE" });
  await expect(make("tpu")).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
});

test.skipIf(missing !== null)("a pipeline runs its model on webgpu", async () => {
  const [here, there] = await Promise.all([
    pipeline("text-classification", moods),
    pipeline("text-classification", moods, { device: "webgpu" }),
  ]);
  const texts = ["The dog is happy.", "no", "She loves the blue house and the old tree."];
  const [expected, actual] = [await here(texts, { top_k: null }), await there(texts, { top_k: null })];
  expect(there.model.device).toBe("webgpu");
  actual.forEach((scores, i) => {
    expect(scores.map(({ label }) => label)).toEqual(expected[i]!.map(({ label }) => label));
    scores.forEach(({ score }, j) => {
      expect(score).toBeCloseTo(expected[i]![j]!.score, 5);
    });
  });
  await Promise.all([here.release(), there.release()]);
});
