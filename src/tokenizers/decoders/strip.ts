import { TransformersError } from "../../errors.js";
import { isCharacter, type Json, type JsonFields } from "../json.js";
import type { Decoder } from "./decoder.js";

/** Options of {@link StripDecoder}. */
export interface StripDecoderOptions {
  /** The character to drop (default " "). */
  content?: string;
  /** How many of them to drop at the start of each token, at most (default 0). */
  left?: number;
  /** How many of them to drop at the end of each token, at most (default 0). */
  right?: number;
}

/** Drops a character at the ends of each token. */
export class StripDecoder implements Decoder {
  readonly type = "Strip";
  readonly content: string;
  readonly left: number;
  readonly right: number;

  /** @throws TransformersError INVALID_ARGUMENT unless `content` is one character. */
  constructor(options: StripDecoderOptions = {}) {
    this.content = options.content ?? " ";
    this.left = options.left ?? 0;
    this.right = options.right ?? 0;
    if (!isCharacter(this.content)) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `the content of a Strip decoder must be one character, not ${JSON.stringify(this.content)}`,
      );
    }
  }

  static fromJson(fields: JsonFields): StripDecoder {
    return new StripDecoder({
      content: fields.character("content"),
      left: fields.integer("start", undefined, Number.MAX_SAFE_INTEGER),
      right: fields.integer("stop", undefined, Number.MAX_SAFE_INTEGER),
    });
  }

  decodeChain(tokens: readonly string[]): string[] {
    const { content, left, right } = this;
    return tokens.map((token) => {
      let start = 0;
      let end = token.length;
      for (let i = 0; i < left && token.startsWith(content, start); i++) start += content.length;
      // Where the reference counts on beyond the start, and fails, nothing is left.
      for (let i = 0; i < right && end > start && token.endsWith(content, end); i++) end -= content.length;
      return token.slice(start, end);
    });
  }

  toJson(): Json {
    return { type: this.type, content: this.content, start: this.left, stop: this.right };
  }
}
