import { execFile } from "node:child_process";
import { cp, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pipeline } from "../../src/index.js";
import { installPackage } from "../support/installed-package.js";
import { launchChromium, openTab, reasonToSkip } from "./chromium.js";
import { type Site, serve } from "./server.js";
import { built } from "./site.js";

const root = path.join(import.meta.dirname, "../..");
const folder = path.join(built, "example-source");
const page = path.join(built, "example");

/** One line of the example's answers: the classes with their scores, as the page shows them. */
type Answer = { sentence: string | null; classes: { label: string | undefined; score: number }[] };

describe.skipIf(reasonToSkip() !== null)("examples/browser", () => {
  let site: Site;
  let browser: Browser;

  beforeAll(async () => {
    await rm(folder, { recursive: true, force: true });
    const isSource = (file: string) => !/[\\/](?:node_modules|dist)$/.test(file);
    await cp(path.join(root, "examples/browser"), folder, { recursive: true, filter: isSource });
    await installPackage(folder);
    const run = promisify(execFile);
    const bin = (name: string) => path.join(root, "node_modules", name);
    await run(process.execPath, [bin("typescript/bin/tsc"), "--noEmit", "-p", folder]);
    const { stderr } = await run(
      process.execPath,
      [bin("vite/bin/vite.js"), "build", "--base", "/example/", "--outDir", page, "--emptyOutDir"],
      { cwd: folder, env: { ...process.env, NODE_ENV: "production" } },
    );
    expect(stderr).not.toMatch(/externalized|unresolved|error/i);
    site = await serve({ example: page });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  /** Opens the example; what it throws fails whoever closes it. `first` runs in the page before its own code. */
  async function open(query = "", first = ""): Promise<{ page: Page; close(): Promise<void> }> {
    const page = await openTab(browser);
    const errors: Error[] = [];
    page.on("pageerror", (error) => errors.push(error));
    await page.addInitScript({ content: first + watchStatus });
    await page.goto(new URL(`example/${query}`, site.url).href);
    const close = async () => {
      await page.close();
      expect(errors).toEqual([]);
    };
    return { page, close };
  }

  const ready = (page: Page) => page.getByText(/^Ready, after/).waitFor();

  test.each([
    ["wasm", 5],
    ["webgpu", 4],
  ] as const)("on %s its scores are those of Node, and it shows how far it is", async (device, digits) => {
    const { page, close } = await open(`?device=${device}`, slowNetwork);
    await ready(page);
    await page.locator("#answers > li").first().waitFor();
    const answers = await readAnswers(page);
    expect(answers.map(({ classes }) => classes[0]!.label)).toEqual(["de", "en", "fr", "ja", "ru", "es"]);

    const classify = await pipeline("text-classification", path.join(root, "assets/language-identification"));
    const sentences = answers.map(({ sentence }) => sentence!);
    const expected = await classify(sentences, { top_k: 3 });
    for (const [i, { classes }] of answers.entries()) {
      expect(classes.map(({ label }) => label)).toEqual(expected[i]!.map(({ label }) => label));
      for (const [j, { score }] of classes.entries()) {
        expect(Math.abs(score - expected[i]![j]!.score)).toBeLessThan(10 ** -digits);
      }
    }

    const shown = (await page.evaluate("shown")) as { status: string; value: number | null }[];
    const loading = shown.filter(({ status }) => /^Loading the model: [\d.]+ of [\d.]+ MB$/.test(status));
    const partial = loading.filter(({ value }) => value! < 1);
    expect(partial.length).toBeGreaterThanOrEqual(3);
    expect(new Set(partial.map(({ status }) => status)).size).toBeGreaterThanOrEqual(3);
    expect(loading.at(-1)!.value).toBe(1);
    expect(shown.some(({ status }) => status.startsWith("Starting ONNX Runtime"))).toBe(true);
    expect(await page.locator("#progress").isHidden()).toBe(true);
    await close();
  });

  test("what is typed is answered at once, and nothing for no sentence", async () => {
    const { page, close } = await open();
    await ready(page);
    await page.getByLabel("Sentences").fill("Dobrý den, jak se máte?\n\n");
    await page.getByText("1 sentence in").waitFor();
    const [answer, ...others] = await readAnswers(page);
    expect(others).toEqual([]);
    expect(answer!.sentence).toBe("Dobrý den, jak se máte?");
    expect(answer!.classes[0]!.label).toBe("cs");
    await page.getByLabel("Sentences").fill(" \n");
    await expect.poll(() => readAnswers(page)).toEqual([]);
    await close();
  });

  test("without WebGPU it says so, and computes on wasm only when it is asked to", async () => {
    const { page, close } = await open(
      "?device=webgpu",
      'Object.defineProperty(Navigator.prototype, "gpu", { get: () => undefined });',
    );
    const problem = page.getByRole("alert");
    await problem.waitFor();
    expect(await problem.textContent()).toContain("this browser has no WebGPU");
    expect(await page.getByRole("radio", { name: "WebGPU" }).isChecked()).toBe(true);
    expect(await readAnswers(page)).toEqual([]);
    await page.getByRole("button", { name: "Use WebAssembly instead" }).click();
    await ready(page);
    expect(await problem.isHidden()).toBe(true);
    expect(await page.getByRole("radio", { name: "WebAssembly" }).isChecked()).toBe(true);
    await expect.poll(async () => (await readAnswers(page)).length).toBe(6);
    await close();
  });

  test("a model that cannot be loaded is a message on the page", async () => {
    const { page, close } = await open(
      "",
      `const fetchReally = fetch;
        fetch = (input, init) =>
          String(input).endsWith("model.safetensors")
            ? Promise.reject(new TypeError("the network is gone"))
            : fetchReally(input, init);`,
    );
    const problem = page.getByRole("alert");
    await problem.waitFor();
    expect(await problem.textContent()).toContain("the network is gone");
    expect(await page.getByRole("button").count()).toBe(0);
    await close();
  });
});

/** Runs in the page: keeps whatever the status has said, with the share that the bar showed meanwhile. */
const watchStatus = `
  globalThis.shown = [];
  document.addEventListener("DOMContentLoaded", () => {
    const status = document.querySelector("#status");
    const progress = document.querySelector("#progress");
    new MutationObserver(() => {
      shown.push({ status: status.textContent, value: progress.position < 0 ? null : progress.position });
    }).observe(status, { childList: true });
  });
`;

/** Runs in the page: the weights come in four parts, as from far away. */
const slowNetwork = `
  const fetchAtOnce = fetch;
  fetch = async (input, init) => {
    const response = await fetchAtOnce(input, init);
    if (!String(input).endsWith("model.safetensors") || init?.method === "HEAD") return response;
    const bytes = new Uint8Array(await response.arrayBuffer());
    const part = Math.ceil(bytes.length / 4);
    const body = new ReadableStream({
      async start(controller) {
        for (let start = 0; start < bytes.length; start += part) {
          controller.enqueue(bytes.slice(start, start + part));
          await new Promise((resolve) => setTimeout(resolve, 30));
        }
        controller.close();
      },
    });
    return new Response(body, { headers: response.headers });
  };
`;

function readAnswers(page: Page): Promise<Answer[]> {
  return page.evaluate(`
    [...document.querySelectorAll("#answers > li")].map((item) => ({
      sentence: item.querySelector(".sentence").textContent,
      classes: [...item.querySelectorAll(".scores li")].map((line) => ({
        label: line.dataset.label,
        score: Number(line.querySelector("data").value),
      })),
    }))
  `);
}
