import { category, isDecimal, isSpace, isWordCharacter } from "./characters.js";

// Python's regular expressions in JavaScript's: `\s`, `\d` and `\w` mean other characters there, so that a
// pattern names them as classes of its own. All are the inside of `[...]` for expressions with the flag `u`.

/** The inside of a character class that holds the code points that `test` says. */
export function classSource(test: (point: number) => boolean): string {
  let source = "";
  for (let point = 0; point < 0x110000; point++) {
    if (!test(point)) continue;
    const from = point;
    while (point + 1 < 0x110000 && test(point + 1)) point++;
    source += `\\u{${from.toString(16)}}`;
    if (point > from) source += `-\\u{${point.toString(16)}}`;
  }
  return source;
}

/** Python's `\s`. */
export const spaceSource = once(() => classSource(isSpace));

/** Python's `\d`. */
export const digitSource = once(() => classSource(isDecimal));

/** Python's `\w`. */
export const wordSource = once(() => classSource(isWordCharacter));

/** Characters of category C. */
export const otherSource = once(() => classSource((point) => category(point).startsWith("C")));

/** A value that is made when it is first asked for. */
export function once<T>(make: () => T): () => T {
  let value: { readonly made: T } | undefined;
  return () => {
    value ??= { made: make() };
    return value.made;
  };
}
