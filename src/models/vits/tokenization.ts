import { TransformersError } from "../../errors.js";
import {
  type FileContent,
  type FileTexts,
  PythonTokenizer,
  type TokenizeOptions,
  type TokenizerConfig,
  VocabTable,
} from "../../tokenizers/pretrained/index.js";
import { lower, strip } from "../../tokenizers/python-text/index.js";
import { readVocabJson, requiredText, writeVocabJson } from "../../tokenizers/vocabulary-files/index.js";

/** Fields of tokenizer_config.json that VITS's tokenizer reads beside those of every tokenizer. */
export interface VitsTokenizerConfig extends TokenizerConfig {
  /** The language of texts, as "ron" (default: not said). */
  language?: string | null;
  /** Whether the token of id 0 stands between all others and around them (default true). */
  add_blank?: boolean;
  /** Whether texts are lowercased, and freed of what the vocabulary lacks (default true). */
  normalize?: boolean;
  /** Whether texts become phonemes (default true), which is refused here: set it to false, and give phonemes. */
  phonemize?: boolean;
  /** Whether texts are expected in Roman letters (default false); only saved. */
  is_uroman?: boolean;
}

const DEFAULTS = {
  pad_token: "<pad>",
  unk_token: "<unk>",
  language: null,
  add_blank: true,
  normalize: true,
  phonemize: true,
  is_uroman: false,
} as const;

/**
 * VITS's tokenizer: the characters or phonemes of a text, with blanks between. Equal to Transformers 4.37.2's
 * VitsTokenizer without its phonemizer, which there is none of here.
 */
export class VitsTokenizer extends PythonTokenizer {
  static override readonly tokenizerClass: string = "VitsTokenizer";
  static override readonly vocab_files_names = { vocab_file: "vocab.json" };

  readonly language: string | null;
  readonly add_blank: boolean;
  readonly normalize: boolean;
  readonly phonemize: boolean;
  readonly #ids: ReadonlyMap<string, number>;
  readonly #table: VocabTable;

  constructor(ids: ReadonlyMap<string, number>, config: VitsTokenizerConfig = {}) {
    const complete = { ...DEFAULTS, ...config };
    const table = new VocabTable(ids);
    super(table, complete);
    this.model_input_names = config.model_input_names ?? ["input_ids", "attention_mask"];
    this.language = complete.language;
    this.add_blank = complete.add_blank;
    this.normalize = complete.normalize;
    this.phonemize = complete.phonemize;
    this.#ids = ids;
    this.#table = table;
  }

  static backendFromFiles(files: FileTexts): ReadonlyMap<string, number> {
    return readVocabJson(requiredText(files, "vocab.json", VitsTokenizer.tokenizerClass));
  }

  /** A text in lower case, but for what the vocabulary has as it stands. */
  normalize_text(text: string): string {
    const words = new Map<string, string[]>();
    for (const word of [...this.#ids.keys(), ...this.added_tokens_encoder.keys()]) {
      const [first] = word;
      if (first !== undefined) words.set(first, [...(words.get(first) ?? []), word]);
    }
    let result = "";
    for (let at = 0; at < text.length; ) {
      const character = String.fromCodePoint(text.codePointAt(at)!);
      const word = words.get(character)?.find((one) => text.startsWith(one, at));
      result += word ?? lower(character);
      at += (word ?? character).length;
    }
    return result;
  }

  protected override get tokenizeOptions(): readonly string[] {
    return ["normalize"];
  }

  protected override prepare_for_tokenization(text: string, options: TokenizeOptions): string {
    const normalizes = options.normalize ?? this.normalize;
    const normalized = normalizes ? this.normalize_text(text) : text;
    const spelled = this.language === "ron" ? normalized.replaceAll("ț", "ţ") : normalized;
    if (this.phonemize) {
      throw new TransformersError(
        "UNSUPPORTED",
        "phonemize: true needs the Python package phonemizer, which there is not here; set phonemize: false and give phonemes",
      );
    }
    if (!normalizes) return spelled;
    return strip(
      Array.from(spelled)
        .filter((character) => this.#ids.has(character))
        .join(""),
    );
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    const tokens = Array.from(text);
    if (!this.add_blank) return tokens;
    const blank = this._convert_id_to_token(0);
    return [blank, ...tokens.flatMap((token) => [token, blank])];
  }

  protected override _convert_id_to_token(id: number): string {
    return this.#table.tokenOf(id) ?? super._convert_id_to_token(id);
  }

  /** Every other token is a blank. */
  override convert_tokens_to_string(tokens: readonly string[]): string {
    const spoken = this.add_blank && tokens.length > 1 ? tokens.filter((_, i) => i % 2 === 1) : tokens;
    return spoken.join("");
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    return [["vocab.json", `${writeVocabJson(this.#ids, { sorted: true })}\n`]];
  }
}
