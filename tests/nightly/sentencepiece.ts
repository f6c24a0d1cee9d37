import { mutatedModel, tryModel } from "../support/mutated-sentencepiece.js";
import type { Verdict } from "./main.js";

/** Damaged SentencePiece models: each must work or give one of our errors, in less than 500 ms. */
export async function mutateSentencePiece(count: number): Promise<Verdict> {
  const flaws: string[] = [];
  const codes: Record<string, number> = {};
  let slowest = 0;
  for (let index = 0; index < count; index++) {
    const file = mutatedModel(20261129, index);
    const begin = performance.now();
    let code = "another error";
    try {
      code = tryModel(file, index % 32 < 16 ? "processor" : "pipeline");
    } catch (error) {
      flaws.push(`file ${index}: ${String(error)}`);
    }
    const took = performance.now() - begin;
    slowest = Math.max(slowest, took);
    if (took > 500) flaws.push(`file ${index} took ${took.toFixed(0)} ms`);
    codes[code] = (codes[code] ?? 0) + 1;
  }
  return { flaws, facts: { files: count, ...codes, slowest_ms: Math.round(slowest) } };
}
