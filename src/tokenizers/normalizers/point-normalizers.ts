import type { Json } from "../json.js";
import type { Text } from "../text.js";
import { classes, MARK } from "../unicode/classes.js";
import { lowercase } from "../unicode/mapping.js";
import type { Normalizer } from "./normalizer.js";
import { PointMap } from "./point-map.js";

/** Lowercases each code point by itself: no final sigma, no locale. */
export class Lowercase implements Normalizer {
  readonly type = "Lowercase";
  readonly #map = new PointMap((point) => lowercase().get(point) ?? [point]);

  normalize(source: Text, from: number, to: number, target: Text): void {
    this.#map.apply(source, from, to, target);
  }

  toJson(): Json {
    return { type: this.type };
  }
}

/** Drops combining marks (category M); to strip the accents of composed letters, decompose first. */
export class StripAccents implements Normalizer {
  readonly type = "StripAccents";
  readonly #map = new PointMap((point) => (classes()[point]! & MARK ? [] : [point]));

  normalize(source: Text, from: number, to: number, target: Text): void {
    this.#map.apply(source, from, to, target);
  }

  toJson(): Json {
    return { type: this.type };
  }
}
