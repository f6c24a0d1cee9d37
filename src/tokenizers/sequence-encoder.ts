import type { AddedVocabulary } from "./added-vocabulary.js";
import type { Model } from "./models/index.js";
import type { Normalizer } from "./normalizers/index.js";
import type { PreTokenizer } from "./pre-tokenizers/index.js";
import { IntBuffer, Text } from "./text.js";

/** The components that turn a text into ids. */
export interface Pipeline {
  added: AddedVocabulary;
  normalizer: Normalizer | null;
  preTokenizer: PreTokenizer | null;
  model: Model;
}

/** Called with each piece of a text: an added token (`id` at least 0), or a word for the model (-1). */
type Visit = (text: Text, from: number, to: number, id: number) => void;

/**
 * Runs a pipeline over one text after another. The buffers of the result belong to the encoder and are
 * overwritten by the next run.
 */
export class SequenceEncoder {
  readonly ids = new IntBuffer(1024);
  /** The word of each token. */
  readonly words = new IntBuffer(1024);
  /** Start and end of each token in UTF-16 units of its text; filled where asked for. */
  readonly offsets = new IntBuffer(2048);
  /** Texts of added tokens where they differ from the token's content. */
  texts = new Map<number, string>();
  readonly #ends = new IntBuffer(64);
  readonly #original = new Text();
  readonly #normalized = new Text();
  readonly #pieces = new IntBuffer(1024);

  /** Encodes a text, or words one by one: then `words` says which, and offsets count within the word. */
  run(input: string | readonly string[], pipeline: Pipeline, wanted: { spans: boolean }): this {
    this.ids.length = 0;
    this.words.length = 0;
    this.offsets.length = 0;
    this.texts = new Map();
    const isSplit = typeof input !== "string";
    for (const [index, text] of (isSplit ? input : [input]).entries()) {
      let word = isSplit ? index : -1;
      this.#visit(text, pipeline, wanted.spans, (source, from, to, id) => {
        if (!isSplit) word++;
        if (id >= 0) this.#emitAdded(source, from, to, id, word, pipeline.added);
        else this.#emitWord(source, from, to, word, pipeline.model);
      });
    }
    return this;
  }

  /** Counts the words that the model would see, and the added tokens. */
  countWords(texts: Iterable<string>, pipeline: Pipeline): Map<string, number> {
    const counts = new Map<string, number>();
    for (const text of texts) {
      this.#visit(text, pipeline, false, (source, from, to) => {
        const word = source.toString(from, to);
        counts.set(word, (counts.get(word) ?? 0) + 1);
      });
    }
    return counts;
  }

  #visit(text: string, pipeline: Pipeline, tracked: boolean, visit: Visit): void {
    const original = this.#original;
    original.set(text, tracked);
    const { values, length } = pipeline.added.find(original.units, 0, original.length, "plain");
    let from = 0;
    for (let i = 0; i < length; i += 3) {
      this.#visitGap(from, values[i]!, pipeline, tracked, visit);
      visit(original, values[i]!, values[i + 1]!, values[i + 2]!);
      from = values[i + 1]!;
    }
    this.#visitGap(from, original.length, pipeline, tracked, visit);
  }

  /** A stretch of the original without added tokens of the plain kind. */
  #visitGap(from: number, to: number, pipeline: Pipeline, tracked: boolean, visit: Visit): void {
    if (from >= to) return;
    let source = this.#original;
    let [start, end] = [from, to];
    if (pipeline.normalizer !== null) {
      source = this.#normalized;
      source.clear(tracked);
      pipeline.normalizer.normalize(this.#original, from, to, source);
      [start, end] = [0, source.length];
    }
    const { values, length } = pipeline.added.find(source.units, start, end, "normalized");
    for (let i = 0; i < length; i += 3) {
      this.#visitWords(source, start, values[i]!, pipeline.preTokenizer, visit);
      visit(source, values[i]!, values[i + 1]!, values[i + 2]!);
      start = values[i + 1]!;
    }
    this.#visitWords(source, start, end, pipeline.preTokenizer, visit);
  }

  #visitWords(source: Text, from: number, to: number, preTokenizer: PreTokenizer | null, visit: Visit): void {
    if (from >= to) return;
    if (preTokenizer === null) {
      visit(source, from, to, -1);
      return;
    }
    const pieces = this.#pieces;
    pieces.length = 0;
    preTokenizer.split(source.units, from, to, pieces);
    for (let i = 0; i < pieces.length; i += 2) visit(source, pieces.values[i]!, pieces.values[i + 1]!, -1);
  }

  #emitWord(source: Text, from: number, to: number, word: number, model: Model): void {
    const { ids, words, offsets } = this;
    const ends = this.#ends;
    ends.length = 0;
    const before = ids.length;
    model.tokenize(source.units, from, to, ids, source.tracked ? ends : null);
    words.reserve(ids.length - before);
    while (words.length < ids.length) words.values[words.length++] = word;
    if (!source.tracked) return;
    offsets.reserve(2 * ends.length);
    for (let i = 0, start = from; i < ends.length; i++) {
      const end = ends.values[i]!;
      offsets.values[offsets.length++] = source.starts[start]!;
      offsets.values[offsets.length++] = source.ends[end - 1]!;
      start = end;
    }
  }

  #emitAdded(source: Text, from: number, to: number, id: number, word: number, added: AddedVocabulary): void {
    const text = source.toString(from, to);
    if (text !== added.token(id)?.content) this.texts.set(this.ids.length, text);
    this.ids.push(id);
    this.words.push(word);
    if (!source.tracked) return;
    this.offsets.push(source.starts[from]!);
    this.offsets.push(source.ends[to - 1]!);
  }
}
