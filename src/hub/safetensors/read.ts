import { readSync, type StoredFile, storedFile } from "../storage/index.js";
import { headerEnd, parseHeader, prefixLength, type SafetensorsHeader, type TensorEntry } from "./header.js";

/**
 * Reads and checks the header of a safetensors file; of a file of any size, only the header's bytes are read.
 *
 * @throws The codes of `parseHeader`; FILE_NOT_FOUND, SAFETENSORS_IO; in browsers DOWNLOAD_FAILED.
 */
export async function readSafetensorsHeader(file: string | StoredFile): Promise<SafetensorsHeader> {
  const stored = opened(file);
  return stored.use(async ({ size, read }) => {
    const prefix = await read(0, Math.min(prefixLength, size));
    return parseHeader(await read(0, headerEnd(prefix, size, stored.path)), size, stored.path);
  });
}

/**
 * Reads the bytes of one tensor. Of a file on a disk they stand in an ArrayBuffer of their own, from its start, so
 * that they can be viewed as any typed array; of a downloaded one they are a part of it.
 *
 * @param file The one whose header gave `entry`.
 * @throws SAFETENSORS_FILE_SIZE when the file has become shorter, FILE_NOT_FOUND, SAFETENSORS_IO; UNSUPPORTED
 *   when the tensor is larger than an ArrayBuffer can be here.
 */
export function readTensorBytes(
  file: string | StoredFile,
  entry: TensorEntry,
): Promise<Uint8Array<ArrayBuffer>> {
  return opened(file).use(({ read }) => read(entry.offset, entry.length));
}

/** As `readTensorBytes`, blocking the thread while the disk works. Throws UNSUPPORTED in browsers. */
export function readTensorBytesSync(path: string, entry: TensorEntry): Uint8Array<ArrayBuffer> {
  return readSync(path, entry.offset, entry.length);
}

function opened(file: string | StoredFile): StoredFile {
  return typeof file === "string" ? storedFile(file) : file;
}
