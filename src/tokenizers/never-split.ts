import { TransformersError } from "../errors.js";
import {
  BertNormalizer,
  type BertNormalizerOptions,
  BertPreTokenizer,
  type Model,
  type Normalizer,
  type Splitter,
  WhitespaceSplit,
  type WordPiece,
} from "./index.js";
import { CachedWords } from "./models/cached-words.js";
import { IntBuffer, Text, unitsToString } from "./text.js";

// The slow BertTokenizer's `never_split`: words between whitespace that stay as they are. tokenizer.json cannot
// say this, so that these components cannot be written to it.

/** BERT's normalisation, of which the given words only see the cleaning and, as all text, the lower case. */
export class NeverSplitNormalizer implements Normalizer {
  readonly type = "BertNormalizer";
  readonly #clean: BertNormalizer;
  readonly #rest: BertNormalizer;
  readonly #words: ReadonlySet<string>;
  readonly #cleaned = new Text();
  readonly #spans = new IntBuffer();
  readonly #splitter = new WhitespaceSplit();

  constructor(options: BertNormalizerOptions, words: ReadonlySet<string>) {
    this.#clean = new BertNormalizer({ ...options, strip_accents: false });
    this.#rest = new BertNormalizer({ ...options, clean_text: false, handle_chinese_chars: false });
    this.#words = words;
  }

  normalize(source: Text, from: number, to: number, target: Text): void {
    const cleaned = this.#cleaned;
    cleaned.clear(target.tracked);
    this.#clean.normalize(source, from, to, cleaned);
    this.#spans.length = 0;
    this.#splitter.split(cleaned.units, 0, cleaned.length, this.#spans);
    let at = 0;
    for (let i = 0; i < this.#spans.length; i += 2) {
      const [start, end] = [this.#spans.values[i]!, this.#spans.values[i + 1]!];
      target.append(cleaned, at, start);
      if (this.#words.has(cleaned.toString(start, end))) target.append(cleaned, start, end);
      else this.#rest.normalize(cleaned, start, end, target);
      at = end;
    }
    target.append(cleaned, at, cleaned.length);
  }

  toJson(): never {
    throw unwritable();
  }
}

/** BERT's splitting, except of the given words. */
export class NeverSplitPreTokenizer implements Splitter {
  readonly type = "BertPreTokenizer";
  readonly #words: ReadonlySet<string>;
  readonly #bert = new BertPreTokenizer();
  readonly #whitespace = new WhitespaceSplit();

  constructor(words: ReadonlySet<string>) {
    this.#words = words;
  }

  split(units: Uint16Array, from: number, to: number, spans: IntBuffer): void {
    const words = new IntBuffer();
    this.#whitespace.split(units, from, to, words);
    for (let i = 0; i < words.length; i += 2) {
      const [start, end] = [words.values[i]!, words.values[i + 1]!];
      if (this.#words.has(unitsToString(units, start, end))) {
        spans.push(start);
        spans.push(end);
      } else {
        this.#bert.split(units, start, end, spans);
      }
    }
  }

  toJson(): never {
    throw unwritable();
  }
}

/** WordPiece that leaves the given words whole: one that the vocabulary lacks is unknown. */
export class NeverSplitWordPiece extends CachedWords implements Model {
  readonly type = "WordPiece";
  readonly #model: WordPiece;
  readonly #words: ReadonlySet<string>;

  constructor(model: WordPiece, words: ReadonlySet<string>) {
    super();
    this.#model = model;
    this.#words = words;
  }

  override segment(units: Uint16Array, from: number, to: number): number {
    const word = unitsToString(units, from, to);
    const known = this.#model.token_to_id(word);
    const whole = this.#words.has(word)
      ? (known ?? this.#model.token_to_id(this.#model.options.unk_token))
      : undefined;
    if (whole === undefined) {
      const count = this.#model.segment(units, from, to);
      this.ids = this.#model.ids;
      this.spans = this.#model.spans;
      return count;
    }
    this.ids[0] = whole;
    this.spans[0] = 0;
    this.spans[1] = to - from;
    return 1;
  }

  token_to_id(token: string): number | undefined {
    return this.#model.token_to_id(token);
  }

  id_to_token(id: number): string | undefined {
    return this.#model.id_to_token(id);
  }

  get_vocab(): Map<string, number> {
    return this.#model.get_vocab();
  }

  get_vocab_size(): number {
    return this.#model.get_vocab_size();
  }

  toJson(): never {
    throw unwritable();
  }
}

function unwritable(): TransformersError {
  return new TransformersError("UNSUPPORTED", "never_split cannot be written to a tokenizer.json");
}
