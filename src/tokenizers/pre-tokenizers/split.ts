import type { Json, JsonFields } from "../json.js";
import type { Regex } from "../regex/index.js";
import { IntBuffer } from "../text.js";
import { TextPattern } from "../text-pattern.js";
import { PieceWriter, SPLIT_BEHAVIORS, type SplitBehavior } from "./behavior.js";
import type { Splitter } from "./pre-tokenizer.js";

/** Options of {@link Split}. */
export interface SplitOptions {
  /** Whether what lies between the matches is the delimiter (default false). */
  invert?: boolean;
}

/** Splits at the matches of a string or of a regular expression. */
export class Split implements Splitter {
  readonly type = "Split";
  readonly pattern: TextPattern;
  readonly behavior: SplitBehavior;
  readonly invert: boolean;
  readonly #matches = new IntBuffer();

  /** `behavior` says what happens to the matches. */
  constructor(pattern: string | Regex | TextPattern, behavior: SplitBehavior, options: SplitOptions = {}) {
    this.pattern = pattern instanceof TextPattern ? pattern : new TextPattern(pattern);
    this.behavior = behavior;
    this.invert = options.invert ?? false;
  }

  static fromJson(fields: JsonFields): Split {
    return new Split(TextPattern.fromJson(fields, "pattern"), fields.choice("behavior", SPLIT_BEHAVIORS), {
      invert: fields.boolean("invert"),
    });
  }

  split(units: Uint16Array, from: number, to: number, spans: IntBuffer): void {
    const matches = this.#matches;
    matches.length = 0;
    this.pattern.findAll(units, from, to, matches);
    const { invert } = this;
    const writer = new PieceWriter(this.behavior, spans);
    let start = from;
    for (let i = 0; i < matches.length; i += 2) {
      const matchStart = matches.values[i]!;
      const matchEnd = matches.values[i + 1]!;
      if (start < matchStart) writer.add(start, matchStart, invert);
      writer.add(matchStart, matchEnd, !invert);
      start = matchEnd;
    }
    if (start < to) writer.add(start, to, invert);
    writer.finish();
  }

  toJson(): Json {
    return { type: this.type, pattern: this.pattern.toJson(), behavior: this.behavior, invert: this.invert };
  }
}
