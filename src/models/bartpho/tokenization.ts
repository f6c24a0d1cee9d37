import { TransformersError } from "../../errors.js";
import { AddedToken } from "../../tokenizers/index.js";
import { RobertaFramedTokenizer } from "../../tokenizers/pretrained/framed-tokenizers.js";
import {
  type FileContent,
  type FileTexts,
  type TokenizeOptions,
  VocabTable,
} from "../../tokenizers/pretrained/index.js";
import { splitAtSpace, strip } from "../../tokenizers/python-text/index.js";
import {
  readLines,
  readSentencePiece,
  requiredText,
  type SentencePieceConfig,
  type SentencePieceFile,
} from "../../tokenizers/vocabulary-files/index.js";

const DEFAULTS = {
  bos_token: "<s>",
  eos_token: "</s>",
  sep_token: "</s>",
  cls_token: "<s>",
  unk_token: "<unk>",
  pad_token: "<pad>",
  mask_token: new AddedToken("<mask>", { lstrip: true, special: true }),
  sp_model_kwargs: {},
};

/** What the files say. */
interface Vocabulary {
  readonly model: SentencePieceFile;
  readonly ids: ReadonlyMap<string, number>;
  /** The text of dict.txt. */
  readonly dictionary: string;
}

/**
 * BARTpho's tokenizer, for Vietnamese: a multilingual SentencePiece model, of whose pieces dict.txt lists those that
 * have ids, in RoBERTa's frame. Equal to Transformers 4.37.2's BartphoTokenizer.
 */
export class BartphoTokenizer extends RobertaFramedTokenizer {
  static override readonly tokenizerClass: string = "BartphoTokenizer";
  static override readonly vocab_files_names = {
    vocab_file: "sentencepiece.bpe.model",
    monolingual_vocab_file: "dict.txt",
  };

  readonly #vocabulary: Vocabulary;

  constructor(vocabulary: Vocabulary, config: SentencePieceConfig = {}) {
    super(new VocabTable(vocabulary.ids), { ...DEFAULTS, ...config });
    this.model_input_names = config.model_input_names ?? ["input_ids", "attention_mask"];
    this.#vocabulary = vocabulary;
  }

  static backendFromFiles(files: FileTexts, config: SentencePieceConfig): Vocabulary {
    const name = BartphoTokenizer.tokenizerClass;
    const dictionary = requiredText(files, "dict.txt", name);
    return {
      model: readSentencePiece(files, "sentencepiece.bpe.model", name, config),
      ids: numbered(dictionary, config),
      dictionary,
    };
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    return this.#vocabulary.model.processor.encode_as_pieces(text);
  }

  override convert_tokens_to_string(tokens: readonly string[]): string {
    return strip(tokens.join("").replaceAll("▁", " "));
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    const { model, dictionary } = this.#vocabulary;
    return [
      ["sentencepiece.bpe.model", model.bytes],
      ["dict.txt", dictionary],
    ];
  }
}

/** fairseq's numbers: special tokens, the tokens that dict.txt begins its lines with, the mask. */
function numbered(dictionary: string, config: SentencePieceConfig): Map<string, number> {
  const ids = new Map<string, number>();
  const add = (token: string | AddedToken) => {
    const content = typeof token === "string" ? token : token.content;
    if (!ids.has(content)) ids.set(content, ids.size);
  };
  for (const name of [
    "bos_token",
    "pad_token",
    "eos_token",
    "unk_token",
    "sep_token",
    "cls_token",
  ] as const) {
    add(config[name] ?? DEFAULTS[name]);
  }
  for (const [number, line] of readLines(dictionary).entries()) {
    const [token] = splitAtSpace(line);
    if (token === undefined) {
      throw new TransformersError("CORRUPT_FILE", `line ${number + 1} of dict.txt is empty`);
    }
    ids.set(token, ids.size);
  }
  add(config.mask_token ?? DEFAULTS.mask_token);
  return ids;
}
