import type { Json, JsonFields } from "../json.js";
import type { Decoder } from "./decoder.js";

/** Options of {@link WordPieceDecoder}, as in tokenizer.json. */
export interface WordPieceDecoderOptions {
  /** What marks a token that continues a word (default "##"). */
  prefix?: string;
  /** Whether to take out the spaces that splitting put in front of punctuation and contractions (default true). */
  cleanup?: boolean;
}

/** Joins WordPiece tokens: a space before each that starts a word. */
export class WordPieceDecoder implements Decoder {
  readonly type = "WordPiece";
  readonly prefix: string;
  readonly cleanup: boolean;

  constructor(options: WordPieceDecoderOptions = {}) {
    this.prefix = options.prefix ?? "##";
    this.cleanup = options.cleanup ?? true;
  }

  static fromJson(fields: JsonFields): WordPieceDecoder {
    return new WordPieceDecoder({
      prefix: fields.string("prefix", "##"),
      cleanup: fields.boolean("cleanup", true),
    });
  }

  decodeChain(tokens: readonly string[]): string[] {
    return tokens.map((token, i) => {
      let piece = token;
      if (i > 0) piece = token.startsWith(this.prefix) ? token.slice(this.prefix.length) : ` ${token}`;
      return this.cleanup ? cleanUpToken(piece) : piece;
    });
  }

  toJson(): Json {
    return { type: this.type, prefix: this.prefix, cleanup: this.cleanup };
  }
}

const REPLACEMENTS = [
  [" .", "."],
  [" ?", "?"],
  [" !", "!"],
  [" ,", ","],
  [" ' ", "'"],
  [" n't", "n't"],
  [" 'm", "'m"],
  [" do not", " don't"],
  [" 's", "'s"],
  [" 've", "'ve"],
  [" 're", "'re"],
] as const;

/** A piece of text without the spaces that splitting has put around punctuation and contractions. */
export function cleanUpToken(piece: string): string {
  let text = piece;
  for (const [from, to] of REPLACEMENTS) text = text.replaceAll(from, to);
  return text;
}
