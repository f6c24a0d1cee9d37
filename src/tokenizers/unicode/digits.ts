/** How many digits there are: of ASCII, what a string may have as it is. */
export const RADIX = 89;
/** The first digit that others follow where a number is read. */
const LAST = 75;

/** The digit that text[i] is: `%` to `~` without the backslash. Above 64, because a character costs gzip more than six bits. */
export function digitAt(text: string, i: number): number {
  const code = text.charCodeAt(i);
  return code - (code > 92 ? 38 : 37);
}

/** Reads whole numbers, each in one digit or more, the lowest first; signed ones zig-zag folded onto unsigned ones. */
export class NumberReader {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get done(): boolean {
    return this.#position >= this.#text.length;
  }

  unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= RADIX - LAST) {
      const digit = digitAt(this.#text, this.#position++);
      if (digit < LAST) return value + digit * scale;
      value += (digit - LAST) * scale;
    }
  }

  signed(): number {
    const folded = this.unsigned();
    return folded & 1 ? -((folded + 1) >> 1) : folded >> 1;
  }
}

/** Calls `visit` with the ranges [start, end) of code points that a string lists: lengths outside and inside, in turns. */
export function forEachRange(ranges: string, visit: (start: number, end: number) => void): void {
  const reader = new NumberReader(ranges);
  for (let point = 0; !reader.done; ) {
    const start = point + reader.unsigned();
    point = start + reader.unsigned();
    visit(start, point);
  }
}
