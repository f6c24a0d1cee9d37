import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { hf_hub_download } from "../../src/hub/index.js";
import { interceptFileCalls } from "../reference/safetensors/file-calls.js";
import { type Answer, type Order, watchedCalls } from "./download-order.js";

// A process that downloads what it is told to, and dies where it is told to. HF_ENDPOINT and HF_HUB_CACHE are given.

// A file system without locks: no lock file can be opened.
if (process.argv.includes("--no-locks")) {
  const open = fs.openSync;
  fs.openSync = (file, ...rest) => {
    if (String(file).endsWith(".lock")) throw Object.assign(new Error("no locks"), { code: "ENOLCK" });
    return open(file, ...rest);
  };
  syncBuiltinESMExports();
}

const die = () => process.kill(process.pid, "SIGKILL");

process.on("message", async ({ repo, file, dieAtByte, dieAtCall, half }: Order) => {
  if (dieAtCall !== undefined) {
    await interceptFileCalls(async ({ number }, writeHalf) => {
      if (number !== dieAtCall) return;
      if (half) await writeHalf();
      die();
    }, watchedCalls);
  }
  const answer: Answer = await hf_hub_download(repo, file, {
    progress_callback: ({ loaded }) => {
      if (loaded >= (dieAtByte ?? Number.POSITIVE_INFINITY)) die();
    },
  }).then(
    (path) => ({ path }),
    (error: unknown) => ({ error: error instanceof Error ? String(error.stack) : String(error) }),
  );
  process.send!(answer);
});
