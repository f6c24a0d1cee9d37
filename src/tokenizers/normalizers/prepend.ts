import type { Json, JsonFields } from "../json.js";
import type { Text } from "../text.js";
import type { Normalizer } from "./normalizer.js";

/** Puts a string in front of a text that is not empty. */
export class Prepend implements Normalizer {
  readonly type = "Prepend";
  readonly prepend: string;
  readonly #points: readonly number[];

  constructor(prepend = "▁") {
    this.prepend = prepend;
    this.#points = Array.from(prepend, (character) => character.codePointAt(0)!);
  }

  static fromJson(fields: JsonFields): Prepend {
    return new Prepend(fields.string("prepend"));
  }

  normalize(source: Text, from: number, to: number, target: Text): void {
    if (from >= to) return;
    const { tracked } = target;
    const start = tracked ? source.starts[from]! : 0;
    const end = tracked ? source.ends[from]! : 0;
    for (const point of this.#points) target.pushPoint(point, start, end);
    const first = target.length;
    target.append(source, from, to);
    if (tracked && this.#points.length === 0) this.#unalignFirst(source, target, first);
  }

  /** With nothing to put in front, the reference aligns the first character with nothing. */
  #unalignFirst(source: Text, target: Text, at: number): void {
    const end = (target.units[at]! & 0xfc00) === 0xd800 ? at + 2 : at + 1;
    target.starts.fill(source.origin, at, end);
    target.ends.fill(source.origin, at, end);
  }

  toJson(): Json {
    return { type: this.type, prepend: this.prepend };
  }
}
