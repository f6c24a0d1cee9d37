import { Tokenizer } from "../../src/tokenizers/index.js";
import { mutatedTokenizer, TOKENIZERS, tryTokenizer } from "../support/mutated-tokenizers.js";
import type { Verdict } from "./main.js";

const CHARACTERS = ["a", "x", " ", "\n", ".", "1", "é", "東", "\u0301", "\ud800", "[", "😀"];
const SHORT = 200_000;
/** A text ten times as long, which no cache holds any more, may take so many times as long, each at its best of three. */
const MOST_TIMES = 20;

/**
 * Reads damaged tokenizer.json files, each of which must work or be refused in time, and gives tokenizers of every kind
 * texts of one character, ten times as long the second time.
 */
export async function stressTokenizers(files: number): Promise<Verdict> {
  const flaws: string[] = [];
  const counts = { worked: 0, refused: 0 };
  let slowest = 0;
  for (let index = 0; index < files; index++) {
    const begin = performance.now();
    try {
      counts[tryTokenizer(mutatedTokenizer(index))]++;
    } catch (error) {
      flaws.push(`file ${index}: ${String(error)}`);
    }
    slowest = Math.max(slowest, performance.now() - begin);
  }
  let worst = 0;
  for (const json of TOKENIZERS) {
    const tokenizer = Tokenizer.from_json({ ...json, truncation: null, padding: null });
    const time = (text: string) => {
      const begin = performance.now();
      tokenizer.encode_ids(text);
      return performance.now() - begin;
    };
    for (const character of CHARACTERS) {
      const best = (text: string) => Math.min(time(text), time(text), time(text));
      const short = best(character.repeat(SHORT));
      const long = best(character.repeat(10 * SHORT));
      const ratio = long / Math.max(short, 10);
      worst = Math.max(worst, ratio);
      const { type } = tokenizer.model;
      if (ratio > MOST_TIMES)
        flaws.push(`${type}, ${JSON.stringify(character)}: ${Math.round(short)} ms, ${Math.round(long)} ms`);
    }
  }
  const facts = {
    files,
    ...counts,
    "slowest file in ms": Math.round(slowest),
    "ten times the text, at most": `${worst.toFixed(1)} times the time`,
  };
  return { flaws, facts };
}
