import type { Json } from "../json.js";
import type { PreTokenizerStep } from "../pre-tokenizers/pre-tokenizer.js";
import type { IntBuffer } from "../text.js";
import type { TokenSink } from "./word-cache.js";

/** Steps of pre-tokenizing and a model that stand for others. */
export interface Fusion {
  readonly steps: readonly PreTokenizerStep[];
  readonly model: Pick<Model, "tokenizeAll" | "surfaceId">;
}

/** Turns pieces of a text into ids of a vocabulary. */
export interface Model {
  /** The component's `type` in tokenizer.json. */
  readonly type: string;
  /**
   * Cuts words, whose starts and ends in `units` are in `bounds`, and appends their tokens to `sink`. Tokens that
   * share a character overlap. `firstWord` is the index of the first word.
   */
  tokenizeAll(units: Uint16Array, bounds: IntBuffer, firstWord: number, sink: TokenSink): void;
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
