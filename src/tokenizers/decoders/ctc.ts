import type { Json, JsonFields } from "../json.js";
import type { Decoder } from "./decoder.js";
import { cleanUpToken } from "./wordpiece.js";

/** Options of {@link CTC}, as in tokenizer.json. */
export interface CTCOptions {
  /** What separates equal characters (default "<pad>"). */
  pad_token?: string;
  /** What stands for a space (default "|"). */
  word_delimiter_token?: string;
  /** Whether to make spaces of delimiters, and to take them out in front of punctuation (default true). */
  cleanup?: boolean;
}

/** Reads the output of connectionist temporal classification: repeated tokens are one, and padding is dropped. */
export class CTC implements Decoder {
  readonly type = "CTC";
  readonly options: Readonly<Required<CTCOptions>>;

  constructor(options: CTCOptions = {}) {
    const { pad_token = "<pad>", word_delimiter_token = "|", cleanup = true } = options;
    this.options = { pad_token, word_delimiter_token, cleanup };
  }

  static fromJson(fields: JsonFields): CTC {
    return new CTC({
      pad_token: fields.string("pad_token"),
      word_delimiter_token: fields.string("word_delimiter_token"),
      cleanup: fields.boolean("cleanup"),
    });
  }

  decodeChain(tokens: readonly string[]): string[] {
    const { pad_token, word_delimiter_token, cleanup } = this.options;
    const decoded: string[] = [];
    for (const [i, token] of tokens.entries()) {
      if (i > 0 && token === tokens[i - 1]) continue;
      let text = token.replaceAll(pad_token, "");
      if (cleanup) text = cleanUpToken(text).replaceAll(word_delimiter_token, " ");
      if (text !== "") decoded.push(text);
    }
    return decoded;
  }

  toJson(): Json {
    return { type: this.type, ...this.options };
  }
}
