import type { OpenFile } from "../storage/index.js";
import { Misfit } from "./globals.js";
import { byteWidth, CutOff, corrupt, storageFrom, type Unpacked } from "./unpacked.js";
import { unpickle } from "./unpickler.js";
import type { PickledStorage, PickledValue } from "./values.js";

const magicNumber = 0x1950a86a20f9469cfc6cn;
const protocolVersion = 1001;
/** More than the pickles of any such file before its storages, in bytes; most fit into the first reading. */
const largestPickles = 100_000_000;
const firstReading = 2 ** 20;

/**
 * Reads a file of the format before PyTorch 1.6: a magic number, a version, facts about the machine, the object and
 * the keys of its storages, each pickled by itself, and then the storages one after the other, each behind its
 * number of elements.
 */
export async function readLegacy(file: OpenFile, path: string): Promise<Unpacked> {
  const most = Math.min(file.size, largestPickles);
  for (let length = Math.min(firstReading, most); ; length = Math.min(8 * length, most)) {
    const bytes = await file.read(0, length);
    try {
      return await unpack(bytes, file, path);
    } catch (error) {
      if (!(error instanceof CutOff) || length === most) throw error;
    }
  }
}

/** Throws `CutOff` where its pickles do not end in these bytes. */
async function unpack(bytes: Uint8Array, file: OpenFile, path: string): Promise<Unpacked> {
  const storages = new Map<string, PickledStorage>();
  const none = (): PickledStorage => {
    throw new Misfit("a storage stands where none belongs");
  };
  let position = 0;
  const next = (storageOf: (fields: readonly PickledValue[]) => PickledStorage = none) => {
    const { value, end } = unpickle(bytes, path, storageOf, position);
    position = end;
    return value;
  };
  if (next() !== magicNumber) throw corrupt(path, "it is neither an archive nor a file of torch.save");
  if (next() !== protocolVersion) throw corrupt(path, "its version is unknown");
  const system = next();
  const littleEndian = system instanceof Map ? system.get("little_endian") : undefined;
  if (typeof littleEndian !== "boolean") throw corrupt(path, "it does not say its byte order");
  const value = next((fields) => {
    const storage = storageFrom(fields);
    if (fields.length > 5 && fields[5] !== null) throw new Misfit("a storage is a view of another");
    const known = storages.get(storage.key);
    if (known !== undefined && (known.dtype !== storage.dtype || known.count !== storage.count)) {
      throw new Misfit(`storage ${JSON.stringify(storage.key)} is described in two ways`);
    }
    storages.set(storage.key, storage);
    return storage;
  });
  const keys = next();
  if (!Array.isArray(keys)) throw corrupt(path, "the list of its storages is missing");

  const offsets = new Map<string, number>();
  let at = position;
  for (const key of keys) {
    const storage = typeof key === "string" ? storages.get(key) : undefined;
    if (storage === undefined || offsets.has(storage.key))
      throw corrupt(path, `its storages are not those of its object`);
    if (at + 8 > file.size) throw corrupt(path, "it is cut off");
    const head = await file.read(at, 8);
    const count = new DataView(head.buffer, head.byteOffset, 8).getBigInt64(0, littleEndian);
    if (count !== BigInt(storage.count))
      throw corrupt(
        path,
        `storage ${JSON.stringify(key)} has ${count} elements, and ${storage.count} are named`,
      );
    offsets.set(storage.key, at + 8);
    at += 8 + storage.count * byteWidth(storage.dtype);
  }
  if (at > file.size) throw corrupt(path, "it is cut off");
  if (at < file.size) throw corrupt(path, `${file.size - at} bytes stand after its last storage`);
  if (offsets.size !== storages.size) throw corrupt(path, "some of its storages are missing");
  return { value, offsets, bigEndian: !littleEndian };
}
