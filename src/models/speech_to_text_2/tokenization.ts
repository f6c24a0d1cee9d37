import { TransformersError } from "../../errors.js";
import {
  type FileContent,
  type FileTexts,
  PythonTokenizer,
  type TokenizeOptions,
  type TokenizerConfig,
  VocabTable,
} from "../../tokenizers/pretrained/index.js";
import { splitAtSpace } from "../../tokenizers/python-text/index.js";
import {
  markedSubwords,
  readMerges,
  SubwordMerges,
  writeMerges,
} from "../../tokenizers/subword-nmt/index.js";
import {
  readLines,
  readVocabJson,
  requiredText,
  writeVocabJson,
} from "../../tokenizers/vocabulary-files/index.js";

/** Fields of tokenizer_config.json that Speech2Text2's tokenizer reads beside those of every tokenizer. */
export interface Speech2Text2TokenizerConfig extends TokenizerConfig {
  /** Whether texts are lowercased, added tokens excepted (default false). */
  do_lower_case?: boolean;
}

const DEFAULTS = {
  bos_token: "<s>",
  pad_token: "<pad>",
  eos_token: "</s>",
  unk_token: "<unk>",
  do_lower_case: false,
} as const;

/** What vocab.json and merges.txt say; without merges, texts can only be decoded. */
interface Vocabulary {
  readonly ids: ReadonlyMap<string, number>;
  readonly merges: ReturnType<typeof readMerges> | null;
}

/**
 * Speech2Text2's tokenizer: words between whitespace, cut by byte-pair merges of which all but the last end in `@@`.
 * Equal to Transformers 4.37.2's Speech2Text2Tokenizer.
 */
export class Speech2Text2Tokenizer extends PythonTokenizer {
  static override readonly tokenizerClass: string = "Speech2Text2Tokenizer";
  static override readonly vocab_files_names = { vocab_file: "vocab.json", merges_file: "merges.txt" };

  /** Whether texts are lowercased, added tokens excepted. */
  do_lower_case: boolean;
  readonly #vocabulary: Vocabulary;
  readonly #merges: SubwordMerges | null;

  constructor(vocabulary: Vocabulary, config: Speech2Text2TokenizerConfig = {}) {
    const complete = { ...DEFAULTS, ...config };
    super(new VocabTable(vocabulary.ids), complete);
    this.do_lower_case = complete.do_lower_case;
    this.model_input_names = config.model_input_names ?? ["input_ids", "attention_mask"];
    this.#vocabulary = vocabulary;
    this.#merges = vocabulary.merges === null ? null : new SubwordMerges(vocabulary.merges);
  }

  static backendFromFiles(files: FileTexts): Vocabulary {
    const merges = files.get("merges.txt");
    return {
      ids: readVocabJson(requiredText(files, "vocab.json", Speech2Text2Tokenizer.tokenizerClass)),
      merges: merges === undefined ? null : readMerges(readLines(merges)),
    };
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    const merges = this.#merges;
    if (merges === null) {
      throw new TransformersError(
        "FILE_NOT_FOUND",
        "Speech2Text2Tokenizer needs merges.txt to cut texts; without it, it can only decode",
      );
    }
    return splitAtSpace(text).flatMap((word) => markedSubwords(merges, word));
  }

  override convert_tokens_to_string(tokens: readonly string[]): string {
    return tokens.join(" ").replaceAll("@@ ", "");
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    const { ids, merges } = this.#vocabulary;
    const further: [string, FileContent][] = merges === null ? [] : [["merges.txt", writeMerges(merges)]];
    return [["vocab.json", `${writeVocabJson(ids, { sorted: true })}\n`], ...further];
  }
}
