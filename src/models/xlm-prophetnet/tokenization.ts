import { SeparatedTokenizer } from "../../tokenizers/pretrained/framed-tokenizers.js";
import type { FileContent, FileTexts, TokenizeOptions } from "../../tokenizers/pretrained/index.js";
import { strip } from "../../tokenizers/python-text/index.js";
import {
  OffsetPieceTable,
  readSentencePiece,
  type SentencePieceConfig,
  type SentencePieceFile,
} from "../../tokenizers/vocabulary-files/index.js";

const DEFAULTS = {
  bos_token: "[SEP]",
  eos_token: "[SEP]",
  sep_token: "[SEP]",
  unk_token: "[UNK]",
  pad_token: "[PAD]",
  cls_token: "[CLS]",
  mask_token: "[MASK]",
  sp_model_kwargs: {},
} as const;

/** The tokens in front of the pieces, which stand from 12 on, those of the model's own special ones included. */
const FIRST = [
  "[PAD]",
  "[CLS]",
  "[SEP]",
  "[UNK]",
  "[MASK]",
  ...Array.from({ length: 10 }, (_, number) => `[unused${number}]`),
];
const OFFSET = 12;

/**
 * XLM-ProphetNet's tokenizer: the pieces of a SentencePiece model behind tokens of its own, `A [SEP] B [SEP]`. Equal to
 * Transformers 4.37.2's XLMProphetNetTokenizer.
 */
export class XLMProphetNetTokenizer extends SeparatedTokenizer {
  static override readonly tokenizerClass: string = "XLMProphetNetTokenizer";
  static override readonly vocab_files_names = { vocab_file: "prophetnet.tokenizer" };

  readonly #model: SentencePieceFile;

  constructor(model: SentencePieceFile, config: SentencePieceConfig = {}) {
    const named = new Map(FIRST.map((token, id) => [token, id]));
    super(new OffsetPieceTable(model.processor, named, OFFSET, 0), { ...DEFAULTS, ...config });
    this.model_input_names = config.model_input_names ?? ["input_ids", "attention_mask"];
    this.#model = model;
  }

  static backendFromFiles(files: FileTexts, config: SentencePieceConfig): SentencePieceFile {
    return readSentencePiece(files, "prophetnet.tokenizer", XLMProphetNetTokenizer.tokenizerClass, config);
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    return this.#model.processor.encode_as_pieces(text);
  }

  override convert_tokens_to_string(tokens: readonly string[]): string {
    return strip(tokens.join("").replaceAll("▁", " "));
  }

  /** All 0; of a pair there is one more than tokens, as in Python. */
  override create_token_type_ids_from_sequences(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    const length =
      token_ids_1 === null ? token_ids_0.length + 1 : token_ids_0.length + token_ids_1.length + 3;
    return new Array<number>(length).fill(0);
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    return [["prophetnet.tokenizer", this.#model.bytes]];
  }
}
