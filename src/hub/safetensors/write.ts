import { randomUUID } from "node:crypto";
import { type FileHandle, open, rename, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { TransformersError } from "../../errors.js";
import { ioError } from "./read.js";
import { layOut, type SafetensorsMetadata, type TensorData } from "./serialize.js";

/** Smaller pieces are gathered into writes of this many bytes. */
const gatherLength = 2 ** 20;

/** What one call to the operating system is given at most, in bytes; Linux stops at 2^31 - 4096. */
const largestWrite = 2 ** 30;

/**
 * Writes a safetensors file, with the bytes of Python's `safetensors.save_file` (see `serializeSafetensors`).
 *
 * The file appears under its name complete or not at all: it is written under a temporary name beside it, synced
 * to the disk, checked for its size and renamed; a mapping of the file that was there before stays valid. A write
 * that fails removes its temporary file and leaves what was there; one that is killed leaves, at most, a file
 * `.<uuid>.safetensors.tmp`.
 *
 * @throws The codes of `serializeSafetensors`; FILE_NOT_FOUND when the folder does not exist, SAFETENSORS_IO.
 */
export async function writeSafetensors(
  path: string,
  tensors: Iterable<readonly [string, TensorData]>,
  metadata?: SafetensorsMetadata,
): Promise<void> {
  const { head, tensors: pieces, size } = layOut(tensors, metadata);
  const folder = dirname(path);
  const temporary = join(folder, `.${randomUUID()}.safetensors.tmp`);
  try {
    await writeSynced(temporary, [head, ...pieces], size);
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined); // Not there, or as unreachable as the write was.
    return ioError(path, error);
  }
  await syncFolder(folder, path);
}

async function writeSynced(path: string, pieces: readonly Uint8Array[], size: number): Promise<void> {
  const handle = await open(path, "wx");
  try {
    for (const bytes of gathered(pieces)) await writeFully(handle, bytes);
    await handle.sync();
    const written = (await handle.stat()).size;
    if (written !== size) {
      throw new TransformersError(
        "SAFETENSORS_IO",
        `${path} has ${written} bytes after ${size} were written`,
      );
    }
  } finally {
    await handle.close();
  }
}

/** The same bytes with the small pieces joined. */
function* gathered(pieces: readonly Uint8Array[]): Generator<Uint8Array> {
  const buffer = new Uint8Array(gatherLength);
  let filled = 0;
  for (const piece of pieces) {
    if (filled + piece.length > gatherLength) {
      yield buffer.subarray(0, filled);
      filled = 0;
    }
    if (piece.length > gatherLength) {
      yield piece;
    } else {
      buffer.set(piece, filled);
      filled += piece.length;
    }
  }
  yield buffer.subarray(0, filled);
}

async function writeFully(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, Math.min(largestWrite, bytes.length - done));
    done += bytesWritten;
  }
}

/** Makes the renaming itself durable. Windows has no such call for folders and needs none. */
async function syncFolder(folder: string, path: string): Promise<void> {
  if (process.platform === "win32") return;
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, "r");
    await handle.sync();
  } catch (error) {
    ioError(path, error);
  } finally {
    await handle?.close();
  }
}
