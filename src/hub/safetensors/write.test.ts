import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FileCall, interceptFileCalls } from "../../../tests/reference/safetensors/file-calls.js";
import { Random, randomTensors } from "../../../tests/reference/safetensors/random.js";
import { version } from "../../../tests/reference/safetensors/versions.js";
import {
  readSafetensorsHeader,
  readTensorBytes,
  serializeSafetensors,
  tensorNamed,
  writeSafetensors,
} from "./index.js";

const leftBehind = /^\.[0-9a-f-]{36}\.safetensors\.tmp$/;
const before = Buffer.from(serializeSafetensors(version(1)));
const after = Buffer.from(serializeSafetensors(version(2)));

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "safetensors-"));
  path = join(folder, "model.safetensors");
});
afterEach(() => rm(folder, { recursive: true }));

describe("writeSafetensors", () => {
  it("writes the bytes of serializeSafetensors, and no other file", async () => {
    for (let seed = 0; seed < 20; seed++) {
      const tensors = randomTensors(new Random(seed), 8);
      await writeSafetensors(path, tensors, { seed: String(seed) });
      expect(await readFile(path)).toEqual(
        Buffer.from(serializeSafetensors(tensors, { seed: String(seed) })),
      );
    }
    await writeSafetensors(path, version(2));
    expect((await readFile(path)).equals(after)).toBe(true);
    expect(await readdir(folder)).toEqual(["model.safetensors"]);
  });

  it("gives back what was written", async () => {
    await writeSafetensors(path, new Map([["x", { dtype: "F64", shape: [2], data: Float64Array.of(1, 2) }]]));
    const bytes = await readTensorBytes(path, tensorNamed(await readSafetensorsHeader(path), "x"));
    expect(new Float64Array(bytes.buffer)).toEqual(Float64Array.of(1, 2));
  });

  it("writes a path without a folder beside itself", async () => {
    const here = process.cwd();
    try {
      process.chdir(folder);
      await writeSafetensors("bare.safetensors", version(1));
    } finally {
      process.chdir(here);
    }
    expect(await readdir(folder)).toEqual(["bare.safetensors"]);
  });

  it("syncs the file before its renaming, and the folder after", async () => {
    const names = (await callsOf(() => writeSafetensors(path, version(1)))).map(({ name }) => name);
    const distinct = names.filter((name, i) => name !== names[i - 1]);
    expect(distinct).toEqual(["open", "write", "sync", "stat", "rename", "open", "sync"]);
  });

  it("says that the folder does not exist", async () => {
    const absent = join(folder, "absent", "model.safetensors");
    await expect(writeSafetensors(absent, version(1))).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
  });

  it("leaves what was there when the tensors are refused, and makes no file", async () => {
    await writeFile(path, before);
    const wrong = [["x", { dtype: "F32", shape: [2], data: new Uint8Array(7) }]] as const;
    await expect(writeSafetensors(path, wrong)).rejects.toMatchObject({ code: "SAFETENSORS_TENSOR_SIZE" });
    expect((await readFile(path)).equals(before)).toBe(true);
    expect(await readdir(folder)).toEqual(["model.safetensors"]);
  });
});

describe("a full disk or a failing device", () => {
  it("at any call leaves the old file or the new one, no other, and a typed error", async () => {
    const calls = await callsOf(() => writeSafetensors(path, version(1)));
    const renamed = calls.find(({ name }) => name === "rename")!.number;
    for (const { name, number } of calls) {
      await writeFile(path, before);
      const restore = await interceptFileCalls(async (call, half) => {
        if (call.number !== number) return;
        if (call.name === "write") await half();
        throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
      });
      try {
        await expect(writeSafetensors(path, version(2)), `${name}, call ${number}`).rejects.toMatchObject({
          code: "SAFETENSORS_IO",
          message: expect.stringContaining("no space left"),
        });
      } finally {
        restore();
      }
      expect(
        (await readFile(path)).equals(number <= renamed ? before : after),
        `${name}, call ${number}`,
      ).toBe(true);
      expect(await readdir(folder)).toEqual(["model.safetensors"]);
    }
  });
});

describe("a killed writer", () => {
  it("leaves the old file or the new one, whole, whichever call it dies at", async () => {
    const calls = await callsOf(() => writeSafetensors(path, version(2)));
    const renamed = calls.find(({ name }) => name === "rename")!.number;
    const deaths = calls.flatMap(({ name, number }) =>
      name === "write" ? [[number], [number, "half"]] : [[number]],
    );
    expect(deaths.length).toBeGreaterThanOrEqual(10);
    for (const death of deaths) {
      await writeFile(path, before);
      expect(await writerKilledBy(death.map(String))).toBe("SIGKILL");
      const expected = Number(death[0]) <= renamed ? before : after;
      expect((await readFile(path)).equals(expected), `killed at ${death}`).toBe(true);
      await clearLeftBehind();
    }
  });

  it("leaves a whole file, killed at any moment", async () => {
    const random = new Random(1);
    await writeFile(path, before);
    for (let i = 0; i < 8; i++) {
      expect(await writerKilledBy(["forever"], random.below(60))).toBe("SIGKILL");
      const found = await readFile(path);
      expect(found.equals(before) || found.equals(after), `killing ${i}`).toBe(true);
      await clearLeftBehind();
    }
  });

  /** Runs a writer in a process of its own, kills it where a delay after its start is given, and says how it ended. */
  function writerKilledBy(how: string[], delay?: number): Promise<NodeJS.Signals | null> {
    const script = fileURLToPath(
      new URL("../../../tests/reference/safetensors/killed-writer.ts", import.meta.url),
    );
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, ["--import", "tsx", script, path, ...how], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      child.on("error", reject);
      child.on("exit", (_, signal) => resolve(signal));
      if (delay !== undefined)
        child.stdout.on("data", () => setTimeout(delay).then(() => child.kill("SIGKILL")));
    });
  }

  async function clearLeftBehind(): Promise<void> {
    for (const name of await readdir(folder)) {
      if (name === "model.safetensors") continue;
      expect(name).toMatch(leftBehind);
      await rm(join(folder, name));
    }
  }
});

/** The calls to the file system that `run` makes. */
async function callsOf(run: () => Promise<void>): Promise<FileCall[]> {
  const calls: FileCall[] = [];
  const restore = await interceptFileCalls((call) => {
    calls.push(call);
  });
  try {
    await run();
  } finally {
    restore();
  }
  return calls;
}
