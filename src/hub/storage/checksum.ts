import * as zlib from "node:zlib";
import { crc32 as crc32ByTable } from "./crc32.js";

/** CRC-32 as zip archives have it, going on from `previous`. Node 20 has it from 20.15 on. */
export const crc32: (bytes: Uint8Array, previous?: number) => number = zlib.crc32 ?? crc32ByTable;

/** CRC-32 as a call of C, on another thread. */
type Crc32 = (bytes: Uint8Array, previous: number) => Promise<number>;

/** Bytes from which on another thread is worth its way. */
const manyBytes = 2 ** 16;

let loading: Promise<Crc32 | null> | null = null;

/** The function of the zlib that Node has in it, by way of the FFI; null where it cannot be called. */
function loadCrc32(): Promise<Crc32 | null> {
  loading ??= import("koffi")
    .then(({ default: koffi }): Crc32 | null => {
      const call = koffi
        .load(null)
        .func("unsigned long crc32(unsigned long crc, const uint8_t *bytes, unsigned int length)");
      const isSame = Number(call(7, Uint8Array.of(1, 2, 3), 3)) === crc32(Uint8Array.of(1, 2, 3), 7);
      if (!isSame) return null;
      return (bytes, previous) =>
        new Promise((resolve, reject) => {
          call.async(previous, bytes, bytes.length, (error: unknown, crc: number | bigint) =>
            error ? reject(error) : resolve(Number(crc)),
          );
        });
    })
    .catch(() => null);
  return loading;
}

/**
 * `crc32`. Many bytes are gone through beside the thread that calls,
 * where the system allows it; they must stay as they are until then.
 */
export async function crc32Beside(bytes: Uint8Array, previous = 0): Promise<number> {
  const beside = bytes.length < manyBytes ? null : await loadCrc32();
  return beside === null ? crc32(bytes, previous) : beside(bytes, previous);
}
