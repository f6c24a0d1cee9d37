import { MosesDetokenizer, MosesTokenizer } from "../../tokenizers/moses/index.js";
import { frameId } from "../../tokenizers/pretrained/framed-tokenizers.js";
import {
  type FileContent,
  type FileTexts,
  PythonTokenizer,
  type PythonTokenizerConfig,
  type TokenizeOptions,
  VocabTable,
} from "../../tokenizers/pretrained/index.js";
import { splitAtSpace } from "../../tokenizers/python-text/index.js";
import { readMerges, SubwordMerges, writeMerges } from "../../tokenizers/subword-nmt/index.js";
import {
  readLines,
  readVocabJson,
  requiredText,
  writeVocabJson,
} from "../../tokenizers/vocabulary-files/index.js";

const DEFAULTS = {
  bos_token: "<s>",
  eos_token: "</s>",
  sep_token: "</s>",
  unk_token: "<unk>",
  pad_token: "<pad>",
} as const;

/** What vocab.json and merges.txt say. */
interface Vocabulary {
  readonly ids: ReadonlyMap<string, number>;
  readonly merges: ReturnType<typeof readMerges>;
}

/**
 * BioGPT's tokenizer: the Moses toolkit's English words with its XML escapes, byte-pair merges, `</s> A </s> B`. Equal
 * to Transformers 4.37.2's BioGptTokenizer with sacremoses 0.2.0.
 */
export class BioGptTokenizer extends PythonTokenizer {
  static override readonly tokenizerClass: string = "BioGptTokenizer";
  static override readonly vocab_files_names = { vocab_file: "vocab.json", merges_file: "merges.txt" };

  readonly #vocabulary: Vocabulary;
  readonly #merges: SubwordMerges;
  readonly #tokenizer = new MosesTokenizer("en");
  readonly #detokenizer = new MosesDetokenizer("en");

  constructor(vocabulary: Vocabulary, config: PythonTokenizerConfig = {}) {
    super(new VocabTable(vocabulary.ids), { ...DEFAULTS, ...config });
    this.model_input_names = config.model_input_names ?? ["input_ids", "attention_mask"];
    this.#vocabulary = vocabulary;
    this.#merges = new SubwordMerges(vocabulary.merges);
  }

  static backendFromFiles(files: FileTexts): Vocabulary {
    return {
      ids: readVocabJson(requiredText(files, "vocab.json", BioGptTokenizer.tokenizerClass)),
      // A pair of symbols, and how often it occurred.
      merges: readMerges(readLines(requiredText(files, "merges.txt", BioGptTokenizer.tokenizerClass))),
    };
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    const words = this.#tokenizer.tokenize(text, { aggressive_dash_splits: true, escape: true });
    return words.flatMap((word) => this.#merges.symbols(word));
  }

  override convert_tokens_to_string(tokens: readonly string[]): string {
    return this.#detokenizer.detokenize(splitAtSpace(joinSubwords(tokens)));
  }

  override build_inputs_with_special_tokens(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    const sep = frameId(this, "sep_token");
    return [sep, ...token_ids_0, ...(token_ids_1 === null ? [] : [sep, ...token_ids_1])];
  }

  override create_token_type_ids_from_sequences(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    const first = new Array<number>(token_ids_0.length + 1).fill(0);
    return token_ids_1 === null ? first : [...first, ...new Array<number>(token_ids_1.length + 1).fill(1)];
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    const { ids, merges } = this.#vocabulary;
    return [
      ["vocab.json", `${writeVocabJson(ids, { sorted: true })}\n`],
      ["merges.txt", writeMerges(merges)],
    ];
  }
}

/** Words of their parts, with a space behind each. */
export function joinSubwords(tokens: readonly string[]): string {
  return tokens.map((token) => token.replaceAll(" ", "").replaceAll("</w>", " ")).join("");
}
