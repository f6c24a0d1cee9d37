import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("importing the package starts nothing and loads no native library", async () => {
  const script = `
    const modules = process.moduleLoadList.length;
    const resources = process.getActiveResourcesInfo().length;
    const { pipeline } = await import("./src/index.ts");
    const platform = process.moduleLoadList.slice(modules);
    const active = process.getActiveResourcesInfo().slice(resources);
    process.report.excludeNetwork = true;
    const libraries = process.report.getReport().sharedObjects;
    console.log(JSON.stringify({
      pipeline: typeof pipeline,
      active,
      platform: platform.filter((name) => /NativeModule (child_process|dgram|http|https|net|tls)$/.test(name)),
      libraries: libraries.filter((file) => /onnxruntime|koffi/.test(file)),
    }));
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", script],
    { cwd: path.join(import.meta.dirname, "..") },
  );
  expect(JSON.parse(stdout)).toEqual({ pipeline: "function", active: [], platform: [], libraries: [] });
});
