import type { Tensor } from "../tensor/index.js";

/** The elements of realised logits as numbers, row by row. */
export function readLogits(logits: Tensor): ArrayLike<number> {
  if (logits.dtype === "float32" || logits.dtype === "float64") return logits.data as Float32Array;
  return (logits.tolist() as number[]).flat(Number.POSITIVE_INFINITY) as number[];
}

/** exp(x - max) / sum over the elements from `start` on, as many as `count`. */
export function softmax(logits: ArrayLike<number>, start = 0, count = logits.length): Float64Array {
  let max = Number.NEGATIVE_INFINITY;
  for (let i = start; i < start + count; i++) max = Math.max(max, logits[i]!);
  const scores = new Float64Array(count);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const score = Math.exp(logits[start + i]! - max);
    scores[i] = score;
    sum += score;
  }
  for (let i = 0; i < count; i++) scores[i] = scores[i]! / sum;
  return scores;
}

/** 1 / (1 + exp(-x)) of the elements from `start` on, as many as `count`. */
export function sigmoid(logits: ArrayLike<number>, start = 0, count = logits.length): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => 1 / (1 + Math.exp(-logits[start + i]!)));
}

/** The positions of the k largest scores, the largest first; of equal ones the earlier. */
export function topK(scores: ArrayLike<number>, k: number): number[] {
  if (k >= scores.length) {
    return Array.from(scores, (_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b);
  }
  const best: number[] = []; // sorted; k is small, so that a position rarely has to be moved
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!;
    if (best.length === k && score <= scores[best[k - 1]!]!) continue;
    let place = best.length === k ? k - 1 : best.length;
    while (place > 0 && scores[best[place - 1]!]! < score) {
      best[place] = best[place - 1]!;
      place--;
    }
    best[place] = i;
  }
  return best;
}
