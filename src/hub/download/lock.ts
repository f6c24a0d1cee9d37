import { closeSync, openSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { networkError } from "./answers.js";

/** Takes the lock if it is free. "none" says that the file system has no locks. */
type TryLock = (descriptor: number) => "taken" | "busy" | "none";
const exclusive = 2;
const nonBlocking = 4;
const pollMilliseconds = 50;

let loading: Promise<TryLock | null> | null = null;

/** flock(2), which the Python library locks with; null where there is none. */
function loadTryLock(): Promise<TryLock | null> {
  loading ??= import("koffi")
    .then(({ default: koffi }): TryLock | null => {
      if (process.platform === "win32") return null;
      const flock = koffi.load(null).func("int flock(int, int)") as (fd: number, operation: number) => number;
      const busy = [koffi.os.errno.EWOULDBLOCK, koffi.os.errno.EAGAIN, koffi.os.errno.EINTR];
      return (descriptor) => {
        if (flock(descriptor, exclusive | nonBlocking) === 0) return "taken";
        return busy.includes(koffi.errno()) ? "busy" : "none";
      };
    })
    .catch(() => null);
  return loading;
}

/**
 * Runs `body` while no other process (of ours or Python's) does so with the same file. The lock only saves bandwidth:
 * where the system has none, or the file can't be made, `body` runs all the same, so it must be safe without. Throws
 * `ABORTED`.
 */
export async function withLock<T>(
  file: string,
  signal: AbortSignal | undefined,
  what: string,
  body: () => Promise<T>,
): Promise<T> {
  const tryLock = await loadTryLock();
  const descriptor = tryLock === null ? null : await openLock(file);
  try {
    while (descriptor !== null && tryLock!(descriptor) === "busy") {
      if (signal?.aborted) throw networkError(signal.reason, what, signal);
      await sleep(pollMilliseconds * (0.5 + Math.random()));
    }
    return await body();
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

async function openLock(file: string): Promise<number | null> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    return openSync(file, "a", 0o664);
  } catch {
    return null;
  }
}
