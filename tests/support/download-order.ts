/** What a process that downloads is told, and what it answers with: the path, or what went wrong. */
export interface Order {
  readonly repo: string;
  readonly file: string;
  /** Dies once so many bytes of the file are there. */
  readonly dieAtByte?: number;
  /** Dies ahead of that call to the file system, or half-way through it where it is a write. */
  readonly dieAtCall?: number;
  readonly half?: boolean;
}
export type Answer = { readonly path: string } | { readonly error: string };

/** The functions of node:fs/promises that a download calls. */
export const watchedCalls = ["open", "rename", "unlink", "mkdir", "readdir", "symlink", "writeFile"];
