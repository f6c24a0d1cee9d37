import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readSafetensorsHeader, readTensorBytes } from "../safetensors/index.js";
import { storedFile } from "../storage/index.js";
import { readPytorchCheckpoint, readPytorchTensor } from "./index.js";

const fixtures = fileURLToPath(new URL("fixtures/", import.meta.url));
const names = readdirSync(fixtures)
  .filter((file) => file.endsWith(".bin"))
  .map((file) => file.replace(".bin", ""));

// tests/reference/pytorch_files.py wrote each file with torch.save, and beside it the tensors as safetensors.
test.each(names)("%s gives PyTorch's tensors bit for bit", async (name) => {
  const stored = storedFile(`${fixtures}${name}.bin`);
  const checkpoint = await readPytorchCheckpoint(stored);
  const expected = (await readSafetensorsHeader(`${fixtures}${name}.safetensors`)).tensors;
  expect([...checkpoint.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [key, tensor] of checkpoint) {
    const entry = expected.get(key)!;
    expect([key, tensor.dtype, tensor.shape]).toEqual([key, entry.dtype, entry.shape]);
    const bytes = await readPytorchTensor(stored, tensor);
    expect([key, Buffer.from(bytes)]).toEqual([
      key,
      Buffer.from(await readTensorBytes(`${fixtures}${name}.safetensors`, entry)),
    ]);
  }
});
