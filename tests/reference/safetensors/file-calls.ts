import fs, { type FileHandle } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

/** One call to the file system: its name, and its number among the calls since the interception began. */
export interface FileCall {
  readonly name: string;
  readonly number: number;
}

const handleMethods = ["write", "sync", "stat"] as const;
const writerFunctions: readonly string[] = ["open", "rename", "unlink"];

type AnyAsync = (...args: unknown[]) => Promise<unknown>;

/**
 * Lets `before` run ahead of each call that a writer makes to the file system; what it throws, the call rejects
 * with. It may write half of the bytes of a `write` by calling `half`.
 *
 * @param functions Of node:fs/promises, those that are watched.
 * @returns What ends the interception.
 */
export async function interceptFileCalls(
  before: (call: FileCall, half: () => Promise<void>) => Promise<void> | void,
  functions = writerFunctions,
): Promise<() => void> {
  let number = 0;
  const restores: (() => void)[] = [];
  const wrap = (owner: Record<string, AnyAsync>, name: string) => {
    const original = owner[name]!;
    owner[name] = async function (this: unknown, ...args: unknown[]) {
      const half = async () => {
        const [bytes, offset, length] = args as [Uint8Array, number, number];
        await original.call(this, bytes, offset, Math.floor(length / 2));
      };
      await before({ name, number: ++number }, half);
      return original.apply(this, args);
    };
    restores.push(() => {
      owner[name] = original;
    });
  };

  const handle = await fs.open(process.execPath);
  await handle.close();
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  for (const name of handleMethods) wrap(prototype as unknown as Record<string, AnyAsync>, name);
  for (const name of functions) wrap(fs as unknown as Record<string, AnyAsync>, name);
  syncBuiltinESMExports();
  return () => {
    for (const restore of restores) restore();
    syncBuiltinESMExports();
  };
}
