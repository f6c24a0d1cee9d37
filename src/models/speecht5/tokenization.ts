import { EndedTokenizer } from "../../tokenizers/pretrained/framed-tokenizers.js";
import type { FileContent, FileTexts, TokenizeOptions } from "../../tokenizers/pretrained/index.js";
import { strip } from "../../tokenizers/python-text/index.js";
import {
  decodeBetween,
  PieceTable,
  readSentencePiece,
  type SentencePieceConfig,
  type SentencePieceFile,
} from "../../tokenizers/vocabulary-files/index.js";
import { spellNumbers } from "./numbers.js";

/** Fields of tokenizer_config.json that SpeechT5's tokenizer reads beside those of every tokenizer. */
export interface SpeechT5TokenizerConfig extends SentencePieceConfig {
  /** Whether numbers and amounts of money are spelled out in English (default false). */
  normalize?: boolean;
}

const DEFAULTS = {
  bos_token: "<s>",
  eos_token: "</s>",
  unk_token: "<unk>",
  pad_token: "<pad>",
  normalize: false,
  sp_model_kwargs: {},
} as const;

/**
 * SpeechT5's tokenizer: the characters that a SentencePiece model has, `A </s>`. A call takes `normalize`, which spells
 * numbers out. Equal to Transformers 4.37.2's SpeechT5Tokenizer.
 */
export class SpeechT5Tokenizer extends EndedTokenizer {
  static override readonly tokenizerClass: string = "SpeechT5Tokenizer";
  static override readonly vocab_files_names = { vocab_file: "spm_char.model" };

  /** Whether numbers and amounts of money are spelled out in English. */
  normalize: boolean;
  readonly #model: SentencePieceFile;

  constructor(model: SentencePieceFile, config: SpeechT5TokenizerConfig = {}) {
    const complete = { ...DEFAULTS, ...config };
    super(new PieceTable(model.processor), complete);
    this.model_input_names = config.model_input_names ?? ["input_ids", "attention_mask"];
    this.normalize = complete.normalize;
    this.#model = model;
  }

  static backendFromFiles(files: FileTexts, config: SpeechT5TokenizerConfig): SentencePieceFile {
    return readSentencePiece(files, "spm_char.model", SpeechT5Tokenizer.tokenizerClass, config);
  }

  protected override get tokenizeOptions(): readonly string[] {
    return ["normalize"];
  }

  protected override prepare_for_tokenization(text: string, options: TokenizeOptions): string {
    const spaced = options.is_split_into_words ? ` ${text}` : text;
    return (options.normalize ?? this.normalize) ? spellNumbers(spaced) : spaced;
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    return this.#model.processor.encode_as_pieces(text);
  }

  protected override _convert_token_to_id(token: string): number {
    return this.#model.processor.piece_to_id(token);
  }

  override convert_tokens_to_string(tokens: readonly string[]): string {
    const decode = (pieces: readonly string[]) => this.#model.processor.decode(pieces);
    const spell = (text: string, token: string, isFirst: boolean) => `${isFirst ? " " : ""}${text}${token}`;
    return strip(decodeBetween(tokens, this.all_special_tokens, decode, spell));
  }

  protected override savedFields(): Record<string, unknown> {
    return { ...super.savedFields(), normalize: this.normalize };
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    return [["spm_char.model", this.#model.bytes]];
  }
}
