import { TransformersError } from "../../errors.js";
import {
  MosesDetokenizer,
  MosesPunctNormalizer,
  MosesTokenizer,
  replaceUnicodePunctuation,
} from "../../tokenizers/moses/index.js";
import { SeparatedTokenizer } from "../../tokenizers/pretrained/framed-tokenizers.js";
import {
  type FileContent,
  type FileTexts,
  type TokenizeOptions,
  type TokenizerConfig,
  VocabTable,
} from "../../tokenizers/pretrained/index.js";
import { majorCategory, splitAtSpace } from "../../tokenizers/python-text/index.js";
import {
  joinEndedSubwords,
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

/** Fields of tokenizer_config.json that FSMT's tokenizer reads beside those of every tokenizer. */
export interface FSMTTokenizerConfig extends TokenizerConfig {
  /** The language that is translated and the one that it is translated into, as ["en", "ru"]. */
  langs?: readonly string[] | null;
  /** Whether texts are lowercased, added tokens excepted (default false). */
  do_lower_case?: boolean;
}

const DEFAULTS = {
  langs: null,
  do_lower_case: false,
  unk_token: "<unk>",
  bos_token: "<s>",
  sep_token: "</s>",
  pad_token: "<pad>",
} as const;

/** What the files say. */
interface Vocabulary {
  readonly source: ReadonlyMap<string, number>;
  readonly target: ReadonlyMap<string, number>;
  readonly merges: ReturnType<typeof readMerges>;
}

/**
 * FSMT's tokenizer: the Moses toolkit's punctuation and words with its XML escapes, byte-pair merges, a vocabulary for
 * each of two languages, `A </s>`. Equal to Transformers 4.37.2's FSMTTokenizer with sacremoses 0.2.0.
 */
export class FSMTTokenizer extends SeparatedTokenizer {
  static override readonly tokenizerClass: string = "FSMTTokenizer";
  static override readonly vocab_files_names = {
    src_vocab_file: "vocab-src.json",
    tgt_vocab_file: "vocab-tgt.json",
    merges_file: "merges.txt",
  };

  /** Whether texts are lowercased, added tokens excepted. */
  do_lower_case: boolean;
  readonly src_lang: string;
  readonly tgt_lang: string;
  readonly #vocabulary: Vocabulary;
  readonly #merges: SubwordMerges;
  readonly #normalizer: MosesPunctNormalizer;
  readonly #tokenizer: MosesTokenizer;

  constructor(vocabulary: Vocabulary, config: FSMTTokenizerConfig = {}) {
    const complete = { ...DEFAULTS, ...config };
    const [source, target] = [new VocabTable(vocabulary.source), new VocabTable(vocabulary.target)];
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
    this.do_lower_case = complete.do_lower_case;
    const { langs } = complete;
    if (!Array.isArray(langs) || langs.length !== 2) {
      throw new TransformersError(
        "CONFIG_INVALID",
        `langs must be two languages, as ["en", "ru"], not ${JSON.stringify(langs)}`,
      );
    }
    [this.src_lang, this.tgt_lang] = langs as [string, string];
    this.#vocabulary = vocabulary;
    this.#merges = new SubwordMerges(vocabulary.merges);
    this.#normalizer = new MosesPunctNormalizer(this.src_lang);
    this.#tokenizer = new MosesTokenizer(this.src_lang);
  }

  static backendFromFiles(files: FileTexts): Vocabulary {
    const name = FSMTTokenizer.tokenizerClass;
    return {
      source: readVocabJson(requiredText(files, "vocab-src.json", name), "vocab-src.json"),
      target: readVocabJson(requiredText(files, "vocab-tgt.json", name), "vocab-tgt.json"),
      merges: readMerges(readLines(requiredText(files, "merges.txt", name))),
    };
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    const normalized = this.#normalizer.normalize(replaceUnicodePunctuation(text));
    const printed = Array.from(normalized)
      .filter((character) => majorCategory(character.codePointAt(0)!) !== "C")
      .join("");
    const words = this.#tokenizer.tokenize(printed, { aggressive_dash_splits: true, escape: true });
    return words.flatMap((word) => this.#merges.symbols(word));
  }

  /** @throws TransformersError UNSUPPORTED where the second language is Czech or Finnish. */
  override convert_tokens_to_string(tokens: readonly string[]): string {
    return new MosesDetokenizer(this.tgt_lang).detokenize(splitAtSpace(joinEndedSubwords(tokens)));
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    const { source, target, merges } = this.#vocabulary;
    return [
      ["vocab-src.json", `${writeVocabJson(source, { sorted: true })}\n`],
      ["vocab-tgt.json", `${writeVocabJson(target, { sorted: true })}\n`],
      ["merges.txt", writeMerges(merges)],
    ];
  }
}
