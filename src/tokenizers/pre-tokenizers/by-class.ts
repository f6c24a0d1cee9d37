import type { Json, JsonFields } from "../json.js";
import { type IntBuffer, pointAt } from "../text.js";
import { classes, PUNCTUATION, WHITESPACE, WORD } from "../unicode/classes.js";
import type { Splitter } from "./pre-tokenizer.js";

/** Runs of word characters and runs of other visible characters: `\w+|[^\w\s]+`. */
export class Whitespace implements Splitter {
  readonly type = "Whitespace";

  split(units: Uint16Array, from: number, to: number, spans: IntBuffer): void {
    const flagsOf = classes();
    splitRuns(units, from, to, spans, (point) => {
      const flags = flagsOf[point]!;
      return flags & WORD ? 1 : flags & WHITESPACE ? 0 : 2;
    });
  }

  toJson(): Json {
    return { type: this.type };
  }
}

/** Runs of anything but whitespace. */
export class WhitespaceSplit implements Splitter {
  readonly type = "WhitespaceSplit";

  split(units: Uint16Array, from: number, to: number, spans: IntBuffer): void {
    const flagsOf = classes();
    splitRuns(units, from, to, spans, (point) => (flagsOf[point]! & WHITESPACE ? 0 : 1));
  }

  toJson(): Json {
    return { type: this.type };
  }
}

/** What happens to a delimiter when a text is split at it. */
export const SPLIT_BEHAVIORS = [
  "Removed",
  "Isolated",
  "MergedWithPrevious",
  "MergedWithNext",
  "Contiguous",
] as const;
export type SplitBehavior = (typeof SPLIT_BEHAVIORS)[number];

/** Splits at punctuation (ASCII punctuation and Unicode category P). */
export class Punctuation implements Splitter {
  readonly type = "Punctuation";
  readonly behavior: SplitBehavior;

  constructor(behavior: SplitBehavior = "Isolated") {
    this.behavior = behavior;
  }

  static fromJson(fields: JsonFields): Punctuation {
    return new Punctuation(fields.choice("behavior", SPLIT_BEHAVIORS, "Isolated"));
  }

  split(units: Uint16Array, from: number, to: number, spans: IntBuffer): void {
    const flagsOf = classes();
    const { behavior } = this;
    const first = spans.length;
    let mergesIntoLast = false; // whether the piece at hand continues the last one
    let wasDelimiter = false;
    let inside = false; // whether the last piece is a run of ordinary characters
    for (let i = from; i < to; ) {
      const point = pointAt(units, i, to);
      const next = point > 0xffff ? i + 2 : i + 1;
      const isDelimiter = (flagsOf[point]! & PUNCTUATION) !== 0;
      if (!isDelimiter) mergesIntoLast = inside || (behavior === "MergedWithNext" && wasDelimiter);
      else if (behavior === "Contiguous") mergesIntoLast = wasDelimiter;
      else mergesIntoLast = behavior === "MergedWithPrevious" && inside;
      if (isDelimiter && behavior === "Removed") {
        inside = false;
        wasDelimiter = true;
        i = next;
        continue;
      }
      if (mergesIntoLast && spans.length > first) {
        spans.values[spans.length - 1] = next;
      } else {
        spans.push(i);
        spans.push(next);
      }
      inside = !isDelimiter;
      wasDelimiter = isDelimiter;
      i = next;
    }
  }

  toJson(): Json {
    return { type: this.type, behavior: this.behavior };
  }
}

/** Appends maximal runs of code points of one kind; kind 0 is dropped. */
function splitRuns(
  units: Uint16Array,
  from: number,
  to: number,
  spans: IntBuffer,
  kindOf: (point: number) => number,
): void {
  let start = from;
  let kind = 0;
  for (let i = from; i < to; ) {
    const point = pointAt(units, i, to);
    const here = kindOf(point);
    if (here !== kind) {
      if (kind !== 0) {
        spans.push(start);
        spans.push(i);
      }
      start = i;
      kind = here;
    }
    i += point > 0xffff ? 2 : 1;
  }
  if (kind !== 0) {
    spans.push(start);
    spans.push(to);
  }
}
