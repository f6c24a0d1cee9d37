import { join } from "node:path";
import { bertBase, bertTiny } from "./checkpoints.js";
import type { BenchCase } from "./harness/bench-case.js";
import { builtSide } from "./harness/build-sides.js";
import { root } from "./harness/paths.js";
import { node, pytorch, sideOptions, transformersJs } from "./harness/sides.js";

// The engine: BERT's forward pass, its training step, the time to a first prediction, and our own overhead.

const SENTENCE = "The quick brown fox jumps over the lazy dog, and nobody in the village is surprised.";
const MIB = 2 ** 20;
const BERT_BASE_BYTES = 437_958_672;

export const cases: readonly BenchCase[] = [
  forward({ batch: 8, sequence: 128, calls: 2 }),
  forward({ batch: 1, sequence: 128, calls: 10 }),
  forward({ batch: 1, sequence: 16, calls: 30 }),
  forward({ batch: 1, sequence: 512, calls: 3 }),
  train("train bert-base fp32 b8 s128", 0),
  train("train bert-base fp32 b8 s128 dropout 0.1", 0.1),
  start(),
  overhead(),
  typeCheck(),
];

interface ForwardShape {
  readonly batch: number;
  readonly sequence: number;
  /** Calls in one round, so many that a round takes about a second or less. */
  readonly calls: number;
}

function forward(shape: ForwardShape): BenchCase {
  const options = sideOptions({ folder: bertBase.folder, ...shape });
  return {
    name: `bert-base fp32 b${shape.batch} s${shape.sequence}`,
    measure: "rounds",
    unit: "ms",
    sides: {
      ours: node(builtSide("sides/forward"), options),
      onnx: node(builtSide("peers/onnx/forward"), options),
      pytorch: pytorch("forward.py", options),
    },
    prepare: async () => bertBase.make(),
  };
}

function train(name: string, dropout: number): BenchCase {
  const options = sideOptions({ folder: bertBase.folder, batch: 8, sequence: 128, calls: 3, dropout });
  return {
    name,
    measure: "fresh",
    unit: "ms",
    rounds: 5,
    sides: {
      ours: node(builtSide("sides/train"), options),
      onnx: node(builtSide("peers/onnx/train"), options),
      pytorch: pytorch("train.py", options),
    },
    peakMemory: {},
    // The losses of the first steps. With dropout each side draws its own numbers, and only a wrong scale shows.
    tolerance: dropout === 0 ? 1e-3 : 1,
    prepare: async () => bertBase.make(),
  };
}

/** From the start of the process to the logits of one sentence, the files being in the page cache. */
function start(): BenchCase {
  const options = [...sideOptions({ folder: bertBase.folder }), "--sentence", SENTENCE];
  return {
    name: "start bert-base fp32",
    measure: "start",
    unit: "s",
    sides: {
      ours: node(builtSide("sides/start"), options),
      "transformers.js": transformersJs("start.mjs", bertBase.exported, options),
      python: pytorch("start.py", options),
    },
    limit: 0.55,
    peakMemory: { limit: (1.5 * BERT_BASE_BYTES) / MIB },
    async prepare() {
      bertBase.make();
      bertBase.export();
    },
  };
}

/** A network so small that the session alone takes next to nothing: what is more than that is ours. */
function overhead(): BenchCase {
  const options = sideOptions({ folder: bertTiny.folder, batch: 1, sequence: 8, calls: 500 });
  return {
    name: "overhead bert-tiny fp32 b1 s8",
    measure: "rounds",
    unit: "ms",
    sides: {
      ours: node(builtSide("sides/forward"), options),
      onnx: node(builtSide("peers/onnx/forward"), options),
    },
    limit: { above: "onnx", by: 1 },
    prepare: async () => bertTiny.make(),
  };
}

function typeCheck(): BenchCase {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  return {
    name: "tsc",
    measure: "exit",
    unit: "s",
    rounds: 3,
    sides: { ours: node(tsc, ["--noEmit", "-p", root]) },
    limit: 15,
  };
}
