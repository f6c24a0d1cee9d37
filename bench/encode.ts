import { bertBase } from "./checkpoints.js";
import type { BenchCase } from "./harness/bench-case.js";
import { builtSide } from "./harness/build-sides.js";
import { node, pytorch, sideOptions, transformersJs } from "./harness/sides.js";
import { makeSentences, type SentenceOrder, sentencesFile } from "./sentences.js";

// Many sentences through the text-classification pipeline, 16 at a time: transformers.js by its users' loop, the
// others by their batch_size.

export const cases: readonly BenchCase[] = [encode("mixed"), encode("sorted")];

function encode(order: SentenceOrder): BenchCase {
  const options = sideOptions({ folder: bertBase.folder, sentences: sentencesFile(order), batch: 16 });
  return {
    name: `encode ${order}`,
    measure: "fresh",
    unit: "sentences/s",
    better: "higher",
    rounds: 3,
    sides: {
      ours: node(builtSide("sides/encode"), options),
      "transformers.js": transformersJs("encode.mjs", bertBase.exported, options),
      python: pytorch("encode.py", options),
    },
    peakMemory: {},
    tolerance: 1e-4, // of scores of the first sentences
    async prepare() {
      bertBase.make();
      bertBase.export();
      makeSentences();
    },
  };
}
