import { TransformersError } from "../errors.js";
import { hasFile, readJsonObject } from "../hub/files.js";
import {
  type CheckpointSource,
  type HubOptions,
  type SourceArgument,
  splitHubOptions,
} from "../hub/source.js";
import { openSource } from "../hub/storage/index.js";
import type { PretrainedConfig } from "../models/configuration.js";
import type { AnyConfigClass, AnyTokenizerClass } from "../models/family.js";
import {
  PreTrainedTokenizer,
  type PreTrainedTokenizerBase,
  type TokenizerConfig,
} from "../tokenizers/pretrained/index.js";
import { AutoConfig } from "./configuration.js";
import {
  findTokenizerByName,
  findTokenizerFor,
  knownModelTypes,
  knownTokenizers,
  type RegisterOptions,
  registerTokenizer,
} from "./registry.js";
import { tokenizerNameFor } from "./tokenizer-names.js";

/** Options of `AutoTokenizer.from_pretrained`: fields of tokenizer_config.json, which go before the file's, and these. */
export interface AutoTokenizerOptions extends TokenizerConfig, HubOptions {
  /** The model's configuration, where config.json of the folder is not to be asked. */
  config?: PretrainedConfig;
  /** A family has one tokenizer here, whichever Python has; false is refused. */
  use_fast?: boolean;
}

/** What Python's from_pretrained takes beside these. */
const REFUSED = ["proxies", "resume_download", "tokenizer_type", "trust_remote_code"];

/** Finds a tokenizer's class by tokenizer_config.json's `tokenizer_class`, else by config.json. */
export const AutoTokenizer = {
  /**
   * Reads a tokenizer from a folder or a repository of the Hub. Throws `FILE_NOT_FOUND`, `CORRUPT_FILE`, `UNKNOWN_MODEL` (no class of that
   * name) or `UNSUPPORTED` (an option).
   */
  async from_pretrained(
    from: SourceArgument,
    options: AutoTokenizerOptions = {},
  ): Promise<PreTrainedTokenizerBase> {
    const { config, use_fast = true, ...more } = options;
    const [hub, fields] = splitHubOptions(more);
    for (const name of use_fast ? REFUSED : ["use_fast"]) {
      if (name in (use_fast ? fields : options)) throw unsupported(name);
    }
    const source = await openSource(from, hub);
    await source.require();
    const type = await findClass(source, config);
    // Named, so that the class does not warn of files that name one which is not known here: findClass has.
    return type.from_pretrained(source, { tokenizer_class: type.tokenizerClass, ...fields });
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

async function findClass(
  source: CheckpointSource,
  given: PretrainedConfig | undefined,
): Promise<AnyTokenizerClass> {
  const named = (await hasFile(source, "tokenizer_config.json"))
    ? (await readJsonObject(source, "tokenizer_config.json")).tokenizer_class
    : null;
  if (typeof named === "string") return classNamed(named, source);
  const hasPipeline = await hasFile(source, "tokenizer.json");
  // A tokenizer.json alone says what is done; the class would add only names and defaults.
  if (given === undefined && hasPipeline && !(await hasFile(source, "config.json")))
    return PreTrainedTokenizer;
  const { model_type, tokenizer_class } = given ?? (await readJsonObject(source, "config.json"));
  if (typeof tokenizer_class === "string") return classNamed(tokenizer_class, source);
  const type = String(model_type);
  // A tokenizer can be known of a model that is not.
  const config =
    given ?? (knownModelTypes().includes(type) ? await AutoConfig.from_pretrained(source) : null);
  const found = config === null ? null : await findTokenizerFor(config);
  if (found !== null) return found;
  const name = tokenizerNameFor(type);
  if (name !== undefined) return classNamed(name, source);
  if (hasPipeline) return PreTrainedTokenizer;
  throw new TransformersError("UNKNOWN_MODEL", `model_type "${type}" has no tokenizer here`);
}

async function classNamed(name: string, source: CheckpointSource): Promise<AnyTokenizerClass> {
  if (name === "PreTrainedTokenizerFast") return PreTrainedTokenizer;
  const found = await findTokenizerByName(name);
  if (found !== null) return found;
  if (await hasFile(source, "tokenizer.json")) {
    console.warn(`${source.name}: ${name} is not known here; its tokenizer.json is read without the class.`);
    return PreTrainedTokenizer;
  }
  throw new TransformersError(
    "UNKNOWN_MODEL",
    `${source.name} asks for the tokenizer ${name}, and has no tokenizer.json, which would do without the class; known are ${knownTokenizers().join(", ")}`,
  );
}

function unsupported(name: string): TransformersError {
  return new TransformersError(
    "UNSUPPORTED",
    `AutoTokenizer.from_pretrained: ${name} is not supported: ${name === "use_fast" ? "a family has one tokenizer here, leave it out" : "a tokenizer is read by the class that its files name, and no code of a checkpoint is run"}`,
  );
}
