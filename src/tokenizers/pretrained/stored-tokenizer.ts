import { TransformersError } from "../../errors.js";
import { publishBytes } from "../../hub/files.js";
import { type HubOptions, type SourceArgument, splitHubOptions } from "../../hub/source.js";
import { openSource } from "../../hub/storage/index.js";
import { type CommitInfo, type PushOptions, splitPushOptions, uploadToHub } from "../../hub/upload.js";
import { checkSide, type Side } from "../truncation.js";
import { refuseUnknownOptions } from "./call-options.js";
import { type ChatTemplates, readChatTemplates, writeChatTemplates } from "./chat/conversation.js";
import {
  type FileTexts,
  readConfig,
  readFiles,
  type TokenizerConfig,
  tokenizerOfModel,
} from "./read-files.js";
import { SPECIAL_TOKEN_NAMES, type SpecialTokenFlags, toSpecial } from "./special-tokens.js";
import { TokenMethods } from "./token-methods.js";
import { type FileContent, writeAddedTokens, writeConfig, writeSpecialTokensMap } from "./write-files.js";

/** What stands for "no limit" in `model_max_length`. */
const VERY_LARGE_INTEGER = 1e30;

/** A class whose instances a tokenizer's files make, by way of what holds their contents. */
export interface TokenizerClass<T, Backend> {
  new (backend: Backend, config: TokenizerConfig): T;
  readonly tokenizerClass: string;
  readonly otherNames: readonly string[];
  readonly vocab_files_names: Readonly<Record<string, string>>;
  backendFromFiles(files: FileTexts, config: TokenizerConfig): Backend;
}

/** Which files are saved, and under which names. */
export interface SaveOptions {
  /** false: tokenizer.json without the family's own vocabulary files; true: these alone; null: both (default null). */
  legacy_format?: boolean | null;
  /** What the names of all files begin with, before a "-" (default: nothing). */
  filename_prefix?: string | null;
}

/** Fields of tokenizer_config.json that say where its files were, which Python does not save again. */
const PLACES = ["name_or_path", "tokenizer_file", "special_tokens_map_file"];

const SAVE_OPTIONS: ReadonlySet<string> = new Set([
  "legacy_format",
  "filename_prefix",
  "push_to_hub",
  "repo_id",
]);

/** A tokenizer as its files: the fields of tokenizer_config.json, and how all is read and saved. */
export abstract class StoredTokenizer extends TokenMethods {
  /** The class by its name in tokenizer_config.json. */
  static readonly tokenizerClass: string = "PreTrainedTokenizer";
  /** Further names that files of the family have for it. */
  static readonly otherNames: readonly string[] = [];
  /** The files of the vocabulary that a family has beside tokenizer.json, by Python's names for them. */
  static readonly vocab_files_names: Readonly<Record<string, string>> = {};

  /** The columns that the family's models take. */
  static readonly model_input_names: readonly string[] = ["input_ids", "token_type_ids", "attention_mask"];

  /** The side that padding goes to where files do not say. */
  static readonly padding_side: Side = "right";

  /** What the family's special tokens are like where files give their texts alone. */
  static readonly special_token_flags: SpecialTokenFlags = {};

  /** The fields of tokenizer_config.json that the tokenizer was made with. */
  readonly init_kwargs: Readonly<Record<string, unknown>>;
  /** The most tokens that the model takes; 1e30 where there is no limit. */
  model_max_length: number;
  /** Whether `decode` takes out spaces before punctuation. */
  clean_up_tokenization_spaces: boolean;
  /** The columns that the model takes; the first one is what is padded. */
  model_input_names: readonly string[];
  pad_token_type_id: number;
  /** How conversations are written: a Jinja template, or several by name; null for none of its own. */
  chat_template: ChatTemplates | null;
  #paddingSide: Side;
  #truncationSide: Side;

  constructor(config: TokenizerConfig = {}) {
    super();
    const { added_tokens_decoder, ...kept } = config;
    this.init_kwargs = kept;
    this.model_max_length = config.model_max_length ?? VERY_LARGE_INTEGER;
    this.clean_up_tokenization_spaces = config.clean_up_tokenization_spaces ?? true;
    this.model_input_names =
      config.model_input_names ?? (new.target as typeof StoredTokenizer).model_input_names;
    this.pad_token_type_id = config.pad_token_type_id ?? 0;
    this.chat_template = readChatTemplates(config.chat_template);
    this.#paddingSide = checkSide(
      config.padding_side ?? (new.target as typeof StoredTokenizer).padding_side,
      "padding_side",
    );
    this.#truncationSide = checkSide(config.truncation_side ?? "right", "truncation_side");
    const { special_token_flags } = new.target as typeof StoredTokenizer;
    for (const name of SPECIAL_TOKEN_NAMES) {
      const token = config[name];
      if (token != null) this.specialTokens.set(name, toSpecial(token, special_token_flags[name]));
    }
    this.specialTokens.additional = config.additional_special_tokens ?? [];
  }

  /**
   * Reads a tokenizer from a folder or a repository of the Hub. `options` are those of the Hub, and fields that go
   * before tokenizer_config.json. Warns where the files name another class, unless the field `tokenizer_class` names
   * this one.
   * @throws TransformersError FILE_NOT_FOUND where the folder or the files that matter are missing.
   */
  static async from_pretrained<T, Backend>(
    this: TokenizerClass<T, Backend>,
    from: SourceArgument,
    options: TokenizerConfig & HubOptions = {},
  ): Promise<T> {
    const [hub, overrides] = splitHubOptions(options);
    const files = await readFiles(await openSource(from, hub), Object.values(this.vocab_files_names));
    return makeTokenizer(this, files, overrides);
  }

  /** Makes a tokenizer from the contents of its files, by name. Warns where they name another class. */
  static fromFiles<T, Backend>(
    this: TokenizerClass<T, Backend>,
    files: ReadonlyMap<string, FileContent> | FileTexts,
    overrides: TokenizerConfig = {},
  ): T {
    return makeTokenizer(this, separate(files), overrides);
  }

  /** Not possible here: no code of a checkpoint is run. `AutoTokenizer.register` makes a class of your own known. */
  static register_for_auto_class(): never {
    throw new TransformersError(
      "UNSUPPORTED",
      "register_for_auto_class saves code beside a checkpoint, and no code of a checkpoint is run here; use AutoTokenizer.register",
    );
  }

  /**
   * Writes the files of the tokenizer into a folder, as Python does, and with `push_to_hub` into a repository as well
   * (`repo_id`, and the options of `push_to_hub`). Returns their paths.
   */
  async save_pretrained(
    folder: string,
    options: SaveOptions & PushOptions & { push_to_hub?: boolean; repo_id?: string } = {},
  ): Promise<string[]> {
    const [push, { push_to_hub = false, repo_id, ...saving }] = splitPushOptions(options);
    refuseUnknownOptions(push_to_hub ? saving : options, SAVE_OPTIONS);
    if (push_to_hub !== (repo_id !== undefined)) {
      throw new TransformersError("INVALID_ARGUMENT", "push_to_hub: true and repo_id go together");
    }
    const files = [...this.toFiles(saving)];
    const paths = await Promise.all(files.map(([name, content]) => publish(folder, name, content)));
    if (repo_id !== undefined) await this.push_to_hub(repo_id, push);
    return paths;
  }

  /** Writes the vocabulary alone, as `save_pretrained` does. Returns the paths of the files. */
  async save_vocabulary(
    folder: string,
    options: { filename_prefix?: string | null } = {},
  ): Promise<string[]> {
    refuseUnknownOptions(options, new Set(["filename_prefix"]));
    const prefixed = prefixer(options.filename_prefix);
    return Promise.all(
      this.vocabularyFiles().map(([name, content]) => publish(folder, prefixed(name), content)),
    );
  }

  /** Uploads the files of the tokenizer to a repository of the Hub, which is made where there is none. */
  push_to_hub(repo_id: string, options: PushOptions = {}): Promise<CommitInfo> {
    const files = [...this.toFiles()].map(([path, content]) => ({ path, content }));
    return uploadToHub(repo_id, "tokenizer", files, options);
  }

  /** The contents of the files of the tokenizer, by name. */
  toFiles(options: SaveOptions = {}): Map<string, FileContent> {
    refuseUnknownOptions(options, SAVE_OPTIONS);
    const { legacy_format = null } = options;
    const prefixed = prefixer(options.filename_prefix);
    const json = legacy_format === true ? null : this.tokenizerJson();
    const vocabulary = legacy_format === false ? [] : this.vocabularyFiles();
    if (legacy_format !== null && json === null && vocabulary.length === 0) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `legacy_format: ${legacy_format} leaves nothing to save: the tokenizer has ${legacy_format ? "no vocabulary files of its own" : "no tokenizer.json"}`,
      );
    }
    const added = this.added_tokens_decoder;
    const files = new Map<string, FileContent>([
      ["tokenizer_config.json", writeConfig(this.savedFields(), added, this.specialTokens)],
      ["special_tokens_map.json", writeSpecialTokensMap(this.specialTokens)],
      ...vocabulary,
    ]);
    const further = [...added].filter(([id]) => id >= this.vocab_size);
    if ((vocabulary.length > 0 || json === null) && further.length > 0)
      files.set("added_tokens.json", writeAddedTokens(further));
    if (json !== null) files.set("tokenizer.json", json);
    return new Map([...files].map(([name, content]) => [prefixed(name), content]));
  }

  get padding_side(): Side {
    return this.#paddingSide;
  }
  set padding_side(side: string) {
    this.#paddingSide = checkSide(side, "padding_side");
  }

  get truncation_side(): Side {
    return this.#truncationSide;
  }
  set truncation_side(side: string) {
    this.#truncationSide = checkSide(side, "truncation_side");
  }

  /** The files of the vocabulary beside tokenizer.json: names and contents. */
  protected vocabularyFiles(): [string, FileContent][] {
    return [];
  }

  /** The text of tokenizer.json; null where there is no pipeline, or one that the file cannot describe. */
  protected tokenizerJson(): string | null {
    return null;
  }

  /** The fields of tokenizer_config.json beside the tokens: those it was made with, where they have not changed since. */
  protected savedFields(): Record<string, unknown> {
    const { init_kwargs, model_max_length, clean_up_tokenization_spaces } = this;
    const fields: Record<string, unknown> = { ...init_kwargs };
    for (const name of [
      "padding_side",
      "truncation_side",
      "model_input_names",
      "pad_token_type_id",
    ] as const) {
      if (fields[name] !== undefined) fields[name] = this[name];
    }
    for (const name of [
      ...PLACES,
      ...Object.keys((this.constructor as typeof StoredTokenizer).vocab_files_names),
    ])
      delete fields[name];
    if (this.chat_template !== null) fields.chat_template = writeChatTemplates(this.chat_template);
    else delete fields.chat_template;
    return {
      ...fields,
      clean_up_tokenization_spaces,
      model_max_length: Number.isSafeInteger(model_max_length) ? model_max_length : BigInt(model_max_length),
      tokenizer_class: (this.constructor as typeof StoredTokenizer).tokenizerClass,
    };
  }
}

function makeTokenizer<T, Backend>(
  type: TokenizerClass<T, Backend>,
  files: FileTexts,
  overrides: TokenizerConfig,
): T {
  const config = { ...readConfig(files), ...overrides };
  warnOfOtherClass(type, config.tokenizer_class ?? tokenizerOfModel(files));
  return new type(type.backendFromFiles(files, config), config);
}

/** Says that files name another class than the one that reads them; a family has one class here, with and without "Fast". */
function warnOfOtherClass(
  { tokenizerClass, otherNames }: Pick<typeof StoredTokenizer, "tokenizerClass" | "otherNames">,
  named: unknown,
): void {
  const plain = (name: string) => name.replaceAll("Fast", "");
  const isOther = (name: string) =>
    [tokenizerClass, ...otherNames].every((own) => plain(own) !== plain(name));
  if (typeof named !== "string" || !isOther(named)) return;
  console.warn(
    `The files are those of ${named}, and ${tokenizerClass} reads them: texts may be cut in another way than the model expects. AutoTokenizer reads files by the class that they name.`,
  );
}

/** Texts and other files apart. */
function separate(files: ReadonlyMap<string, FileContent> | FileTexts): FileTexts {
  const texts = new Map<string, string>();
  const binary = new Map("binary" in files ? files.binary : []);
  for (const [name, content] of files as ReadonlyMap<string, FileContent>) {
    if (typeof content === "string") texts.set(name, content);
    else binary.set(name, content);
  }
  return Object.assign(texts, { binary });
}

function prefixer(prefix: string | null | undefined): (name: string) => string {
  return prefix ? (name) => `${prefix}-${name}` : (name) => name;
}

function publish(folder: string, name: string, content: FileContent): Promise<string> {
  return publishBytes(
    folder,
    name,
    typeof content === "string" ? new TextEncoder().encode(content) : content,
  );
}
