import { byteOfCharacter } from "../byte-characters.js";
import type { Json, JsonFields } from "../json.js";
import type { Decoder } from "./decoder.js";

/** Options of {@link ByteLevelDecoder}, as in tokenizer.json, where they have no meaning to a decoder (default true). */
export interface ByteLevelDecoderOptions {
  add_prefix_space?: boolean;
  trim_offsets?: boolean;
  use_regex?: boolean;
}

/** Turns the characters of bytes back into text; bytes that are no UTF-8 become U+FFFD. */
export class ByteLevelDecoder implements Decoder {
  readonly type = "ByteLevel";
  readonly options: Readonly<Required<ByteLevelDecoderOptions>>;

  constructor(options: ByteLevelDecoderOptions = {}) {
    const { add_prefix_space = true, trim_offsets = true, use_regex = true } = options;
    this.options = { add_prefix_space, trim_offsets, use_regex };
  }

  static fromJson(fields: JsonFields): ByteLevelDecoder {
    return new ByteLevelDecoder({
      add_prefix_space: fields.boolean("add_prefix_space", true),
      trim_offsets: fields.boolean("trim_offsets", true),
      use_regex: fields.boolean("use_regex", true),
    });
  }

  decodeChain(tokens: readonly string[]): string[] {
    const bytes: number[] = [];
    for (const token of tokens) {
      const before = bytes.length;
      for (let i = 0; i < token.length; i++) {
        const byte = byteOfCharacter(token.charCodeAt(i));
        if (byte < 0) {
          // Not all of the token is bytes: then it is text.
          bytes.length = before;
          for (const other of new TextEncoder().encode(token)) bytes.push(other);
          break;
        }
        bytes.push(byte);
      }
    }
    return [new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes))];
  }

  toJson(): Json {
    return { type: this.type, ...this.options };
  }
}
