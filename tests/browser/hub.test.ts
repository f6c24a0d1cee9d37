import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pipeline } from "../../src/index.js";
import { HubServer } from "../support/hub-server.js";
import { launchChromium, openTab, reasonToSkip } from "./chromium.js";
import type { Classify } from "./pages/hub/main.js";
import { type Site, serve } from "./server.js";
import { buildPackage, buildPage, built } from "./site.js";

const moods = path.join(import.meta.dirname, "../../src/pipelines/fixtures/moods");
const text = "The dog is happy.";
const skipped = reasonToSkip();

describe.skipIf(skipped !== null)("a page that loads a model from the Hub", () => {
  let hub: HubServer;
  let site: Site;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    await buildPackage();
    await buildPage("hub");
    hub = await HubServer.start();
    const names = (await readdir(moods)).filter((name) => /\.(?:json|txt|safetensors)$/.test(name));
    const files = await Promise.all(
      names.map(async (name) => [name, await readFile(path.join(moods, name))] as const),
    );
    hub.add("org/moods", Object.fromEntries(files));
    site = await serve({ hub: path.join(built, "hub") });
    browser = await launchChromium();
    page = await openTab(browser);
    await page.goto(new URL("hub/", site.url).href, { waitUntil: "load" });
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
    await hub?.[Symbol.asyncDispose]();
  });

  function classify(...[endpoint, ...rest]: Parameters<Classify>): ReturnType<Classify> {
    return page.evaluate(`classify(...${JSON.stringify([endpoint, ...rest])})`);
  }

  test("answers as Node does, and tells the progress", async () => {
    const [expected] = await (await pipeline("text-classification", moods))(text);
    const { answer, progress, code } = await classify(hub.endpoint, "org/moods", text);
    expect(code).toBeNull();
    expect(answer).toEqual([{ label: expected.label, score: expect.closeTo(expected.score, 5) }]);
    expect(new Map(progress).get("model.safetensors")).toBe(1);
  });

  test("has its files the second time, in a page that was loaded anew, and without the Hub", async () => {
    await page.reload({ waitUntil: "load" });
    const before = hub.downloads;
    expect((await classify(hub.endpoint, "org/moods", text)).code).toBeNull();
    expect(hub.requests.slice(-1)[0]).toContain("/api/models/org/moods/revision/main");
    expect(hub.downloads - before).toBeLessThanOrEqual(2); // what the repository is at, and no file
    expect(hub.requests.slice(before).filter((line) => line.includes("/resolve/"))).toEqual([]);
    const asked = hub.requests.length;
    expect((await classify(hub.endpoint, "org/moods", text, { local_files_only: true })).code).toBeNull();
    expect(hub.requests).toHaveLength(asked);
  });

  test("says what it was refused", async () => {
    expect((await classify(hub.endpoint, "org/none", text)).code).toBe("REPOSITORY_NOT_FOUND");
    expect((await classify("http://127.0.0.1:9", "org/other", text)).code).toBe("DOWNLOAD_FAILED");
    hub.fault = (_, response, file) => response.writeHead(200).end(new Uint8Array(file.content.length));
    const spoiled = await classify(hub.endpoint, "org/moods", text, { force_download: true });
    expect(spoiled.code).toBe("CHECKSUM_MISMATCH");
  });
});
