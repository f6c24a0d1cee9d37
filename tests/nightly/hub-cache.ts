import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { hf_hub_download, list_repo_files } from "../../src/hub/index.js";
import { HubServer } from "../support/hub-server.js";
import type { Verdict } from "./main.js";

/**
 * Twenty repositories, cached by Python and read by us offline, and the reverse; both caches scanned and verified by
 * Python, and their trees compared. PYTHON names an interpreter that has huggingface_hub.
 */
export async function crossReadCaches(): Promise<Verdict> {
  const python = process.env.PYTHON ?? "python3";
  await using server = await HubServer.start();
  const ids = addRepositories(server);
  const folders = [
    await mkdtemp(path.join(tmpdir(), "ours-")),
    await mkdtemp(path.join(tmpdir(), "python-")),
  ];
  const [ours, theirs] = folders as [string, string];
  const flaws: string[] = [];
  const askPython = async (task: string, cache: string, offline = false): Promise<string> => {
    const script = path.join(import.meta.dirname, "hub_cache.py");
    const env = {
      ...process.env,
      HF_ENDPOINT: server.endpoint,
      HF_HUB_CACHE: cache,
      HF_HUB_DISABLE_XET: "1",
    };
    const { stdout } = await promisify(execFile)(python, [script, task, ...ids], {
      env: { ...env, HF_HUB_OFFLINE: offline ? "1" : "0", HF_HUB_DISABLE_PROGRESS_BARS: "1" },
      maxBuffer: 2 ** 28,
    });
    return stdout;
  };
  const within = async <T>(cache: string, offline: boolean, body: () => Promise<T>): Promise<T> => {
    const settings = {
      HF_ENDPOINT: server.endpoint,
      HF_HUB_CACHE: cache,
      HF_HUB_OFFLINE: offline ? "1" : "0",
    };
    Object.assign(process.env, settings);
    return body();
  };

  // Ours, read by Python
  await within(ours, false, async () => {
    for (const id of ids) {
      for (const file of [...(await list_repo_files(id)), "absent.json"]) {
        await hf_hub_download(id, file).catch((error: { code?: string }) => {
          if (file !== "absent.json" || error.code !== "ENTRY_NOT_FOUND") throw error;
        });
      }
    }
  });
  const expected = Object.fromEntries(ids.map((id) => [id, contents(server, id)]));
  compare(expected, JSON.parse(await askPython("read", ours, true)), "ours, read by Python", flaws);

  // Python's, read by us
  await askPython("cache", theirs);
  const requests = server.requests.length;
  const read: Record<string, Record<string, string>> = {};
  await within(theirs, true, async () => {
    for (const [id, files] of Object.entries(expected)) {
      read[id] = {};
      for (const file of Object.keys(files)) {
        read[id][file] = sha256(await readFile(await hf_hub_download(id, file)));
      }
      const absent = await hf_hub_download(id, "absent.json").catch((error: { code?: string }) => error.code);
      if (absent !== "ENTRY_NOT_FOUND") flaws.push(`${id}: Python's note of a missing file gave ${absent}`);
    }
  });
  compare(expected, read, "Python's, read by us", flaws);
  if (server.requests.length > requests) flaws.push("the Hub was asked while offline");

  const [tree, theirTree] = [await treeOf(ours), await treeOf(theirs)];
  compare(theirTree, tree, "the trees", flaws);
  let version = "";
  for (const cache of [ours, theirs]) {
    const checked = JSON.parse(await askPython("check", cache)) as { version: string; flaws: string[] };
    version = checked.version;
    flaws.push(...checked.flaws.map((flaw) => `${cache === ours ? "ours" : "Python's"}: ${flaw}`));
  }
  for (const folder of folders) await rm(folder, { recursive: true });
  const facts = { huggingface_hub: version, repositories: ids.length, entries: Object.keys(tree).length };
  return { flaws, facts };
}

/** Repositories of many shapes: small and large files, empty ones, folders, names that need care, shared contents. */
function addRepositories(server: HubServer): string[] {
  return Array.from({ length: 20 }, (_, i) => {
    const id = i % 5 === 4 ? `single-${i}` : `org-${i % 3}/Model.${i}_x`;
    const bytes = (length: number) => Uint8Array.from({ length }, (_, k) => (k * (i + 3) + (k >> 7)) & 255);
    server.add(id, {
      "config.json": JSON.stringify({ i }),
      "model.safetensors": bytes(1_000 + i * 20_011),
      ...(i % 2 && { ".gitattributes": "*.bin filter=lfs", "empty.txt": "" }),
      ...(i % 3 && { "sub/deep/er/x.bin": bytes(100_000), "sub/same.bin": bytes(100_000) }),
      ...(i % 4 && {
        "names/with space.txt": "a",
        "names/größe-漢字.json": "{}",
        "names/a+b%20c#d.txt": "c",
      }),
      ...(i % 7 === 1 && { [`${"l".repeat(200)}.txt`]: "long" }),
    });
    return id;
  });
}

function contents(server: HubServer, id: string): Record<string, string> {
  const { files } = server.repositories.get(id)!;
  return Object.fromEntries([...files].map(([name, content]) => [name, sha256(content)]).sort());
}

const sha256 = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");

/** Every file and link of a cache with what it holds; lock files and Python's listings are left out. */
async function treeOf(cache: string): Promise<Record<string, string>> {
  const tree: Record<string, string> = {};
  for (const entry of await readdir(cache, { recursive: true, withFileTypes: true })) {
    const full = path.join(entry.parentPath, entry.name);
    const name = path.relative(cache, full);
    if (entry.isDirectory() || /^\.locks\/|\/trees\/|^CACHEDIR\.TAG$/.test(name)) continue;
    tree[name] = entry.isSymbolicLink() ? `-> ${await readlink(full)}` : sha256(await readFile(full));
  }
  return tree;
}

function compare(expected: object, found: object, what: string, flaws: string[]): void {
  const [left, right] = [Object.entries(expected), Object.entries(found)];
  const lines = (entries: [string, unknown][]) => new Set(entries.map((entry) => JSON.stringify(entry)));
  const [before, after] = [lines(left), lines(right)];
  for (const line of before) if (!after.has(line)) flaws.push(`${what}: lacks ${line.slice(0, 300)}`);
  for (const line of after) if (!before.has(line)) flaws.push(`${what}: has ${line.slice(0, 300)}`);
}
