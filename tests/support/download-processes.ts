import { type ChildProcess, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, realpath, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { hf_hub_download } from "../../src/hub/index.js";
import { interceptFileCalls } from "../reference/safetensors/file-calls.js";
import { type Answer, type Order, watchedCalls } from "./download-order.js";
import { HubServer, sendFile } from "./hub-server.js";

// Downloads in processes of their own that are killed, or that all want the same file at once.

const file = "model.safetensors";
const content = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8)) & 255);

export interface Outcome {
  /** What was seen that should not be; empty if all was well. */
  readonly flaws: readonly string[];
  /** How many requests for contents came to the server. */
  readonly downloads: number;
}

/**
 * Kills a download, looks what stands in the cache, downloads again and looks anew; so for each death in the list: a
 * number of bytes, or a call to the file system.
 */
export async function killDownloads(
  deaths: readonly (Pick<Order, "dieAtByte"> | Pick<Order, "dieAtCall" | "half">)[],
): Promise<Outcome> {
  await using server = await HubServer.start();
  const flaws: string[] = [];
  for (const [i, death] of deaths.entries()) {
    const cache = await mkdtemp(path.join(tmpdir(), "killed-"));
    const id = `org/model-${i}`;
    server.add(id, { [file]: content, "config.json": "{}" });
    const limit = "dieAtByte" in death ? death.dieAtByte! : content.length;
    server.fault = (request, response, served) => {
      if (request.method === "HEAD" || limit >= content.length) return false;
      // So many bytes and then silence, so that the process dies with just these.
      response.writeHead(200, { "Content-Length": content.length }).write(content.subarray(0, limit));
      return served !== undefined;
    };
    const answer = await dieDownloading({ repo: id, file, ...death }, server.endpoint, cache);
    // The last calls need not come: in how many pieces a body arrives, and is written, differs.
    if (answer !== null && !("path" in answer && "dieAtCall" in death)) {
      flaws.push(`${JSON.stringify(death)}: was not killed, but gave ${JSON.stringify(answer)}`);
    }
    for (const flaw of await tornFiles(cache)) flaws.push(`${JSON.stringify(death)}: ${flaw}`);

    server.fault = null;
    await within(server.endpoint, cache, async () => {
      await ageLeftovers(cache);
      const found = await hf_hub_download(id, file);
      if (!(await readFile(found)).equals(content))
        flaws.push(`${JSON.stringify(death)}: wrong bytes afterwards`);
      await hf_hub_download(id, "config.json");
    });
    for (const flaw of await tornFiles(cache)) flaws.push(`${JSON.stringify(death)}, again: ${flaw}`);
    for (const name of await leftovers(cache))
      flaws.push(`${JSON.stringify(death)}: ${name} was not collected`);
    await rm(cache, { recursive: true });
  }
  return { flaws, downloads: server.downloads };
}

/** The number of calls to the file system that a download makes. */
export async function countCalls(): Promise<number> {
  await using server = await HubServer.start();
  const cache = await mkdtemp(path.join(tmpdir(), "counted-"));
  server.add("org/model", { [file]: content });
  let calls = 0;
  const restore = await interceptFileCalls(() => void calls++, watchedCalls);
  try {
    await within(server.endpoint, cache, () => hf_hub_download("org/model", file));
  } finally {
    restore();
    await rm(cache, { recursive: true });
  }
  return calls;
}

/**
 * Lets so many processes download the same new file at once, round by round. Without locks, the server sends it once
 * all of them have asked for it, so that all are under way together however busy the machine is.
 */
export async function contend(
  processes: number,
  rounds: number,
  { locks }: { locks: boolean },
): Promise<Outcome> {
  await using server = await HubServer.start();
  const cache = await mkdtemp(path.join(tmpdir(), "contended-"));
  let waiting: (() => void)[] = [];
  server.fault = (request, response, served) => {
    if (request.method === "HEAD") return false;
    waiting.push(() => sendFile(request, response, served));
    if (waiting.length < (locks ? 1 : processes)) return true;
    for (const send of waiting) setTimeout(send, 20); // with locks, others come while one is under way
    waiting = [];
    return true;
  };
  const children = Array.from({ length: processes }, () => start(server.endpoint, cache, locks));
  const flaws: string[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const bytes = content.slice();
      new DataView(bytes.buffer).setUint32(0, round);
      const repo = `org/round-${round}`;
      server.add(repo, { [file]: bytes });
      const answers = await Promise.all(children.map((child) => ask(child, { repo, file })));
      for (const answer of answers) if ("error" in answer) flaws.push(`round ${round}: ${answer.error}`);
      const folder = path.join(cache, `models--org--round-${round}`);
      const blobs = await readdir(path.join(folder, "blobs"));
      const expected = createHash("sha256").update(bytes).digest("hex");
      if (blobs.join() !== expected) flaws.push(`round ${round}: blobs ${blobs.join(", ")}`);
    }
    flaws.push(...(await tornFiles(cache)));
  } finally {
    for (const child of children) child.kill();
    await rm(cache, { recursive: true });
  }
  return { flaws, downloads: server.downloads };
}

async function within<T>(endpoint: string, cache: string, body: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  Object.assign(process.env, environment(endpoint, cache));
  delete process.env.HF_HUB_OFFLINE;
  try {
    return await body();
  } finally {
    process.env = before;
  }
}

function environment(endpoint: string, cache: string) {
  const patience = { HF_HUB_ETAG_TIMEOUT: "300", HF_HUB_DOWNLOAD_TIMEOUT: "300" };
  return { HF_ENDPOINT: endpoint, HF_HUB_CACHE: cache, HF_HUB_DISABLE_IMPLICIT_TOKEN: "1", ...patience };
}

function start(endpoint: string, cache: string, locks = true): ChildProcess {
  const { HF_HUB_OFFLINE: _, ...inherited } = process.env;
  return fork(path.join(import.meta.dirname, "download-child.ts"), locks ? [] : ["--no-locks"], {
    execArgv: ["--import", "tsx"],
    env: { ...inherited, ...environment(endpoint, cache) },
  });
}

async function ask(child: ChildProcess, order: Order): Promise<Answer> {
  const answered = once(child, "message");
  child.send(order);
  return (await answered)[0] as Answer;
}

/** Sends an order that should end in death; gives the answer of a process that lives on. */
async function dieDownloading(order: Order, endpoint: string, cache: string): Promise<Answer | null> {
  const child = start(endpoint, cache);
  let answer: Answer | null = null;
  child.once("message", (message: Answer) => {
    answer = message;
    child.kill();
  });
  const ended = once(child, "exit");
  child.send(order);
  await ended;
  return answer;
}

/** Published files whose bytes are not those that their name promises. */
async function tornFiles(cache: string): Promise<string[]> {
  const flaws: string[] = [];
  for (const entry of await readdir(cache, { recursive: true, withFileTypes: true })) {
    const full = path.join(entry.parentPath, entry.name);
    const isPublished = /\/(?:blobs|snapshots)\//.test(full) && !/\.(?:incomplete|tmp)$/.test(full);
    if (entry.isDirectory() || !isPublished) continue;
    const real = await realpath(full).catch(() => null);
    if (real === null) {
      flaws.push(`${full} leads nowhere`);
      continue;
    }
    const bytes = await readFile(real);
    const hash = path.basename(real);
    const digest =
      hash.length === 64
        ? createHash("sha256").update(bytes).digest("hex")
        : createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
    if (digest !== hash) flaws.push(`${full} has the hash ${digest}`);
  }
  return flaws;
}

async function leftovers(cache: string): Promise<string[]> {
  const names = await readdir(cache, { recursive: true });
  return names.filter((name) => name.endsWith(".incomplete")).map((name) => path.join(cache, name));
}

async function ageLeftovers(cache: string): Promise<void> {
  const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 3600;
  for (const name of await leftovers(cache)) await utimes(name, twoDaysAgo, twoDaysAgo);
}
