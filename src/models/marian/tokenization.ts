import { MosesPunctNormalizer } from "../../tokenizers/moses/index.js";
import { EndedTokenizer } from "../../tokenizers/pretrained/framed-tokenizers.js";
import {
  type FileContent,
  type FileTexts,
  type IdSequence,
  type PythonDecodeOptions,
  type TokenizeOptions,
  VocabTable,
} from "../../tokenizers/pretrained/index.js";
import { strip } from "../../tokenizers/python-text/index.js";
import {
  decodeBetween,
  readSentencePiece,
  readVocabJson,
  requiredText,
  type SentencePieceConfig,
  type SentencePieceFile,
  writeVocabJson,
} from "../../tokenizers/vocabulary-files/index.js";

/** Fields of tokenizer_config.json that Marian's tokenizer reads beside those of every tokenizer. */
export interface MarianTokenizerConfig extends SentencePieceConfig {
  /** The language of `normalize` (default: none). */
  source_lang?: string | null;
  target_lang?: string | null;
  /** Whether texts that the model writes have a vocabulary of their own, target_vocab.json (default false). */
  separate_vocabs?: boolean;
}

const DEFAULTS = {
  source_lang: null,
  target_lang: null,
  unk_token: "<unk>",
  eos_token: "</s>",
  pad_token: "<pad>",
  model_max_length: 512,
  sp_model_kwargs: {},
  separate_vocabs: false,
} as const;

/** What the files say. */
interface Vocabulary {
  readonly source: SentencePieceFile;
  readonly target: SentencePieceFile;
  readonly ids: ReadonlyMap<string, number>;
  /** The vocabulary of texts that the model writes. */
  readonly targetIds: ReadonlyMap<string, number>;
}

/** Options of `decode`. */
export interface MarianDecodeOptions extends PythonDecodeOptions {
  /** Whether the pieces are those of the source language (default false). */
  use_source_tokenizer?: boolean;
}

/**
 * Marian's tokenizer: one SentencePiece model for the language that is translated and one for the other, a vocabulary
 * for both or one for each, `A </s>`. A text for a model of several languages begins with the one to translate into:
 * `>>fra<< Hello`. Equal to Transformers 4.37.2's MarianTokenizer.
 */
export class MarianTokenizer extends EndedTokenizer {
  static override readonly tokenizerClass: string = "MarianTokenizer";
  static override readonly vocab_files_names = {
    source_spm: "source.spm",
    target_spm: "target.spm",
    vocab: "vocab.json",
    target_vocab_file: "target_vocab.json",
  };

  readonly source_lang: string | null;
  readonly target_lang: string | null;
  readonly separate_vocabs: boolean;
  /** The languages that a text may name in front, as `>>fra<<`. */
  readonly supported_language_codes: readonly string[];
  readonly #vocabulary: Vocabulary;
  readonly #normalizer: MosesPunctNormalizer;
  #readsTarget = false;
  #decodesSource = false;

  constructor(vocabulary: Vocabulary, config: MarianTokenizerConfig = {}) {
    const complete = { ...DEFAULTS, ...config };
    const source = new VocabTable(vocabulary.ids);
    const target = new VocabTable(vocabulary.targetIds);
    super(
      {
        size: source.size,
        idOf: (token) => source.idOf(token),
        tokenOf: (id) => target.tokenOf(id),
        entries: () => source.entries(),
      },
      complete,
    );
    this.model_input_names = config.model_input_names ?? ["input_ids", "attention_mask"];
    this.source_lang = complete.source_lang;
    this.target_lang = complete.target_lang;
    this.separate_vocabs = complete.separate_vocabs;
    this.supported_language_codes = complete.separate_vocabs
      ? []
      : [...vocabulary.ids.keys()].filter((token) => token.startsWith(">>") && token.endsWith("<<"));
    this.#vocabulary = vocabulary;
    this.#normalizer = new MosesPunctNormalizer(complete.source_lang);
  }

  static backendFromFiles(files: FileTexts, config: MarianTokenizerConfig): Vocabulary {
    const name = MarianTokenizer.tokenizerClass;
    const ids = readVocabJson(requiredText(files, "vocab.json", name));
    return {
      source: readSentencePiece(files, "source.spm", name, config),
      target: readSentencePiece(files, "target.spm", name, config),
      ids,
      targetIds: config.separate_vocabs
        ? readVocabJson(requiredText(files, "target_vocab.json", name), "target_vocab.json")
        : ids,
    };
  }

  /** A text with the punctuation of the source language in one form. Calls do not do this. */
  normalize(text: string): string {
    return this.#normalizer.normalize(text);
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    const { code, rest } = splitLanguageCode(text);
    const { processor } = this.#readsTarget ? this.#vocabulary.target : this.#vocabulary.source;
    return [...code, ...processor.encode_as_pieces(rest)];
  }

  protected override _convert_token_to_id(token: string): number {
    const ids = this.#readsTarget ? this.#vocabulary.targetIds : this.#vocabulary.ids;
    return ids.get(token) ?? ids.get(this.unk_token ?? "") ?? super._convert_token_to_id(token);
  }

  override convert_tokens_to_string(tokens: readonly string[]): string {
    const { processor } = this.#decodesSource ? this.#vocabulary.source : this.#vocabulary.target;
    const decode = (pieces: readonly string[]) => processor.decode(pieces);
    const text = decodeBetween(tokens, this.all_special_tokens, decode, (text, token) => `${text}${token} `);
    return strip(text.replaceAll("▁", " "));
  }

  /** 1 for each special token but the unknown one, in the text as well, and for the end. */
  override get_special_tokens_mask(
    ids: IdSequence,
    options: { token_ids_1?: readonly number[] | null; already_has_special_tokens?: boolean } = {},
  ): number[] {
    const { token_ids_1 = null, already_has_special_tokens = false } = options;
    const special = new Set(this.all_special_ids.filter((id) => id !== this.unk_token_id));
    const all = [...Array.from(ids as ArrayLike<number>, Number), ...(token_ids_1 ?? [])];
    const mask = all.map((id) => (special.has(id) ? 1 : 0));
    return already_has_special_tokens ? mask : [...mask, 1];
  }

  override decode(ids: number | IdSequence, options: MarianDecodeOptions = {}): string {
    return super.decode(ids, options);
  }

  protected override get decodeOptions(): ReadonlySet<string> {
    return new Set([...super.decodeOptions, "use_source_tokenizer"]);
  }

  protected override decodeIds(ids: readonly number[], options: MarianDecodeOptions): string {
    this.#decodesSource = options.use_source_tokenizer ?? false;
    try {
      return super.decodeIds(ids, options);
    } finally {
      this.#decodesSource = false;
    }
  }

  protected override switchToInputMode(): void {
    this.#readsTarget = false;
  }

  protected override switchToTargetMode(): void {
    this.#readsTarget = true;
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    const { ids, targetIds, source, target } = this.#vocabulary;
    const further: [string, FileContent][] = [
      ["target_vocab.json", writeVocabJson(targetIds, { ascii: true })],
    ];
    return [
      ["vocab.json", writeVocabJson(ids, { ascii: true })],
      ...(this.separate_vocabs ? further : []),
      ["source.spm", source.bytes],
      ["target.spm", target.bytes],
    ];
  }
}

/**
 * The language that a text begins with, and the text without what looks like one: from the first `>>` of a line to its
 * last `<<`.
 */
function splitLanguageCode(text: string): { code: string[]; rest: string } {
  const code: string[] = [];
  const lines = text.split("\n").map((line, number) => {
    const start = line.indexOf(">>");
    const end = line.lastIndexOf("<<");
    if (start < 0 || end < start + 3) return line;
    if (number === 0 && start === 0) code.push(line.slice(0, end + 2));
    return line.slice(0, start) + line.slice(end + 2);
  });
  return { code, rest: lines.join("\n") };
}
