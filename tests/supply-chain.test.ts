import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installPackage } from "./support/installed-package.js";
import { readJson } from "./support/recorded.js";

// What an installation of the package brings along, and what it does. tests/nightly/offline.sh runs all tests on an
// installation without any install script, in a network of its own.

const run = promisify(execFile);
const root = path.join(import.meta.dirname, "..");

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { optional?: boolean }>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}
interface Locked {
  readonly dev?: boolean;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
}
const manifest = readJson<Manifest>(root, "package.json");
const { packages } = readJson<{ packages: Record<string, Locked> }>(root, "package-lock.json");
/** The packages of the lockfile by name: the last part of node_modules/a/node_modules/b. */
const locked = Object.entries(packages)
  .filter(([place]) => place !== "")
  .map(([place, facts]) => ({ name: place.split("node_modules/").at(-1)!, ...facts }));

/** Runs a script in a folder, as a user's own module; gives what it prints as JSON. */
async function runModule(folder: string, source: string, flags: readonly string[] = []): Promise<unknown> {
  const args = [...flags, "--input-type=module", "--eval", source];
  const { stdout } = await run(process.execPath, args, { cwd: folder });
  return JSON.parse(stdout);
}

describe("dependencies", () => {
  test("are at most eight, each of an exact version and with its reason in docs/dependencies.md", async () => {
    const { dependencies, optionalDependencies = {}, peerDependencies = {} } = manifest;
    const direct = { ...dependencies, ...optionalDependencies };
    expect(Object.keys(direct).length).toBeLessThanOrEqual(8);
    for (const [name, version] of Object.entries({ ...direct, ...manifest.devDependencies })) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/);
    }
    const reasons = await readFile(path.join(root, "docs/dependencies.md"), "utf8");
    const justified = [...reasons.matchAll(/^\| ([@\w/.-]+) \| [^|]{10,} \| [^|]{10,} \|$/gm)].map(
      ([, name]) => name,
    );
    const asked = [...Object.keys(direct), ...Object.keys(peerDependencies)];
    expect(asked.filter((name) => !justified.includes(name))).toEqual([]);
    for (const name of Object.keys(peerDependencies)) {
      expect(manifest.peerDependenciesMeta?.[name], name).toEqual({ optional: true });
    }
  });

  // A new name here is code that everybody who installs the package runs: look at it before it is added to the list.
  test("bring along no package that tests/fixtures/packages.json does not list", () => {
    type Lists = { runtime: readonly string[]; development: readonly string[] };
    const allowed = readJson<Lists>(root, "tests/fixtures/packages.json");
    const strangers = (isDev: boolean, known: readonly string[]) => [
      ...new Set(
        locked
          .filter(({ dev, name }) => (dev ?? false) === isDev && !known.includes(name))
          .map((each) => each.name),
      ),
    ];
    expect(strangers(false, allowed.runtime), "new at runtime").toEqual([]);
    expect(strangers(true, [...allowed.runtime, ...allowed.development]), "new in development").toEqual([]);
  });

  test("every package of the lockfile has its hash", () => {
    const expected = locked.filter(({ integrity }) => !/^sha512-/.test(integrity ?? ""));
    expect(expected.map(({ name }) => name)).toEqual([]);
  });

  test("no install script is run", () => {
    const scripted = locked.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name);
    expect(scripted).toContain("onnxruntime-node"); // the lockfile says who has one
    // fsevents is of macOS and of development; it has no script in its present releases.
    expect(scripted.filter((name) => name !== "fsevents" && manifest.allowScripts[name] !== false)).toEqual(
      [],
    );
    expect(Object.values(manifest.allowScripts)).not.toContain(true);
    for (const stage of ["preinstall", "install", "postinstall", "prepare"]) {
      expect(manifest.scripts).not.toHaveProperty(stage);
    }
  });
});

describe("an installation", () => {
  let folder: string;
  beforeAll(async () => {
    // Elsewhere, so that nothing is found in this project's own node_modules.
    folder = await mkdtemp(path.join(tmpdir(), "transformers-ts-"));
    await installPackage(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Has the package's dependencies beside it, but for those named. */
  async function without(...missing: readonly string[]): Promise<void> {
    const modules = path.join(folder, "node_modules");
    for (const name of Object.keys(manifest.dependencies)) {
      const link = path.join(modules, name);
      await rm(link, { force: true });
      if (missing.includes(name)) continue;
      await mkdir(path.dirname(link), { recursive: true });
      await symlink(path.join(root, "node_modules", name), link, "dir");
    }
  }

  const compute = (settings: object) => `
    const { configureRuntime, realize, tensor } = await import("transformers-ts/tensor");
    configureRuntime(${JSON.stringify(settings)});
    const sum = tensor([1, 2]).add(1);
    const answer = await realize([sum]).then(() => sum.tolist(), ({ code, message }) => ({ code, message }));
    console.log(JSON.stringify(answer));
  `;
  const install = {
    code: "RUNTIME_UNAVAILABLE",
    message: expect.stringMatching(/npm install .*onnxruntime-node/),
  };

  test("keeps the native library loaded, whenever the garbage collector comes by while it is opened", async () => {
    await without();
    const collecting = `
      import koffi from "koffi";
      const { decode } = koffi;
      koffi.decode = (...args) => (gc(), decode(...args));
      ${compute({ engine: "c-api" })}`;
    expect(await runModule(folder, collecting, ["--expose-gc"])).toEqual([2, 3]);
  });

  test("computes without koffi, through onnxruntime-node's own binding", async () => {
    await without("koffi");
    expect(await runModule(folder, compute({}))).toEqual([2, 3]);
  });

  test.each([
    ["onnxruntime-node", {}, install],
    ["onnxruntime-node", { engine: "binding" }, install],
    ["koffi", { engine: "c-api" }, { ...install, message: expect.stringMatching(/npm install .*koffi/) }],
  ])(
    "without %s, and asked for %o, says what to install when it first computes",
    async (name, settings, expected) => {
      await without(name);
      expect(await runModule(folder, compute(settings))).toEqual(expected);
    },
  );

  test("has in Node what it has in a bundler, under the same names", async () => {
    const pairs = Object.entries(manifest.exports).filter(([name]) => name !== "./package.json");
    expect(pairs.length).toBeGreaterThanOrEqual(5);
    const files = pairs.map(([, entry]) => entry as { node: string; default: string });
    const names = await runModule(
      folder,
      `const names = async (file) => Object.keys(await import("./node_modules/transformers-ts/" + file)).sort();
      const files = ${JSON.stringify(files)};
      console.log(JSON.stringify(await Promise.all(files.map(async (file) => [await names(file.node), await names(file.default)]))));`,
    );
    for (const [inNode, inBundler] of names as [string[], string[]][]) {
      expect(inNode.length).toBeGreaterThan(0);
      expect(inNode).toEqual(inBundler);
    }
  });

  test("encodes on several threads, and is the command of its name", async () => {
    await without();
    const shipped = path.join(root, "assets/language-identification/tokenizer.json");
    const encoded = runModule(
      folder,
      `const { Tokenizer, TokenizerPool } = await import("transformers-ts/tokenizers");
      const tokenizer = await Tokenizer.from_file(${JSON.stringify(shipped)});
      const texts = ["Der Hund schläft.", "The dog sleeps."];
      const pool = new TokenizerPool(tokenizer, { threads: 2, least_characters: 1 });
      const pooled = await pool.encode_batch(texts);
      await pool.close();
      console.log(JSON.stringify([pooled, tokenizer.encode_batch(texts)].map((all) => all.map(({ ids }) => [...ids]))));`,
    );
    const [pooled, alone] = (await encoded) as [number[][], number[][]];
    expect(pooled).toEqual(alone);
    expect(alone[0]!.length).toBeGreaterThan(3);
    const command = path.join(folder, "node_modules", manifest.name, manifest.bin["transformers-ts"]);
    const { stdout } = await run(process.execPath, [command, "--version"]);
    expect(stdout.trim()).toBe(manifest.version);
  });

  test("is imported whole without any native package, and opens nothing", async () => {
    await without("koffi", "onnxruntime-node", "onnxruntime-web");
    const names = Object.keys(manifest.exports)
      .filter((name) => name !== "./package.json")
      .map((name) => path.posix.join(manifest.name, name));
    expect(names.length).toBeGreaterThanOrEqual(5);
    const { imported, afterwards } = (await runModule(folder, watched(names))) as Watched;
    expect(imported).toEqual([]);
    // The watch itself sees what there is to see.
    for (const what of ["fs", "net", "child_process", "fetch", "worker_threads"]) {
      expect(
        afterwards.some((call) => call.startsWith(`${what}.`)),
        what,
      ).toBe(true);
    }
  });
});

interface Watched {
  readonly imported: readonly string[];
  readonly afterwards: readonly string[];
}

/**
 * A script that imports modules while it watches what is opened, and then opens one of each kind itself. Node's loader
 * of modules reads through functions of its own; that of CommonJS uses fs, and what it reads are modules.
 */
function watched(names: readonly string[]): string {
  return `
    import { syncBuiltinESMExports } from "node:module";
    import fs from "node:fs";
    import net from "node:net";
    import dgram from "node:dgram";
    import dns from "node:dns";
    import http from "node:http";
    import https from "node:https";
    import childProcess from "node:child_process";
    import workers from "node:worker_threads";
    const calls = [];
    const isModule = (value) => /(?:\\.[cm]?js|package\\.json)$/.test(String(value));
    function watch(what, object, names) {
      for (const name of names) {
        const real = object[name];
        if (typeof real !== "function") continue;
        object[name] = function (...args) {
          if (what !== "fs" || !isModule(args[0])) calls.push(what + "." + name + " " + String(args[0]));
          return new.target ? Reflect.construct(real, args, new.target) : Reflect.apply(real, this, args);
        };
        Object.setPrototypeOf(object[name], real);
        object[name].prototype = real.prototype;
      }
    }
    const touching = /^(open|read|write|append|copy|cp|mkdir|mkdtemp|rm|rmdir|rename|link|symlink|unlink|truncate|create|access|stat|lstat|exists|watch|chmod|chown|utimes|glob|opendir|statfs)/;
    for (const [what, object] of [["fs", fs], ["fs", fs.promises]]) {
      watch(what, object, Object.keys(object).filter((name) => touching.test(name)));
    }
    watch("net", net, ["connect", "createConnection", "createServer"]);
    watch("net", net.Socket.prototype, ["connect"]);
    watch("net", net.Server.prototype, ["listen"]);
    watch("dgram", dgram, ["createSocket"]);
    watch("dns", dns, ["lookup", "resolve"]);
    watch("http", http, ["request", "get"]);
    watch("https", https, ["request", "get"]);
    watch("child_process", childProcess, ["spawn", "spawnSync", "exec", "execSync", "execFile", "execFileSync", "fork"]);
    watch("worker_threads", workers, ["Worker"]);
    watch("fetch", globalThis, ["fetch"]);
    syncBuiltinESMExports();
    const modules = [];
    for (const name of ${JSON.stringify(names)}) modules.push(await import(name));
    if (modules.some((module) => Object.keys(module).length === 0)) throw new Error("a module without exports");
    await new Promise((resolve) => setTimeout(resolve, 50)); // what modules may have started
    const imported = calls.splice(0);

    const { readFile } = await import("node:fs/promises");
    const { spawn } = await import("node:child_process");
    const { Worker } = await import("node:worker_threads");
    await readFile("nothing").catch(() => undefined);
    spawn(process.execPath, ["--version"]);
    await new Worker("", { eval: true }).terminate();
    const { connect } = await import("node:net");
    connect(9, "127.0.0.1").on("error", () => undefined).destroy();
    fetch("data:,").catch(() => undefined);
    console.log(JSON.stringify({ imported, afterwards: calls }));
  `;
}

describe("what is published", () => {
  let stages: string[];
  beforeAll(async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "transformers-ts-"));
    stages = ["first", "second"].map((name) => path.join(folder, name));
    for (const stage of stages) {
      const installed = await installPackage(stage);
      await rm(path.join(installed, "assets"));
      for (const name of ["assets", "README.md", "LICENSE", "CHANGELOG.md", "SECURITY.md", "src"]) {
        await cp(path.join(root, name), path.join(installed, name), { recursive: true });
      }
    }
  });
  afterAll(() => rm(path.dirname(stages[0]!), { recursive: true, force: true }));

  interface Packed {
    readonly files: readonly { path: string }[];
    readonly filename: string;
  }

  /** Packs without the scripts of package.json, since the package is compiled already. */
  async function pack(stage: string): Promise<{ files: readonly string[]; hash: string }> {
    const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", stage];
    const { stdout } = await run("npm", args, { cwd: path.join(stage, "node_modules", manifest.name) });
    const [packed] = Object.values(JSON.parse(stdout) as Record<string, Packed>);
    const bytes = await readFile(path.join(stage, packed!.filename));
    return {
      files: packed!.files.map((file) => file.path),
      hash: createHash("sha256").update(bytes).digest("hex"),
    };
  }

  test("compiled and packed twice it is the same, byte for byte, and holds only what it should", async () => {
    const [first, second] = [await pack(stages[0]!), await pack(stages[1]!)];
    expect(second.hash).toBe(first.hash);
    const expected =
      /^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md|assets\/language-identification\/[\w.]+|dist\/[\w./-]+\.(?:js|d\.ts))$/;
    expect(
      first.files.filter((file) => !expected.test(file) || /\.test\.|fixtures|\.map$/.test(file)),
    ).toEqual([]);
    for (const file of [
      "dist/index.js",
      "dist/node/cli.js",
      "dist/node/worker.js",
      "assets/language-identification/model.safetensors",
    ]) {
      expect(first.files).toContain(file);
    }
  });

  test("no file of it names a place of the machine that compiled it", async () => {
    const installed = path.join(stages[0]!, "node_modules", manifest.name);
    const files = await readdir(path.join(installed, "dist"), { recursive: true, withFileTypes: true });
    const texts = files.filter((file) => file.isFile());
    expect(texts.length).toBeGreaterThan(100);
    for (const { parentPath, name } of texts) {
      const text = await readFile(path.join(parentPath, name), "utf8");
      expect(text.includes(root) || text.includes(stages[0]!), name).toBe(false);
      expect(text, name).not.toContain("sourceMappingURL");
    }
  });

  test("it is compiled anew, from nothing, whenever it is packed", () => {
    expect(manifest.scripts.prepack).toBe("rm -rf dist && npm run build");
  });

  test("the workflow that publishes holds no token, and asks for no more than it needs", async () => {
    const workflow = await readFile(path.join(root, ".github/workflows/publish.yml"), "utf8");
    expect(workflow).toContain("id-token: write");
    expect(workflow).toContain("npm publish --provenance");
    expect(workflow).not.toMatch(/secrets\.|_authToken|NODE_AUTH_TOKEN|contents: write/);
  });
});
