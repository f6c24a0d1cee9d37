import { TransformersError } from "../../errors.js";
import type { SafetensorsDtype } from "../safetensors/index.js";
import type { OpenFile, StoredFile } from "../storage/index.js";
import { Misfit } from "./globals.js";
import { readLegacy } from "./legacy.js";
import { byteWidth, corrupt, storageFrom, type Unpacked } from "./unpacked.js";
import { unpickle } from "./unpickler.js";
import type { PickledTensor, PickledValue } from "./values.js";
import { readRecord, readZip, verifyRecords, type ZipRecord } from "./zip.js";

/** A tensor of a PyTorch checkpoint: a view of bytes in the file. */
export interface PytorchTensor {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  /** In elements, from one index to the next along each axis. */
  readonly strides: readonly number[];
  /** In bytes, of the view's first element in the file. */
  readonly offset: number;
  /** Whether the elements lie row by row and little-endian, as a tensor of its own has them. */
  readonly plain: boolean;
  readonly bigEndian: boolean;
}

/**
 * Reads the state dict of a file that torch.save wrote, in either format, without any of its tensors' elements.
 *
 * @throws UNSAFE_GLOBAL, UNSUPPORTED_OPCODE, CORRUPT_FILE, UNSUPPORTED, FILE_NOT_FOUND.
 */
export function readPytorchCheckpoint(stored: StoredFile): Promise<Map<string, PytorchTensor>> {
  return stored.use(async (file) => {
    const start = await file.read(0, Math.min(8, file.size));
    const isZip = start[0] === 0x50 && start[1] === 0x4b && start[2] === 3 && start[3] === 4;
    const { value, offsets, bigEndian } = isZip
      ? await readArchive(file, stored.path)
      : await readLegacy(file, stored.path);
    return tensorsOf(value, stored.path, offsets, bigEndian);
  });
}

/** More than any pickle of names and shapes. */
const largestPickle = 100_000_000;

async function readArchive(file: OpenFile, path: string): Promise<Unpacked> {
  const records = await readZip(file, path);
  const [first] = [...records.values()].sort((a, b) => a.offset - b.offset);
  const prefix = first?.name.split("/")[0] ?? "";
  const named = (name: string) => records.get(`${prefix}/${name}`);
  const pickle = named("data.pkl");
  if (pickle === undefined) throw corrupt(path, "it has no record data.pkl");
  if (named("constants.pkl") !== undefined) {
    throw new TransformersError(
      "UNSUPPORTED",
      `${path} is TorchScript; save the model's state_dict() instead`,
    );
  }
  if (pickle.length > largestPickle) throw corrupt(path, `its data.pkl has ${pickle.length} bytes`);
  const bigEndian = await readByteOrder(file, named("byteorder"), path);
  const used = new Map<string, ZipRecord>();
  const { value } = unpickle(await readRecord(file, pickle, path), path, (fields) => {
    const storage = storageFrom(fields);
    const record = named(`data/${storage.key}`);
    if (record === undefined)
      throw new Misfit(`there is no record for storage ${JSON.stringify(storage.key)}`);
    if (record.length !== storage.count * byteWidth(storage.dtype)) {
      throw new Misfit(
        `storage ${JSON.stringify(storage.key)} has ${record.length} bytes and should have ${storage.count} elements of ${storage.dtype}`,
      );
    }
    used.set(storage.key, record);
    return storage;
  });
  await verifyRecords(file, used.values(), path);
  const offsets = new Map([...used].map(([key, { offset }]) => [key, offset]));
  return { value, offsets, bigEndian };
}

async function readByteOrder(file: OpenFile, record: ZipRecord | undefined, path: string): Promise<boolean> {
  if (record === undefined) return false;
  if (record.length > 16) throw corrupt(path, "its byteorder is no word");
  const order = new TextDecoder().decode(await readRecord(file, record, path));
  if (order !== "little" && order !== "big")
    throw corrupt(path, `its byte order is ${JSON.stringify(order)}`);
  return order === "big";
}

function tensorsOf(
  value: PickledValue,
  path: string,
  offsets: ReadonlyMap<string, number>,
  bigEndian: boolean,
): Map<string, PytorchTensor> {
  if (!(value instanceof Map)) {
    throw new TransformersError(
      "UNSUPPORTED",
      `${path} holds no state dict: expected a dictionary of tensors by name, as torch.save(model.state_dict(), file) writes it`,
    );
  }
  const tensors = new Map<string, PytorchTensor>();
  for (const [name, entry] of value) {
    // Metadata beside the tensors (numbers, texts, None) has no place in a model.
    if (typeof name !== "string" || !isTensor(entry)) continue;
    const { storage, shape, strides } = entry;
    const width = byteWidth(storage.dtype);
    const offset = offsets.get(storage.key)! + entry.offset * width;
    const plain = isContiguous(shape, strides) && (!bigEndian || width === 1);
    tensors.set(name, { name, dtype: storage.dtype, shape, strides, offset, plain, bigEndian });
  }
  return tensors;
}

function isTensor(value: PickledValue): value is PickledTensor {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "tensor";
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return shape.includes(0);
    expected *= shape[axis]!;
  }
  return true;
}

/**
 * The elements of a tensor row by row, little-endian, in a buffer of their own.
 *
 * @param stored The file that `tensor` was read from.
 */
export async function readPytorchTensor(
  stored: StoredFile,
  { dtype, shape, strides, offset, plain, bigEndian }: PytorchTensor,
): Promise<Uint8Array<ArrayBuffer>> {
  const width = byteWidth(dtype);
  const count = shape.reduce((product, dim) => product * dim, 1);
  if (count === 0) return new Uint8Array(0);
  if (plain) return stored.use(({ read }) => read(offset, count * width));
  const last = shape.reduce((sum, dim, axis) => sum + (dim - 1) * strides[axis]!, 0);
  const source = await stored.use(({ read }) => read(offset, (last + 1) * width));
  const target = new Uint8Array(count * width);
  // A complex number is two floats: each part has a byte order of its own.
  const part = dtype === "C64" ? 4 : width;
  const index = shape.map(() => 0);
  for (let i = 0, at = 0; i < count; i++) {
    for (let byte = 0; byte < width; byte++) {
      const within = bigEndian ? byte - (byte % part) + (part - 1 - (byte % part)) : byte;
      target[i * width + byte] = source[at * width + within]!;
    }
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      at -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return target;
}
