import { TransformersError } from "../../errors.js";
import { AddedToken } from "../added-vocabulary.js";
import { refuseUnknownOptions } from "./call-options.js";
import { SpecialTokenFields } from "./special-token-fields.js";
import { SPECIAL_TOKEN_NAMES, type SpecialTokenOptions } from "./special-tokens.js";

/** Ids of one text, as a list, a typed array or a tensor. */
export type IdSequence = ArrayLike<number | bigint> | { tolist(): unknown };

const TOKEN_FIELDS: ReadonlySet<string> = new Set([...SPECIAL_TOKEN_NAMES, "additional_special_tokens"]);

/** The vocabulary of a tokenizer: tokens and ids, and how tokens are added. */
export abstract class TokenMethods extends SpecialTokenFields {
  /** The number of tokens of the model, without added ones. */
  abstract get vocab_size(): number;
  /** The number of tokens, added ones included: Python's `len(tokenizer)`. */
  abstract get length(): number;
  /** Tokens and their ids, added ones included. */
  abstract get_vocab(): Map<string, number>;
  /** The added tokens by id, in the order of their ids. */
  abstract get added_tokens_decoder(): Map<number, AddedToken>;
  /** Joins tokens as decoding does. */
  abstract convert_tokens_to_string(tokens: readonly string[]): string;

  /** The id of a token that may be unknown. @throws TransformersError INVALID_ARGUMENT where nothing stands for it. */
  protected abstract idOrUnknown(token: string): number;

  protected abstract addTokens(tokens: readonly (string | AddedToken)[], special: boolean): number;

  /** The ids of the added tokens, in the order of their ids. */
  get added_tokens_encoder(): Map<string, number> {
    return new Map([...this.added_tokens_decoder].map(([id, token]) => [token.content, id]));
  }

  /** The added tokens and their ids. */
  get_added_vocab(): Map<string, number> {
    return this.added_tokens_encoder;
  }

  /** @throws TransformersError INVALID_ARGUMENT where a token is unknown and there is no unk_token. */
  convert_tokens_to_ids(token: string): number;
  convert_tokens_to_ids(tokens: readonly string[]): number[];
  convert_tokens_to_ids(tokens: string | readonly string[]): number | number[] {
    return typeof tokens === "string"
      ? this.idOrUnknown(tokens)
      : tokens.map((token) => this.idOrUnknown(token));
  }

  /** @throws TransformersError INVALID_ARGUMENT where no token has the id. */
  convert_ids_to_tokens(id: number): string;
  convert_ids_to_tokens(ids: IdSequence, options?: { skip_special_tokens?: boolean }): string[];
  convert_ids_to_tokens(
    ids: number | IdSequence,
    options: { skip_special_tokens?: boolean } = {},
  ): string | string[] {
    refuseUnknownOptions(options, new Set(["skip_special_tokens"]));
    const special = new Set(options.skip_special_tokens ? this.all_special_ids : []);
    const tokens = toIds(ids)
      .filter((id) => !special.has(id))
      .map((id) => this.tokenOf(id));
    return typeof ids === "number" ? tokens[0]! : tokens;
  }

  /** Adds tokens to the vocabulary; returns how many were new. */
  add_tokens(
    tokens: string | AddedToken | readonly (string | AddedToken)[],
    options: { special_tokens?: boolean } = {},
  ): number {
    refuseUnknownOptions(options, new Set(["special_tokens"]));
    const list = typeof tokens === "string" || tokens instanceof AddedToken ? [tokens] : tokens;
    return this.addTokens(list, options.special_tokens ?? false);
  }

  /** Sets special tokens by name and adds those that are new; returns how many were. */
  add_special_tokens(
    tokens: SpecialTokenOptions,
    options: { replace_additional_special_tokens?: boolean } = {},
  ): number {
    refuseUnknownOptions(tokens, TOKEN_FIELDS);
    refuseUnknownOptions(options, new Set(["replace_additional_special_tokens"]));
    const special = this.specialTokens;
    const added: AddedToken[] = [];
    // Ids are given in the order in which the tokens are named.
    for (const name of Object.keys(tokens) as (keyof SpecialTokenOptions)[]) {
      if (name !== "additional_special_tokens") {
        special.set(name, tokens[name] ?? null);
        const token = special.get(name);
        if (token !== undefined) added.push(token);
        continue;
      }
      const kept = options.replace_additional_special_tokens === false ? special.additional : [];
      const known = new Set(kept.map((token) => token.content));
      special.additional = tokens[name] ?? [];
      const further = special.additional.filter((token) => !known.has(token.content));
      special.additional = [...kept, ...further];
      added.push(...further);
    }
    return this.addTokens(added, true);
  }

  /** Adds the special tokens that the vocabulary lacks; returns how many were new. Deprecated in Python. */
  sanitize_special_tokens(): number {
    return this.addTokens(this.all_special_tokens_extended, true);
  }
}

/** Ids as a list of numbers. */
export function toIds(ids: number | IdSequence): number[] {
  if (typeof ids === "number") return [ids];
  const list = "tolist" in ids ? (ids.tolist() as ArrayLike<number>) : ids;
  return Array.from(list as ArrayLike<number | bigint>, Number);
}

/** The error for an id that no token has. */
export function unknownId(id: number): TransformersError {
  return new TransformersError("INVALID_ARGUMENT", `no token has the id ${id}`);
}

/** The error for a token that the vocabulary lacks, where there is no unk_token. */
export function unknownToken(token: string): TransformersError {
  return new TransformersError(
    "INVALID_ARGUMENT",
    `${JSON.stringify(token)} is not in the vocabulary, and the tokenizer has no unk_token`,
  );
}
