import { frameId } from "../../tokenizers/pretrained/framed-tokenizers.js";
import {
  type FileContent,
  type FileTexts,
  type IdSequence,
  PythonTokenizer,
  type TokenizeOptions,
  type TokenizerConfig,
  VocabTable,
} from "../../tokenizers/pretrained/index.js";
import { isDigit, strip } from "../../tokenizers/python-text/index.js";
import {
  PieceTable,
  readSentencePiece,
  readTokenLines,
  type SentencePieceConfig,
  type SentencePieceFile,
  writeTokenLines,
} from "../../tokenizers/vocabulary-files/index.js";

/** Fields of tokenizer_config.json that ERNIE-M's tokenizer reads beside those of every tokenizer. */
export interface ErnieMTokenizerConfig extends TokenizerConfig, SentencePieceConfig {
  /** Whether texts are lowercased, added tokens excepted (default false). */
  do_lower_case?: boolean;
}

const DEFAULTS = {
  do_lower_case: false,
  encoding: "utf8",
  unk_token: "[UNK]",
  sep_token: "[SEP]",
  pad_token: "[PAD]",
  cls_token: "[CLS]",
  mask_token: "[MASK]",
  sp_model_kwargs: {},
} as const;

/** Signs that are tokens of their own. */
const SIGNS = ",;:.?!~，；：。？！《》【】";

/** What the files say. */
interface Vocabulary {
  readonly model: SentencePieceFile;
  readonly ids: ReadonlyMap<string, number>;
}

/**
 * ERNIE-M's tokenizer: the pieces of a SentencePiece model, of which ideographs, signs and numbers become tokens of
 * their own, `[CLS] A [SEP] [SEP] B [SEP]`. Equal to Transformers 4.37.2's ErnieMTokenizer, which fails where a text
 * ends in a lone `▁`.
 */
export class ErnieMTokenizer extends PythonTokenizer {
  static override readonly tokenizerClass: string = "ErnieMTokenizer";
  static override readonly vocab_files_names = {
    vocab_file: "vocab.txt",
    sentencepiece_model_ckpt: "sentencepiece.bpe.model",
  };

  /** Whether texts are lowercased, added tokens excepted. */
  do_lower_case: boolean;
  readonly #vocabulary: Vocabulary;

  constructor(vocabulary: Vocabulary, config: ErnieMTokenizerConfig = {}) {
    const complete = { ...DEFAULTS, ...config };
    super(new VocabTable(vocabulary.ids), complete);
    this.do_lower_case = complete.do_lower_case;
    this.model_input_names = config.model_input_names ?? ["input_ids"];
    this.#vocabulary = vocabulary;
  }

  static backendFromFiles(files: FileTexts, config: SentencePieceConfig): Vocabulary {
    const model = readSentencePiece(files, "sentencepiece.bpe.model", ErnieMTokenizer.tokenizerClass, config);
    const lines = files.get("vocab.txt");
    const ids =
      lines === undefined ? new Map(new PieceTable(model.processor).entries()) : readTokenLines(lines);
    return { model, ids };
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    const pieces = this.#vocabulary.model.processor.encode_as_pieces(text);
    return pieces.flatMap((piece, i) => {
      if (piece !== "▁") return partsOf(piece);
      const next = pieces[i + 1];
      return i > 0 && next !== undefined && !next.startsWith("▁") ? ["▁"] : [];
    });
  }

  override convert_tokens_to_string(tokens: readonly string[]): string {
    return strip(tokens.join("").replaceAll("▁", " "));
  }

  override build_inputs_with_special_tokens(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    const [cls, sep] = [frameId(this, "cls_token"), frameId(this, "sep_token")];
    return [cls, ...token_ids_0, sep, ...(token_ids_1 === null ? [] : [sep, ...token_ids_1, sep])];
  }

  override create_token_type_ids_from_sequences(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    if (token_ids_1 === null) return new Array<number>(token_ids_0.length + 2).fill(0);
    return [
      ...new Array<number>(token_ids_0.length + 1).fill(0),
      ...new Array<number>(token_ids_1.length + 3).fill(1),
    ];
  }

  /** Among ids that have them already, only the frame counts as special. */
  override get_special_tokens_mask(
    ids: IdSequence,
    options: { token_ids_1?: readonly number[] | null; already_has_special_tokens?: boolean } = {},
  ): number[] {
    const mask = super.get_special_tokens_mask(ids, options);
    if (!options.already_has_special_tokens) return mask;
    const frame = new Set([this.cls_token_id, this.sep_token_id]);
    return Array.from(ids as ArrayLike<number>, (id) => (frame.has(Number(id)) ? 1 : 0));
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    const { ids, model } = this.#vocabulary;
    return [
      ["vocab.txt", writeTokenLines(ids)],
      ["sentencepiece.bpe.model", model.bytes],
    ];
  }
}

/** A piece, cut around ideographs and signs, and where digits begin and end. */
function partsOf(piece: string): string[] {
  const characters = Array.from(piece);
  const digits = characters.map((character) => isDigit(character.codePointAt(0)!));
  const parts: string[] = [];
  let start = 0;
  const cutAt = (place: number) => {
    const part = characters.slice(start, place).join("");
    if (part !== "" && part !== "▁") parts.push(part);
    start = place;
  };
  for (const [place, character] of characters.entries()) {
    if (character === "▁") continue;
    if ((character >= "\u4e00" && character <= "\u9fff") || SIGNS.includes(character)) {
      cutAt(place);
      parts.push(character);
      start = place + 1;
    } else if (place > 0 && digits[place] !== digits[place - 1]) {
      cutAt(place);
    }
  }
  if (characters.length > start) parts.push(characters.slice(start).join(""));
  return parts;
}
