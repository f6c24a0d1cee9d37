import { type AddedToken, NFC, normalizeString } from "../../tokenizers/index.js";
import {
  type FileContent,
  type FileTexts,
  PythonTokenizer,
  type TokenizeOptions,
  type TokenizerConfig,
} from "../../tokenizers/pretrained/index.js";
import {
  decodeBetween,
  PieceTable,
  readSentencePiece,
  type SentencePieceConfig,
  type SentencePieceFile,
} from "../../tokenizers/vocabulary-files/index.js";

/** Fields of tokenizer_config.json that GPT-SW3's tokenizer reads beside those of every tokenizer. */
export interface GPTSw3TokenizerConfig extends TokenizerConfig, SentencePieceConfig {
  /** Whether texts are lowercased, added tokens excepted (default false). */
  do_lower_case?: boolean;
  /** The checkpoint: that of gpt-sw3-7b has other special tokens. */
  name_or_path?: string;
}

const DEFAULTS = {
  do_lower_case: false,
  remove_space: false,
  keep_accents: false,
  sp_model_kwargs: {},
} as const;

/** Spaces of several widths, and two signs that stand for one. */
const SPACES = /[\u0084\u2002\u2003\u2005\u2008\u2009\u200a\u202f\u3000\ufffc]/g;
/** Signs that are not seen, tabs and line breaks excepted. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it takes out
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00a0\u00ad\u200b]/g;

/**
 * GPT-SW3's tokenizer: the pieces of a SentencePiece model, without a frame. Equal to Transformers 4.37.2's
 * GPTSw3Tokenizer.
 */
export class GPTSw3Tokenizer extends PythonTokenizer {
  static override readonly tokenizerClass: string = "GPTSw3Tokenizer";
  static override readonly vocab_files_names = { vocab_file: "spiece.model" };

  /** Whether texts are lowercased, added tokens excepted. */
  do_lower_case: boolean;
  readonly #model: SentencePieceFile;

  constructor(model: SentencePieceFile, config: GPTSw3TokenizerConfig = {}) {
    const complete = { ...DEFAULTS, ...config, ...specialTokens(config) };
    super(new PieceTable(model.processor), complete);
    this.do_lower_case = complete.do_lower_case;
    this.model_input_names = config.model_input_names ?? ["input_ids", "attention_mask"];
    this.#model = model;
  }

  static backendFromFiles(files: FileTexts, config: GPTSw3TokenizerConfig): SentencePieceFile {
    return readSentencePiece(files, "spiece.model", GPTSw3Tokenizer.tokenizerClass, config);
  }

  /** A text without what is not seen, with plain spaces, in NFC. */
  preprocess_text(text: string): string {
    return normalizeString(new NFC(), text.replace(UNSEEN, "").replace(SPACES, " "));
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    return this.#model.processor.encode_as_pieces(this.preprocess_text(text));
  }

  protected override _convert_token_to_id(token: string): number {
    return this.#model.processor.piece_to_id(token);
  }

  override convert_tokens_to_string(tokens: readonly string[]): string {
    const decode = (pieces: readonly string[]) => this.#model.processor.decode(pieces);
    const spell = (text: string, token: string, isFirst: boolean) => `${isFirst ? " " : ""}${text}${token}`;
    return decodeBetween(tokens, this.all_special_tokens, decode, spell);
  }

  /** Nothing is cleaned up. */
  override clean_up_tokenization(text: string): string {
    return text;
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    return [["spiece.model", this.#model.bytes]];
  }
}

function specialTokens(config: GPTSw3TokenizerConfig): Record<string, string | AddedToken> {
  const eos_token = config.eos_token ?? "<|endoftext|>";
  const unk_token = config.unk_token ?? "<unk>";
  const isOfSeven = (config.name_or_path ?? "").includes("gpt-sw3-7b");
  return {
    bos_token: config.bos_token ?? (isOfSeven ? eos_token : "<s>"),
    eos_token,
    unk_token,
    pad_token: config.pad_token ?? (isOfSeven ? unk_token : "<pad>"),
  };
}
