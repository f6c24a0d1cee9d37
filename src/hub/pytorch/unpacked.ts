import { TransformersError } from "../../errors.js";
import { dtypeBits, type SafetensorsDtype } from "../safetensors/index.js";
import { Misfit } from "./globals.js";
import { Constructor, type PickledStorage, type PickledValue } from "./values.js";

/** What a file holds: the pickled object, and where the bytes of its storages lie. */
export interface Unpacked {
  readonly value: PickledValue;
  readonly offsets: ReadonlyMap<string, number>;
  readonly bigEndian: boolean;
}

/** Reads `("storage", type, key, location, count)`, and in old files a view's fields after it. */
export function storageFrom(fields: readonly PickledValue[]): PickledStorage {
  const [, type, key, , count] = fields;
  const dtype = type instanceof Constructor ? type.storage : null;
  if (dtype === null) throw new Misfit("a storage is of no storage type");
  if (typeof key !== "string" || !/^[\w.-]{1,100}$/.test(key)) throw new Misfit("a storage has no key");
  if (typeof count !== "number" || !Number.isSafeInteger(count) || count < 0) {
    throw new Misfit(`storage ${JSON.stringify(key)} has no number of elements`);
  }
  return { kind: "storage", key, dtype: dtype === "untyped" ? "U8" : dtype, count };
}

export function byteWidth(dtype: SafetensorsDtype): number {
  return dtypeBits(dtype) / 8;
}

export function corrupt(path: string, what: string): TransformersError {
  return new TransformersError("CORRUPT_FILE", unreadable(path, what));
}

/** Said of bytes that end before their pickle does. */
export class CutOff extends TransformersError {
  constructor(path: string) {
    super("CORRUPT_FILE", unreadable(path, "its pickle is cut off"));
  }
}

function unreadable(path: string, what: string): string {
  return `${path} is no checkpoint that can be read: ${what}; download it again`;
}
