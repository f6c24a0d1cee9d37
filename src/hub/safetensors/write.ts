import { ioError, publish } from "../storage/index.js";
import { layOut, type SafetensorsMetadata, type TensorData } from "./serialize.js";

/**
 * Writes a safetensors file, with the bytes of Python's `safetensors.save_file` (see `serializeSafetensors`).
 *
 * The file appears under its name complete or not at all: it is written under a temporary name beside it, synced
 * to the disk, checked for its size and renamed; a mapping of the file that was there before stays valid. A write
 * that fails removes its temporary file and leaves what was there; one that is killed leaves, at most, a file
 * `.<uuid>.safetensors.tmp`.
 *
 * @throws The codes of `serializeSafetensors`; FILE_NOT_FOUND when the folder does not exist, SAFETENSORS_IO;
 *   UNSUPPORTED in browsers.
 */
export async function writeSafetensors(
  path: string,
  tensors: Iterable<readonly [string, TensorData]>,
  metadata?: SafetensorsMetadata,
): Promise<void> {
  const { head, tensors: pieces } = layOut(tensors, metadata);
  try {
    await publish(path, [head, ...pieces], { ending: ".safetensors" });
  } catch (error) {
    ioError(path, error);
  }
}
