import { TransformersError } from "../../errors.js";
import {
  dtypePosition,
  isSafetensorsDtype,
  type SafetensorsDtype,
  safetensorsDtypes,
  tensorByteLength,
} from "./dtype.js";
import { maxHeaderLength, maxRank, prefixLength } from "./header.js";
import { quoted } from "./json-cursor.js";

/** A tensor to be written. */
export interface TensorData {
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  /** Its values in C order, little-endian, as bytes or as a typed array whose bytes these are. */
  readonly data: ArrayBufferView;
}

/** Free text to be stored under `__metadata__`. */
export type SafetensorsMetadata = ReadonlyMap<string, string> | Readonly<Record<string, string>>;

/** The pieces of a safetensors file in the order in which they are written. */
export interface SafetensorsLayout {
  /** The header's length and the header. */
  readonly head: Uint8Array<ArrayBuffer>;
  readonly tensors: readonly Uint8Array[];
  /** Of the whole file, in bytes. */
  readonly size: number;
}

/**
 * A safetensors file in memory, for what is small; `writeSafetensors` writes files of any size.
 *
 * The bytes are those of Python's `safetensors.save`. (With two or more entries in `metadata` Python's order
 * changes from run to run; here it is that of their names, so that equal contents give equal files.)
 *
 * @throws INVALID_ARGUMENT for a name, shape or metadata that cannot be stored; SAFETENSORS_DUPLICATE_KEY,
 *   SAFETENSORS_TENSOR_SIZE when data and shape disagree, SAFETENSORS_MISALIGNED, SAFETENSORS_OVERFLOW,
 *   SAFETENSORS_RANK, SAFETENSORS_HEADER_TOO_LARGE.
 */
export function serializeSafetensors(
  tensors: Iterable<readonly [string, TensorData]>,
  metadata?: SafetensorsMetadata,
): Uint8Array<ArrayBuffer> {
  const layout = layOut(tensors, metadata);
  const bytes = new Uint8Array(layout.size);
  bytes.set(layout.head);
  let position = layout.head.length;
  for (const tensor of layout.tensors) {
    bytes.set(tensor, position);
    position += tensor.length;
  }
  return bytes;
}

/**
 * Plans a file: sorts the tensors by descending alignment of their type, then by name, and writes the header.
 *
 * @throws As `serializeSafetensors`.
 */
export function layOut(
  tensors: Iterable<readonly [string, TensorData]>,
  metadata?: SafetensorsMetadata,
): SafetensorsLayout {
  const listed = [...tensors];
  for (const [name, tensor] of listed) requireStorable(name, tensor);
  const sorted = listed.sort(
    ([nameA, a], [nameB, b]) => dtypePosition(b.dtype) - dtypePosition(a.dtype) || compareNames(nameA, nameB),
  );
  const names = new Set<string>();
  const fields = metadata === undefined ? [] : [`"__metadata__":${metadataJson(metadata)}`];
  const pieces: Uint8Array[] = [];
  let position = 0;
  for (const [name, { dtype, shape, data }] of sorted) {
    if (names.has(name)) {
      throw new TransformersError(
        "SAFETENSORS_DUPLICATE_KEY",
        `tensor ${quoted(name)} is to be written twice`,
      );
    }
    names.add(name);
    const end = position + data.byteLength;
    fields.push(
      `${JSON.stringify(name)}:{"dtype":"${dtype}","shape":[${shape}],"data_offsets":[${position},${end}]}`,
    );
    pieces.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    position = end;
  }
  const head = headBytes(`{${fields.join(",")}}`);
  return { head, tensors: pieces, size: head.length + position };
}

function headBytes(json: string): Uint8Array<ArrayBuffer> {
  const encoded = new TextEncoder().encode(json);
  const length = Math.ceil(encoded.length / prefixLength) * prefixLength;
  if (length > maxHeaderLength) {
    throw new TransformersError(
      "SAFETENSORS_HEADER_TOO_LARGE",
      `the header takes ${length} bytes, the limit is ${maxHeaderLength}; write fewer tensors per file or less metadata`,
    );
  }
  const head = new Uint8Array(prefixLength + length).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(length), true);
  head.set(encoded, prefixLength);
  return head;
}

function metadataJson(metadata: SafetensorsMetadata): string {
  const entries = [...(isMap(metadata) ? metadata.entries() : Object.entries(metadata))];
  const fields = entries
    .sort(([a], [b]) => compareNames(a, b))
    .map(([key, text]) => {
      if (typeof text !== "string" || !isWellFormed(key) || !isWellFormed(text)) {
        throw new TransformersError("INVALID_ARGUMENT", `metadata ${quoted(key)} must be well-formed text`);
      }
      return `${JSON.stringify(key)}:${JSON.stringify(text)}`;
    });
  return `{${fields.join(",")}}`;
}

function isMap(metadata: SafetensorsMetadata): metadata is ReadonlyMap<string, string> {
  return metadata instanceof Map;
}

function requireStorable(name: string, { dtype, shape, data }: TensorData): void {
  const subject = `tensor ${quoted(name)}`;
  const refuse = (reason: string): never => {
    throw new TransformersError("INVALID_ARGUMENT", `${subject} cannot be written: ${reason}`);
  };
  if (name === "__metadata__") refuse("this name is reserved for the metadata");
  if (!isWellFormed(name)) refuse("its name has half of a surrogate pair");
  if (!isSafetensorsDtype(dtype))
    refuse(`its dtype ${String(dtype)} is none of ${safetensorsDtypes.join(", ")}`);
  if (!shape.every((dim) => Number.isSafeInteger(dim) && dim >= 0))
    refuse(`its shape is [${shape.join(", ")}]`);
  if (shape.length > maxRank) {
    throw new TransformersError("SAFETENSORS_RANK", `${subject} has more than ${maxRank} dimensions`);
  }
  const expected = tensorByteLength(dtype, shape, () => subject);
  if (data.byteLength !== expected) {
    throw new TransformersError(
      "SAFETENSORS_TENSOR_SIZE",
      `${subject}: ${dtype} [${shape.join(", ")}] takes ${expected} bytes, its data has ${data.byteLength}`,
    );
  }
}

/** Orders strings by their code points, as their UTF-8 bytes do; `<` orders by UTF-16 units. */
function compareNames(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return aboveSurrogates(x) - aboveSurrogates(y);
  }
  return a.length - b.length;
}

/** Moves surrogates (code points from 2^16) behind the other units, where their code points stand. */
function aboveSurrogates(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Whether every surrogate has its partner, without which text has no UTF-8. */
function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
