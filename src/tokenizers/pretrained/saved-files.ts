import { AddedToken } from "../added-vocabulary.js";
import { type Json, JsonFields, parseJson, writeJson } from "../json.js";
import { SPECIAL_TOKEN_NAMES, type SpecialTokenOptions, type SpecialTokens } from "./special-tokens.js";

/** The files that a tokenizer may be made of. */
export const TOKENIZER_FILES = [
  "tokenizer.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "added_tokens.json",
  "vocab.txt",
] as const;

/** Files by name: their texts. */
export type FileTexts = ReadonlyMap<string, string>;

/** Fields of tokenizer_config.json that every tokenizer has; others are kept for subclasses and for saving. */
export interface TokenizerConfig extends SpecialTokenOptions {
  /** The most tokens that the model takes (default 1e30: no limit). */
  model_max_length?: number | null;
  /** The side that padding goes to (default "right"). */
  padding_side?: "left" | "right";
  /** The side that truncation cuts (default "right"). */
  truncation_side?: "left" | "right";
  /** Whether `decode` takes out spaces before punctuation (default true). */
  clean_up_tokenization_spaces?: boolean | null;
  /** The columns that the model takes (default input_ids, token_type_ids, attention_mask). */
  model_input_names?: readonly string[];
  /** The type id of padding (default 0). */
  pad_token_type_id?: number;
  /** Whether special tokens in a text are read as ordinary text (default false). */
  split_special_tokens?: boolean;
  /** The added tokens by id. */
  added_tokens_decoder?: ReadonlyMap<number, AddedToken>;
  readonly [field: string]: unknown;
}

/** What tokenizer_config.json, special_tokens_map.json and added_tokens.json say together. */
export function readConfig(files: FileTexts): TokenizerConfig {
  const config = readObject(files, "tokenizer_config.json");
  const added = new Map<number, AddedToken>();
  const options: Record<string, unknown> = {};
  for (const name of config.keys()) options[name] = config.raw(name);
  if (config.raw("added_tokens_decoder") != null) {
    const decoder = config.object("added_tokens_decoder");
    for (const id of decoder.keys()) added.set(Number(id), AddedToken.fromJson(decoder.object(id)));
  } else {
    const map = readObject(files, "special_tokens_map.json");
    for (const name of map.keys()) options[name] = map.raw(name);
  }
  const byContent = new Map([...added.values()].map((token) => [token.content, token]));
  for (const name of SPECIAL_TOKEN_NAMES) {
    if (options[name] == null) continue;
    const token = readToken(options[name], `tokenizer_config.json.${name}`);
    options[name] = byContent.get(token.content) ?? token;
  }
  const further = options.additional_special_tokens;
  if (Array.isArray(further)) {
    options.additional_special_tokens = further.map((token, i) =>
      readToken(token, `tokenizer_config.json.additional_special_tokens[${i}]`),
    );
  }
  if (config.raw("added_tokens_decoder") == null) readLegacyTokens(files, options, added);
  options.added_tokens_decoder = added;
  return options as TokenizerConfig;
}

/** added_tokens.json: tokens and ids, without flags. */
function readLegacyTokens(
  files: FileTexts,
  options: Readonly<Record<string, unknown>>,
  added: Map<number, AddedToken>,
): void {
  const tokens = readObject(files, "added_tokens.json");
  const special = new Map<string, AddedToken>();
  for (const value of Object.values(options)) {
    for (const token of Array.isArray(value) ? value : [value]) {
      if (token instanceof AddedToken) special.set(token.content, token);
    }
  }
  for (const content of tokens.keys()) {
    added.set(tokens.integer(content), special.get(content) ?? new AddedToken(content));
  }
}

function readObject(files: FileTexts, name: string): JsonFields {
  const text = files.get(name);
  return new JsonFields(text === undefined ? {} : parseJson(text, name), name);
}

/** A special token as files write it: its content, or an object with its flags. */
function readToken(value: unknown, where: string): AddedToken {
  if (typeof value === "string") return new AddedToken(value, { special: true });
  const token = AddedToken.fromJson(new JsonFields(value, where));
  return new AddedToken(token.content, { ...token.toJson(), special: true });
}

/** The text of tokenizer_config.json. */
export function writeConfig(
  config: Readonly<Record<string, unknown>>,
  added: ReadonlyMap<number, AddedToken>,
  special: SpecialTokens,
): string {
  const fields: Record<string, Json> = {};
  for (const [name, value] of Object.entries(config)) if (value !== undefined) fields[name] = value as Json;
  for (const name of SPECIAL_TOKEN_NAMES) delete fields[name];
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

/** Keys in the order in which Python sorts them. */
export function sorted(fields: Readonly<Record<string, Json>>): Json {
  return new Map(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
}
