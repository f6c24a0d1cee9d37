import type { AddedVocabulary } from "./added-vocabulary.js";
import type { Fusion, Model } from "./models/index.js";
import { fillTo } from "./models/word-cache.js";
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
  /** Whether words may differ from what stands in the text, so that where they come from must be kept. */
  readonly rewrites: boolean;
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
  const rewrites = normalizer !== null || fused.steps.some((step) => "rewrite" in step);
  return { added, normalizer, ...fused, plainSteps, rewrites, needsOrigin };
}

/** What is done with the pieces of a text, in their order. */
interface Visitor {
  /** Words for the model, whose starts and ends in `text` are in `bounds`. */
  visitWords(text: Text, bounds: IntBuffer): void;
  /** An added token. */
  visitAdded(text: Text, from: number, to: number, id: number): void;
}

/** What takes words, as UTF-16 units. */
export interface WordSink {
  add(units: Uint16Array, from: number, to: number): void;
}

/** What {@link SequenceEncoder.run} is to find out beside ids. */
export interface Wanted {
  /** The word of each token. */
  readonly words: boolean;
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
  /** The word of each token; filled where asked for. */
  readonly words = new IntBuffer(1024);
  /** Start and end of each token in UTF-16 units of its text; filled where asked for. */
  readonly offsets = new IntBuffer(2048);
  /** Texts of tokens where they differ from the token of the same id; filled where asked for. */
  texts = new Map<number, string>();
  readonly #original = new Text();
  readonly #normalized = new Text();
  readonly #pieces = new Pieces();
  readonly #tokens = new TokenWriter(this);

  /** Encodes a text, or words one by one: then `words` says which, and offsets count within the word. */
  run(input: string | readonly string[], pipeline: Pipeline, wanted: Wanted): this {
    this.ids.length = 0;
    this.words.length = 0;
    this.offsets.length = 0;
    this.texts = new Map();
    const tokens = this.#tokens;
    const tracks = wanted.spans && pipeline.rewrites;
    if (typeof input === "string") {
      tokens.begin(pipeline, wanted, -1);
      this.#visit(input, pipeline, pipeline.steps, tracks, tokens);
    } else {
      for (const [index, word] of input.entries()) {
        tokens.begin(pipeline, wanted, index);
        this.#visit(word, pipeline, pipeline.steps, tracks, tokens);
      }
    }
    return this;
  }

  /** Adds the words of a text to a tally as the model would see them, and the added tokens. */
  tallyWords(text: string, pipeline: Pipeline, words: WordSink): void {
    this.#visit(text, pipeline, pipeline.plainSteps, false, {
      visitWords({ units }, { values, length }) {
        for (let i = 0; i < length; i += 2) words.add(units, values[i]!, values[i + 1]!);
      },
      visitAdded({ units }, from, to) {
        words.add(units, from, to);
      },
    });
  }

  #visit(
    text: string,
    pipeline: Pipeline,
    steps: readonly PreTokenizerStep[],
    tracks: boolean,
    visitor: Visitor,
  ): void {
    const original = this.#original;
    original.set(text, tracks || pipeline.needsOrigin);
    const { values, length } = pipeline.added.find(original.units, 0, original.length, "plain");
    let from = 0;
    for (let i = 0; i < length; i += 3) {
      this.#visitGap(from, values[i]!, pipeline, steps, visitor);
      visitor.visitAdded(original, values[i]!, values[i + 1]!, values[i + 2]!);
      from = values[i + 1]!;
    }
    this.#visitGap(from, original.length, pipeline, steps, visitor);
  }

  /** A stretch of the original without added tokens of the plain kind. */
  #visitGap(
    from: number,
    to: number,
    pipeline: Pipeline,
    steps: readonly PreTokenizerStep[],
    visitor: Visitor,
  ): void {
    if (from >= to) return;
    let source = this.#original;
    let [start, end] = [from, to];
    if (pipeline.normalizer !== null) {
      source = this.#normalized;
      source.clear(this.#original.tracked);
      this.#original.origin = from;
      pipeline.normalizer.normalize(this.#original, from, to, source);
      [start, end] = [0, source.length];
    }
    const { values, length } = pipeline.added.find(source.units, start, end, "normalized");
    // What was not cut keeps its place, even where the normalizer has dropped its first characters.
    let isStart = from === 0;
    for (let i = 0; i < length; i += 3) {
      const isFirst = source.tracked && source.starts[start] === 0;
      this.#visitWords(source, start, values[i]!, isFirst, steps, visitor);
      visitor.visitAdded(source, values[i]!, values[i + 1]!, values[i + 2]!);
      start = values[i + 1]!;
      isStart = false;
    }
    this.#visitWords(source, start, end, isStart, steps, visitor);
  }

  #visitWords(
    source: Text,
    from: number,
    to: number,
    isStart: boolean,
    steps: readonly PreTokenizerStep[],
    visitor: Visitor,
  ): void {
    if (from >= to) return;
    const pieces = this.#pieces;
    pieces.run(source, from, to, isStart, steps);
    visitor.visitWords(pieces.text, pieces.spans);
  }
}

/** Writes tokens, and what is wanted of them, into the buffers of an encoder. */
class TokenWriter implements Visitor {
  readonly #target: SequenceEncoder;
  readonly #spans = new IntBuffer(64);
  #pipeline!: Pipeline;
  #wanted!: Wanted;
  /** The index of the word at hand, where the text was split beforehand; -1 where it was not. */
  #givenWord = -1;
  #nextWord = 0;

  constructor(target: SequenceEncoder) {
    this.#target = target;
  }

  /** Prepares for a text, or for a word of one that was split beforehand. */
  begin(pipeline: Pipeline, wanted: Wanted, givenWord: number): void {
    this.#pipeline = pipeline;
    this.#wanted = wanted;
    this.#givenWord = givenWord;
    this.#nextWord = 0;
  }

  visitWords(text: Text, bounds: IntBuffer): void {
    const { ids, words } = this.#target;
    const { model } = this.#pipeline;
    const wanted = this.#wanted;
    const before = ids.length;
    const needsTexts = wanted.texts && model.surfaceId !== undefined;
    const spans = this.#spans;
    spans.length = 0;
    const numbersWords = wanted.words && this.#givenWord < 0;
    model.tokenizeAll(text.units, bounds, this.#nextWord, {
      ids,
      spans: wanted.spans || needsTexts ? spans : null,
      words: numbersWords ? words : null,
    });
    this.#nextWord += bounds.length >> 1;
    if (wanted.words && !numbersWords) fillTo(words, ids.length, this.#givenWord);
    if (needsTexts) this.#noteTexts(text, before, model.surfaceId!);
    if (wanted.spans) this.#placeInOriginal(text);
  }

  visitAdded(text: Text, from: number, to: number, id: number): void {
    const { ids, words, offsets, texts } = this.#target;
    if (this.#wanted.texts) {
      const content = text.toString(from, to);
      if (content !== this.#pipeline.added.token(id)?.content) texts.set(ids.length, content);
    }
    ids.push(id);
    if (this.#wanted.words) words.push(this.#givenWord < 0 ? this.#nextWord : this.#givenWord);
    this.#nextWord++;
    if (!this.#wanted.spans) return;
    offsets.push(text.tracked ? text.starts[from]! : from);
    offsets.push(text.tracked ? text.ends[to - 1]! : to);
  }

  /** Appends the spans of tokens as offsets; in a text that is not tracked they are offsets already. */
  #placeInOriginal(text: Text): void {
    const { offsets } = this.#target;
    const { values, length } = this.#spans;
    offsets.reserve(length);
    const target = offsets.values;
    let at = offsets.length;
    if (text.tracked) {
      const { starts, ends } = text;
      for (let i = 0; i < length; i += 2) {
        target[at++] = starts[values[i]!]!;
        target[at++] = ends[values[i + 1]! - 1]!;
      }
    } else {
      for (let i = 0; i < length; i++) target[at++] = values[i]!;
    }
    offsets.length = at;
  }

  /** Notes the texts of the tokens from `before` on whose id says nothing of them. */
  #noteTexts(text: Text, before: number, surfaceId: number): void {
    const { ids, texts } = this.#target;
    for (let i = before, at = 0; i < ids.length; i++, at += 2) {
      if (ids.values[i] !== surfaceId) continue;
      texts.set(i, text.toString(this.#spans.values[at]!, this.#spans.values[at + 1]!));
    }
  }
}
