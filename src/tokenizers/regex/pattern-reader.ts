import { TransformersError } from "../../errors.js";

/** What the letters of `(?imxWDSP)` switch on. */
export interface PatternOptions {
  /** `i`: case does not count. */
  readonly ignoreCase: boolean;
  /** `m`: a dot matches a line break too. */
  readonly dotAll: boolean;
  /** `x`: whitespace and comments in the pattern do not count. */
  readonly extended: boolean;
  /** `W`, `D`, `S`, `P`: words, digits, spaces, or all classes with a POSIX name are ASCII's. */
  readonly asciiWord: boolean;
  readonly asciiDigit: boolean;
  readonly asciiSpace: boolean;
  readonly asciiPosix: boolean;
}

/** The text of a pattern while it is being read. */
export class PatternReader {
  readonly #source: string;
  readonly #points: readonly number[];
  /** How many code points have been read. */
  at = 0;
  options: PatternOptions = {
    ignoreCase: false,
    dotAll: false,
    extended: false,
    asciiWord: false,
    asciiDigit: false,
    asciiSpace: false,
    asciiPosix: false,
  };

  constructor(source: string) {
    this.#source = source;
    this.#points = Array.from(source, (character) => character.codePointAt(0)!);
  }

  get done(): boolean {
    return this.at >= this.#points.length;
  }

  /** Whether `text` comes next. */
  sees(text: string): boolean {
    for (let i = 0; i < text.length; i++) {
      if (this.#points[this.at + i] !== text.charCodeAt(i)) return false;
    }
    return true;
  }

  /** Reads `text` where it comes next. */
  skip(text: string): boolean {
    if (!this.sees(text)) return false;
    this.at += text.length;
    return true;
  }

  /** Reads a code point; "" at the end. */
  take(): string {
    return this.done ? "" : String.fromCodePoint(this.#points[this.at++]!);
  }

  /** Whether `character` comes anywhere from here on. */
  has(character: string): boolean {
    return this.#points.includes(character.codePointAt(0)!, this.at);
  }

  /** Reads the digits that come next, at most `most` of them. */
  digits(digit: RegExp, most: number): string {
    let text = "";
    while (text.length < most && !this.done && digit.test(String.fromCodePoint(this.#points[this.at]!))) {
      text += this.take();
    }
    return text;
  }

  /** Reads up to `end`, which is read too but is not in the result. @throws where there is none. */
  until(end: string): string {
    const start = this.at;
    let text = "";
    while (!this.skip(end)) {
      if (this.done) throw this.error(`${end} is missing`, start);
      text += this.take();
    }
    return text;
  }

  /** An error about what was read last, or about what stands at `at` (in code points). */
  error(problem: string, at = this.at): TransformersError {
    const shown = this.#source.length > 200 ? `${this.#source.slice(0, 200)}...` : this.#source;
    return new TransformersError(
      "UNSUPPORTED",
      `the regular expression ${JSON.stringify(shown)} cannot be used: at character ${at}, ${problem}`,
    );
  }
}

const HEX = /^[0-9a-fA-F]$/;
const OCTAL = /^[0-7]$/;

const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, a: 7, e: 27 };

/**
 * Reads the code point of an escape whose first letter has been read: `\x{..}`, `\uHHHH`, `\n`, `\c..`, octal.
 * @returns undefined where the letter stands for itself.
 */
export function escapedPoint(reader: PatternReader, letter: string): number | undefined {
  const start = reader.at - 1;
  if (Object.hasOwn(CONTROLS, letter)) return CONTROLS[letter];
  if (letter === "x" || letter === "o") {
    const digit = letter === "x" ? HEX : OCTAL;
    const base = letter === "x" ? 16 : 8;
    const before = reader.at;
    if (reader.skip("{")) {
      const digits = reader.digits(digit, 11);
      if (digits !== "") {
        const point = Number.parseInt(digits, base);
        if (!reader.skip("}")) throw reader.error("one code point and } are expected", start);
        return checked(reader, point, start);
      }
      reader.at = before;
      return undefined;
    }
    if (letter === "o") return undefined;
    return checkedByte(reader, Number.parseInt(reader.digits(HEX, 2) || "0", 16), start);
  }
  if (letter === "u") {
    const digits = reader.digits(HEX, 4);
    if (digits.length < 4) throw reader.error("\\u needs four hexadecimal digits", start);
    return checked(reader, Number.parseInt(digits, 16), start);
  }
  if (OCTAL.test(letter)) {
    return checkedByte(reader, Number.parseInt(letter + reader.digits(OCTAL, 2), 8), start);
  }
  if (letter === "c" || letter === "C") return controlCharacter(reader, letter, start);
  if (letter === "M") throw reader.error("\\M- is not supported", start);
  return undefined;
}

function controlCharacter(reader: PatternReader, letter: string, start: number): number {
  if (letter === "C" && !reader.skip("-")) throw reader.error("- must follow \\C", start);
  const character = reader.take();
  if (character === "") throw reader.error("a control character is cut off", start);
  if (character === "?") return 0x7f;
  if (character === "\\") throw reader.error("an escape in a control character is not supported", start);
  return character.codePointAt(0)! & 0x9f;
}

function checked(reader: PatternReader, point: number, start: number): number {
  if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
    throw reader.error("no character has this code point", start);
  }
  return point;
}

function checkedByte(reader: PatternReader, byte: number, start: number): number {
  if (byte > 0x7f) throw reader.error("a byte is no character: write \\x{..} for code points", start);
  return byte;
}
