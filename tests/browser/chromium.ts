import { existsSync } from "node:fs";
import path from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The browser that the tests run in: CHROMIUM_PATH, or the first of the usual names on PATH; null without one. */
export function findChromium(): string | null {
  const { CHROMIUM_PATH, PATH = "" } = process.env;
  if (CHROMIUM_PATH) return CHROMIUM_PATH;
  const candidates = PATH.split(path.delimiter).flatMap((folder) =>
    names.map((name) => path.join(folder, name)),
  );
  return candidates.find((file) => existsSync(file)) ?? null;
}

/** Why the tests are left out: there is no browser, and nobody demands one. In CI its absence is a failure. */
export function reasonToSkip(): string | null {
  if (findChromium() !== null || process.env.CI) return null;
  return "no Chromium on PATH: install it, or say where it is with CHROMIUM_PATH";
}

export interface BrowserOptions {
  /** Default true: computed by the processor, so that no graphics card is needed. */
  readonly webgpu?: boolean;
  /** Lets a page ask what it holds, with no compiled code among it, which grows as it runs. Default false. */
  readonly countsMemory?: boolean;
}

export function launchChromium({
  webgpu = true,
  countsMemory = false,
}: BrowserOptions = {}): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) {
    throw new Error("no Chromium on PATH; install it (apt-get install chromium) or set CHROMIUM_PATH");
  }
  const software = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--enable-features=Vulkan"];
  const counting = [
    "--enable-precise-memory-info",
    "--js-flags=--expose-gc,--no-opt,--no-maglev,--no-sparkplug,--no-lazy-feedback-allocation",
  ];
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", ...(webgpu ? software : []), ...(countsMemory ? counting : [])],
    timeout: 0,
  });
}

/** A new page. What it is asked for is waited for as long as the test has time. */
export async function openTab(browser: Browser): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  return page;
}
