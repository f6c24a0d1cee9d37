/** The lines of a text as Python reads them: each of `\r\n`, `\r` and `\n` ends one. */
export function readLines(text: string): string[] {
  const lines = text.replaceAll(/\r\n?/g, "\n").split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** A vocabulary of one token a line: a token's id is the number of its (last) line, counted from 0. */
export function readTokenLines(text: string): Map<string, number> {
  return new Map(readLines(text).map((token, id) => [token, id]));
}

/** The text of a vocabulary of one token a line, in the order of their ids. */
export function writeTokenLines(vocab: ReadonlyMap<string, number>): string {
  return [...vocab]
    .sort(([, a], [, b]) => a - b)
    .map(([token]) => `${token}\n`)
    .join("");
}
