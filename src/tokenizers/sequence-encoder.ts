import type { AddedVocabulary } from "./added-vocabulary.js";
import type { Fusion, Model } from "./models/index.js";
import type { Normalizer } from "./normalizers/index.js";
import { Pieces, type PreTokenizer, type PreTokenizerStep, stepsOf } from "./pre-tokenizers/index.js";
import { IntBuffer, Text } from "./text.js";

/** The components that turn a text into ids, in the form in which they are run. */
export interface Pipeline {
  readonly added: AddedVocabulary;
  readonly normalizer: Normalizer | null;
  readonly steps: readonly PreTokenizerStep[];
  readonly model: Fusion["model"];
  /** The steps without what the model takes over: what a trainer sees. */
  readonly plainSteps: readonly PreTokenizerStep[];
  /** Whether a step must know which piece stands where the text begins. */
  readonly needsOrigin: boolean;
}

/** Puts the components together, and takes the short cut that the model has for the steps before it. */
export function makePipeline(
  added: AddedVocabulary,
  normalizer: Normalizer | null,
  preTokenizer: PreTokenizer | null,
  model: Model,
): Pipeline {
  const plainSteps = stepsOf(preTokenizer);
  const fused = model.fuse?.(plainSteps) ?? { steps: plainSteps, model };
  const needsOrigin = plainSteps.some((step) => "needsOrigin" in step && step.needsOrigin);
  return { added, normalizer, ...fused, plainSteps, needsOrigin };
}

/** Called with each piece of a text: an added token (`id` at least 0), or a word for the model (-1). */
type Visit = (text: Text, from: number, to: number, id: number) => void;

/** What {@link SequenceEncoder.run} is to find out beside ids. */
export interface Wanted {
  /** Where each token stands in its text. */
  readonly spans: boolean;
  /** The texts of tokens that their ids do not tell. */
  readonly texts: boolean;
}

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
  /** Texts of tokens where they differ from the token of the same id; filled where asked for. */
  texts = new Map<number, string>();
  readonly #spans = new IntBuffer(64);
  readonly #original = new Text();
  readonly #normalized = new Text();
  readonly #pieces = new Pieces();

  /** Encodes a text, or words one by one: then `words` says which, and offsets count within the word. */
  run(input: string | readonly string[], pipeline: Pipeline, wanted: Wanted): this {
    this.ids.length = 0;
    this.words.length = 0;
    this.offsets.length = 0;
    this.texts = new Map();
    const isSplit = typeof input !== "string";
    for (const [index, text] of (isSplit ? input : [input]).entries()) {
      let word = isSplit ? index : -1;
      this.#visit(text, pipeline, pipeline.steps, wanted.spans, (source, from, to, id) => {
        if (!isSplit) word++;
        if (id >= 0) this.#emitAdded(source, from, to, id, word, pipeline.added, wanted);
        else this.#emitWord(source, from, to, word, pipeline.model, wanted);
      });
    }
    return this;
  }

  /** Counts the words that the model would see, and the added tokens. */
  countWords(texts: Iterable<string>, pipeline: Pipeline): Map<string, number> {
    const counts = new Map<string, number>();
    for (const text of texts) {
      this.#visit(text, pipeline, pipeline.plainSteps, false, (source, from, to) => {
        const word = source.toString(from, to);
        counts.set(word, (counts.get(word) ?? 0) + 1);
      });
    }
    return counts;
  }

  #visit(
    text: string,
    pipeline: Pipeline,
    steps: readonly PreTokenizerStep[],
    spans: boolean,
    visit: Visit,
  ): void {
    const original = this.#original;
    original.set(text, spans || pipeline.needsOrigin);
    const { values, length } = pipeline.added.find(original.units, 0, original.length, "plain");
    let from = 0;
    for (let i = 0; i < length; i += 3) {
      this.#visitGap(from, values[i]!, pipeline, steps, visit);
      visit(original, values[i]!, values[i + 1]!, values[i + 2]!);
      from = values[i + 1]!;
    }
    this.#visitGap(from, original.length, pipeline, steps, visit);
  }

  /** A stretch of the original without added tokens of the plain kind. */
  #visitGap(
    from: number,
    to: number,
    pipeline: Pipeline,
    steps: readonly PreTokenizerStep[],
    visit: Visit,
  ): void {
    if (from >= to) return;
    let source = this.#original;
    let [start, end] = [from, to];
    if (pipeline.normalizer !== null) {
      source = this.#normalized;
      source.clear(this.#original.tracked);
      pipeline.normalizer.normalize(this.#original, from, to, source);
      [start, end] = [0, source.length];
    }
    const { values, length } = pipeline.added.find(source.units, start, end, "normalized");
    // What was not cut keeps its place, even where the normalizer has dropped its first characters.
    let isStart = from === 0;
    for (let i = 0; i < length; i += 3) {
      const isFirst = source.tracked && source.starts[start] === 0;
      this.#visitWords(source, start, values[i]!, isFirst, steps, visit);
      visit(source, values[i]!, values[i + 1]!, values[i + 2]!);
      start = values[i + 1]!;
      isStart = false;
    }
    this.#visitWords(source, start, end, isStart, steps, visit);
  }

  #visitWords(
    source: Text,
    from: number,
    to: number,
    isStart: boolean,
    steps: readonly PreTokenizerStep[],
    visit: Visit,
  ): void {
    if (from >= to) return;
    const pieces = this.#pieces;
    pieces.run(source, from, to, isStart, steps);
    const { text, spans } = pieces;
    for (let i = 0; i < spans.length; i += 2) visit(text, spans.values[i]!, spans.values[i + 1]!, -1);
  }

  #emitWord(
    source: Text,
    from: number,
    to: number,
    word: number,
    model: Fusion["model"],
    wanted: Wanted,
  ): void {
    const { ids, words, offsets } = this;
    const spans = this.#spans;
    spans.length = 0;
    const before = ids.length;
    const needsTexts = wanted.texts && model.surfaceId !== undefined;
    model.tokenize(source.units, from, to, ids, wanted.spans || needsTexts ? spans : null);
    words.reserve(ids.length - before);
    while (words.length < ids.length) words.values[words.length++] = word;
    if (needsTexts) this.#noteTexts(source, before, model.surfaceId!);
    if (!wanted.spans) return;
    offsets.reserve(spans.length);
    for (let i = 0; i < spans.length; i += 2) {
      offsets.values[offsets.length++] = source.starts[spans.values[i]!]!;
      offsets.values[offsets.length++] = source.ends[spans.values[i + 1]! - 1]!;
    }
  }

  /** Notes the texts of the tokens from `before` on whose id says nothing of them. */
  #noteTexts(source: Text, before: number, surfaceId: number): void {
    const { ids } = this;
    for (let i = before, at = 0; i < ids.length; i++, at += 2) {
      if (ids.values[i] !== surfaceId) continue;
      this.texts.set(i, source.toString(this.#spans.values[at]!, this.#spans.values[at + 1]!));
    }
  }

  #emitAdded(
    source: Text,
    from: number,
    to: number,
    id: number,
    word: number,
    added: AddedVocabulary,
    wanted: Wanted,
  ): void {
    if (wanted.texts) {
      const text = source.toString(from, to);
      if (text !== added.token(id)?.content) this.texts.set(this.ids.length, text);
    }
    this.ids.push(id);
    this.words.push(word);
    if (!wanted.spans) return;
    this.offsets.push(source.starts[from]!);
    this.offsets.push(source.ends[to - 1]!);
  }
}
