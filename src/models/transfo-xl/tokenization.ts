import { TransformersError } from "../../errors.js";
import { MosesDetokenizer, MosesPunctNormalizer, MosesTokenizer } from "../../tokenizers/moses/index.js";
import {
  type FileContent,
  type FileTexts,
  PythonTokenizer,
  type TokenizeOptions,
  type TokenizerConfig,
  VocabTable,
} from "../../tokenizers/pretrained/index.js";
import { digitSource, lower, splitAtSpace, strip } from "../../tokenizers/python-text/index.js";
import { readLines, writeTokenLines } from "../../tokenizers/vocabulary-files/index.js";

/** Fields of tokenizer_config.json that TransfoXL's tokenizer reads beside those of every tokenizer. */
export interface TransfoXLTokenizerConfig extends TokenizerConfig {
  /** Whether to lowercase (default false). */
  lower_case?: boolean;
  /** "": each character is a token; otherwise words are (default null). */
  delimiter?: string | null;
  /** Texts that stay whole, whatever their case (default: the special tokens). */
  never_split?: readonly string[] | null;
  /** The language of words and punctuation (default "en"). */
  language?: string;
}

const DEFAULTS = {
  special: [],
  min_freq: 0,
  max_size: null,
  lower_case: false,
  delimiter: null,
  never_split: null,
  unk_token: "<unk>",
  eos_token: "<eos>",
  additional_special_tokens: ["<formula>"],
  language: "en",
} as const;

/**
 * TransfoXL's tokenizer: the Moses toolkit's words of a language, numbers cut at their signs (`5 @,@ 000`), each word a
 * token. Equal to Transformers 4.37.2's TransfoXLTokenizer with sacremoses 0.2.0, but that it reads and writes
 * vocab.txt alone: Python's vocab.pkl is a program.
 */
export class TransfoXLTokenizer extends PythonTokenizer {
  static override readonly tokenizerClass: string = "TransfoXLTokenizer";
  static override readonly vocab_files_names = { vocab_file: "vocab.txt" };

  /** Whether texts are lowercased, added tokens excepted. */
  readonly do_lower_case: boolean;
  readonly language: string;
  readonly delimiter: string | null;
  /** Texts that stay whole. */
  readonly never_split: readonly string[];
  readonly #ids: ReadonlyMap<string, number>;
  readonly #normalizer: MosesPunctNormalizer;
  readonly #tokenizer: MosesTokenizer;
  readonly #numberSign = new RegExp(`(?<=[${digitSource()}])[,.](?=[${digitSource()}])`, "gu");

  constructor(ids: ReadonlyMap<string, number>, config: TransfoXLTokenizerConfig = {}) {
    const complete = { ...DEFAULTS, ...config };
    super(new VocabTable(ids), complete);
    this.model_input_names = config.model_input_names ?? ["input_ids"];
    this.do_lower_case = complete.lower_case;
    this.language = complete.language;
    this.delimiter = complete.delimiter;
    this.never_split = complete.never_split ?? this.all_special_tokens;
    this.#ids = ids;
    this.#normalizer = new MosesPunctNormalizer(this.language);
    this.#tokenizer = new MosesTokenizer(this.language);
  }

  static backendFromFiles(files: FileTexts): ReadonlyMap<string, number> {
    const text = files.get("vocab.txt");
    if (text === undefined) {
      throw new TransformersError(
        "FILE_NOT_FOUND",
        "TransfoXLTokenizer needs vocab.txt, a token a line. vocab.pkl and vocab.bin are not read, because they are programs: write tokenizer.idx2sym into vocab.txt in Python",
      );
    }
    const tokens = readLines(text).map((line, number) => {
      const [token] = splitAtSpace(line);
      if (token !== undefined) return token;
      throw new TransformersError("CORRUPT_FILE", `line ${number + 1} of vocab.txt is empty`);
    });
    const ids = new Map([...new Set(tokens)].map((token, id) => [token, id]));
    if (ids.has("<unk>") || ids.has("<UNK>")) return ids;
    throw new TransformersError("CORRUPT_FILE", "vocab.txt has no <unk>, which unknown words become");
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    const line = this.do_lower_case ? lower(strip(text)) : strip(text);
    if (this.delimiter === "") return Array.from(line);
    const words = this.#tokenizer.tokenize(this.#normalizer.normalize(line), {
      aggressive_dash_splits: true,
      protected: this.never_split,
    });
    return words.flatMap((word) => splitAtSpace(word.replace(this.#numberSign, " @$&@ ")));
  }

  protected override _convert_token_to_id(token: string): number {
    return this.#ids.get(token) ?? this.#ids.get("<UNK>") ?? this.#ids.get("<unk>")!;
  }

  /** The text of words. @throws TransformersError UNSUPPORTED for Czech and Finnish. */
  override convert_tokens_to_string(tokens: readonly string[]): string {
    const text = new MosesDetokenizer(this.language).detokenize(tokens);
    return strip(text.replaceAll(" @,@ ", ",").replaceAll(" @.@ ", "."));
  }

  protected override savedFields(): Record<string, unknown> {
    return { ...super.savedFields(), never_split: this.never_split };
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    return [["vocab.txt", writeTokenLines(this.#ids)]];
  }
}
