import type { Json } from "../json.js";
import { Text } from "../text.js";
import type { Normalizer } from "./normalizer.js";

/** Several normalizers, one after the other. */
export class NormalizerSequence implements Normalizer {
  readonly type = "Sequence";
  readonly normalizers: readonly Normalizer[];
  readonly #between: readonly Text[];

  constructor(normalizers: readonly Normalizer[]) {
    this.normalizers = normalizers;
    this.#between = normalizers.slice(1).map(() => new Text());
  }

  normalize(source: Text, from: number, to: number, target: Text): void {
    if (this.normalizers.length === 0) {
      target.append(source, from, to);
      return;
    }
    let [current, start, end] = [source, from, to];
    for (const [i, normalizer] of this.normalizers.entries()) {
      const next = this.#between[i];
      if (next !== undefined) {
        next.clear(target.tracked);
        next.origin = current.origin;
      }
      normalizer.normalize(current, start, end, next ?? target);
      if (next !== undefined) [current, start, end] = [next, 0, next.length];
    }
  }

  toJson(): Json {
    return { type: this.type, normalizers: this.normalizers.map((normalizer) => normalizer.toJson()) };
  }
}
