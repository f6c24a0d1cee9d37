import { MosesDetokenizer, MosesTokenizer } from "../../tokenizers/moses/index.js";
import { frameId, SeparatedTokenizer } from "../../tokenizers/pretrained/framed-tokenizers.js";
import {
  type FileContent,
  type FileTexts,
  type TokenizeOptions,
  type TokenizerConfig,
  VocabTable,
} from "../../tokenizers/pretrained/index.js";
import { splitAtSpace } from "../../tokenizers/python-text/index.js";
import { joinEndedSubwords, SubwordVocabulary } from "../../tokenizers/subword-nmt/index.js";

const DEFAULTS = {
  bos_token: "<s>",
  eos_token: "</s>",
  sep_token: "</s>",
  unk_token: "<unk>",
  pad_token: "<pad>",
} as const;

/**
 * BioGPT's tokenizer: the Moses toolkit's English words with its XML escapes, byte-pair merges, `</s> A </s> B`. Equal
 * to Transformers 4.37.2's BioGptTokenizer with sacremoses 0.2.0.
 */
export class BioGptTokenizer extends SeparatedTokenizer {
  static override readonly tokenizerClass: string = "BioGptTokenizer";
  static override readonly vocab_files_names = { vocab_file: "vocab.json", merges_file: "merges.txt" };

  readonly #vocabulary: SubwordVocabulary;
  readonly #tokenizer = new MosesTokenizer("en");
  readonly #detokenizer = new MosesDetokenizer("en");

  constructor(vocabulary: SubwordVocabulary, config: TokenizerConfig = {}) {
    super(new VocabTable(vocabulary.ids), { ...DEFAULTS, ...config });
    this.model_input_names = config.model_input_names ?? ["input_ids", "attention_mask"];
    this.#vocabulary = vocabulary;
  }

  static backendFromFiles(files: FileTexts): SubwordVocabulary {
    return SubwordVocabulary.read(files, BioGptTokenizer.tokenizerClass);
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    const words = this.#tokenizer.tokenize(text, { aggressive_dash_splits: true, escape: true });
    return words.flatMap((word) => this.#vocabulary.merges.symbols(word));
  }

  override convert_tokens_to_string(tokens: readonly string[]): string {
    return this.#detokenizer.detokenize(splitAtSpace(joinEndedSubwords(tokens)));
  }

  override build_inputs_with_special_tokens(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    const sep = frameId(this, "sep_token");
    return [sep, ...token_ids_0, ...(token_ids_1 === null ? [] : [sep, ...token_ids_1])];
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    return this.#vocabulary.files();
  }
}
