import type { Json } from "../json.js";
import type { IntBuffer } from "../text.js";

/** Cuts a normalised text into the pieces that the model sees one at a time. */
export interface PreTokenizer {
  /** The component's `type` in tokenizer.json. */
  readonly type: string;
  /** Appends the pieces of units[from, to), none of them empty, to `spans`: start, end, start, end, ... */
  split(units: Uint16Array, from: number, to: number, spans: IntBuffer): void;
  toJson(): Json;
}
