import { randomUUID } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync as readIntoSync, realpathSync, type Stats } from "node:fs";
import { type FileHandle, mkdir, open, readdir, readFile, rename, stat, unlink } from "node:fs/promises";
import path from "node:path";
import { TransformersError } from "../../errors.js";
import { packageFolder } from "./package-folder.js";
import type { OpenFile, StoredFile } from "./types.js";

export { crc32, crc32Beside } from "./checksum.js";

/** What one call to the operating system is asked for at most, in bytes; Linux stops at 2^31 - 4096. */
const largestCall = 2 ** 30;

/** The parts of `pieces`, in bytes. */
const pieceLength = 2 ** 20;

/** Smaller pieces are gathered into writes of this many bytes. */
const gatherLength = 2 ** 20;

/** The path of a file in a folder. */
export function join(folder: string, name: string): string {
  return path.join(folder, name);
}

/** The folder of a model that is shipped with this package. */
export function packagedFolder(name: string): string {
  return path.join(packageFolder(), "assets", name);
}

/** Whether there is a file of that name. */
export async function hasFile(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** Throws `FILE_NOT_FOUND` unless the folder of a checkpoint is there, saying what was expected. */
export async function requireFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory()) return;
  throw new TransformersError(
    "FILE_NOT_FOUND",
    `${folder} is ${found ? "a file" : "not there"}: expected the folder of a checkpoint, with config.json, model.safetensors and the tokenizer's files`,
  );
}

/** A file's text; null where there is no such file. */
export async function readText(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** A file that is opened anew whenever it is read. */
export function storedFile(file: string): StoredFile {
  return {
    path: file,
    mapped: mappedAs(file),
    async use(body) {
      let handle: FileHandle | undefined;
      try {
        handle = await open(file, "r");
        const size = fileSize(await handle.stat(), file);
        return await body(openFile(handle, size, file));
      } catch (error) {
        return ioError(file, error);
      } finally {
        await handle?.close();
      }
    },
  };
}

/** Where the bytes lie themselves: a file of a cache is a link into another folder. */
function mappedAs(file: string) {
  let real = path.resolve(file);
  try {
    real = realpathSync(file);
  } catch {
    // whoever opens it is told that it is not there
  }
  return { folder: path.dirname(real), file: path.basename(real) };
}

function openFile(handle: FileHandle, size: number, file: string): OpenFile {
  return {
    size,
    async read(offset, length) {
      requireInside(offset + length, size, file);
      const bytes = allocate(length, file);
      await fill(handle, bytes, offset, file);
      return bytes;
    },
    async *pieces(offset, length) {
      requireInside(offset + length, size, file);
      // While whoever asked works on one part, the next is read.
      const buffers = [0, 1].map(() => allocate(Math.min(pieceLength, length), file));
      const part = (at: number) => {
        const bytes = buffers[(at / pieceLength) % 2]!.subarray(0, Math.min(pieceLength, length - at));
        return fill(handle, bytes, offset + at, file).then(() => bytes);
      };
      let next = part(0);
      try {
        for (let at = 0; at < length; at += pieceLength) {
          const bytes = await next;
          if (at + pieceLength < length) next = part(at + pieceLength);
          yield bytes;
        }
      } finally {
        await next.catch(() => undefined); // the file is closed afterwards
      }
    },
  };
}

async function fill(handle: FileHandle, bytes: Uint8Array, offset: number, file: string): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const count = Math.min(largestCall, bytes.length - done);
    const { bytesRead } = await handle.read(bytes, done, count, offset + done);
    if (bytesRead === 0) becameShorter(file, bytes.length - done);
    done += bytesRead;
  }
}

/** Some of a file's bytes, blocking the thread while the disk works. */
export function readSync(file: string, offset: number, length: number): Uint8Array<ArrayBuffer> {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, "r");
    requireInside(offset + length, fileSize(fstatSync(descriptor), file), file);
    const bytes = allocate(length, file);
    for (let done = 0; done < length; ) {
      const count = Math.min(largestCall, length - done);
      const read = readIntoSync(descriptor, bytes, done, count, offset + done);
      if (read === 0) becameShorter(file, length - done);
      done += read;
    }
    return bytes;
  } catch (error) {
    return ioError(file, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function fileSize(status: Stats, file: string): number {
  if (status.isFile()) return status.size;
  throw new TransformersError("SAFETENSORS_IO", `${file} is not a file; name the .safetensors file itself`);
}

function requireInside(end: number, size: number, file: string): void {
  if (end > size) becameShorter(file, end - size);
}

function becameShorter(file: string, missing: number): never {
  throw new TransformersError(
    "SAFETENSORS_FILE_SIZE",
    `${file} lacks ${missing} bytes that its header announced when it was read; ` +
      "another program is replacing it, or the download was cut: read it again, or download it again",
  );
}

function allocate(length: number, file: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(length);
  } catch (cause) {
    throw new TransformersError(
      "UNSUPPORTED",
      `${file}: ${length} bytes do not fit into one ArrayBuffer on this machine`,
      { cause },
    );
  }
}

/** Turns an error of the file system into one of ours; one that is ours already stays. */
export function ioError(file: string, error: unknown): never {
  if (error instanceof TransformersError) throw error;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") {
    throw new TransformersError("FILE_NOT_FOUND", `${file} does not exist`, { cause: error });
  }
  const reason = error instanceof Error ? error.message : JSON.stringify(String(error));
  throw new TransformersError("SAFETENSORS_IO", `${file} cannot be read or written: ${reason}`, {
    cause: error,
  });
}

/**
 * Writes a file so that it is there complete or not at all: under a temporary name beside it, synced, checked for
 * its size and renamed. A write that fails removes its temporary file and leaves what was there. Throws what the
 * file system does.
 *
 * @param options.ending Of the temporary name.
 * @param options.makeFolder Whether to make the folder where it is missing.
 */
export async function publish(
  file: string,
  pieces: readonly Uint8Array[],
  { ending = "", makeFolder = false }: { ending?: string; makeFolder?: boolean } = {},
): Promise<void> {
  const folder = path.dirname(file);
  if (makeFolder) await mkdir(folder, { recursive: true });
  const temporary = path.join(folder, `.${randomUUID()}${ending}.tmp`);
  try {
    await writeSynced(temporary, pieces);
    await rename(temporary, file);
  } catch (error) {
    await unlink(temporary).catch(() => undefined); // Not there, or as unreachable as the write was.
    throw error;
  }
  await syncFolder(folder);
}

/** Removes those files of a folder whose names are meant. */
export async function removeFiles(folder: string, isMeant: (name: string) => boolean): Promise<void> {
  for (const name of await readdir(folder)) if (isMeant(name)) await unlink(path.join(folder, name));
}

async function writeSynced(file: string, pieces: readonly Uint8Array[]): Promise<void> {
  const size = pieces.reduce((total, { length }) => total + length, 0);
  const handle = await open(file, "wx");
  try {
    for (const bytes of gathered(pieces)) await writeFully(handle, bytes);
    await handle.sync();
    const written = (await handle.stat()).size;
    if (written !== size) {
      throw new TransformersError(
        "SAFETENSORS_IO",
        `${file} has ${written} bytes after ${size} were written`,
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
    const { bytesWritten } = await handle.write(bytes, done, Math.min(largestCall, bytes.length - done));
    done += bytesWritten;
  }
}

/** Makes the renaming itself durable. Windows has no such call for folders and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, "r");
    await handle.sync();
  } finally {
    await handle?.close();
  }
}
