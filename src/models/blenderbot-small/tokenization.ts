import {
  type FileContent,
  type FileTexts,
  PythonTokenizer,
  type TokenizeOptions,
  type TokenizerConfig,
  VocabTable,
} from "../../tokenizers/pretrained/index.js";
import { lower, spaceSource } from "../../tokenizers/python-text/index.js";
import {
  joinMarkedSubwords,
  markedSubwords,
  SubwordVocabulary,
  wordsAndBreaks,
} from "../../tokenizers/subword-nmt/index.js";

const DEFAULTS = {
  bos_token: "__start__",
  eos_token: "__end__",
  unk_token: "__unk__",
  pad_token: "__null__",
} as const;

/**
 * Small Blenderbot's tokenizer: words in lower case, signs set apart, cut by byte-pair merges of which all but the last
 * end in `@@`. Equal to Transformers 4.37.2's BlenderbotSmallTokenizer.
 */
export class BlenderbotSmallTokenizer extends PythonTokenizer {
  static override readonly tokenizerClass: string = "BlenderbotSmallTokenizer";
  static override readonly vocab_files_names = { vocab_file: "vocab.json", merges_file: "merges.txt" };

  readonly #vocabulary: SubwordVocabulary;

  constructor(vocabulary: SubwordVocabulary, config: TokenizerConfig = {}) {
    super(new VocabTable(vocabulary.ids), { ...DEFAULTS, ...config });
    this.model_input_names = config.model_input_names ?? ["input_ids", "attention_mask"];
    this.#vocabulary = vocabulary;
  }

  static backendFromFiles(files: FileTexts): SubwordVocabulary {
    return SubwordVocabulary.read(files, BlenderbotSmallTokenizer.tokenizerClass, { hasVersion: true });
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    const gap = new RegExp(`[${spaceSource()}]{2,}`, "gu");
    return wordsAndBreaks(text).flatMap((word) => {
      const spaced = word
        .replace(/[.,!?()]/g, " $&")
        .replaceAll("'", " ' ")
        .replace(gap, " ");
      const parts = spaced.replaceAll("\n", " __newln__").split(" ");
      const tokens = parts.flatMap((part) =>
        part === "" ? [] : markedSubwords(this.#vocabulary.merges, lower(part)),
      );
      // A word that leaves nothing is a token without text.
      return tokens.length === 0 ? [""] : tokens;
    });
  }

  protected override _convert_token_to_id(token: string): number {
    return super._convert_token_to_id(lower(token));
  }

  override convert_tokens_to_string(tokens: readonly string[]): string {
    return joinMarkedSubwords(tokens);
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    return this.#vocabulary.files();
  }
}
