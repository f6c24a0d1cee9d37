import { mkdtemp, open, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  readSafetensorsHeader,
  readTensorBytes,
  readTensorBytesSync,
  serializeSafetensors,
  tensorNamed,
} from "./index.js";

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "safetensors-"));
  path = join(folder, "model.safetensors");
});
afterAll(() => rm(folder, { recursive: true }));

describe("reading from a file", () => {
  const floats = Float32Array.of(1.5, -2, 3);
  beforeEach(() =>
    writeFile(
      path,
      serializeSafetensors([
        ["flags", { dtype: "BOOL", shape: [3], data: Uint8Array.of(1, 0, 1) }],
        ["weight", { dtype: "F32", shape: [3], data: floats }],
        ["none", { dtype: "F32", shape: [0], data: new Float32Array(0) }],
      ]),
    ),
  );

  it("gives each tensor in a buffer of its own", async () => {
    const entry = tensorNamed(await readSafetensorsHeader(path), "weight");
    for (const bytes of [await readTensorBytes(path, entry), readTensorBytesSync(path, entry)]) {
      expect(bytes.buffer.byteLength).toBe(12);
      expect(new Float32Array(bytes.buffer)).toEqual(floats);
    }
  });

  it("reads a tensor at an odd offset", async () => {
    const header =
      '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}}';
    const data = [7, ...new Uint8Array(Float32Array.of(0.5).buffer)];
    await writeFile(
      path,
      Buffer.concat([
        Uint8Array.of(header.length, 0, 0, 0, 0, 0, 0, 0),
        Buffer.from(header),
        Uint8Array.from(data),
      ]),
    );
    const entry = tensorNamed(await readSafetensorsHeader(path), "b");
    expect(new Float32Array((await readTensorBytes(path, entry)).buffer)).toEqual(Float32Array.of(0.5));
  });

  it("reads a tensor without elements", async () => {
    const entry = tensorNamed(await readSafetensorsHeader(path), "none");
    expect((await readTensorBytes(path, entry)).length).toBe(0);
    expect(readTensorBytesSync(path, entry).length).toBe(0);
  });

  it("says when the file has become shorter than its header said, before allocating", async () => {
    const entry = { ...tensorNamed(await readSafetensorsHeader(path), "weight"), length: 2 ** 50 };
    await expect(readTensorBytes(path, entry)).rejects.toMatchObject({ code: "SAFETENSORS_FILE_SIZE" });
    expect(() => readTensorBytesSync(path, entry)).toThrow(
      expect.objectContaining({ code: "SAFETENSORS_FILE_SIZE" }),
    );
  });

  it("names the file in its errors", async () => {
    await truncate(path, 20);
    await expect(readSafetensorsHeader(path)).rejects.toMatchObject({
      code: "SAFETENSORS_HEADER_LENGTH",
      message: expect.stringContaining(path),
    });
    await truncate(path, 3);
    await expect(readSafetensorsHeader(path)).rejects.toMatchObject({ code: "SAFETENSORS_HEADER_TOO_SMALL" });
  });

  it("says that a file is not there, or is a folder", async () => {
    const absent = join(folder, "absent.safetensors");
    await expect(readSafetensorsHeader(absent)).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
    await expect(readSafetensorsHeader(folder)).rejects.toMatchObject({ code: "SAFETENSORS_IO" });
    const entry = { name: "x", dtype: "U8", shape: [1], offset: 0, length: 1 } as const;
    expect(() => readTensorBytesSync(absent, entry)).toThrow(
      expect.objectContaining({ code: "FILE_NOT_FOUND" }),
    );
  });
});

describe("files made to exhaust", () => {
  it("opens 100 GB by reading the header's bytes only", async () => {
    const size = 100 * 10 ** 9;
    const header = `{"w":{"dtype":"U8","shape":[${size}],"data_offsets":[0,${size}]}}`;
    await sparse(header, header.length, 8 + header.length + size);
    const requested = await countingBytes(async () => {
      const entry = tensorNamed(await readSafetensorsHeader(path), "w");
      expect(entry.offset + entry.length).toBe(8 + header.length + size);
    });
    expect(requested).toBe(8 + 8 + header.length);
  });

  it("reads the last bytes of a file beyond 4 GB", async () => {
    const size = 5 * 10 ** 9;
    const header = `{"a":{"dtype":"U8","shape":[${size}],"data_offsets":[0,${size}]},"z":{"dtype":"U8","shape":[4],"data_offsets":[${size},${size + 4}]}}`;
    await sparse(header, header.length, 8 + header.length + size + 4, "last");
    const entry = tensorNamed(await readSafetensorsHeader(path), "z");
    expect(Buffer.from(await readTensorBytes(path, entry)).toString()).toBe("last");
    expect(Buffer.from(readTensorBytesSync(path, entry)).toString()).toBe("last");
  });

  it("refuses a header longer than the file", async () => {
    await sparse('{"weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}', 1000, 90);
    await expect(readSafetensorsHeader(path)).rejects.toMatchObject({ code: "SAFETENSORS_HEADER_LENGTH" });
  });

  it("refuses a header of ten million aliases (730 MB) after eight bytes", async () => {
    await sparse('{"weight_0":{"dtype":"F32"', 730 * 10 ** 6, 1460 * 10 ** 6);
    const requested = await countingBytes(() =>
      expect(readSafetensorsHeader(path)).rejects.toMatchObject({ code: "SAFETENSORS_HEADER_TOO_LARGE" }),
    );
    expect(requested).toBe(8);
  });

  it("refuses a hundred thousand aliases of one large tensor", async () => {
    const entries = Array.from(
      { length: 100_000 },
      (_, i) => `"weight_${i}": {"dtype": "F32", "shape": [200, 200], "data_offsets": [0, 160000]}`,
    );
    const header = `{${entries.join(", ")}}`;
    await sparse(header, header.length, 8 + 2 * header.length);
    await expect(readSafetensorsHeader(path)).rejects.toMatchObject({ code: "SAFETENSORS_OFFSET" });
  });
});

/** A file that holds this header, announced with `length`, and so many bytes that take no room on the disk. */
async function sparse(header: string, length: number, size: number, end = ""): Promise<void> {
  const handle = await open(path, "w");
  try {
    const prefix = new Uint8Array(8);
    new DataView(prefix.buffer).setBigUint64(0, BigInt(length), true);
    await handle.write(prefix);
    await handle.write(header);
    await handle.truncate(size);
    if (end !== "") await handle.write(end, size - end.length);
  } finally {
    await handle.close();
  }
}

/** The bytes that `run` asks the file system for. */
async function countingBytes(run: () => Promise<void>): Promise<number> {
  const handle = await open(path, "r");
  const read = vi.spyOn(Object.getPrototypeOf(handle), "read");
  try {
    await run();
    return read.mock.calls.reduce((sum, [, , length]) => sum + Number(length), 0);
  } finally {
    read.mockRestore();
    await handle.close();
  }
}
