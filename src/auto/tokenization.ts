import { TransformersError } from "../errors.js";
import { hasFile, readJsonObject, requireFolder } from "../hub/files.js";
import type { PretrainedConfig } from "../models/configuration.js";
import type { AnyConfigClass, AnyTokenizerClass } from "../models/family.js";
import { PreTrainedTokenizer, type TokenizerConfig } from "../tokenizers/pretrained/index.js";
import { AutoConfig } from "./configuration.js";
import {
  findTokenizerByName,
  findTokenizerFor,
  knownTokenizers,
  type RegisterOptions,
  registerTokenizer,
} from "./registry.js";

/** Options of `AutoTokenizer.from_pretrained`: fields of tokenizer_config.json, which go before the file's, and these. */
export interface AutoTokenizerOptions extends TokenizerConfig {
  /** The model's configuration, where config.json of the folder is not to be asked. */
  config?: PretrainedConfig;
  /** Every tokenizer here is a fast one; false is refused. */
  use_fast?: boolean;
}

/** What Python's from_pretrained takes and a local folder has no use for. */
const REFUSED = [
  "cache_dir",
  "force_download",
  "local_files_only",
  "proxies",
  "resume_download",
  "revision",
  "subfolder",
  "token",
  "tokenizer_type",
  "trust_remote_code",
];

/** Finds a tokenizer's class by tokenizer_config.json's `tokenizer_class`, else by config.json. */
export const AutoTokenizer = {
  /**
   * Reads a tokenizer from a folder. Throws `FILE_NOT_FOUND`, `CORRUPT_FILE`, `UNKNOWN_MODEL` (no class of that
   * name) or `UNSUPPORTED` (an option).
   */
  async from_pretrained(folder: string, options: AutoTokenizerOptions = {}): Promise<PreTrainedTokenizer> {
    const { config, use_fast = true, ...fields } = options;
    for (const name of use_fast ? REFUSED : ["use_fast"]) {
      if (name in (use_fast ? fields : options)) throw unsupported(name);
    }
    await requireFolder(folder);
    const type = await findClass(folder, config);
    return type.from_pretrained(folder, fields);
  },

  /** Makes a tokenizer's class known for a configuration's. */
  register(
    config_class: AnyConfigClass,
    tokenizer_class: AnyTokenizerClass,
    options: RegisterOptions = {},
  ): void {
    registerTokenizer(config_class, tokenizer_class, options);
  },
};

async function findClass(folder: string, given: PretrainedConfig | undefined): Promise<AnyTokenizerClass> {
  const name = (await hasFile(folder, "tokenizer_config.json"))
    ? (await readJsonObject(folder, "tokenizer_config.json")).tokenizer_class
    : null;
  if (typeof name === "string") return classNamed(name, folder);
  const config = given ?? (await AutoConfig.from_pretrained(folder));
  if (config.tokenizer_class !== null) return classNamed(config.tokenizer_class, folder);
  const found = await findTokenizerFor(config);
  if (found !== null) return found;
  throw new TransformersError("UNKNOWN_MODEL", `model_type "${config.model_type}" has no tokenizer here`);
}

async function classNamed(name: string, folder: string): Promise<AnyTokenizerClass> {
  if (name === "PreTrainedTokenizerFast") return PreTrainedTokenizer;
  const found = await findTokenizerByName(name);
  if (found !== null) return found;
  throw new TransformersError(
    "UNKNOWN_MODEL",
    `${folder} asks for the tokenizer ${name}; known are ${knownTokenizers().join(", ")}. Where the folder has a tokenizer.json, PreTrainedTokenizer.from_pretrained reads it without the class`,
  );
}

function unsupported(name: string): TransformersError {
  return new TransformersError(
    "UNSUPPORTED",
    `AutoTokenizer.from_pretrained: ${name} is not supported: ${name === "use_fast" ? "there are only fast tokenizers, leave it out" : "tokenizers are read from a local folder by the class that its files name"}`,
  );
}
