import { isWordCharacter, once, spaceSource } from "../../tokenizers/python-text/index.js";

// Python's regular expressions where JavaScript's know other letters: `\b` and `\s`.

/** An expression with Python's `\s` in it, made when it is first asked for. */
export function spaces(make: (space: string) => RegExp): () => RegExp {
  return once(() => make(`[${spaceSource()}]`));
}

/** Python's `\b`: whether a word begins or ends at a UTF-16 position. */
export function isBoundary(text: string, place: number): boolean {
  return isWordBefore(text, place) !== isWordAfter(text, place);
}

/** Replaces a word that stands alone. */
export function replaceWord(text: string, word: string, replacement: string): string {
  return replace(text, word, replacement, (start) => isBoundary(text, start));
}

/** Replaces what words, or letters, end with. */
export function replaceEnding(text: string, ending: string, replacement: string): string {
  return replace(text, ending, replacement, () => true);
}

/** Replaces what a global expression finds; where `replace` gives null, what was found stays. */
export function replaceMatches(
  text: string,
  pattern: RegExp,
  replace: (match: RegExpMatchArray, start: number) => string | null,
): string {
  let result = "";
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    const replacement = replace(match, match.index);
    if (replacement === null) continue;
    result += text.slice(from, match.index) + replacement;
    from = match.index + match[0].length;
  }
  return result + text.slice(from);
}

/** Cuts a text at what a global expression finds, where `test` says so. */
export function splitAtMatches(
  text: string,
  pattern: RegExp,
  test: (match: RegExpMatchArray, start: number) => boolean,
): string[] {
  const parts: string[] = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    if (!test(match, match.index)) continue;
    parts.push(text.slice(from, match.index));
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)];
}

function replace(
  text: string,
  word: string,
  replacement: string,
  mayStart: (place: number) => boolean,
): string {
  let result = "";
  let from = 0;
  for (let start = text.indexOf(word); start >= 0; start = text.indexOf(word, start + 1)) {
    if (start < from || !mayStart(start) || !isBoundary(text, start + word.length)) continue;
    result += text.slice(from, start) + replacement;
    from = start + word.length;
  }
  return result + text.slice(from);
}

function isWordBefore(text: string, place: number): boolean {
  if (place === 0) return false;
  const unit = text.charCodeAt(place - 1);
  const isPair = unit >= 0xdc00 && unit <= 0xdfff && place > 1;
  return isWordCharacter(isPair ? text.codePointAt(place - 2)! : unit);
}

function isWordAfter(text: string, place: number): boolean {
  return place < text.length && isWordCharacter(text.codePointAt(place)!);
}
