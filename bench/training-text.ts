import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./harness/paths.js";

// Text to train tokenizers on. The texts of ../shared/data are too short, and repeating them would bring no new
// words, of which training spends its time.

const texts = join(root, "../shared/data/text");

/** About `bytes` of text in lines, four fifths of it English and the rest Japanese: the same on every machine. */
export function trainingText(bytes: number): string {
  const english = imitate(readFileSync(join(texts, "botchan.txt"), "utf8"), 4, bytes * 0.8, 1);
  const japanese = imitate(readFileSync(join(texts, "wagahai.txt"), "utf8"), 2, bytes * 0.2, 2);
  return english + japanese;
}

/**
 * Text whose every `order` + 1 characters stand in `source`: it jumps between places with the same `order` characters,
 * and so makes words that `source` has not.
 */
function imitate(source: string, order: number, bytes: number, seed: number): string {
  const places = new Map<string, number[]>();
  const wrapped = source + source.slice(0, order);
  for (let at = 0; at < source.length; at++) {
    const context = wrapped.slice(at, at + order);
    const known = places.get(context);
    if (known === undefined) places.set(context, [at + order]);
    else known.push(at + order);
  }
  const random = generator(seed);
  let context = wrapped.slice(0, order);
  let text = "";
  for (let length = 0; length < bytes; ) {
    const followers = places.get(context)!;
    const next = wrapped[followers[Math.floor(random() * followers.length)]! % source.length]!;
    text += next;
    context = context.slice(1) + next;
    length += Buffer.byteLength(next);
  }
  return `${text}\n`;
}

/** Numbers in [0, 1) from a seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
