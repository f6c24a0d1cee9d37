import type { Json, JsonFields } from "../json.js";
import type { Text } from "../text.js";
import { classes, WHITESPACE } from "../unicode/classes.js";
import type { Normalizer } from "./normalizer.js";

/** Options of {@link Strip}. */
export interface StripOptions {
  /** Whether to drop whitespace at the start (default true). */
  left?: boolean;
  /** Whether to drop whitespace at the end (default true). */
  right?: boolean;
}

/** Drops whitespace at the ends of a text. */
export class Strip implements Normalizer {
  readonly type = "Strip";
  readonly left: boolean;
  readonly right: boolean;

  constructor(options: StripOptions = {}) {
    this.left = options.left ?? true;
    this.right = options.right ?? true;
  }

  static fromJson(fields: JsonFields): Strip {
    return new Strip({ left: fields.boolean("strip_left"), right: fields.boolean("strip_right") });
  }

  normalize(source: Text, from: number, to: number, target: Text): void {
    // No whitespace lies outside the Basic Multilingual Plane, so that units can be looked at one by one.
    const flagsOf = classes();
    let start = from;
    let end = to;
    if (this.left) while (start < end && flagsOf[source.units[start]!]! & WHITESPACE) start++;
    if (this.right) while (end > start && flagsOf[source.units[end - 1]!]! & WHITESPACE) end--;
    target.append(source, start, end);
  }

  toJson(): Json {
    return { type: this.type, strip_left: this.left, strip_right: this.right };
  }
}
