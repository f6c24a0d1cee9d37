import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bertBase } from "./checkpoints.js";
import { benchData } from "./harness/paths.js";

// Sentences that all sides of a benchmark classify: words of the vocabulary, so that each is one token.

const COUNT = 1000;
const SHORTEST = 8;
const LONGEST = 200;

/** In the order in which they were drawn, and from the shortest to the longest. */
export type SentenceOrder = "mixed" | "sorted";

/** The JSON file that lists the sentences in an order. */
export function sentencesFile(order: SentenceOrder): string {
  return join(benchData, `sentences-${order}.json`);
}

/** Writes the files, unless they are there: 1,000 sentences of 8 to 200 tokens, [CLS] and [SEP] among them. */
export function makeSentences(): void {
  if (existsSync(sentencesFile("mixed")) && existsSync(sentencesFile("sorted"))) return;
  mkdirSync(benchData, { recursive: true });
  const vocabulary = readFileSync(join(bertBase.folder, "vocab.txt"), "utf8").split("\n");
  const words = vocabulary.filter((token) => /^[a-z]+$/.test(token));
  const below = wholeNumbers(20240102);
  const mixed = Array.from({ length: COUNT }, () => {
    const tokens = SHORTEST + below(LONGEST - SHORTEST + 1);
    return Array.from({ length: tokens - 2 }, () => words[below(words.length)]!);
  });
  const sorted = [...mixed].sort((a, b) => a.length - b.length);
  for (const [order, sentences] of [
    ["mixed", mixed],
    ["sorted", sorted],
  ] as const) {
    const unfinished = `${sentencesFile(order)}.${process.pid}`;
    writeFileSync(unfinished, JSON.stringify(sentences.map((each) => each.join(" "))));
    renameSync(unfinished, sentencesFile(order));
  }
}

/** Whole numbers below a bound, from Marsaglia's xorshift32. */
function wholeNumbers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}
