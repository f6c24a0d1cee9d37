import type { Json } from "../json.js";
import type { Text } from "../text.js";

/** Rewrites a text before it is split: cleaning, case, accents, Unicode forms. */
export interface Normalizer {
  /** The component's `type` in tokenizer.json. */
  readonly type: string;
  /** Appends the normalised form of source[from, to) to `target`, with alignments where it is tracked. */
  normalize(source: Text, from: number, to: number, target: Text): void;
  toJson(): Json;
}
