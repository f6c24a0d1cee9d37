import type { AddedToken } from "../added-vocabulary.js";
import { type Json, writeJson } from "../json.js";
import { SPECIAL_TOKEN_NAMES, type SpecialTokens } from "./special-tokens.js";

/** What a file holds. */
export type FileContent = string | Uint8Array<ArrayBuffer>;

/** The text of tokenizer_config.json. */
export function writeConfig(
  config: Readonly<Record<string, unknown>>,
  added: ReadonlyMap<number, AddedToken>,
  special: SpecialTokens,
): string {
  const fields: Record<string, Json> = {};
  for (const [name, value] of Object.entries(config)) if (value !== undefined) fields[name] = value as Json;
  // A token that there is none of is written where the fields say so.
  for (const name of SPECIAL_TOKEN_NAMES) if (fields[name] !== null) delete fields[name];
  for (const [name, token] of special.entries()) fields[name] = token.content;
  delete fields.additional_special_tokens;
  if (special.additional.length > 0) {
    fields.additional_special_tokens = special.additional.map((token) => token.content);
  }
  fields.added_tokens_decoder = new Map(
    [...added].map(([id, token]) => [String(id), sorted(token.toJson())]),
  );
  return `${writeJson(sorted(fields), true)}\n`;
}

/** The text of special_tokens_map.json. */
export function writeSpecialTokensMap(special: SpecialTokens): string {
  const write = (token: AddedToken): Json => {
    const { special: _, ...flags } = token.toJson();
    const isPlain = !token.single_word && !token.lstrip && !token.rstrip && !token.normalized;
    return isPlain ? token.content : sorted(flags);
  };
  const fields: Record<string, Json> = {};
  for (const [name, token] of special.entries()) fields[name] = write(token);
  if (special.additional.length > 0) fields.additional_special_tokens = special.additional.map(write);
  return `${writeJson(sorted(fields), true)}\n`;
}

/** The text of added_tokens.json. */
export function writeAddedTokens(added: readonly (readonly [number, AddedToken])[]): string {
  return `${writeJson(sorted(Object.fromEntries(added.map(([id, { content }]) => [content, id]))), true)}\n`;
}

/** Keys in the order in which Python sorts them. */
function sorted(fields: Readonly<Record<string, Json>>): Json {
  return new Map(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
}
