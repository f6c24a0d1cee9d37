import { appendByteCharacters, BYTE_CHARACTERS } from "../byte-characters.js";
import type { Json, JsonFields } from "../json.js";
import { IntBuffer, Text } from "../text.js";
import type { PreTokenizerStep, Rewriter } from "./pre-tokenizer.js";
import { scanGpt2 } from "./scanners/index.js";

const BLANK = 0x20;

/** Options of {@link ByteLevel}, as in tokenizer.json. */
export interface ByteLevelOptions {
  /** Put a blank before a text that does not begin with one (default true). */
  add_prefix_space?: boolean;
  /** Said in tokenizer.json, and of no meaning to a pre-tokenizer (default true). */
  trim_offsets?: boolean;
  /** Split as GPT-2 does (default true). */
  use_regex?: boolean;
}

/**
 * GPT-2's pre-tokenizer: words with the blank before them, written as the characters of their UTF-8 bytes.
 * Source: the `ByteLevel` of the Rust library `tokenizers`.
 */
export class ByteLevel implements Rewriter {
  readonly type = "ByteLevel";
  readonly needsOrigin = false;
  readonly options: Readonly<Required<ByteLevelOptions>>;
  readonly #prefixed = new Text();
  readonly #words = new IntBuffer();

  constructor(options: ByteLevelOptions = {}) {
    const { add_prefix_space = true, trim_offsets = true, use_regex = true } = options;
    this.options = { add_prefix_space, trim_offsets, use_regex };
  }

  static fromJson(fields: JsonFields): ByteLevel {
    return new ByteLevel({
      add_prefix_space: fields.boolean("add_prefix_space"),
      trim_offsets: fields.boolean("trim_offsets"),
      use_regex: fields.boolean("use_regex", true),
    });
  }

  /** The 256 characters that bytes are written as. */
  static alphabet(): string[] {
    return Array.from(BYTE_CHARACTERS, (unit) => String.fromCharCode(unit));
  }

  rewrite(source: Text, from: number, to: number, _: boolean, target: Text, spans: IntBuffer): void {
    let [text, start, end] = [source, from, to];
    if (this.options.add_prefix_space) {
      text = this.#prefixed;
      text.clear(source.tracked);
      appendPrefixed(source, from, to, text);
      [start, end] = [0, text.length];
    }
    const words = this.#words;
    words.length = 0;
    this.#split(text.units, start, end, words);
    for (let i = 0; i < words.length; i += 2) {
      spans.push(target.length);
      appendByteCharacters(text, words.values[i]!, words.values[i + 1]!, target);
      spans.push(target.length);
    }
  }

  /** The steps that do what it does beside writing bytes. */
  withoutBytes(): PreTokenizerStep[] {
    const toJson = () => this.toJson();
    const split = (units: Uint16Array, from: number, to: number, spans: IntBuffer) =>
      this.#split(units, from, to, spans);
    if (!this.options.add_prefix_space)
      return this.options.use_regex ? [{ type: this.type, split, toJson }] : [];
    const rewrite: Rewriter["rewrite"] = (source, from, to, _, target, spans) => {
      const start = target.length;
      appendPrefixed(source, from, to, target);
      split(target.units, start, target.length, spans);
    };
    return [{ type: this.type, needsOrigin: false, rewrite, toJson }];
  }

  toJson(): Json {
    return { type: this.type, ...this.options };
  }

  #split(units: Uint16Array, from: number, to: number, spans: IntBuffer): void {
    if (this.options.use_regex) {
      scanGpt2(units, from, to, spans);
    } else {
      spans.push(from);
      spans.push(to);
    }
  }
}

/** Appends source[from, to), and before it a blank aligned with its first character unless it begins with one. */
function appendPrefixed(source: Text, from: number, to: number, target: Text): void {
  if (source.units[from] !== BLANK) {
    target.pushPoint(
      BLANK,
      source.tracked ? source.starts[from]! : 0,
      source.tracked ? source.ends[from]! : 0,
    );
  }
  target.append(source, from, to);
}
