import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { DownloadProgress } from "../download/options.js";
import {
  readSafetensorsHeader,
  readTensorBytes,
  serializeSafetensors,
  tensorNamed,
} from "../safetensors/index.js";
import { hasFile, join, openSource, readText, requireFolder, storedFile } from "./web.js";

const checkpoint = serializeSafetensors([
  ["flag", { dtype: "U8", shape: [1], data: Uint8Array.of(7) }],
  ["weight", { dtype: "F32", shape: [2], data: Float32Array.of(0.5, -2) }],
]);

let server: Server;
let site: string;
let requests: string[] = [];

beforeAll(async () => {
  server = createServer(({ method, url }, response) => {
    requests.push(`${method} ${url}`);
    const answer = (status: number, type: string, body: string | Uint8Array = "") =>
      response.writeHead(status, { "Content-Type": type }).end(method === "HEAD" ? undefined : body);
    if (url === "/m/config.json") answer(200, "application/json", '{"a": 1}');
    else if (url === "/m/model.safetensors") answer(200, "application/octet-stream", checkpoint);
    else if (url === "/m/large.bin") {
      response.writeHead(200, { "Content-Type": "application/octet-stream", "Content-Length": 300_000 });
      if (method === "HEAD") response.end();
      else response.write(new Uint8Array(100_000), () => response.end(new Uint8Array(200_000)));
    } else if (url === "/m/absent-app") answer(200, "text/html; charset=utf-8", "<!doctype html>");
    else if (url === "/m/no-head") answer(method === "HEAD" ? 405 : 200, "text/plain", "here");
    else if (url === "/m/broken") answer(500, "text/plain", "sorry");
    else answer(404, "text/plain", "nothing");
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});
beforeEach(() => {
  requests = [];
});

test("a file's URL is in its folder, with or without a slash at the end", () => {
  expect(join("https://host/models/bert", "config.json")).toBe("https://host/models/bert/config.json");
  expect(join("https://host/models/bert/", "config.json")).toBe("https://host/models/bert/config.json");
  expect(() => join("models/bert", "config.json")).toThrow(
    expect.objectContaining({ code: "INVALID_ARGUMENT" }),
  );
});

describe("whether a file is there", () => {
  test.each([
    ["config.json", true],
    ["nothing.json", false],
    ["absent-app", false],
    ["no-head", true],
  ])("%s: %s", async (name, expected) => {
    expect(await hasFile(`${site}/m/${name}`)).toBe(expected);
  });

  test("is not said where the server fails or is not reached", async () => {
    const code = "DOWNLOAD_FAILED";
    const message = expect.stringMatching(/500/);
    await expect(hasFile(`${site}/m/broken`)).rejects.toMatchObject({ code, message });
    await expect(hasFile("http://127.0.0.1:9/x")).rejects.toMatchObject({ code });
  });
});

test("texts are read, and null where there is none", async () => {
  expect(await readText(`${site}/m/config.json`)).toBe('{"a": 1}');
  expect(await readText(`${site}/m/nothing.json`)).toBeNull();
  expect(await readText(`${site}/m/absent-app`)).toBeNull();
});

test("a folder is a URL, which is all that can be known of it", async () => {
  await expect(requireFolder(`${site}/nowhere`)).resolves.toBeUndefined();
  await expect(requireFolder("nowhere")).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
});

describe("a checkpoint's file", () => {
  test("is downloaded once, however many tensors are read", async () => {
    const file = storedFile(`${site}/m/model.safetensors`);
    expect(file.mapped).toBeNull();
    const header = await readSafetensorsHeader(file);
    const [weight, flag] = await Promise.all(
      ["weight", "flag"].map((name) => readTensorBytes(file, tensorNamed(header, name))),
    );
    expect(new Float32Array(weight!.slice().buffer)).toEqual(Float32Array.of(0.5, -2));
    expect([...flag!]).toEqual([7]);
    expect(requests).toEqual(["GET /m/model.safetensors"]);
  });

  test("that is not there, or shorter than its header says, has its code", async () => {
    await expect(readSafetensorsHeader(storedFile(`${site}/m/nothing`))).rejects.toMatchObject({
      code: "FILE_NOT_FOUND",
    });
    const entry = { name: "x", dtype: "U8", shape: [1], offset: 2 ** 30, length: 1 } as const;
    await expect(readTensorBytes(storedFile(`${site}/m/model.safetensors`), entry)).rejects.toMatchObject({
      code: "SAFETENSORS_FILE_SIZE",
    });
  });

  test("is asked for again after a failure", async () => {
    const file = storedFile(`${site}/m/broken`);
    const read = () => file.use(async ({ size }) => size);
    await expect(read()).rejects.toMatchObject({ code: "DOWNLOAD_FAILED" });
    await expect(read()).rejects.toMatchObject({ code: "DOWNLOAD_FAILED" });
    expect(requests).toHaveLength(2);
  });
});

test("who opens a folder hears how far its files are, and nobody hears of a second reading", async () => {
  const heard: DownloadProgress[] = [];
  const source = await openSource(`${site}/m`, { progress_callback: (progress) => heard.push(progress) });
  const file = storedFile((await source.find("large.bin"))!);
  expect(heard).toEqual([]); // it has been found, not read
  expect((await file.use(({ read }) => read(0, 300_000))).length).toBe(300_000);
  expect(heard.length).toBeGreaterThan(1);
  expect(heard[0]).toMatchObject({ file: "large.bin", total: 300_000 });
  expect(heard.at(-1)).toEqual({ file: "large.bin", loaded: 300_000, total: 300_000 });
  const loaded = heard.map((progress) => progress.loaded);
  expect(loaded).toEqual([...loaded].sort((a, b) => a - b));

  heard.length = 0;
  expect(await readText((await source.find("config.json"))!)).toBe('{"a": 1}');
  await readText(join(`${site}/m`, "config.json"));
  expect(heard).toEqual([{ file: "config.json", loaded: 8, total: 8 }]);
});
