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
  const steps = [
    [
      path.join(root, "node_modules/typescript/bin/tsc"),
      "-p",
      "tsconfig.build.json",
      "--outDir",
      path.join(target, "dist"),
    ],
    [path.join(root, "node_modules/rolldown/bin/cli.mjs"), "-c", "--dir", path.join(target, "dist/node")],
  ];
  for (const args of steps) {
    await promisify(execFile)(process.execPath, args, { cwd: root }).catch((failure) => {
      throw new Error(`the package does not build\n${failure.stdout}${failure.stderr}`);
    });
  }
  return target;
}
