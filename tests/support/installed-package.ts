import { execFile } from "node:child_process";
import { copyFile, mkdir, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const root = path.join(import.meta.dirname, "../..");

/**
 * Puts the package, compiled as it is published, into the folder's node_modules, as an installation would; what the
 * package depends on is found in the node_modules of a folder above. Gives the package's folder.
 */
export async function installPackage(folder: string): Promise<string> {
  const target = path.join(folder, "node_modules/transformers-ts");
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  await copyFile(path.join(root, "package.json"), path.join(target, "package.json"));
  await symlink(path.join(root, "assets"), path.join(target, "assets"), "dir");
  const tsc = path.join(root, "node_modules/typescript/bin/tsc");
  const config = path.join(root, "tsconfig.build.json");
  const args = [tsc, "-p", config, "--outDir", path.join(target, "dist")];
  await promisify(execFile)(process.execPath, args).catch(({ stdout }: { stdout: string }) => {
    throw new Error(`the package does not compile\n${stdout}`);
  });
  return target;
}
