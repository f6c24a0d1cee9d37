import { TransformersError } from "../../errors.js";

/**
 * Turns errors of the file system into ours while something is written into the cache: `DISK_FULL` where there is no
 * room, else `DOWNLOAD_FAILED`.
 *
 * @param what What is written, for the message.
 */
export async function guardDisk<T>(body: () => Promise<T>, what: string): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof TransformersError || !isOfTheDisk(error)) throw error;
    if (error.code === "ENOSPC" || error.code === "EDQUOT") {
      throw new TransformersError(
        "DISK_FULL",
        `there is no room on the disk for ${what}; no part of it was kept. Free some, or set cache_dir or HF_HUB_CACHE`,
        { cause: error },
      );
    }
    throw new TransformersError(
      "DOWNLOAD_FAILED",
      `${what} cannot be written into the cache: ${error.message}`,
      {
        cause: error,
      },
    );
  }
}

/** Whether an error comes from a call of the file system. */
export function isOfTheDisk(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && "code" in error;
}
