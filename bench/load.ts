import { bertBase } from "./checkpoints.js";
import type { BenchCase } from "./harness/bench-case.js";
import { builtSide } from "./harness/build-sides.js";
import { node, pytorch, sideOptions, transformersJs } from "./harness/sides.js";

// From the start of the process to the first prediction, the checkpoint being in the page cache. transformers.js has
// one format, ONNX, which stands beside both of the others.

const SENTENCE = "The quick brown fox jumps over the lazy dog, and nobody in the village is surprised.";

export const cases: readonly BenchCase[] = [
  load("safetensors", bertBase.folder),
  load("bin", bertBase.binFolder),
];

function load(format: string, folder: string): BenchCase {
  const options = (folder: string) => [...sideOptions({ folder }), "--sentence", SENTENCE];
  return {
    name: `load bert-base ${format}`,
    measure: "start",
    unit: "s",
    sides: {
      ours: node(builtSide("sides/start"), options(folder)),
      "transformers.js": transformersJs("start.mjs", bertBase.exported, options(bertBase.folder)),
      python: pytorch("start.py", options(folder)),
    },
    peakMemory: {},
    async prepare() {
      bertBase.make();
      bertBase.export();
      bertBase.makeBin();
    },
  };
}
