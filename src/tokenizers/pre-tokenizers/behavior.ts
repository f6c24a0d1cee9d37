import { type IntBuffer, pointAt } from "../text.js";

/** What happens to a delimiter when a text is split at it, as tokenizer.json names it. */
export const SPLIT_BEHAVIORS = [
  "Removed",
  "Isolated",
  "MergedWithPrevious",
  "MergedWithNext",
  "Contiguous",
] as const;
export type SplitBehavior = (typeof SPLIT_BEHAVIORS)[number];

/** Writes the pieces of a text that is cut into delimiters and what lies between. */
export class PieceWriter {
  readonly #behavior: SplitBehavior;
  readonly #spans: IntBuffer;
  /** The piece that may still grow; -1: there is none. */
  #start = -1;
  #end = -1;
  #wasDelimiter = false;

  constructor(behavior: SplitBehavior, spans: IntBuffer) {
    this.#behavior = behavior;
    this.#spans = spans;
  }

  /** Adds the next stretch of the text; a delimiter may be empty. */
  add(start: number, end: number, isDelimiter: boolean): void {
    const wasDelimiter = this.#wasDelimiter;
    this.#wasDelimiter = isDelimiter;
    switch (this.#behavior) {
      case "Removed":
        if (!isDelimiter) this.#begin(start, end);
        break;
      case "Isolated":
        this.#begin(start, end);
        break;
      case "Contiguous":
        if (isDelimiter === wasDelimiter) this.#extend(start, end);
        else this.#begin(start, end);
        break;
      case "MergedWithPrevious":
        if (isDelimiter && !wasDelimiter) this.#extend(start, end);
        else this.#begin(start, end);
        break;
      case "MergedWithNext":
        if (!isDelimiter && wasDelimiter) this.#extend(start, end);
        else this.#begin(start, end);
        break;
    }
  }

  /** Writes what is left. */
  finish(): void {
    if (this.#start < this.#end) {
      this.#spans.push(this.#start);
      this.#spans.push(this.#end);
    }
  }

  #begin(start: number, end: number): void {
    this.finish();
    this.#start = start;
    this.#end = end;
  }

  #extend(start: number, end: number): void {
    if (this.#start < 0) this.#start = start;
    this.#end = end;
  }
}

/** Appends the pieces of units[from, to) that single delimiter characters cut it into. */
export function splitAtCharacters(
  units: Uint16Array,
  from: number,
  to: number,
  spans: IntBuffer,
  behavior: SplitBehavior,
  isDelimiter: (point: number) => boolean,
): void {
  const writer = new PieceWriter(behavior, spans);
  let start = from;
  for (let i = from; i < to; ) {
    const point = pointAt(units, i, to);
    const next = point > 0xffff ? i + 2 : i + 1;
    if (isDelimiter(point)) {
      if (start < i) writer.add(start, i, false);
      writer.add(i, next, true);
      start = next;
    }
    i = next;
  }
  if (start < to) writer.add(start, to, false);
  writer.finish();
}
