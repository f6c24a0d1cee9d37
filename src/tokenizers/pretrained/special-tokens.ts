import { TransformersError } from "../../errors.js";
import { AddedToken, type AddedTokenOptions } from "../added-vocabulary.js";

/** The special tokens that have a name of their own, in Hugging Face's order. */
export const SPECIAL_TOKEN_NAMES = [
  "bos_token",
  "eos_token",
  "unk_token",
  "sep_token",
  "pad_token",
  "cls_token",
  "mask_token",
] as const;
export type SpecialTokenName = (typeof SPECIAL_TOKEN_NAMES)[number];

/** What special tokens are like that are given by their text alone. */
export type SpecialTokenFlags = { readonly [name in SpecialTokenName]?: AddedTokenOptions };

/** Special tokens by name. */
export type SpecialTokenOptions = { [name in SpecialTokenName]?: string | AddedToken | null } & {
  additional_special_tokens?: readonly (string | AddedToken)[] | null;
};

/** Which tokens play the named parts, and further special ones. */
export class SpecialTokens {
  readonly #named = new Map<SpecialTokenName, AddedToken>();
  #additional: AddedToken[] = [];

  get(name: SpecialTokenName): AddedToken | undefined {
    return this.#named.get(name);
  }

  set(name: SpecialTokenName, token: string | AddedToken | null): void {
    if (token === null) this.#named.delete(name);
    else this.#named.set(name, toSpecial(token));
  }

  get additional(): readonly AddedToken[] {
    return this.#additional;
  }

  set additional(tokens: readonly (string | AddedToken)[]) {
    if (!Array.isArray(tokens)) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `additional_special_tokens must be a list of tokens, not ${JSON.stringify(tokens)}`,
      );
    }
    this.#additional = tokens.map((token) => toSpecial(token));
  }

  /** All of them once, in Hugging Face's order. */
  all(): AddedToken[] {
    const found = new Map<string, AddedToken>();
    for (const name of SPECIAL_TOKEN_NAMES) {
      const token = this.#named.get(name);
      if (token !== undefined && !found.has(token.content)) found.set(token.content, token);
    }
    for (const token of this.#additional) if (!found.has(token.content)) found.set(token.content, token);
    return [...found.values()];
  }

  entries(): [SpecialTokenName, AddedToken][] {
    return SPECIAL_TOKEN_NAMES.flatMap((name) => {
      const token = this.#named.get(name);
      return token === undefined ? [] : [[name, token] as [SpecialTokenName, AddedToken]];
    });
  }
}

/** A special token; one that is given by its text alone has these flags. */
export function toSpecial(token: string | AddedToken, flags: AddedTokenOptions = {}): AddedToken {
  return typeof token === "string" ? new AddedToken(token, { special: true, ...flags }) : token;
}

/** The text of a token. */
export function contentOf(token: string | AddedToken): string {
  return typeof token === "string" ? token : token.content;
}
