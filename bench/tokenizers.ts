import { join } from "node:path";
import type { BenchCase, Requirement, Side } from "./harness/bench-case.js";
import { builtSide } from "./harness/build-sides.js";
import { node, sideOptions, tokenizersJs, tokenizersPython } from "./harness/sides.js";
import {
  documentsFile,
  makeDocuments,
  makeTrainingLines,
  sharedData,
  type TextKind,
  trainingFile,
} from "./texts.js";

// Documents of about 4 KB one after the other in one thread, real vocabularies read from a file, and vocabularies
// learnt from 5 MB. Throughput counts the bytes of the texts' UTF-8.

const data: Requirement = { path: sharedData, install: "vocabularies and texts lie beside the repository" };

/** Tokenizers by their file in ../shared/data, and which peers beside the Rust library have them. */
const TOKENIZERS = {
  gpt2: ["tiktoken", "gpt-tokenizer", "@huggingface/tokenizers"],
  cl100k: ["tiktoken", "gpt-tokenizer", "@huggingface/tokenizers"],
  bert: ["@huggingface/tokenizers"],
  albert: ["sentencepiece", "@huggingface/tokenizers"],
  t5style: ["sentencepiece", "@huggingface/tokenizers"],
} as const;
type TokenizerName = keyof typeof TOKENIZERS;
type Peer = (typeof TOKENIZERS)[TokenizerName][number];

/**
 * What is made of each document: `ids` alone, the library's own `encoding` with offsets, or the `batch` that a
 * pretrained tokenizer gives for all: lists of ids, masks and offsets.
 */
const OUTPUTS = ["ids", "encoding", "batch"] as const;
type Output = (typeof OUTPUTS)[number];

/** Bounds that the project has set itself, in MB/s. */
const LEAST_IDS: Partial<Record<TokenizerName, number>> = {
  gpt2: 30,
  cl100k: 30,
  bert: 15,
  albert: 10,
  t5style: 10,
};

export const cases: readonly BenchCase[] = [
  ...(Object.keys(TOKENIZERS) as TokenizerName[]).flatMap((name) =>
    (["english", "mixed"] as const).flatMap((kind) => OUTPUTS.map((output) => encode(name, kind, output))),
  ),
  load("gpt2", 150),
  load("cl100k", 400),
  train("BPE", 16_000),
  train("WordPiece", 16_000),
  train("Unigram", 8_000),
];

function encode(name: TokenizerName, kind: TextKind, output: Output): BenchCase {
  const folder = join(sharedData, `tokenizers/${name}.tokenizer.json`);
  const options = (spec: object) =>
    sideOptions({ folder, sentences: documentsFile(kind), spec: JSON.stringify({ output, ...spec }) });
  const peers: Record<Peer, Side> = {
    tiktoken: tokenizersPython("tiktoken_side.py", options({ name })),
    sentencepiece: tokenizersPython("sentencepiece_side.py", options({})),
    "gpt-tokenizer": tokenizersJs("gpt-tokenizer.mjs", options({ name })),
    "@huggingface/tokenizers": tokenizersJs("huggingface.mjs", options({})),
  };
  const limit = output === "ids" ? LEAST_IDS[name] : undefined;
  return {
    name: `${name} ${kind} ${output}`,
    measure: "rounds",
    unit: "MB/s",
    better: "higher",
    ...(limit !== undefined && { limit }),
    sides: withData({
      ours: node(builtSide("sides/tokenize"), options({})),
      "rust (node)": tokenizersJs("rust.mjs", options({})),
      "rust (python)": tokenizersPython("rust.py", options({})),
      ...(output === "ids" && Object.fromEntries(TOKENIZERS[name].map((peer) => [peer, peers[peer]]))),
    }),
    prepare: async () => makeDocuments(kind),
  };
}

/** Milliseconds from the text of a tokenizer.json to the first ids, in a new process each time. */
function load(name: TokenizerName, limit: number): BenchCase {
  const options = sideOptions({ folder: join(sharedData, `tokenizers/${name}.tokenizer.json`) });
  return {
    name: `load ${name}`,
    measure: "fresh",
    unit: "ms",
    limit,
    sides: withData({
      ours: node(builtSide("sides/load-tokenizer"), options),
      "rust (node)": tokenizersJs("load-rust.mjs", options),
      "rust (python)": tokenizersPython("load_rust.py", options),
    }),
  };
}

function train(model: "BPE" | "WordPiece" | "Unigram", vocab_size: number): BenchCase {
  const options = sideOptions({
    sentences: trainingFile,
    spec: JSON.stringify({ model, vocab_size }),
  });
  return {
    name: `train ${model} ${vocab_size}`,
    measure: "fresh",
    unit: "s",
    rounds: 3,
    sides: withData({
      ours: node(builtSide("sides/train-tokenizer"), options),
      "rust (python)": tokenizersPython("train_rust.py", options),
    }),
    prepare: async () => makeTrainingLines(),
  };
}

function withData(sides: Readonly<Record<string, Side>>): Record<string, Side> {
  return Object.fromEntries(
    Object.entries(sides).map(([name, side]) => [
      name,
      { ...side, requires: [...(side.requires ?? []), data] },
    ]),
  );
}
