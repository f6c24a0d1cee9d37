/** What a text is, for the eye. */
export type Colour = "heading" | "dim" | "bad" | "good" | "note";

const codes: Readonly<Record<Colour, readonly [begin: number, end: number]>> = {
  heading: [1, 22],
  dim: [2, 22],
  bad: [31, 39],
  good: [32, 39],
  note: [36, 39],
};

/** A stream that may be a terminal. */
export interface Terminal {
  readonly isTTY?: boolean | undefined;
  hasColors?(): boolean;
}

/** A text in a colour on a terminal that shows some, and plain elsewhere. Node heeds NO_COLOR, FORCE_COLOR and TERM. */
export function paint(text: string, colour: Colour, on: Terminal = process.stdout): string {
  if (!on.isTTY || !on.hasColors?.()) return text;
  const [begin, end] = codes[colour];
  return `\x1b[${begin}m${text}\x1b[${end}m`;
}
