import { type ScoredVocabulary, SpmConverter, type SpmConverterOptions } from "./convert.js";
import type { ModelProto } from "./model-proto.js";

/** How a family numbers the pieces of a model anew. */
export interface Renumbering {
  /** The tokens in place of the model's first three. */
  first: readonly string[];
  unk_id: number;
  /** The tokens behind the pieces (default none). */
  last?: readonly string[];
}

/** As fairseq numbers pieces: four special tokens in place of the model's `<unk>`, `<s>` and `</s>`. */
export const FAIRSEQ: Renumbering = { first: ["<s>", "<pad>", "</s>", "<unk>"], unk_id: 3 };

/** Converts models of which families take the pieces from the fourth on, between tokens of their own. */
export class RenumberedConverter extends SpmConverter {
  readonly #numbers: Renumbering;

  constructor(model: Uint8Array | ModelProto, numbers: Renumbering, options: SpmConverterOptions = {}) {
    super(model, options);
    this.#numbers = numbers;
  }

  override vocab(): ScoredVocabulary {
    const { first, last = [] } = this.#numbers;
    const named = (tokens: readonly string[]) => tokens.map((token) => [token, 0] as const);
    return [...named(first), ...super.vocab().slice(3), ...named(last)];
  }

  override unk_id(): number {
    return this.#numbers.unk_id;
  }
}
