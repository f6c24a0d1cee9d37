import {
  type FileContent,
  type FileTexts,
  PythonTokenizer,
  type TokenizeOptions,
} from "../../tokenizers/pretrained/index.js";
import { strip } from "../../tokenizers/python-text/index.js";
import {
  decodeBetween,
  PieceTable,
  readSentencePiece,
  type SentencePieceConfig,
  type SentencePieceFile,
} from "../../tokenizers/vocabulary-files/index.js";

const DEFAULTS = {
  bos_token: "<s>",
  eos_token: "</s>",
  unk_token: "<unk>",
  pad_token: "<pad>",
  sep_token: "<::::>",
  sp_model_kwargs: {},
} as const;

/**
 * The tokenizer of BERT's encoders and decoders for generation: the pieces of a SentencePiece model, without a frame.
 * Equal to Transformers 4.37.2's BertGenerationTokenizer.
 */
export class BertGenerationTokenizer extends PythonTokenizer {
  static override readonly tokenizerClass: string = "BertGenerationTokenizer";
  static override readonly vocab_files_names = { vocab_file: "spiece.model" };

  readonly #model: SentencePieceFile;

  constructor(model: SentencePieceFile, config: SentencePieceConfig = {}) {
    super(new PieceTable(model.processor), { ...DEFAULTS, ...config });
    this.model_input_names = config.model_input_names ?? ["input_ids", "attention_mask"];
    this.#model = model;
  }

  static backendFromFiles(files: FileTexts, config: SentencePieceConfig): SentencePieceFile {
    return readSentencePiece(files, "spiece.model", BertGenerationTokenizer.tokenizerClass, config);
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    return this.#model.processor.encode_as_pieces(text);
  }

  protected override _convert_token_to_id(token: string): number {
    return this.#model.processor.piece_to_id(token);
  }

  override convert_tokens_to_string(tokens: readonly string[]): string {
    const decode = (pieces: readonly string[]) => this.#model.processor.decode(pieces);
    return strip(decodeBetween(tokens, this.all_special_tokens, decode, (text, token) => text + token));
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    return [["spiece.model", this.#model.bytes]];
  }
}
