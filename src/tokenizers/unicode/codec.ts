/**
 * Reads the tables of python-text/ and moses/: unsigned integers as base-64 digits of five bits, lowest first, where bit 5
 * says that another digit follows; signed ones zig-zag folded onto unsigned ones.
 */
export class TableReader {
  #position = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get done(): boolean {
    return this.#position >= this.#text.length;
  }

  unsigned(): number {
    let value = 0;
    let shift = 0;
    for (;;) {
      const digit = digitOf(this.#text.charCodeAt(this.#position++));
      value |= (digit & 31) << shift;
      if ((digit & 32) === 0) return value;
      shift += 5;
    }
  }

  signed(): number {
    const folded = this.unsigned();
    return folded & 1 ? -((folded + 1) >> 1) : folded >> 1;
  }
}

/** The digit of one character of `A-Z a-z 0-9 - _`. */
function digitOf(code: number): number {
  if (code >= 97) return code - 97 + 26;
  if (code === 95) return 63;
  if (code >= 65) return code - 65;
  if (code >= 48) return code - 48 + 52;
  return 62;
}
