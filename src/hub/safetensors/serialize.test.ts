import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { dictionary, dictionaryCount } from "../../../tests/reference/safetensors/dictionaries.js";
import { Random, randomTensors } from "../../../tests/reference/safetensors/random.js";
import { dtypeBits, parseHeader, type SafetensorsDtype, serializeSafetensors } from "./index.js";

describe("serializeSafetensors", () => {
  it("writes the bytes of Python's save_file for 200 random dictionaries", () => {
    const recorded = JSON.parse(
      readFileSync(new URL("./fixtures/dictionaries.json", import.meta.url), "utf8"),
    ) as { sha256: string[] };
    expect(recorded.sha256.length).toBe(dictionaryCount);
    for (let index = 0; index < dictionaryCount; index++) {
      const { tensors, metadata } = dictionary(index);
      const hash = createHash("sha256").update(serializeSafetensors(tensors, metadata)).digest("hex");
      expect(hash, `dictionary ${index}`).toBe(recorded.sha256[index]);
    }
  });

  it("pads the header with spaces to a multiple of 8", () => {
    const data = Float32Array.of(0, 1, 2, 3, 4, 5);
    expect(text(serializeSafetensors([["attn.0", { dtype: "F32", shape: [1, 2, 3], data }]]))).toBe(
      `@\0\0\0\0\0\0\0{"attn.0":{"dtype":"F32","shape":[1,2,3],"data_offsets":[0,24]}}${text(data)}`,
    );
    expect(text(serializeSafetensors([["attn0", { dtype: "F32", shape: [1, 1, 2, 3], data }]]))).toBe(
      `H\0\0\0\0\0\0\0{"attn0":{"dtype":"F32","shape":[1,1,2,3],"data_offsets":[0,24]}}       ${text(data)}`,
    );
    expect(
      text(serializeSafetensors([["attn.0", { dtype: "F4", shape: [1, 2], data: Uint8Array.of(0) }]])),
    ).toBe('@\0\0\0\0\0\0\0{"attn.0":{"dtype":"F4","shape":[1,2],"data_offsets":[0,1]}}    \0');
  });

  it("writes a file without tensors", () => {
    expect(text(serializeSafetensors([]))).toBe("\b\0\0\0\0\0\0\0{}      ");
    expect(text(serializeSafetensors([], { framework: "pt" }))).toBe(
      '(\0\0\0\0\0\0\0{"__metadata__":{"framework":"pt"}}     ',
    );
  });

  it("gives back through parseHeader what it was given, each tensor aligned to its type", () => {
    for (let seed = 0; seed < 100; seed++) {
      const tensors = randomTensors(new Random(seed), 8);
      const file = serializeSafetensors(tensors);
      const header = parseHeader(file, file.length);
      expect([...header.tensors.keys()].sort()).toEqual([...tensors.keys()].sort());
      for (const { name, dtype, shape, offset, length } of header.tensors.values()) {
        const original = tensors.get(name)!;
        expect({ dtype, shape }).toEqual({ dtype: original.dtype, shape: original.shape });
        expect(file.slice(offset, offset + length)).toEqual(original.data);
        expect(offset % Math.ceil(dtypeBits(dtype) / 8)).toBe(0);
      }
    }
  });

  it("gives equal bytes for equal metadata in any order", () => {
    const one = serializeSafetensors([], { a: "1", "\uFFFF": "2", "\u{1F600}": "3" });
    const two = serializeSafetensors(
      [],
      new Map([
        ["\u{1F600}", "3"],
        ["\uFFFF", "2"],
        ["a", "1"],
      ]),
    );
    expect(one).toEqual(two);
    expect([...parseHeader(one, one.length).metadata.keys()]).toEqual(["a", "\uFFFF", "\u{1F600}"]);
  });

  it("stores the bytes of a view, not of the buffer behind it", () => {
    const data = new Float32Array([9, 1, 2, 9]).subarray(1, 3);
    const file = serializeSafetensors([["x", { dtype: "F32", shape: [2], data }]]);
    expect(new Float32Array(file.slice(-8).buffer)).toEqual(Float32Array.of(1, 2));
  });
});

describe("serializeSafetensors refuses", () => {
  const bytes = (length: number) => new Uint8Array(length);

  it.each<[string, string, () => unknown]>([
    ["half a byte", "SAFETENSORS_MISALIGNED", () => one("x", "F4", [1, 3], bytes(2))],
    ["data of another size", "SAFETENSORS_TENSOR_SIZE", () => one("x", "F4", [1, 2], bytes(2))],
    ["a name twice", "SAFETENSORS_DUPLICATE_KEY", () => serializeSafetensors([good, good])],
    ["the reserved name", "INVALID_ARGUMENT", () => one("__metadata__", "U8", [1], bytes(1))],
    ["half of a surrogate pair", "INVALID_ARGUMENT", () => one("\ud800", "U8", [1], bytes(1))],
    ["such metadata", "INVALID_ARGUMENT", () => serializeSafetensors([], { x: "\udc00" })],
    ["a negative size", "INVALID_ARGUMENT", () => one("x", "U8", [-1, -1], bytes(1))],
    ["65 dimensions", "SAFETENSORS_RANK", () => one("x", "U8", Array(65).fill(1), bytes(1))],
    ["an unknown dtype", "INVALID_ARGUMENT", () => one("x", "F128" as SafetensorsDtype, [1], bytes(16))],
    [
      "a header over 100 MB",
      "SAFETENSORS_HEADER_TOO_LARGE",
      () => serializeSafetensors([], { large: "a".repeat(100_000_000) }),
    ],
  ])("%s: %s", (_, code, write) => {
    expect(write).toThrow(expect.objectContaining({ code }));
  });

  const good = ["x", { dtype: "U8", shape: [1], data: bytes(1) }] as const;

  function one(name: string, dtype: SafetensorsDtype, shape: number[], data: Uint8Array): unknown {
    return serializeSafetensors([[name, { dtype, shape, data }]]);
  }
});

/** Bytes as text of one character each, to be compared and read. */
function text(view: ArrayBufferView): string {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString("latin1");
}
