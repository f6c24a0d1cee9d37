import { TransformersError } from "../errors.js";
import type { Json, JsonFields } from "./json.js";
import type { Model } from "./models/index.js";
import { type Normalizer, normalizeString } from "./normalizers/index.js";
import { pointAt, pointBefore } from "./text.js";
import { TokenMatcher } from "./token-matcher.js";
import { classes, WHITESPACE, WORD } from "./unicode/classes.js";

/** Options of {@link AddedToken}, as in tokenizer.json. */
export interface AddedTokenOptions {
  /** Whether it only counts where no word character is next to it (default false). */
  single_word?: boolean;
  /** Whether it swallows the whitespace on its left (default false). */
  lstrip?: boolean;
  /** Whether it swallows the whitespace on its right (default false). */
  rstrip?: boolean;
  /** Whether it is looked for in the normalised text, itself normalised (default: unless special). */
  normalized?: boolean;
  /** Whether decoding may skip it (default false). */
  special?: boolean;
}

/** A token that is found in the text before the model sees it. */
export class AddedToken {
  readonly content: string;
  readonly single_word: boolean;
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  readonly normalized: boolean;
  readonly special: boolean;

  constructor(content: string, options: AddedTokenOptions = {}) {
    this.content = content;
    this.single_word = options.single_word ?? false;
    this.lstrip = options.lstrip ?? false;
    this.rstrip = options.rstrip ?? false;
    this.special = options.special ?? false;
    this.normalized = options.normalized ?? !this.special;
  }

  /** Reads an entry of `added_tokens`, `added_tokens_decoder` or special_tokens_map.json. */
  static fromJson(fields: JsonFields): AddedToken {
    // Not used, as the reference does not use it: tokens are numbered in their order. But it must be sound.
    if (fields.has("id")) fields.integer("id");
    const special = fields.boolean("special", false);
    return new AddedToken(fields.string("content"), {
      single_word: fields.boolean("single_word", false),
      lstrip: fields.boolean("lstrip", false),
      rstrip: fields.boolean("rstrip", false),
      normalized: fields.boolean("normalized", !special),
      special,
    });
  }

  toJson(): { readonly [key: string]: Json } {
    const { content, single_word, lstrip, rstrip, normalized, special } = this;
    return { content, single_word, lstrip, rstrip, normalized, special };
  }

  equals(other: AddedToken): boolean {
    return (
      this.content === other.content &&
      this.single_word === other.single_word &&
      this.lstrip === other.lstrip &&
      this.rstrip === other.rstrip &&
      this.normalized === other.normalized &&
      this.special === other.special
    );
  }
}

/** Where added tokens stand in a text: start, end and id of each, in order. */
export type TokenMatches = { readonly values: readonly number[]; readonly length: number };

const NO_MATCHES: TokenMatches = { values: [], length: 0 };

/** The tokens on top of a model's vocabulary, and how they are found in a text. */
export class AddedVocabulary {
  readonly #ids = new Map<string, number>();
  readonly #tokens = new Map<number, AddedToken>();
  /** Special tokens and others, each with the flags that it was first added with. */
  readonly #special = new Map<string, AddedToken>();
  readonly #ordinary: AddedToken[] = [];
  #plain = new TokenMatcher();
  #normalized = new TokenMatcher();
  /** Whether special tokens in a text are read as ordinary text. */
  encodeSpecialTokens = false;

  /** Adds tokens; those that the model knows keep its id. Returns how many were new or changed. */
  add(tokens: readonly AddedToken[], model: Model, normalizer: Normalizer | null): number {
    const size = model.get_vocab_size();
    let next = size;
    for (const id of this.#tokens.keys()) if (id >= next) next = id + 1;
    let added = 0;
    for (const token of tokens) {
      if (token.content === "" || !token.special || this.#special.has(token.content)) continue;
      this.#special.set(token.content, token);
    }
    const seen = new Set<string>();
    for (const token of tokens) {
      const { content } = token;
      if (content === "") continue;
      const known = this.#ids.get(content);
      const key = JSON.stringify(token.toJson());
      if (seen.has(key) || (known !== undefined && this.#tokens.get(known)?.equals(token))) continue;
      seen.add(key);
      const id = known ?? model.token_to_id(content) ?? next++;
      if (id > 0x7fffffff) throw new TransformersError("INVALID_ARGUMENT", `no id is left for ${content}`);
      this.#ids.set(content, id);
      this.#tokens.set(id, token);
      if (!this.#special.has(content)) this.#ordinary.push(token);
      added++;
    }
    this.refresh(normalizer);
    return added;
  }

  /** Builds the matchers anew, as is needed after a change of the normalizer. */
  refresh(normalizer: Normalizer | null): void {
    this.#plain = new TokenMatcher();
    this.#normalized = new TokenMatcher();
    const normalize = (text: string) => (normalizer === null ? text : normalizeString(normalizer, text));
    for (const token of [...this.#special.values(), ...this.#ordinary]) {
      const id = this.#ids.get(token.content)!;
      if (token.normalized) this.#normalized.add(normalize(token.content), id);
      else this.#plain.add(token.content, id);
    }
  }

  get size(): number {
    return this.#ids.size;
  }

  idOf(content: string): number | undefined {
    return this.#ids.get(content);
  }

  token(id: number): AddedToken | undefined {
    return this.#tokens.get(id);
  }

  /** Tokens by id, in the order of their ids. */
  entries(): [number, AddedToken][] {
    return [...this.#tokens].sort(([a], [b]) => a - b);
  }

  isSpecial(content: string): boolean {
    return this.#special.has(content);
  }

  /** The added tokens in units[from, to): those looked for in the text as it is, or in the normalised one. */
  find(units: Uint16Array, from: number, to: number, where: "plain" | "normalized"): TokenMatches {
    const matcher = where === "plain" ? this.#plain : this.#normalized;
    matcher.begin(units, from, to);
    if (!matcher.next()) return NO_MATCHES;
    const values: number[] = [];
    let last = from; // where the last match ended
    let spacesEnd = from; // where the whitespace behind a match ended
    do {
      const { id } = matcher;
      let { start, end } = matcher;
      const token = this.#tokens.get(id)!;
      if (this.encodeSpecialTokens && this.#special.has(token.content)) continue;
      if (token.single_word && touchesWord(units, start, end, from, to)) continue;
      if (token.lstrip) start = Math.max(spacesBefore(units, start, last), last);
      if (token.rstrip) {
        if (end > spacesEnd) spacesEnd = spacesAfter(units, end, to);
        end = spacesEnd;
      }
      // A match before has taken all of it.
      if (start >= end) continue;
      values.push(start, end, id);
      last = end;
    } while (matcher.next());
    return { values, length: values.length };
  }
}

function touchesWord(units: Uint16Array, start: number, end: number, from: number, to: number): boolean {
  const flagsOf = classes();
  const isWord = (point: number) => (flagsOf[point]! & WORD) !== 0;
  return (
    (start > from && isWord(pointBefore(units, start, from))) || (end < to && isWord(pointAt(units, end, to)))
  );
}

// No whitespace lies outside the Basic Multilingual Plane, so that units can be looked at one by one.

function spacesBefore(units: Uint16Array, at: number, from: number): number {
  const flagsOf = classes();
  let start = at;
  while (start > from && flagsOf[units[start - 1]!]! & WHITESPACE) start--;
  return start;
}

function spacesAfter(units: Uint16Array, at: number, to: number): number {
  const flagsOf = classes();
  let end = at;
  while (end < to && flagsOf[units[end]!]! & WHITESPACE) end++;
  return end;
}
