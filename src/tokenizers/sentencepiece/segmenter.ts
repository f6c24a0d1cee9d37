import type { IntBuffer } from "../text.js";

/** Cuts a normalised text into pieces. */
export interface Segmenter {
  /** Appends start, end and id of each piece of units[0, length) to `found`. */
  segment(units: Uint16Array, length: number, found: IntBuffer): void;
}
