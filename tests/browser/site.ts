import { execFile } from "node:child_process";
import { mkdir, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { build, type Rolldown } from "vite";

const root = path.join(import.meta.dirname, "../..");

/** Where pages are built to; the package itself is built into dist, which they import by its name. */
export const built = path.join(root, ".data/browser");

/** Builds the package as it is published, unless that has been done since a source last changed. */
export async function buildPackage(): Promise<void> {
  await mkdir(built, { recursive: true });
  await alone(path.join(built, "lock"), async () => {
    const stamp = path.join(built, "built");
    const isThere = (await changedAt(path.join(root, "dist/index.js"))) > 0;
    if (isThere && (await changedAt(stamp)) > (await sourcesChangedAt())) return;
    const begin = new Date();
    await promisify(execFile)("npm", ["run", "build"], { cwd: root }).catch((reason) => {
      throw new Error(`the package does not build:\n${(reason as { stdout: string }).stdout}`);
    });
    await writeFile(stamp, "");
    await utimes(stamp, begin, begin);
  });
}

/** Runs `body` in one process at a time: several test files need the package, and run side by side. */
async function alone(lock: string, body: () => Promise<void>): Promise<void> {
  const took = () =>
    mkdir(lock).then(
      () => true,
      () => false,
    );
  while (!(await took())) {
    const since = await changedAt(lock);
    if (since > 0 && Date.now() - since > 180_000) await rm(lock, { recursive: true, force: true }); // its owner died
    await setTimeout(100);
  }
  try {
    await body();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

async function sourcesChangedAt(): Promise<number> {
  const names = await readdir(path.join(root, "src"), { recursive: true });
  const sources = names.filter((name) => name.endsWith(".ts")).map((name) => path.join(root, "src", name));
  const configurations = ["tsconfig.build.json", "rolldown.config.ts"].map((name) => path.join(root, name));
  return Math.max(...(await Promise.all([...sources, ...configurations].map(changedAt))));
}

/** When a file was last written, in milliseconds; 0 where there is none. */
function changedAt(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

/** A page as Vite built it: its chunks and files, and what Vite warned of. */
export interface BuiltPage {
  readonly files: readonly (Rolldown.OutputChunk | Rolldown.OutputAsset)[];
  readonly warnings: readonly string[];
}

/** Builds a page with Vite's defaults; of its own configuration it has at most a vite.config.ts. */
export async function buildPage(name: string): Promise<BuiltPage> {
  const warnings: string[] = [];
  const warn = (message: string) => warnings.push(message);
  const result = await build({
    root: path.join(import.meta.dirname, "pages", name),
    base: `/${name}/`,
    build: { outDir: path.join(built, name), emptyOutDir: true },
    logLevel: "warn",
    customLogger: {
      info: () => undefined,
      warn,
      warnOnce: warn,
      error: warn,
      clearScreen: () => undefined,
      hasErrorLogged: () => false,
      hasWarned: false,
    },
  });
  return { files: (result as Rolldown.RolldownOutput).output, warnings };
}
