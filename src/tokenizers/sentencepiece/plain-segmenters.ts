import { type IntBuffer, isPair, unitsToString } from "../text.js";
import { TokenMatcher } from "../token-matcher.js";
import { SPACE_MARK } from "./normalizer.js";
import type { Segmenter } from "./segmenter.js";
import type { Vocabulary } from "./vocabulary.js";

/** Each character and each user-defined symbol is a piece. */
export class CharSegmenter implements Segmenter {
  readonly #vocabulary: Vocabulary;
  readonly #userDefined = new TokenMatcher();

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
    for (const [id, { piece, type }] of vocabulary.pieces.entries()) {
      if (type === "user_defined") this.#userDefined.add(piece, id);
    }
  }

  segment(units: Uint16Array, length: number, found: IntBuffer): void {
    for (let i = 0; i < length; ) {
      const isSymbol = this.#userDefined.matchAt(units, i, length);
      const end = isSymbol ? this.#userDefined.end : i + (isPair(units, i, length) ? 2 : 1);
      found.push(i);
      found.push(end);
      found.push(this.#vocabulary.idOf(unitsToString(units, i, end)));
      i = end;
    }
  }
}

/** Each word, from one space to the next, is a piece. */
export class WordSegmenter implements Segmenter {
  readonly #vocabulary: Vocabulary;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  segment(units: Uint16Array, length: number, found: IntBuffer): void {
    for (let i = 0; i < length; ) {
      let end = i + 1;
      while (end < length && units[end] !== SPACE_MARK) end++;
      found.push(i);
      found.push(end);
      found.push(this.#vocabulary.idOf(unitsToString(units, i, end)));
      i = end;
    }
  }
}
