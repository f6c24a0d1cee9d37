import type { Json } from "../json.js";
import type { PreTokenizerStep } from "../pre-tokenizers/pre-tokenizer.js";
import type { IntBuffer } from "../text.js";

/** Steps of pre-tokenizing and a model that stand for others. */
export interface Fusion {
  readonly steps: readonly PreTokenizerStep[];
  readonly model: Pick<Model, "tokenize" | "surfaceId">;
}

/** Turns one piece of text at a time into ids of a vocabulary. */
export interface Model {
  /** The component's `type` in tokenizer.json. */
  readonly type: string;
  /**
   * Appends the ids of the word units[from, to) to `ids` and, where asked for, to `spans` where each token
   * stands in `units`: start, end, start, end, ... Tokens that share a character overlap.
   */
  tokenize(units: Uint16Array, from: number, to: number, ids: IntBuffer, spans: IntBuffer | null): void;
  /** The id of tokens whose text is what stands in the word, as Unigram's unknown ones; undefined: none. */
  readonly surfaceId?: number | undefined;
  /**
   * What does the same as pre-tokenizing by `steps` and then by this model, with fewer steps: the last ones may
   * be done by a model that takes them over. Undefined where there is no such short cut.
   */
  fuse?(steps: readonly PreTokenizerStep[]): Fusion | undefined;
  token_to_id(token: string): number | undefined;
  id_to_token(id: number): string | undefined;
  get_vocab(): Map<string, number>;
  get_vocab_size(): number;
  toJson(): Json;
}
