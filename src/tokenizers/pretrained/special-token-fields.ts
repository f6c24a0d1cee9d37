import type { AddedToken } from "../added-vocabulary.js";
import { Callable } from "./callable.js";
import { SPECIAL_TOKEN_NAMES, type SpecialTokenName, SpecialTokens } from "./special-tokens.js";

/** The special tokens of a tokenizer as its properties: `mask_token`, `mask_token_id`, `all_special_ids`, ... */
export abstract class SpecialTokenFields extends Callable {
  protected readonly specialTokens = new SpecialTokens();

  /** The id of a token; null where there is none. */
  protected abstract idOf(token: string): number | null;

  /** The token of an id. @throws TransformersError INVALID_ARGUMENT where there is none. */
  protected abstract tokenOf(id: number): string;

  get bos_token(): string | null {
    return this.#content("bos_token");
  }
  set bos_token(token: string | AddedToken | null) {
    this.specialTokens.set("bos_token", token);
  }
  get bos_token_id(): number | null {
    return this.#id("bos_token");
  }
  set bos_token_id(id: number | null) {
    this.#setById("bos_token", id);
  }

  get eos_token(): string | null {
    return this.#content("eos_token");
  }
  set eos_token(token: string | AddedToken | null) {
    this.specialTokens.set("eos_token", token);
  }
  get eos_token_id(): number | null {
    return this.#id("eos_token");
  }
  set eos_token_id(id: number | null) {
    this.#setById("eos_token", id);
  }

  get unk_token(): string | null {
    return this.#content("unk_token");
  }
  set unk_token(token: string | AddedToken | null) {
    this.specialTokens.set("unk_token", token);
  }
  get unk_token_id(): number | null {
    return this.#id("unk_token");
  }
  set unk_token_id(id: number | null) {
    this.#setById("unk_token", id);
  }

  get sep_token(): string | null {
    return this.#content("sep_token");
  }
  set sep_token(token: string | AddedToken | null) {
    this.specialTokens.set("sep_token", token);
  }
  get sep_token_id(): number | null {
    return this.#id("sep_token");
  }
  set sep_token_id(id: number | null) {
    this.#setById("sep_token", id);
  }

  get pad_token(): string | null {
    return this.#content("pad_token");
  }
  set pad_token(token: string | AddedToken | null) {
    this.specialTokens.set("pad_token", token);
  }
  get pad_token_id(): number | null {
    return this.#id("pad_token");
  }
  set pad_token_id(id: number | null) {
    this.#setById("pad_token", id);
  }

  get cls_token(): string | null {
    return this.#content("cls_token");
  }
  set cls_token(token: string | AddedToken | null) {
    this.specialTokens.set("cls_token", token);
  }
  get cls_token_id(): number | null {
    return this.#id("cls_token");
  }
  set cls_token_id(id: number | null) {
    this.#setById("cls_token", id);
  }

  get mask_token(): string | null {
    return this.#content("mask_token");
  }
  set mask_token(token: string | AddedToken | null) {
    this.specialTokens.set("mask_token", token);
  }
  get mask_token_id(): number | null {
    return this.#id("mask_token");
  }
  set mask_token_id(id: number | null) {
    this.#setById("mask_token", id);
  }

  get additional_special_tokens(): string[] {
    return this.specialTokens.additional.map((token) => token.content);
  }
  set additional_special_tokens(tokens: readonly (string | AddedToken)[] | null) {
    this.specialTokens.additional = tokens ?? [];
  }
  get additional_special_tokens_ids(): (number | null)[] {
    return this.additional_special_tokens.map((token) => this.idOf(token));
  }
  set additional_special_tokens_ids(ids: readonly number[]) {
    this.specialTokens.additional = ids.map((id) => this.tokenOf(id));
  }

  /** All special tokens, each once. */
  get all_special_tokens(): string[] {
    return this.specialTokens.all().map((token) => token.content);
  }

  /** All special tokens with their flags, each once. */
  get all_special_tokens_extended(): AddedToken[] {
    return this.specialTokens.all();
  }

  get all_special_ids(): number[] {
    return this.all_special_tokens.flatMap((token) => this.idOf(token) ?? []);
  }

  /** The special tokens by name, those that are set. */
  get special_tokens_map(): Partial<Record<SpecialTokenName, string>> & {
    additional_special_tokens?: string[];
  } {
    const map: Record<string, string | string[]> = {};
    for (const name of SPECIAL_TOKEN_NAMES) {
      const token = this.#content(name);
      if (token !== null) map[name] = token;
    }
    if (this.additional_special_tokens.length > 0) {
      map.additional_special_tokens = this.additional_special_tokens;
    }
    return map;
  }

  /** Like `special_tokens_map`, with the tokens' flags. */
  get special_tokens_map_extended(): Partial<Record<SpecialTokenName, AddedToken>> & {
    additional_special_tokens?: readonly AddedToken[];
  } {
    const { additional } = this.specialTokens;
    return {
      ...Object.fromEntries(this.specialTokens.entries()),
      ...(additional.length > 0 ? { additional_special_tokens: additional } : {}),
    };
  }

  #content(name: SpecialTokenName): string | null {
    return this.specialTokens.get(name)?.content ?? null;
  }

  #id(name: SpecialTokenName): number | null {
    const token = this.#content(name);
    return token === null ? null : this.idOf(token);
  }

  #setById(name: SpecialTokenName, id: number | null): void {
    this.specialTokens.set(name, id === null ? null : this.tokenOf(id));
  }
}
