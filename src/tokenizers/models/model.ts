import type { Json } from "../json.js";
import type { IntBuffer } from "../text.js";

/** Turns one piece of text at a time into ids of a vocabulary. */
export interface Model {
  /** The component's `type` in tokenizer.json. */
  readonly type: string;
  /**
   * Appends the ids of the word units[from, to) to `ids` and, where asked for, to `ends` the position in
   * `units` where each token ends.
   */
  tokenize(units: Uint16Array, from: number, to: number, ids: IntBuffer, ends: IntBuffer | null): void;
  token_to_id(token: string): number | undefined;
  id_to_token(id: number): string | undefined;
  get_vocab(): Map<string, number>;
  get_vocab_size(): number;
  toJson(): Json;
}
