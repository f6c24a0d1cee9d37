import type { Json, JsonFields } from "../json.js";
import { type IntBuffer, pointAt } from "../text.js";
import { classes, PUNCTUATION, WHITESPACE, WORD } from "../unicode/classes.js";
import { SPLIT_BEHAVIORS, type SplitBehavior, splitAtCharacters } from "./behavior.js";
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
    splitAtCharacters(
      units,
      from,
      to,
      spans,
      this.behavior,
      (point) => (flagsOf[point]! & PUNCTUATION) !== 0,
    );
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
