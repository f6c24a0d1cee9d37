/** Tokens from `start` to `end`, both included. */
export interface TokenSpan {
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

/** The logit of tokens that cannot be in an answer. */
const impossible = -10_000;

/** softmax over the tokens, of which those that are excluded have next to nothing. */
export function spanProbabilities(logits: Float64Array, excluded: readonly boolean[]): Float64Array {
  const masked = logits.map((logit, i) => (excluded[i] ? impossible : logit));
  const max = masked.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const exponentials = masked.map((logit) => Math.exp(logit - max));
  const sum = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((value) => value / sum);
}

/** The `count` likeliest spans of at most `longest` tokens: P(start) P(end), the best first. */
export function bestSpans(
  start: Float64Array,
  end: Float64Array,
  count: number,
  longest: number,
): TokenSpan[] {
  const best: TokenSpan[] = [];
  for (let i = 0; i < start.length; i++) {
    for (let j = i; j < Math.min(end.length, i + longest); j++) {
      const score = start[i]! * end[j]!;
      if (best.length === count && score <= best.at(-1)!.score) continue;
      let place = best.length;
      while (place > 0 && best[place - 1]!.score < score) place--;
      best.splice(place, 0, { start: i, end: j, score });
      if (best.length > count) best.pop();
    }
  }
  return best;
}
