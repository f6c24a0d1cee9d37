import { scannerFor } from "../pre-tokenizers/scanners/index.js";
import type { IntBuffer } from "../text.js";
import { Matcher } from "./matcher.js";
import { parsePattern } from "./parser.js";
import { PatternReader } from "./pattern-reader.js";
import { compile } from "./program.js";

/**
 * A regular expression as the Rust library `tokenizers` reads it: in the syntax of Oniguruma, with its Unicode tables.
 * Matching takes time in proportion to the text, whatever the pattern.
 */
export class Regex {
  /** The text of the pattern. */
  readonly pattern: string;
  #matcher: Matcher | undefined;

  /** @throws TransformersError UNSUPPORTED, with the place, where the pattern is malformed or uses what is not supported. */
  constructor(pattern: string) {
    this.pattern = pattern;
    // Patterns that have a scanner are known to be sound, and are seldom matched here.
    if (scannerFor(pattern) === undefined) this.#matcher = makeMatcher(pattern);
  }

  /** Steps that the last call of {@link findAll} took: in proportion to the text's length. */
  get steps(): number {
    return this.#matcher?.steps ?? 0;
  }

  /**
   * Appends start and end of each match in units[from, to), where nothing around is seen. Matches may be empty, but
   * none directly behind another match.
   * @throws TransformersError UNSUPPORTED where the pattern needs too much memory for the text.
   */
  findAll(units: Uint16Array, from: number, to: number, found: IntBuffer): void {
    this.#matcher ??= makeMatcher(this.pattern);
    this.#matcher.findAll(units, from, to, found);
  }
}

function makeMatcher(pattern: string): Matcher {
  const tree = parsePattern(pattern);
  const program = compile(tree, false);
  if (program === undefined) throw new PatternReader(pattern).error("what is repeated gets too long");
  return new Matcher(pattern, program, () => compile(tree, true));
}
