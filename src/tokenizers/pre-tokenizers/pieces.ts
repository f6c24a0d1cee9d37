import { IntBuffer, Text } from "../text.js";
import type { PreTokenizerStep } from "./pre-tokenizer.js";

/**
 * The pieces of a text on their way through the steps of a pre-tokenizer. The buffers are used again for the next
 * text.
 */
export class Pieces {
  /** The text that the pieces stand in: the one given, or what the last rewriting step made of it. */
  text = new Text();
  /** Start and end of each piece. */
  spans = new IntBuffer(1024);
  #spareSpans = new IntBuffer(1024);
  readonly #spareTexts = [new Text(), new Text()];

  /**
   * Runs all steps over source[from, to). `isStart`: what was normalised to it begins where the whole text begins.
   * What rewrites where the text begins needs a tracked source.
   */
  run(source: Text, from: number, to: number, isStart: boolean, steps: readonly PreTokenizerStep[]): void {
    this.text = source;
    this.spans.length = 0;
    if (from >= to) return;
    this.spans.push(from);
    this.spans.push(to);
    for (const step of steps) this.#apply(step, from, to, isStart);
  }

  #apply(step: PreTokenizerStep, from: number, to: number, isStart: boolean): void {
    const { text, spans } = this;
    const finer = this.#spareSpans;
    finer.length = 0;
    if ("split" in step) {
      for (let i = 0; i < spans.length; i += 2)
        step.split(text.units, spans.values[i]!, spans.values[i + 1]!, finer);
    } else {
      const target = this.#spareTexts[0] === text ? this.#spareTexts[1]! : this.#spareTexts[0]!;
      target.clear(text.tracked);
      const isWhole = spans.length === 2 && spans.values[0] === from && spans.values[1] === to;
      for (let i = 0; i < spans.length; i += 2) {
        const start = spans.values[i]!;
        const begins = isWhole ? isStart : text.tracked && text.starts[start] === 0;
        step.rewrite(text, start, spans.values[i + 1]!, begins, target, finer);
      }
      this.text = target;
    }
    this.#spareSpans = spans;
    this.spans = finer;
  }
}
