import { writeSafetensors } from "../../../src/hub/safetensors/index.js";
import { interceptFileCalls } from "./file-calls.js";
import { version } from "./versions.js";

// A process that is killed while it writes:
//   killed-writer.ts <path> <call> [half]   dies at that call to the file system, or half-way through that write
//   killed-writer.ts <path> forever         writes versions 1 and 2 in turn until somebody kills it

const [path, when, half] = process.argv.slice(2) as [string, string, string | undefined];

if (when === "forever") {
  process.stdout.write("started\n");
  for (let i = 0; ; i++) await writeSafetensors(path, version(1 + (i % 2)));
}

await interceptFileCalls(async (call, writeHalf) => {
  if (call.number !== Number(when)) return;
  if (half === "half") await writeHalf();
  process.kill(process.pid, "SIGKILL");
});
await writeSafetensors(path, version(2));
