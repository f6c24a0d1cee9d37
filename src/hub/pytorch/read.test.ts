import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { inMemory } from "../../../tests/support/mutated-checkpoints.js";
import { archive, dict, legacy, pickle, tensor, unicode } from "../../../tests/support/pickles.js";
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

test("each byte of each storage counts towards its checksum, wherever the parts of the file end", async () => {
  // Storages that are read in one part of the file, in several, and at the border of two.
  const lengths = [4, 2 ** 20 - 400, 8, 3 * 2 ** 20 + 4, 2 ** 16];
  const storages = Object.fromEntries(
    lengths.map((length, key) => [
      key,
      Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8) + key) & 255),
    ]),
  );
  const tensors = lengths.flatMap((length, key) => [
    unicode(`w${key}`),
    tensor({ key: String(key), count: length / 4 }),
  ]);
  const whole = archive(pickle(dict(...tensors)), storages);
  const folder = mkdtempSync(path.join(tmpdir(), "archives-"));
  const stored = storedFile(path.join(folder, "pytorch_model.bin"));
  const write = (bytes: Uint8Array) => writeFileSync(stored.path, bytes);
  write(whole);
  const checkpoint = await readPytorchCheckpoint(stored);
  for (const [key, bytes] of Object.entries(storages)) {
    const entry = checkpoint.get(`w${key}`)!;
    expect(Buffer.from(bytes).equals(await readPytorchTensor(stored, entry)), key).toBe(true);
    for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
      const damaged = Buffer.from(whole);
      damaged[entry.offset + at]! ^= 1;
      write(damaged);
      await expect(readPytorchCheckpoint(stored), `${key} at ${at}`).rejects.toMatchObject({
        code: "CORRUPT_FILE",
        message: expect.stringContaining(`the checksum of record "archive/data/${key}" is wrong`),
      });
    }
  }
  rmSync(folder, { recursive: true });
});

test("of an old file only what is needed is read: a first part, and more where its pickles are longer", async () => {
  const reads = async (...more: Uint8Array[]) => {
    const file = inMemory(
      legacy(pickle(dict(unicode("w"), tensor({ count: 2 ** 21 }), ...more)), {
        "0": new Uint8Array(2 ** 23),
      }),
    );
    const lengths: number[] = [];
    const checkpoint = await readPytorchCheckpoint({
      ...file,
      use: (body) =>
        file.use((open) =>
          body({
            ...open,
            read: (offset, length) => {
              lengths.push(length);
              return open.read(offset, length);
            },
          }),
        ),
    });
    expect(checkpoint.get("w")).toMatchObject({ shape: [2 ** 21] });
    return lengths;
  };
  expect(await reads()).toEqual([8, 2 ** 20, 8]);
  expect(await reads(unicode("note"), unicode("x".repeat(3e6)))).toEqual([8, 2 ** 20, 2 ** 23, 8]);
});
