import type { Json } from "../json.js";
import type { Text } from "../text.js";
import type { Normalizer } from "./normalizer.js";
import { PointMap } from "./point-map.js";

const DROPPED: readonly (readonly [number, number])[] = [
  [0x1, 0x8],
  [0xb, 0xb],
  [0xe, 0x1f],
  [0x7f, 0x7f],
  [0x8f, 0x8f],
  [0x9f, 0x9f],
];
const SPACES: readonly (readonly [number, number])[] = [
  [0x9, 0xa],
  [0xc, 0xd],
  [0x1680, 0x1680],
  [0x200b, 0x200f],
  [0x2028, 0x2029],
  [0x2581, 0x2581],
  [0xfeff, 0xfeff],
  [0xfffd, 0xfffd],
];

/** The cleaning of SentencePiece's `nmt` rules: controls are dropped, odd spaces become plain ones. */
export class Nmt implements Normalizer {
  readonly type = "Nmt";
  readonly #map = new PointMap((point) => {
    const isIn = (ranges: typeof DROPPED) => ranges.some(([first, last]) => point >= first && point <= last);
    return isIn(DROPPED) ? [] : [isIn(SPACES) ? 0x20 : point];
  });

  normalize(source: Text, from: number, to: number, target: Text): void {
    this.#map.apply(source, from, to, target);
  }

  toJson(): Json {
    return { type: this.type };
  }
}
