import { TransformersError } from "../../errors.js";

/** Containers that may stand inside one another, the outermost included; serde_json stops at the same depth. */
const maxDepth = 127;

const quote = 0x22;
const backslash = 0x5c;
const minus = 0x2d;
const zero = 0x30;
const nine = 0x39;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;
const colon = 0x3a;

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

/** What the first character of a value can be. */
const valueStart = /[{["0-9tfn-]/;

const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

/**
 * Reads JSON (RFC 8259) from left to right, without building a tree: the caller says what it expects next.
 *
 * Stricter than `JSON.parse` where a header could deceive or exhaust: at most 127 containers deep, integers
 * kept apart from other numbers, no lone surrogates, no numbers beyond a double, no byte order mark, and no
 * object with the same key twice. Keys only ever become strings and entries of a Map or Set.
 */
export class JsonCursor {
  readonly #text: string;
  /** What to call the file in an error. */
  readonly file: string;
  /** The tensor whose entry is being read, for errors. */
  tensor: string | undefined;
  #at = 0;
  #depth = 0;

  constructor(text: string, file: string) {
    this.#text = text;
    this.file = file;
  }

  /**
   * Lets `read` try what stands next, white space aside, in a form that it knows; it gives the position after it, or
   * -1 to leave it to the other methods.
   */
  tryPlain(read: (text: string, at: number) => number): boolean {
    this.#next();
    const end = read(this.#text, this.#at);
    if (end < 0) return false;
    this.#at = end;
    return true;
  }

  /** Reads an object; `onKey` is called at each value and must read it. Checking for duplicates is its task. */
  object(what: string, onKey: (key: string) => void): void {
    this.#open(openBrace, what, "an object");
    if (this.#endsAt(closeBrace)) return;
    for (;;) {
      if (this.#next() !== quote) this.malformed("a key");
      const key = this.string("a key");
      if (this.#next() !== colon) this.malformed('":" after a key');
      this.#at++;
      onKey(key);
      if (this.#endsAfterItem(closeBrace, '"," or "}"')) return;
    }
  }

  /** Reads an array; `onItem` is called at each item and must read it. */
  array(what: string, onItem: () => void): void {
    this.#open(openBracket, what, "an array");
    if (this.#endsAt(closeBracket)) return;
    for (;;) {
      onItem();
      if (this.#endsAfterItem(closeBracket, '"," or "]"')) return;
    }
  }

  /** Reads a string. */
  string(what: string): string {
    if (this.#next() !== quote) this.#wrongValue(`${what} as a string`);
    const text = this.#text;
    const start = ++this.#at;
    for (let at = start; ; at++) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        this.#at = at + 1;
        return text.slice(start, at);
      }
      if (code === backslash) return this.#escapedString(start, at);
      if (!(code >= 0x20)) this.#endOfString(at);
    }
  }

  /**
   * Reads an integer from 0 to 2^64 - 1. One beyond 2^53 - 1 comes back rounded, hence not a safe integer,
   * which is how the caller tells.
   */
  unsignedInteger(what: string): number {
    const first = this.#next();
    if (first !== minus && !isDigit(first)) this.#wrongValue(`${what} as an integer`);
    const start = this.#at;
    let value = 0;
    for (let at = start; ; at++) {
      const code = this.#text.charCodeAt(at);
      if (isDigit(code)) {
        value = value * 10 + (code - zero);
      } else if (
        at > start &&
        at - start < 16 &&
        !(first === zero && at > start + 1) &&
        !continuesNumber(code)
      ) {
        this.#at = at;
        return value;
      } else {
        break;
      }
    }
    const text = this.#number();
    if (!/^[0-9]+$/.test(text) || text.length > 20 || BigInt(text) > 2n ** 64n - 1n) {
      this.#at = start;
      this.unexpected(`${what} as an integer from 0 to 2^64 - 1`);
    }
    return Number(text);
  }

  /** Reads past any value, checking all of it. */
  skipValue(): void {
    switch (this.#next()) {
      case openBrace: {
        const seen = new Set<string>();
        this.object("a value", (key) => {
          if (seen.has(key)) this.duplicate(key);
          seen.add(key);
          this.skipValue();
        });
        return;
      }
      case openBracket:
        this.array("a value", () => this.skipValue());
        return;
      case quote:
        this.string("a value");
        return;
      default:
        if (!this.#literal("true") && !this.#literal("false") && !this.null()) this.#number();
    }
  }

  /** Reads `null` if it stands next, and says whether it did. */
  null(): boolean {
    this.#next();
    return this.#literal("null");
  }

  /** Checks that nothing but white space is left. */
  end(): void {
    if (!Number.isNaN(this.#next())) this.malformed("the end of the header");
  }

  /** Refuses the header: not JSON. */
  malformed(expected: string): never {
    throw new TransformersError("SAFETENSORS_HEADER_JSON", this.#message(expected));
  }

  /** Refuses the header: JSON (so far), but not of the form that the format prescribes. */
  unexpected(expected: string): never {
    throw new TransformersError("SAFETENSORS_HEADER_FORM", this.#message(expected));
  }

  /** Refuses a key that stands twice in one object. */
  duplicate(key: string): never {
    throw new TransformersError(
      "SAFETENSORS_DUPLICATE_KEY",
      `${this.file}: an object of the header has the key ${quoted(key)} twice; keys must be unique`,
    );
  }

  /** Refuses what stands where a value of another type should. */
  #wrongValue(expected: string): never {
    return valueStart.test(this.#text.charAt(this.#at))
      ? this.unexpected(expected)
      : this.malformed(expected);
  }

  #message(expected: string): string {
    const found =
      this.#at < this.#text.length ? quoted(this.#text.slice(this.#at, this.#at + 20)) : "its end";
    const place = this.tensor === undefined ? "the header" : `the entry of tensor ${quoted(this.tensor)}`;
    return (
      `${this.file}: ${place} should have ${expected} at character ${this.#at} of ${this.#text.length}, ` +
      `found ${found}; the file is corrupt or not a safetensors file`
    );
  }

  /** The code of the next character that is not white space; NaN at the end. */
  #next(): number {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code;
      this.#at++;
    }
  }

  #open(bracket: number, what: string, kind: string): void {
    if (this.#next() !== bracket) this.#wrongValue(`${what} as ${kind}`);
    if (++this.#depth > maxDepth) this.malformed(`at most ${maxDepth} nested objects and arrays`);
    this.#at++;
  }

  /** Closes the container if its bracket stands next, and says whether it did. */
  #endsAt(bracket: number): boolean {
    if (this.#next() !== bracket) return false;
    this.#depth--;
    this.#at++;
    return true;
  }

  #endsAfterItem(bracket: number, expected: string): boolean {
    if (this.#endsAt(bracket)) return true;
    if (this.#next() !== comma) this.malformed(expected);
    this.#at++;
    return false;
  }

  /** Reads the rest of a string that began at `start` and has its first escape at `at`. */
  #escapedString(start: number, at: number): string {
    const text = this.#text;
    // Joined in portions: a string grown by `+=` keeps a node for each of, perhaps, millions of escapes.
    let decoded = "";
    let portion = [text.slice(start, at)];
    let plain = at;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === backslash) {
        this.#at = at;
        portion.push(text.slice(plain, at), this.#escape());
        at = this.#at;
        plain = at;
        if (portion.length >= 4096) {
          decoded += portion.join("");
          portion = [];
        }
      } else if (code === quote) {
        this.#at = at + 1;
        return decoded + portion.join("") + text.slice(plain, at);
      } else {
        if (!(code >= 0x20)) this.#endOfString(at);
        at++;
      }
    }
  }

  /** Refuses a string that is not closed or holds a control character. */
  #endOfString(at: number): never {
    this.#at = at;
    return this.malformed(
      at >= this.#text.length ? 'the closing " of a string' : "an escape for a control character",
    );
  }

  /** Reads one escape, or the two that make a surrogate pair. */
  #escape(): string {
    const letter = this.#text.charAt(this.#at + 1);
    if (letter !== "u") {
      const plain = escapes.get(letter) ?? this.malformed("a known escape");
      this.#at += 2;
      return plain;
    }
    const unit = this.#hexUnit();
    if (unit < 0xd800 || unit > 0xdfff) return String.fromCharCode(unit);
    if (unit > 0xdbff || !this.#text.startsWith("\\u", this.#at))
      this.malformed("the other half of a surrogate pair");
    const low = this.#hexUnit();
    if (low < 0xdc00 || low > 0xdfff) this.malformed("a surrogate pair");
    return String.fromCharCode(unit, low);
  }

  #hexUnit(): number {
    const digits = this.#text.slice(this.#at + 2, this.#at + 6);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.malformed("four hexadecimal digits after \\u");
    this.#at += 6;
    return Number.parseInt(digits, 16);
  }

  #literal(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false;
    this.#at += word.length;
    return true;
  }

  #number(): string {
    number.lastIndex = this.#at;
    const match = number.exec(this.#text)?.[0] ?? this.malformed("a value");
    if (!Number.isFinite(Number(match))) this.malformed("a number that fits a double");
    this.#at += match.length;
    return match;
  }
}

/** A name from a file as it may stand in a message: escaped, and cut when it is very long. */
export function quoted(name: string): string {
  return name.length > 120 ? `${JSON.stringify(name.slice(0, 120))}...` : JSON.stringify(name);
}

function isDigit(code: number): boolean {
  return code >= zero && code <= nine;
}

/** Whether `code` after digits makes them more than an integer: a point or an exponent. */
function continuesNumber(code: number): boolean {
  return code === 0x2e || code === 0x65 || code === 0x45;
}
