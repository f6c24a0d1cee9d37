import { closeSync, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { TransformersError } from "../../errors.js";
import { headerEnd, parseHeader, prefixLength, type SafetensorsHeader, type TensorEntry } from "./header.js";
import { quoted } from "./json-cursor.js";

/** What one call to the operating system is asked for at most, in bytes; Linux stops at 2^31 - 4096. */
const largestRead = 2 ** 30;

/**
 * Reads and checks the header of a safetensors file; of a file of any size, only the header's bytes are read.
 *
 * @throws The codes of `parseHeader`; FILE_NOT_FOUND, SAFETENSORS_IO.
 */
export async function readSafetensorsHeader(path: string): Promise<SafetensorsHeader> {
  return withFile(path, async (handle, size) => {
    const prefix = await readExactly(handle, 0, Math.min(prefixLength, size), path);
    return parseHeader(await readExactly(handle, 0, headerEnd(prefix, size, path), path), size, path);
  });
}

/**
 * Reads the bytes of one tensor. They stand in an ArrayBuffer of their own, from its start, so that they can be
 * viewed as any typed array.
 *
 * @param path The file whose header gave `entry`.
 * @throws SAFETENSORS_FILE_SIZE when the file has become shorter, FILE_NOT_FOUND, SAFETENSORS_IO; UNSUPPORTED
 *   when the tensor is larger than an ArrayBuffer can be here.
 */
export async function readTensorBytes(path: string, entry: TensorEntry): Promise<Uint8Array<ArrayBuffer>> {
  return withFile(path, (handle, size) => {
    requireInside(entry, size, path);
    return readExactly(handle, entry.offset, entry.length, path);
  });
}

/** As `readTensorBytes`, blocking the thread while the disk works. */
export function readTensorBytesSync(path: string, entry: TensorEntry): Uint8Array<ArrayBuffer> {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, "r");
    requireInside(entry, fileSize(fstatSync(descriptor), path), path);
    const bytes = allocate(entry.length, path);
    for (let done = 0; done < bytes.length; ) {
      const count = Math.min(largestRead, bytes.length - done);
      const read = readSync(descriptor, bytes, done, count, entry.offset + done);
      if (read === 0) becameShorter(path, bytes.length - done);
      done += read;
    }
    return bytes;
  } catch (error) {
    return ioError(path, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

async function withFile<T>(path: string, read: (handle: FileHandle, size: number) => Promise<T>): Promise<T> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, "r");
    return await read(handle, fileSize(await handle.stat(), path));
  } catch (error) {
    return ioError(path, error);
  } finally {
    await handle?.close();
  }
}

function fileSize(status: Stats, path: string): number {
  if (status.isFile()) return status.size;
  throw new TransformersError("SAFETENSORS_IO", `${path} is not a file; name the .safetensors file itself`);
}

async function readExactly(
  handle: FileHandle,
  offset: number,
  length: number,
  path: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = allocate(length, path);
  for (let done = 0; done < length; ) {
    const count = Math.min(largestRead, length - done);
    const { bytesRead } = await handle.read(bytes, done, count, offset + done);
    if (bytesRead === 0) becameShorter(path, length - done);
    done += bytesRead;
  }
  return bytes;
}

function requireInside(entry: TensorEntry, size: number, path: string): void {
  const end = entry.offset + entry.length;
  if (end > size) becameShorter(path, end - size);
}

function becameShorter(path: string, missing: number): never {
  throw new TransformersError(
    "SAFETENSORS_FILE_SIZE",
    `${path} lacks ${missing} bytes that its header announced when it was read; ` +
      "another program is replacing it, or the download was cut: read it again, or download it again",
  );
}

function allocate(length: number, path: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(length);
  } catch (cause) {
    throw new TransformersError(
      "UNSUPPORTED",
      `${path}: ${length} bytes do not fit into one ArrayBuffer on this machine`,
      { cause },
    );
  }
}

/** Turns an error of the file system into one of ours; one that is ours already stays. */
export function ioError(path: string, error: unknown): never {
  if (error instanceof TransformersError) throw error;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") {
    throw new TransformersError("FILE_NOT_FOUND", `${path} does not exist`, { cause: error });
  }
  const reason = error instanceof Error ? error.message : quoted(String(error));
  throw new TransformersError("SAFETENSORS_IO", `${path} cannot be read or written: ${reason}`, {
    cause: error,
  });
}
