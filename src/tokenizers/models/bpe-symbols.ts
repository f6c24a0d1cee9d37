import { BYTE_CHARACTERS, utf8Length, writeUtf8 } from "../byte-characters.js";
import { pointAt, unitsToString } from "../text.js";
import type { BpeWord } from "./bpe-word.js";
import type { Vocabulary } from "./vocabulary.js";

/** How a word becomes the symbols that a BPE starts from. */
export interface SymbolReader {
  /** Appends the symbols of units[from, to), with their lengths in bytes. */
  read(units: Uint16Array, from: number, to: number, word: BpeWord): void;
  /** units[from, to) as a token of the vocabulary would spell it. */
  spell(units: Uint16Array, from: number, to: number): string;
}

/** What is told apart about unknown characters and about where in a word a character stands. */
export interface SymbolOptions {
  readonly unk_token: string | null;
  readonly continuing_subword_prefix: string | null;
  readonly end_of_word_suffix: string | null;
  readonly fuse_unk: boolean;
  readonly byte_fallback: boolean;
}

/** A symbol for each code point. */
export class CharacterSymbols implements SymbolReader {
  readonly #vocabulary: Vocabulary;
  readonly #options: SymbolOptions;
  readonly #prefix: string;
  readonly #suffix: string;
  /** Ids of single code points without prefix and suffix: id + 1 of those of one unit, 0 where there is none. */
  readonly #single = new Int32Array(0x10000);
  /** Ids of `<0x00>` to `<0xFF>`. */
  readonly #byteIds: readonly (number | undefined)[];
  readonly #bytes = new TextEncoder();
  /** An unknown symbol that has been read but not added: its id and length, the latter 0 where there is none. */
  #pendingId = 0;
  #pendingLength = 0;

  constructor(vocabulary: Vocabulary, options: SymbolOptions) {
    this.#vocabulary = vocabulary;
    this.#options = options;
    this.#prefix = options.continuing_subword_prefix ?? "";
    this.#suffix = options.end_of_word_suffix ?? "";
    for (const [token, id] of vocabulary.ids) {
      if (token.length === 1) this.#single[token.charCodeAt(0)] = id + 1;
    }
    this.#byteIds = Array.from({ length: 256 }, (_, byte) => vocabulary.id(byteToken(byte)));
  }

  spell(units: Uint16Array, from: number, to: number): string {
    return unitsToString(units, from, to);
  }

  read(units: Uint16Array, from: number, to: number, word: BpeWord): void {
    this.#pendingLength = 0;
    for (let i = from; i < to; ) {
      const point = pointAt(units, i, to);
      const next = point > 0xffff ? i + 2 : i + 1;
      const length = utf8Length(point);
      const hasPrefix = i > from && this.#prefix !== "";
      const hasSuffix = next === to && this.#suffix !== "";
      if (point < 0x10000 && !hasPrefix && !hasSuffix && this.#single[point] !== 0) {
        this.#flush(word);
        word.push(this.#single[point]! - 1, length);
      } else {
        const character = String.fromCodePoint(point);
        this.#readToken(
          `${hasPrefix ? this.#prefix : ""}${character}${hasSuffix ? this.#suffix : ""}`,
          length,
          word,
        );
      }
      i = next;
    }
    this.#flush(word);
  }

  #readToken(token: string, length: number, word: BpeWord): void {
    const id = this.#vocabulary.id(token);
    if (id !== undefined) {
      this.#flush(word);
      word.push(id, length);
    } else if (!(this.#options.byte_fallback && this.#readBytes(token, word))) {
      this.#readUnknown(length, word);
    }
  }

  /** As `<0x..>` tokens, where the vocabulary has all of them; an unknown symbol before them stays for later. */
  #readBytes(token: string, word: BpeWord): boolean {
    const ids = Array.from(this.#bytes.encode(token), (byte) => this.#byteIds[byte]);
    if (ids.includes(undefined)) return false;
    for (const id of ids) word.push(id!, 1);
    return true;
  }

  /** An unknown symbol; where there is no token for them, it is as if the character were not there. */
  #readUnknown(length: number, word: BpeWord): void {
    const { unk_token, fuse_unk } = this.#options;
    if (unk_token === null) return;
    if (this.#pendingLength > 0 && fuse_unk) {
      this.#pendingLength += length;
      return;
    }
    this.#flush(word);
    this.#pendingId = this.#vocabulary.unknownId(unk_token);
    this.#pendingLength = length;
  }

  #flush(word: BpeWord): void {
    if (this.#pendingLength > 0) word.push(this.#pendingId, this.#pendingLength);
    this.#pendingLength = 0;
  }
}

/** A symbol for each byte: what {@link CharacterSymbols} reads in the characters of a text's bytes. */
export class ByteSymbols implements SymbolReader {
  /** Ids of the bytes inside a word, where it begins, where it ends, and of one that is all of it. */
  readonly #inner: Int32Array;
  readonly #first: Int32Array;
  readonly #last: Int32Array;
  readonly #only: Int32Array;
  #bytes = new Uint8Array(256);

  private constructor(ids: (isFirst: boolean, isLast: boolean) => Int32Array) {
    this.#inner = ids(false, false);
    this.#first = ids(true, false);
    this.#last = ids(false, true);
    this.#only = ids(true, true);
  }

  /** Undefined where the vocabulary lacks a byte. */
  static make(vocabulary: Vocabulary, options: SymbolOptions): ByteSymbols | undefined {
    const prefix = options.continuing_subword_prefix ?? "";
    const suffix = options.end_of_word_suffix ?? "";
    let isComplete = true;
    const symbols = new ByteSymbols((isFirst, isLast) =>
      Int32Array.from(BYTE_CHARACTERS, (unit) => {
        const token = `${isFirst ? "" : prefix}${String.fromCharCode(unit)}${isLast ? suffix : ""}`;
        const id = vocabulary.id(token);
        isComplete &&= id !== undefined;
        return id ?? -1;
      }),
    );
    return isComplete ? symbols : undefined;
  }

  spell(units: Uint16Array, from: number, to: number): string {
    const count = this.#encode(units, from, to);
    const characters = Uint16Array.from(this.#bytes.subarray(0, count), (byte) => BYTE_CHARACTERS[byte]!);
    return unitsToString(characters, 0, count);
  }

  read(units: Uint16Array, from: number, to: number, word: BpeWord): void {
    const count = this.#encode(units, from, to);
    const bytes = this.#bytes;
    word.reserve(count);
    if (count === 1) {
      word.push(this.#only[bytes[0]!]!, 1);
      return;
    }
    word.push(this.#first[bytes[0]!]!, 1);
    for (let i = 1; i < count - 1; i++) word.push(this.#inner[bytes[i]!]!, 1);
    word.push(this.#last[bytes[count - 1]!]!, 1);
  }

  #encode(units: Uint16Array, from: number, to: number): number {
    if (this.#bytes.length < 3 * (to - from)) this.#bytes = new Uint8Array(6 * (to - from));
    return writeUtf8(units, from, to, this.#bytes);
  }
}

function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
}
