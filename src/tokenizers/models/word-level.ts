import type { Json, JsonFields } from "../json.js";
import { unitsToString } from "../text.js";
import { CachedWords } from "./cached-words.js";
import type { Model } from "./model.js";
import { Vocabulary } from "./vocabulary.js";

/** Options of {@link WordLevel}, as in tokenizer.json. */
export interface WordLevelOptions {
  /** The token of a word that the vocabulary lacks (default "<unk>"); a text that needs it is an error without. */
  unk_token?: string;
}

/** Each word is one token. */
export class WordLevel extends CachedWords implements Model {
  readonly type = "WordLevel";
  readonly unk_token: string;
  readonly #vocabulary: Vocabulary;

  /** @throws TransformersError CORRUPT_FILE where an id is no whole number from 0 to 2^31 - 1, or is given twice. */
  constructor(vocab: ReadonlyMap<string, number> | Vocabulary, options: WordLevelOptions = {}) {
    super();
    this.unk_token = options.unk_token ?? "<unk>";
    this.#vocabulary = vocab instanceof Vocabulary ? vocab : new Vocabulary(vocab);
  }

  static fromJson(fields: JsonFields): WordLevel {
    return new WordLevel(Vocabulary.fromJson(fields), { unk_token: fields.string("unk_token") });
  }

  token_to_id(token: string): number | undefined {
    return this.#vocabulary.id(token);
  }

  id_to_token(id: number): string | undefined {
    return this.#vocabulary.token(id);
  }

  get_vocab(): Map<string, number> {
    return new Map(this.#vocabulary.ids);
  }

  get_vocab_size(): number {
    return this.#vocabulary.size;
  }

  toJson(): Json {
    return { type: this.type, vocab: this.#vocabulary.toJson(), unk_token: this.unk_token };
  }

  override segment(units: Uint16Array, from: number, to: number): number {
    this.ids[0] =
      this.#vocabulary.id(unitsToString(units, from, to)) ?? this.#vocabulary.unknownId(this.unk_token);
    this.spans[0] = 0;
    this.spans[1] = to - from;
    return 1;
  }
}
