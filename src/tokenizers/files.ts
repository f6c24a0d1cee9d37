import { TransformersError } from "../errors.js";

// The only place of this room that touches a file system. It is loaded when it is first needed, so that the
// room runs in browsers.

/** The texts of the named files in a folder; absent ones are left out. */
export async function readFolder(folder: string, names: readonly string[]): Promise<Map<string, string>> {
  const { readFile, stat } = await import("node:fs/promises");
  const { join } = await import("node:path");
  const isFolder = await stat(folder).then(
    (status) => status.isDirectory(),
    () => false,
  );
  if (!isFolder)
    throw new TransformersError("FILE_NOT_FOUND", `there is no folder ${JSON.stringify(folder)}`);
  const found = new Map<string, string>();
  for (const name of names) {
    try {
      found.set(name, await readFile(join(folder, name), "utf8"));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") continue;
      throw new TransformersError("FILE_NOT_FOUND", `${join(folder, name)} cannot be read`, { cause });
    }
  }
  return found;
}

/** Writes files into a folder, which is made where it is missing. Returns their paths. */
export async function writeFolder(folder: string, files: ReadonlyMap<string, string>): Promise<string[]> {
  const { mkdir, writeFile } = await import("node:fs/promises");
  const { join } = await import("node:path");
  await mkdir(folder, { recursive: true });
  const paths: string[] = [];
  for (const [name, text] of files) {
    const path = join(folder, name);
    await writeFile(path, text);
    paths.push(path);
  }
  return paths;
}
