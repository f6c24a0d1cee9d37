import type { PostProcessor } from "../processors/index.js";
import { type ModelProto, readModelProto, SpmConverter } from "../sentencepiece/index.js";
import { Tokenizer } from "../tokenizer.js";
import { refuseSampling, type SentencePieceConfig } from "../vocabulary-files/pieces.js";
import { requiredBytes } from "../vocabulary-files/required.js";
import { bertFrame } from "./frame.js";
import { PreTrainedTokenizer } from "./pretrained-tokenizer.js";
import type { FileTexts } from "./read-files.js";
import { SPECIAL_TOKEN_NAMES, type SpecialTokenFlags, toSpecial } from "./special-tokens.js";
import type { FileContent } from "./write-files.js";

/** The bytes of the model file that stood beside a pipeline: saved again with it, and not needed otherwise. */
const MODEL_FILES = new WeakMap<Tokenizer, Uint8Array<ArrayBuffer>>();

/**
 * A tokenizer of a SentencePiece model, where there is no tokenizer.json. Families say how theirs is converted and
 * framed; unless they say otherwise, the pipeline is that of {@link SpmConverter}, without a frame.
 */
export abstract class SentencePieceTokenizer extends PreTrainedTokenizer {
  static override readonly vocab_files_names: Readonly<Record<string, string>> = {
    vocab_file: "spiece.model",
  };
  static override readonly model_input_names: readonly string[] = ["input_ids", "attention_mask"];
  /** The fields that tokenizer_config.json may leave out. */
  static readonly defaults: SentencePieceConfig = {};

  constructor(backend: Tokenizer, config: SentencePieceConfig = {}) {
    const family = new.target as unknown as typeof SentencePieceTokenizer;
    super(backend, family.complete({ ...family.defaults, ...config }));
  }

  static override backendFromFiles(files: FileTexts, config: SentencePieceConfig): Tokenizer {
    refuseSampling(config);
    const json = files.get("tokenizer.json");
    const name = this.vocab_files_names.vocab_file!;
    const bytes =
      json === undefined ? requiredBytes(files, name, this.tokenizerClass) : files.binary?.get(name);
    const tokenizer =
      json === undefined ? this.pipelineOf(readModelProto(bytes!), config) : Tokenizer.from_json(json);
    if (bytes !== undefined) MODEL_FILES.set(tokenizer, new Uint8Array(bytes));
    return tokenizer;
  }

  /** The pipeline over a bare model. */
  static pipelineOf(model: ModelProto, config: SentencePieceConfig): Tokenizer {
    const complete = this.complete({ ...this.defaults, ...config });
    const converter = this.converter(model, complete);
    const tokenizer = converter.converted();
    addTokens(tokenizer, complete, this.special_token_flags);
    // A token that there is not stands for the unknown one.
    tokenizer.post_processor = this.postProcessor(
      complete,
      (token) => tokenizer.token_to_id(token) ?? converter.unk_id(),
    );
    return tokenizer;
  }

  /** The fields as the family means them: with further special tokens, which depend on other fields. */
  protected static complete(config: SentencePieceConfig): SentencePieceConfig {
    return config;
  }

  /** What makes a pipeline of a model. `config` is complete. */
  protected static converter(model: ModelProto, _config: SentencePieceConfig): SpmConverter {
    return new SpmConverter(model);
  }

  /** What frames texts; `idOf` gives the id of a token. `config` is complete. */
  protected static postProcessor(
    _config: SentencePieceConfig,
    _idOf: (token: string) => number,
  ): PostProcessor | null {
    return null;
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    const bytes = MODEL_FILES.get(this.backend_tokenizer);
    const { vocab_files_names } = this.constructor as typeof SentencePieceTokenizer;
    return bytes === undefined ? [] : [[vocab_files_names.vocab_file!, bytes]];
  }
}

/** One that frames texts as BERT does, `[CLS] A [SEP] B [SEP]`, with the second of type 1. */
export abstract class BertFramedPieces extends SentencePieceTokenizer {
  static override readonly model_input_names: readonly string[] = [
    "input_ids",
    "token_type_ids",
    "attention_mask",
  ];

  protected static override postProcessor(
    _config: SentencePieceConfig,
    idOf: (token: string) => number,
  ): PostProcessor {
    return bertFrame(idOf);
  }
}

/** Adds what files and the family name, in Python's order: by id, then by name. */
function addTokens(tokenizer: Tokenizer, config: SentencePieceConfig, flags: SpecialTokenFlags): void {
  const named = SPECIAL_TOKEN_NAMES.flatMap((name) => {
    const token = config[name];
    return token == null ? [] : [toSpecial(token, flags[name])];
  });
  const special = [...named, ...(config.additional_special_tokens ?? []).map((token) => toSpecial(token))];
  const contents = new Set(special.map(({ content }) => content));
  const added = [...(config.added_tokens_decoder ?? [])].sort(([a], [b]) => a - b);
  for (const [, token] of added) {
    if (token.special || contents.has(token.content)) tokenizer.add_special_tokens([token]);
    else tokenizer.add_tokens([token]);
  }
  tokenizer.add_special_tokens(special);
}
