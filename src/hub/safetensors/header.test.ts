import { describe, expect, it } from "vitest";
import type { ErrorCode } from "../../errors.js";
import { TransformersError } from "../../errors.js";
import { headerEnd, parseHeader, type SafetensorsHeader, tensorNamed } from "./index.js";

const square = '{"test":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}}';

describe("parseHeader", () => {
  it("gives type, shape, absolute offset and length of each tensor, and the metadata", () => {
    const header = read(
      '{"__metadata__":{"format":"pt"},"b":{"dtype":"BF16","shape":[3],"data_offsets":[16,22]},' +
        '"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}',
      22,
    );
    expect([...header.tensors.keys()]).toEqual(["a", "b"]);
    const offset = tensorNamed(header, "a").offset;
    expect(tensorNamed(header, "a")).toEqual({ name: "a", dtype: "F32", shape: [2, 2], offset, length: 16 });
    expect(tensorNamed(header, "b")).toEqual({
      name: "b",
      dtype: "BF16",
      shape: [3],
      offset: offset + 16,
      length: 6,
    });
    expect(header.metadata).toEqual(new Map([["format", "pt"]]));
  });

  it("reads a tensor of several terabytes from its header alone", () => {
    const bytes = fileOf('{"w":{"dtype":"F32","shape":[1099511627776],"data_offsets":[0,4398046511104]}}', 0);
    const { tensors } = parseHeader(bytes, bytes.length + 2 ** 42);
    expect(tensors.get("w")?.length).toBe(2 ** 42);
  });

  it("takes a scalar, a tensor without elements, and no tensors", () => {
    expect(read('{"x":{"dtype":"I32","shape":[],"data_offsets":[0,4]}}', 4).tensors.get("x")?.shape).toEqual(
      [],
    );
    expect(
      read('{"x":{"dtype":"I32","shape":[2,0],"data_offsets":[0, 0]}}', 0).tensors.get("x")?.length,
    ).toBe(0);
    expect(read("{}", 0).tensors.size).toBe(0);
  });

  it("takes JSON white space around the header", () => {
    expect(read("{}\r \t\n", 0).tensors.size).toBe(0);
    expect(read("\t\n{}\r ", 0).tensors.size).toBe(0);
  });

  it("takes a shape with a 0 behind sizes whose product 64 bits hold", () => {
    const huge = '{"x":{"dtype":"U8","shape":[1073741824,1073741824,0],"data_offsets":[0,0]}}';
    expect(read(huge, 0).tensors.get("x")?.length).toBe(0);
  });

  it("keeps the names of properties as names", () => {
    const entry = '{"dtype":"U8","shape":[],"data_offsets":';
    const header = read(`{"__proto__":${entry}[0,1]},"constructor":${entry}[1,2]}}`, 2);
    expect([...header.tensors.keys()]).toEqual(["__proto__", "constructor"]);
    expect(Object.getPrototypeOf(header.tensors)).toBe(Map.prototype);
    expect(read('{"__metadata__":{"__proto__":"x"}}', 0).metadata.get("__proto__")).toBe("x");
  });

  it("reads every escape", () => {
    const text = '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00"';
    expect(read(`{"__metadata__":{"x":${text}}}`, 0).metadata.get("x")).toBe('"\\/\b\f\n\r\té\u{1F600}');
  });

  it("refuses half of a surrogate pair, and a half with something else", () => {
    for (const text of [
      "\\ud83d",
      "\\ude00",
      "\\ud83dx",
      "\\ud83d\\u0041",
      "\\ud83d\\ud83d",
      "\\ude00\\ud83d",
    ]) {
      expect(code(`{"__metadata__":{"x":"${text}"}}`, 0), text).toBe("SAFETENSORS_HEADER_JSON");
    }
  });

  it("refuses a key twice in any object", () => {
    const entry = (more: string) => `{"x":{"dtype":"U8","shape":[],"data_offsets":[0,1]${more}}}`;
    expect(code(entry(',"y":1,"z":2'), 1)).toBe("accepted");
    for (const more of [',"shape":[]', ',"y":1,"y":2', ',"y":{"z":1,"\\u007a":2}']) {
      expect(code(entry(more), 1), more).toBe("SAFETENSORS_DUPLICATE_KEY");
    }
    expect(code('{"__metadata__":{"x":"1","x":"1"}}', 0)).toBe("SAFETENSORS_DUPLICATE_KEY");
  });

  it("reads a text of ten thousand escapes", () => {
    const header = read(`{"__metadata__":{"x":"${"a\\n".repeat(10_000)}"}}`, 0);
    expect(header.metadata.get("x")).toBe("a\n".repeat(10_000));
  });

  it("takes 127 nested containers and refuses 128", () => {
    const nested = (depth: number) =>
      `{"x":{"dtype":"U8","shape":[],"data_offsets":[0,0],"y":${"[".repeat(depth)}${"]".repeat(depth)}}}`;
    // Two are the header and the entry; the shape without sizes needs one byte, which is told only afterwards.
    expect(code(nested(125), 0)).toBe("SAFETENSORS_TENSOR_SIZE");
    expect(code(nested(126), 0)).toBe("SAFETENSORS_HEADER_JSON");
  });

  it("takes 64 dimensions and refuses 65", () => {
    const ones = (rank: number) =>
      `{"x":{"dtype":"U8","shape":[${Array(rank).fill(1)}],"data_offsets":[0,1]}}`;
    expect(read(ones(64), 1).tensors.size).toBe(1);
    expect(code(ones(65), 1)).toBe("SAFETENSORS_RANK");
  });
});

describe("each rule has its code", () => {
  const tensor = (dtype: string, shape: string, offsets: string) =>
    `{"x":{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}}`;

  it.each<[ErrorCode, Uint8Array]>([
    ["SAFETENSORS_HEADER_TOO_SMALL", new Uint8Array(0)],
    ["SAFETENSORS_HEADER_TOO_LARGE", withLength(fileOf(square, 16), 0xff_ff_ff_00_00_00_00_3cn)],
    ["SAFETENSORS_HEADER_TOO_LARGE", withLength(fileOf(square, 16), 100_000_001n)],
    ["SAFETENSORS_HEADER_LENGTH", withLength(new Uint8Array(8), 60n)],
    ["SAFETENSORS_HEADER_LENGTH", withLength(fileOf(square, 16), 1000n)],
    ["SAFETENSORS_HEADER_ENCODING", Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0xff)],
    ["SAFETENSORS_HEADER_JSON", fileOf("{", 0)],
    ["SAFETENSORS_HEADER_JSON", fileOf("\uFEFF{}", 0)],
    ["SAFETENSORS_HEADER_FORM", fileOf("[]", 0)],
    ["SAFETENSORS_HEADER_FORM", fileOf(tensor("F128", "[1]", "[0,16]"), 16)],
    ["SAFETENSORS_DUPLICATE_KEY", fileOf('{"__metadata__":{},"__metadata__":{}}', 0)],
    ["SAFETENSORS_OFFSET", fileOf(tensor("I32", "[1]", "[4,8]"), 8)],
    ["SAFETENSORS_OVERFLOW", fileOf(tensor("I32", "[2,18446744073709551614]", "[0,16]"), 16)],
    ["SAFETENSORS_OVERFLOW", fileOf(tensor("I32", "[2,9223372036854775807]", "[0,16]"), 16)],
    ["SAFETENSORS_OVERFLOW", fileOf(tensor("I32", "[4294967296,4294967296]", "[0,16]"), 16)],
    ["SAFETENSORS_OVERFLOW", fileOf(tensor("U8", "[9007199254740992]", "[0,9007199254740992]"), 0)],
    ["SAFETENSORS_MISALIGNED", fileOf(tensor("F4", "[1,3]", "[0,2]"), 2)],
    ["SAFETENSORS_TENSOR_SIZE", fileOf(tensor("I32", "[2,2]", "[0, 4]"), 0)],
    ["SAFETENSORS_FILE_SIZE", fileOf(square, 50)],
    ["SAFETENSORS_FILE_SIZE", fileOf(square, 14)],
  ])("%s", (expected, file) => {
    expect(() => parseHeader(file, file.length)).toThrow(expect.objectContaining({ code: expected }));
  });

  it("SAFETENSORS_TENSOR_NOT_FOUND", () => {
    expect(() => tensorNamed(read(square, 16), "weight", "model.safetensors")).toThrow(
      'model.safetensors has no tensor "weight"; it has 1, the first being "test"',
    );
  });

  it("the offsets of aliases, of which a header may hold very many", () => {
    const entries = Array.from(
      { length: 10 },
      (_, i) => `"weight_${i}":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}`,
    );
    expect(code(`{${entries}}`, 16)).toBe("SAFETENSORS_OFFSET");
  });
});

describe("the messages", () => {
  it("say how much of a cut file is missing and what to do", () => {
    const file = fileOf(square, 14);
    expect(() => parseHeader(file, file.length, "dir/model.safetensors")).toThrow(
      `dir/model.safetensors has ${file.length} of ${file.length + 2} bytes, 2 are missing; ` +
        "the download is probably incomplete: delete the file and download it again",
    );
  });

  it("know a Git LFS pointer", () => {
    const pointer = new TextEncoder().encode("version https://git-lfs.github.com/spec/v1\noid sha256:00\n");
    expect(() => parseHeader(pointer, pointer.length)).toThrow(/Git LFS pointer/);
  });

  it("name the tensor, cut where its name is very long", () => {
    const named = (name: string) => `{"${name}":{"dtype":"F8","shape":[],"data_offsets":[0,1]}}`;
    expect(() => read(named("h.0.weight"), 1)).toThrow(
      /tensor "h.0.weight" has the dtype "F8", which is none of BOOL/,
    );
    try {
      read(named("x".repeat(1_000_000)), 1);
    } catch (error) {
      expect((error as Error).message.length).toBeLessThan(600);
    }
    expect.assertions(2);
  });
});

describe("headerEnd", () => {
  it("says from eight bytes how many a reader must fetch", () => {
    expect(headerEnd(fileOf(square, 0).subarray(0, 8), 1000)).toBe(68);
  });

  it("refuses a size that is no size", () => {
    expect(() => headerEnd(new Uint8Array(8), -1)).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
    expect(() => headerEnd(new Uint8Array(8), 2 ** 60)).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
  });
});

/** A file of this header and so many zero bytes. */
function fileOf(header: string, dataLength: number): Uint8Array {
  const json = new TextEncoder().encode(header);
  const file = new Uint8Array(8 + json.length + dataLength);
  file.set(json, 8);
  return withLength(file, BigInt(json.length));
}

function withLength(file: Uint8Array, length: bigint): Uint8Array {
  new DataView(file.buffer).setBigUint64(0, length, true);
  return file;
}

function read(header: string, dataLength: number): SafetensorsHeader {
  const file = fileOf(header, dataLength);
  return parseHeader(file, file.length);
}

function code(header: string, dataLength: number): ErrorCode | "accepted" {
  try {
    read(header, dataLength);
    return "accepted";
  } catch (error) {
    if (error instanceof TransformersError) return error.code;
    throw error;
  }
}
