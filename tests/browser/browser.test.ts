import { readdirSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pipeline } from "../../src/index.js";
import { manual_seed, rand, randn, realize } from "../../src/tensor/index.js";
import { readJson } from "../support/recorded.js";
import { launchChromium, openTab, reasonToSkip } from "./chromium.js";
import type { Suite } from "./pages/suite/main.js";
import { type BrowserDevice, isExpected } from "./refusals.js";
import { type Site, serve } from "./server.js";
import { type BuiltPage, buildPackage, buildPage, built } from "./site.js";

const root = path.join(import.meta.dirname, "../..");
const folders = {
  classify: path.join(built, "classify"),
  suite: path.join(built, "suite"),
  assets: path.join(root, "assets"),
  bert: path.join(root, "src/models/bert/fixtures"),
  finetune: path.join(root, "tests/fixtures/finetune"),
  operators: path.join(root, "src/tensor/fixtures/ops"),
  ort: path.join(root, "node_modules/onnxruntime-web/dist"),
};

const devices: readonly BrowserDevice[] = ["wasm", "webgpu"];

const skipped = reasonToSkip();
if (skipped !== null) console.warn(`The tests in a browser are left out: ${skipped}.`);

describe.skipIf(skipped !== null)("in Chromium", () => {
  let plainPage: BuiltPage;
  let suitePage: BuiltPage;
  let site: Site;
  let browser: Browser;

  beforeAll(async () => {
    await buildPackage();
    [plainPage, suitePage] = [await buildPage("classify"), await buildPage("suite")];
    site = await serve(folders);
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  /** Opens a page; what it throws fails whoever closes it. */
  async function open(address: string, browser: Browser): Promise<{ page: Page; close(): Promise<void> }> {
    const page = await openTab(browser);
    const errors: Error[] = [];
    page.on("pageerror", (error) => errors.push(error));
    await page.goto(new URL(address, site.url).href, { waitUntil: "load" });
    const close = async () => {
      await page.close();
      expect(errors).toEqual([]);
    };
    return { page, close };
  }

  describe("a page that Vite built with its defaults", () => {
    test("has nothing of Node in it, and nobody was warned", () => {
      // That a chunk is large is no fault, as long as it is loaded for a format of files alone.
      const warnings = [...plainPage.warnings, ...suitePage.warnings].filter(
        (text) => !/chunks are larger than|PLUGIN_TIMINGS/.test(text),
      );
      expect(warnings).toEqual([]);
      const modules = plainPage.files.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
      expect(modules.length).toBeGreaterThan(100);
      expect(
        modules.filter((id) => /node:|browser-external|koffi|onnxruntime-node|commander/.test(id)),
      ).toEqual([]);
    });

    test("starts with less than 100 kB of JavaScript; ONNX Runtime comes when it is needed", () => {
      const entry = plainPage.files.find((file) => file.type === "chunk" && file.isEntry);
      expect(entry?.type).toBe("chunk");
      if (entry?.type !== "chunk") return;
      const first = plainPage.files.filter(
        (file) => file.type === "chunk" && (file === entry || entry.imports.includes(file.fileName)),
      );
      const bytes = first.map((file) => gzipSync(file.type === "chunk" ? file.code : file.source).length);
      expect(bytes.reduce((a, b) => a + b)).toBeLessThan(100_000);
    });

    test("classifies as Node does", async () => {
      const texts = ["Der Hund schläft auf dem Sofa.", "The dog sleeps.", "Le chien dort sur le canapé."];
      const classify = await pipeline(
        "text-classification",
        path.join(root, "assets/language-identification"),
      );
      const expected = await classify(texts);
      const query = texts.map((text) => `text=${encodeURIComponent(text)}`).join("&");
      const { page, close } = await open(`classify/?${query}`, browser);
      const body = page.locator("body:not(:empty)");
      const answers = JSON.parse((await body.textContent()) ?? "") as typeof expected;
      expect(answers.map(({ label }) => label)).toEqual(["de", "en", "fr"]);
      for (const [i, { label, score }] of expected.entries()) {
        expect(answers[i]!.label).toBe(label);
        expect(answers[i]!.score).toBeCloseTo(score, 5);
      }
      await close();
    });
  });

  describe.each(devices)("on %s", (device) => {
    let page: Page;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ page, close } = await open("suite/", browser));
      if (device === "wasm") await ask("configureRuntime", { threads: 2 });
    });
    afterAll(() => close?.());

    const ask: Ask = (name, ...values) => call(page, name, ...values);

    test("a model gives the recorded logits", async () => {
      expect(await ask("classifySequence", device)).toBeLessThan(1e-5);
      if (device === "wasm") expect(page.workers()).toHaveLength(1); // the second of two threads
    });

    test("calls at once, of different shapes, give what they give one after the other", async () => {
      expect(await ask("callAtOnce", device)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    });

    test("training follows the recorded losses", async () => {
      type Recorded = { settings: Parameters<Suite["trainSteps"]>[0]; steps: { loss: number }[] };
      const { settings, steps } = readJson<Recorded>(folders.finetune, "steps.json");
      const losses = await ask("trainSteps", settings, 5, device);
      expect(losses).toEqual(steps.slice(0, 5).map(({ loss }) => expect.closeTo(loss, 4)));
    });

    test("random numbers of a seed are those of Node", async () => {
      manual_seed(1);
      const expected = [rand([1000]), randn([1000])];
      await realize(expected);
      const [uniform, normal] = await ask("draw", device);
      expect(uniform).toEqual(expected[0]!.tolist());
      expect(normal).toEqual((expected[1]!.tolist() as number[]).map((x) => expect.closeTo(x, 5)));
    });

    const rooms = readdirSync(folders.operators)
      .filter((file) => file.endsWith(".json"))
      .map((file) => file.replace(".json", ""));
    test.each(rooms)("operators give what PyTorch recorded, or refuse: %s", async (room) => {
      const outcomes = await ask("judgeRoom", room, device);
      expect(outcomes.length).toBeGreaterThan(5);
      const failures = outcomes.filter((outcome) => outcome.wrong.length > 0 || !isExpected(outcome, device));
      expect(failures.map(({ name, wrong, error }) => [name, ...wrong, error?.message])).toEqual([]);
    });
  });

  describe("a page with settings of its own", () => {
    let plain: Browser;
    beforeAll(async () => {
      plain = await launchChromium({ webgpu: false });
    });
    afterAll(() => plain?.close());

    test("loads ONNX Runtime from where it is told", async () => {
      const { page, close } = await open("suite/", plain);
      const fetched: string[] = [];
      page.on("request", (request) => fetched.push(new URL(request.url()).pathname));
      await call(page, "configureRuntime", { wasmPaths: new URL("ort/", site.url).href });
      expect(await call(page, "classifySequence", "wasm")).toBeLessThan(1e-5);
      expect(fetched.filter((file) => file.endsWith(".wasm"))).toEqual(["/ort/ort-wasm-simd-threaded.wasm"]);
      await close();
    });

    test("says so where there is no WebGPU, and goes on with wasm", async () => {
      const { page, close } = await open("suite/", plain);
      await expect(call(page, "classifySequence", "webgpu")).rejects.toThrow('use the device "wasm"');
      expect(await call(page, "classifySequence", "wasm")).toBeLessThan(1e-5);
      await close();
    });
  });

  test("a GPU that the browser takes away is said to be gone", async () => {
    const { page, close } = await open("suite/", browser);
    expect(await call(page, "loseGpu")).toBe("DEVICE_UNAVAILABLE");
    await close();
  });

  describe.each(devices)("500 steps on %s hold no more than the first 50", (device) => {
    let counting: Browser;
    let page: Page;
    let close: () => Promise<void>;
    beforeAll(async () => {
      counting = await launchChromium({ countsMemory: true });
      ({ page, close } = await open("suite/", counting));
      await call(page, "watchMemory");
      // ONNX Runtime keeps buffers that it once needed at the same time, which takes some steps to come to its end.
      await call(page, "runSteps", "training", device, { warm: 1, all: 100 });
    });
    afterAll(async () => {
      await close?.();
      await counting?.close();
    });

    test.each(["training", "inference"] as const)("%s at changing shapes", async (task) => {
      const { warm, end } = await call(page, "runSteps", task, device, { warm: 50, all: 500 });
      expect(warm.wasm).toBeGreaterThan(0);
      expect(warm.buffers > 0).toBe(device === "webgpu");
      for (const what of ["heap", "wasm", "gpu", "buffers"] as const) {
        expect(end[what], what).toBeLessThanOrEqual(warm[what] * 1.02);
      }
    });
  });
});

type Ask = <Name extends keyof Suite>(
  name: Name,
  ...values: Parameters<Suite[Name]>
) => Promise<Awaited<ReturnType<Suite[Name]>>>;

/** Calls a function of the suite's page. */
function call<Name extends keyof Suite>(
  page: Page,
  name: Name,
  ...values: Parameters<Suite[Name]>
): Promise<Awaited<ReturnType<Suite[Name]>>> {
  return page.evaluate(`suite.${name}(...${JSON.stringify(values)})`);
}
