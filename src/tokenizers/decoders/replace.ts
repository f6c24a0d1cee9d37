import type { Json, JsonFields } from "../json.js";
import type { Regex } from "../regex/index.js";
import { IntBuffer, Text } from "../text.js";
import { TextPattern } from "../text-pattern.js";
import type { Decoder } from "./decoder.js";

/** Puts `content` in place of each match of a string or of a regular expression, in each token. */
export class ReplaceDecoder implements Decoder {
  readonly type = "Replace";
  readonly pattern: TextPattern;
  readonly content: string;
  readonly #text = new Text();
  readonly #matches = new IntBuffer();

  constructor(pattern: string | Regex | TextPattern, content: string) {
    this.pattern = pattern instanceof TextPattern ? pattern : new TextPattern(pattern);
    this.content = content;
  }

  static fromJson(fields: JsonFields): ReplaceDecoder {
    return new ReplaceDecoder(TextPattern.fromJson(fields, "pattern"), fields.string("content"));
  }

  decodeChain(tokens: readonly string[]): string[] {
    return tokens.map((token) => this.#replace(token));
  }

  toJson(): Json {
    return { type: this.type, pattern: this.pattern.toJson(), content: this.content };
  }

  #replace(token: string): string {
    if (token === "") return token;
    const text = this.#text;
    const matches = this.#matches;
    text.set(token, false);
    matches.length = 0;
    this.pattern.findAll(text.units, 0, text.length, matches);
    let replaced = "";
    let copied = 0;
    for (let i = 0; i < matches.length; i += 2) {
      replaced += token.slice(copied, matches.values[i]!) + this.content;
      copied = matches.values[i + 1]!;
    }
    return replaced + token.slice(copied);
  }
}
