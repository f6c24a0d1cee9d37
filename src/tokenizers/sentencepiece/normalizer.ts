import { Charsmap } from "../normalizers/charsmap.js";
import { isPair, Text } from "../text.js";
import { TokenMatcher } from "../token-matcher.js";
import type { NormalizerSpec } from "./model-proto.js";

const SPACE = 0x20;
/** What stands for a space in pieces. */
export const SPACE_MARK = 0x2581;

/**
 * SentencePiece's normalisation: the compiled rules, at each place the one with the longest key; spaces at the ends and
 * repeated ones dropped; spaces made visible; one put in front. User-defined symbols stay as they are.
 * Source: SentencePiece, `Normalizer::Normalize`.
 */
export class SentencePieceNormalizer {
  readonly #spec: NormalizerSpec;
  readonly #isSuffix: boolean;
  readonly #rules: Charsmap | null;
  readonly #symbols = new TokenMatcher();
  /** ASCII characters that no rule and no user-defined symbol begins with, if another one follows. */
  readonly #plain = new Uint8Array(128);
  readonly #source = new Text();
  // What the next characters become: a text where a rule matched, else themselves.
  #replacement: string | null = null;
  #end = 0;

  /**
   * @param isSuffix whether the space is put behind the text instead of in front.
   * @throws TransformersError CORRUPT_FILE where the rules are damaged.
   */
  constructor(spec: NormalizerSpec, isSuffix = false, userDefined: Iterable<string> = []) {
    this.#spec = spec;
    this.#isSuffix = isSuffix;
    this.#rules = spec.precompiled_charsmap.length === 0 ? null : new Charsmap(spec.precompiled_charsmap);
    const firsts = new Set<number>();
    for (const symbol of userDefined) {
      this.#symbols.add(symbol, 0);
      firsts.add(symbol.charCodeAt(0));
    }
    for (let unit = 0; unit < 128; unit++) {
      const isRuled = this.#rules?.beginsAsciiKey(unit) ?? false;
      this.#plain[unit] = isRuled || firsts.has(unit) || unit === SPACE ? 0 : 1;
    }
  }

  /** Appends the normalised text to `target`, which must be empty. */
  normalize(text: string, target: Text): void {
    const { add_dummy_prefix, remove_extra_whitespaces: trims } = this.#spec;
    const source = this.#source;
    source.set(text, false);
    const { units, length } = source;
    let i = 0;
    if (trims) i = this.#skipSpaces(units, length);
    if (i === length) return;
    if (add_dummy_prefix && !this.#isSuffix) this.#pushSpace(target);
    target.reserve(length - i + 2);
    let afterSpace = trims;
    while (i < length) {
      const unit = units[i]!;
      if (unit < 128 && this.#plain[unit] === 1 && (i + 1 === length || units[i + 1]! < 128)) {
        if (target.length === target.units.length) target.reserve(1);
        target.units[target.length++] = unit;
        afterSpace = false;
        i++;
        continue;
      }
      this.#match(units, i, length);
      afterSpace = this.#pushMatch(units, i, afterSpace, target);
      if (!trims) afterSpace = false;
      i = this.#end;
    }
    const space = this.#spec.escape_whitespaces ? SPACE_MARK : SPACE;
    if (trims) while (target.length > 0 && target.units[target.length - 1] === space) target.length--;
    if (add_dummy_prefix && this.#isSuffix) this.#pushSpace(target);
  }

  /** Where the text begins that is not made of what becomes a space. */
  #skipSpaces(units: Uint16Array, length: number): number {
    let i = 0;
    while (i < length) {
      this.#match(units, i, length);
      const isSpace =
        this.#replacement === null ? this.#end === i + 1 && units[i] === SPACE : this.#replacement === " ";
      if (!isSpace) break;
      i = this.#end;
    }
    return i;
  }

  /** Finds out what the next characters become, and how many they are. */
  #match(units: Uint16Array, from: number, to: number): void {
    this.#replacement = null;
    if (this.#symbols.matchAt(units, from, to)) {
      this.#end = this.#symbols.end;
      return;
    }
    const rule = this.#rules === null ? -1 : this.#rules.find(units, from, to, "longest");
    if (rule < 0) {
      this.#end = from + (isPair(units, from, to) ? 2 : 1);
    } else {
      this.#replacement = this.#rules!.text(rule);
      this.#end = from + this.#rules!.matched;
    }
  }

  /** Appends what was matched, without the spaces that it begins with after one; returns whether it ends with one. */
  #pushMatch(units: Uint16Array, from: number, afterSpace: boolean, target: Text): boolean {
    const replacement = this.#replacement;
    const length = replacement === null ? this.#end - from : replacement.length;
    let at = 0;
    let unit = 0;
    let isFirst = afterSpace;
    for (; at < length; at++) {
      unit = replacement === null ? units[from + at]! : replacement.charCodeAt(at);
      if (isFirst && unit === SPACE) continue;
      isFirst = false;
      if (unit === SPACE) this.#pushSpace(target);
      else target.pushPoint(unit, 0, 0);
    }
    return isFirst || length === 0 ? afterSpace : unit === SPACE;
  }

  #pushSpace(target: Text): void {
    target.pushPoint(this.#spec.escape_whitespaces ? SPACE_MARK : SPACE, 0, 0);
  }
}
