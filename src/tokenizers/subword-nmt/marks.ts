import { spaceSource, strip } from "../python-text/index.js";
import type { SubwordMerges } from "./merges.js";

// Two ways to write the parts of words: with `@@` behind those inside of a word, or with `</w>` behind the last.

/** What stands between whitespace, a line break with the word before it. */
export function wordsAndBreaks(text: string): readonly string[] {
  return text.match(new RegExp(`[^${spaceSource()}]+\\n?`, "gu")) ?? [];
}

/** The parts of a word, where those inside of it end in `@@`. */
export function markedSubwords(merges: SubwordMerges, word: string): string[] {
  const symbols = merges.symbols(word);
  return symbols.map((symbol, i) =>
    i < symbols.length - 1 ? `${symbol}@@` : symbol.slice(0, -"</w>".length),
  );
}

/** The text of parts that end in `@@` inside of words. */
export function joinMarkedSubwords(tokens: readonly string[]): string {
  return strip(tokens.join(" ").replaceAll("@@ ", ""));
}

/** The text of parts of which the last of a word ends in `</w>`: words with a space behind each. */
export function joinEndedSubwords(tokens: readonly string[]): string {
  return tokens.map((token) => token.replaceAll(" ", "").replaceAll("</w>", " ")).join("");
}
