import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import * as disk from "../../src/hub/storage/index.js";
import * as served from "../../src/hub/storage/web.js";
import * as node from "../../src/runtime/index.js";
import * as web from "../../src/runtime/web.js";
import * as threads from "../../src/tokenizers/pool/threads.js";
import * as webThreads from "../../src/tokenizers/pool/threads-web.js";
import { readJson } from "../support/recorded.js";

const root = path.join(import.meta.dirname, "../..");

// tsc holds the two sides of each door to the same types.
web satisfies typeof node;
served satisfies typeof disk;
webThreads satisfies typeof threads;

test("every door that package.json names has both of its sides", () => {
  const { browser } = readJson<{ browser: Record<string, string> }>(root, "package.json");
  expect(browser).toEqual({
    "./dist/hub/storage/index.js": "./dist/hub/storage/web.js",
    "./dist/runtime/index.js": "./dist/runtime/web.js",
    "./dist/tokenizers/pool/threads.js": "./dist/tokenizers/pool/threads-web.js",
  });
  for (const file of Object.entries(browser).flat()) {
    const source = file.replace("./dist/", "src/").replace(/\.js$/, ".ts");
    expect(existsSync(path.join(root, source)), source).toBe(true);
  }
});

describe("a door's two sides offer the same", () => {
  test("runtime", () => expect(Object.keys(web).sort()).toEqual(Object.keys(node).sort()));
  test("threads", () => expect(Object.keys(webThreads).sort()).toEqual(Object.keys(threads).sort()));
  test("storage", () => expect(Object.keys(served).sort()).toEqual(Object.keys(disk).sort()));
});

describe("in browsers", () => {
  test("settings of Node are refused, and threads without cross-origin isolation", () => {
    const code = "UNSUPPORTED";
    expect(() => web.configureRuntime({ engine: "c-api" })).toThrow(expect.objectContaining({ code }));
    expect(() => web.configureRuntime({ threads: 4 })).toThrow(expect.objectContaining({ code }));
    expect(() => node.configureRuntime({ wasmPaths: "/ort/" })).toThrow(expect.objectContaining({ code }));
  });

  test("there is no cuda", async () => {
    const runtime = await web.getRuntime();
    await expect(
      runtime.createSession(new Uint8Array(), { inputs: [], outputs: [] }, { device: "cuda" }),
    ).rejects.toMatchObject({ code: "DEVICE_UNAVAILABLE", message: expect.stringContaining('"wasm"') });
  });

  test("without WebGPU the device webgpu says what to do", async () => {
    const runtime = await web.getRuntime();
    const array = { dtype: "float32", dims: [1], data: new Float32Array(1) } as const;
    await expect(runtime.upload(array, "webgpu")).rejects.toMatchObject({
      code: "DEVICE_UNAVAILABLE",
      message: expect.stringContaining('use the device "wasm"'),
    });
  });

  test("nothing is written, and no model is shipped", async () => {
    const code = "UNSUPPORTED";
    await expect(served.publish("https://host/model/config.json")).rejects.toMatchObject({ code });
    expect(() => served.packagedFolder("language-identification")).toThrow(expect.objectContaining({ code }));
    expect(() => served.readSync("https://host/model.safetensors")).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
