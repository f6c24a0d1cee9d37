import type { Json, JsonFields } from "../json.js";
import type { Decoder } from "./decoder.js";

/** Joins tokens of which those that end a word say so by a suffix: it becomes a blank. */
export class BPEDecoder implements Decoder {
  readonly type = "BPEDecoder";
  readonly suffix: string;

  /** @param suffix what marks the end of a word (default "</w>"). */
  constructor(suffix = "</w>") {
    this.suffix = suffix;
  }

  static fromJson(fields: JsonFields): BPEDecoder {
    return new BPEDecoder(fields.string("suffix"));
  }

  decodeChain(tokens: readonly string[]): string[] {
    return tokens.map((token, i) => token.replaceAll(this.suffix, i === tokens.length - 1 ? "" : " "));
  }

  toJson(): Json {
    return { type: this.type, suffix: this.suffix };
  }
}
