import type { Json, JsonFields } from "../json.js";
import type { Regex } from "../regex/index.js";
import { IntBuffer, type Text } from "../text.js";
import { TextPattern } from "../text-pattern.js";
import type { Normalizer } from "./normalizer.js";

/** Puts `content` in place of each match of a string or of a regular expression. */
export class Replace implements Normalizer {
  readonly type = "Replace";
  readonly pattern: TextPattern;
  readonly content: string;
  readonly #points: readonly number[];
  readonly #matches = new IntBuffer();

  constructor(pattern: string | Regex | TextPattern, content: string) {
    this.pattern = pattern instanceof TextPattern ? pattern : new TextPattern(pattern);
    this.content = content;
    this.#points = Array.from(content, (character) => character.codePointAt(0)!);
  }

  static fromJson(fields: JsonFields): Replace {
    return new Replace(TextPattern.fromJson(fields, "pattern"), fields.string("content"));
  }

  normalize(source: Text, from: number, to: number, target: Text): void {
    if (from >= to) return;
    const matches = this.#matches;
    matches.length = 0;
    this.pattern.findAll(source.units, from, to, matches);
    const { tracked } = target;
    let copied = from;
    for (let i = 0; i < matches.length; i += 2) {
      const end = matches.values[i + 1]!;
      target.append(source, copied, matches.values[i]!);
      copied = end;
      // What is put in is aligned with the character in front of its end.
      const hasBefore = end > from;
      const start = !tracked ? 0 : hasBefore ? source.starts[end - 1]! : source.origin;
      const stop = !tracked ? 0 : hasBefore ? source.ends[end - 1]! : source.origin;
      for (const point of this.#points) target.pushPoint(point, start, stop);
    }
    target.append(source, copied, to);
  }

  toJson(): Json {
    return { type: this.type, pattern: this.pattern.toJson(), content: this.content };
  }
}
