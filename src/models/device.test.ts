import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { largestError, readRecorded } from "../../tests/support/recorded.js";
import { webgpuMissing } from "../../tests/support/software-webgpu.js";
import { AdamW } from "../optim/index.js";
import { canonical, type Device, realize, type Tensor, tensor } from "../tensor/index.js";
import { BertForSequenceClassification } from "./bert/index.js";

const missing = await webgpuMissing();
if (missing !== null) console.warn(`Tests on webgpu are skipped: ${missing}`);

const fixture = path.join(import.meta.dirname, "bert/fixtures/sequence-classification");
const load = (device?: Device) => BertForSequenceClassification.from_pretrained(fixture, { device });
const input_ids = [
  [2, 5, 9, 3],
  [2, 7, 3, 1],
];

describe("a device that the machine lacks", () => {
  const unavailable = { code: "DEVICE_UNAVAILABLE" };

  test("is refused when a model is loaded", async () => {
    await expect(load("cuda")).rejects.toMatchObject(unavailable);
    await expect(load("tpu" as Device)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  test("is refused when a model that was moved there is called", async () => {
    const model = (await load()).to("cuda");
    expect(model.device).toBe("cuda");
    await expect(model({ input_ids })).rejects.toMatchObject(unavailable);
  });
});

describe.skipIf(missing !== null)("a model on webgpu", () => {
  test("gives the recorded outputs, and leaves them there", async () => {
    const values = await readRecorded(path.join(fixture, "recorded.safetensors"));
    await using model = await load("webgpu");
    const there = (name: string) => values.get(`input.${name}`)!.to("webgpu");
    const { logits } = await model({
      input_ids: there("input_ids"),
      attention_mask: there("attention_mask"),
      token_type_ids: there("token_type_ids"),
    });
    expect([model.device, logits.device]).toEqual(["webgpu", "webgpu"]);
    const here = await logits.to("cpu").realize();
    expect(largestError(here, values.get("output.logits")!)).toBeLessThan(1e-5);
  });

  test("takes lists where it is, and refuses tensors that lie elsewhere", async () => {
    const [here, there] = [await load(), await load("webgpu")];
    const expected = (await here({ input_ids })).logits;
    const { logits } = await there({ input_ids });
    expect(largestError(await logits.to("cpu").realize(), expected)).toBeLessThan(1e-5);
    await expect(there({ input_ids: tensor(input_ids) })).rejects.toMatchObject({
      code: "DEVICE_MISMATCH",
      message: expect.stringMatching(
        /^\w+: its inputs lie on two devices, .* on (webgpu|cpu) and .* on (webgpu|cpu); move/,
      ),
    });
    await Promise.all([here.release(), there.release()]);
  });

  test("is called at changing sizes and many times at once with one session", async () => {
    const [here, there] = [await load(), await load("webgpu")];
    const batches = Array.from({ length: 12 }, (_, i) =>
      Array.from({ length: 1 + (i % 3) }, (_, row) =>
        Array.from({ length: 3 + (i % 5) }, (_, j) => 1 + ((row + i * j) % 9)),
      ),
    );
    const results = await Promise.all(
      batches.map(async (batch) => {
        const { logits } = await there({ input_ids: batch });
        return logits.to("cpu").realize();
      }),
    );
    for (const [i, batch] of batches.entries()) {
      expect(largestError(results[i]!, (await here({ input_ids: batch })).logits)).toBeLessThan(1e-5);
    }
    expect(there.compiledSignatures).toBe(1);
    await Promise.all([here.release(), there.release()]);
  });

  test("is trained there as on the host, and what a step replaces is released", async () => {
    const labels = [0, 1];
    async function train(device: Device): Promise<{ losses: number[]; weight: number[] }> {
      const model = (await load(device)).eval(); // without dropout, whose order of keys is the models' own
      const optimizer = new AdamW(model.parameters(), { lr: 1e-3 });
      const replaced: { download(): Promise<unknown> }[] = [];
      const losses: Tensor[] = [];
      const [first] = model.parameters();
      for (let step = 0; step < 12; step++) {
        const { loss } = model({ input_ids, labels });
        optimizer.zero_grad();
        loss.backward();
        const { storage } = canonical(first!);
        if (step > 0 && device === "webgpu") replaced.push(storage as (typeof replaced)[number]);
        await optimizer.step();
        losses.push(loss.to("cpu"));
      }
      for (const array of replaced)
        await expect(array.download()).rejects.toMatchObject({ code: "RELEASED" });
      await realize(losses);
      const { data } = await first!.load();
      return { losses: losses.map((loss) => loss.item()), weight: [...(data as Float32Array)] };
    }
    const [here, there] = [await train("cpu"), await train("webgpu")];
    expect(here.losses.at(-1)).toBeLessThan(here.losses[0]! * 0.9);
    there.losses.forEach((loss, i) => {
      expect(loss).toBeCloseTo(here.losses[i]!, 4);
    });
    there.weight.forEach((value, i) => {
      expect(Math.abs(value - here.weight[i]!)).toBeLessThan(1e-4);
    });
  });

  test("is saved from there, and moved back", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "device-"));
    try {
      const [here, there] = [await load(), await load("webgpu")];
      const before = (await here({ input_ids })).logits;
      await realize([...there.parameters()]); // into the device's memory
      await there.save_pretrained(folder);
      const again = await BertForSequenceClassification.from_pretrained(folder);
      expect((await again({ input_ids })).logits.tolist()).toEqual(before.tolist());
      expect((await there.to("cpu")({ input_ids })).logits.tolist()).toEqual(before.tolist());
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
