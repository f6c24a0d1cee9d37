import { readBytes, readTexts } from "../../hub/files.js";
import type { CheckpointSource } from "../../hub/source.js";
import { AddedToken } from "../added-vocabulary.js";
import { JsonFields, parseJson } from "../json.js";
import { contentOf, SPECIAL_TOKEN_NAMES, type SpecialTokenOptions } from "./special-tokens.js";

/** The files that any tokenizer may have beside its vocabulary. */
const TOKENIZER_FILES = [
  "tokenizer.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "added_tokens.json",
  "vocab.txt",
  "chat_template.jinja",
] as const;

/** The release of Transformers whose files these are: `fast_tokenizer_files` may name others for later ones. */
const RELEASE = [4, 37, 2] as const;

/** The texts of a tokenizer's files by name, and the bytes of those that are no text. */
export type FileTexts = ReadonlyMap<string, string> & {
  readonly binary?: ReadonlyMap<string, Uint8Array>;
};

/** Reads the files of a tokenizer, those that are there; `vocabulary` names the family's own. */
export async function readFiles(source: CheckpointSource, vocabulary: readonly string[]): Promise<FileTexts> {
  const isBinary = (name: string) => /\.(model|spm|bin|tokenizer)$/.test(name);
  const names = new Set([...TOKENIZER_FILES, ...vocabulary.filter((name) => !isBinary(name))]);
  const texts = await readTexts(source, [...names]);
  const binary = new Map<string, Uint8Array>();
  for (const name of vocabulary.filter(isBinary)) {
    const bytes = await readBytes(source, name);
    if (bytes !== null) binary.set(name, bytes);
  }
  const config = readObject(texts, "tokenizer_config.json");
  const versioned = versionedFile(config);
  const text = versioned === null ? undefined : (await readTexts(source, [versioned])).get(versioned);
  if (text !== undefined) texts.set("tokenizer.json", text);
  if (config.raw("tokenizer_class") == null)
    for (const [name, text] of await readTexts(source, ["config.json"])) texts.set(name, text);
  return Object.assign(texts, { binary });
}

/** Which of `fast_tokenizer_files` stands for tokenizer.json: the newest that is not for a later release. */
export function versionedFile(config: JsonFields): string | null {
  const found = config.list("fast_tokenizer_files").flatMap((name) => {
    const version =
      typeof name === "string" ? /^tokenizer\.(\d+(?:\.\d+)*)\.json$/.exec(name)?.[1] : undefined;
    return version === undefined ? [] : [{ name: name as string, version: version.split(".").map(Number) }];
  });
  found.sort((a, b) => compareVersions(a.version, b.version));
  return found.filter(({ version }) => compareVersions(version, RELEASE) <= 0).at(-1)?.name ?? null;
}

function compareVersions(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

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
  /** The chat template, or a list of `{ name, template }`. */
  chat_template?: unknown;
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
    options[name] = byContent.get(contentOf(token)) ?? token;
  }
  const further = options.additional_special_tokens;
  if (Array.isArray(further)) {
    options.additional_special_tokens = further.map((token, i) =>
      readToken(token, `tokenizer_config.json.additional_special_tokens[${i}]`),
    );
  }
  if (config.raw("added_tokens_decoder") == null) readLegacyTokens(files, options, added);
  options.added_tokens_decoder = added;
  options.chat_template = files.get("chat_template.jinja") ?? options.chat_template;
  return options as TokenizerConfig;
}

/** The name that config.json, the model's, has for the class of its tokenizer; null where there is none, or no JSON. */
export function tokenizerOfModel(files: FileTexts): unknown {
  try {
    return readObject(files, "config.json").raw("tokenizer_class") ?? null;
  } catch {
    return null; // whoever reads the model says so
  }
}

/** added_tokens.json: tokens and ids, without flags. */
function readLegacyTokens(
  files: FileTexts,
  options: Readonly<Record<string, unknown>>,
  added: Map<number, AddedToken>,
): void {
  const tokens = readObject(files, "added_tokens.json");
  const special = new Map<string, AddedToken>();
  const named = SPECIAL_TOKEN_NAMES.map((name) => options[name]);
  for (const token of [...named, ...((options.additional_special_tokens as unknown[] | undefined) ?? [])]) {
    if (token instanceof AddedToken) special.set(token.content, token);
    else if (typeof token === "string") special.set(token, new AddedToken(token, { special: true }));
  }
  for (const content of tokens.keys()) {
    added.set(tokens.integer(content), special.get(content) ?? new AddedToken(content));
  }
}

function readObject(files: FileTexts, name: string): JsonFields {
  const text = files.get(name);
  return new JsonFields(text === undefined ? {} : parseJson(text, name), name);
}

/** A special token as files write it: its content alone, which leaves its flags to the family, or an object. */
function readToken(value: unknown, where: string): string | AddedToken {
  if (typeof value === "string") return value;
  const token = AddedToken.fromJson(new JsonFields(value, where));
  return new AddedToken(token.content, { ...token.toJson(), special: true });
}
