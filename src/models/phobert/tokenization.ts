import { TransformersError } from "../../errors.js";
import { AddedToken } from "../../tokenizers/index.js";
import { RobertaFramedTokenizer } from "../../tokenizers/pretrained/framed-tokenizers.js";
import {
  type FileContent,
  type FileTexts,
  type TokenizeOptions,
  type TokenizerConfig,
  VocabTable,
} from "../../tokenizers/pretrained/index.js";
import { splitAtSpace, strip } from "../../tokenizers/python-text/index.js";
import {
  joinMarkedSubwords,
  markedSubwords,
  readMerges,
  SubwordMerges,
  wordsAndBreaks,
} from "../../tokenizers/subword-nmt/index.js";
import { readLines, requiredText } from "../../tokenizers/vocabulary-files/index.js";

const DEFAULTS = {
  bos_token: "<s>",
  eos_token: "</s>",
  unk_token: "<unk>",
  sep_token: "</s>",
  pad_token: "<pad>",
  cls_token: "<s>",
  mask_token: "<mask>",
} as const;

/** What vocab.txt and bpe.codes say, and their texts. */
export interface PhobertVocabulary {
  readonly ids: ReadonlyMap<string, number>;
  readonly merges: ReturnType<typeof readMerges>;
  readonly files: [string, FileContent][];
}

/**
 * PhoBERT's tokenizer, for Vietnamese whose words have been joined by `_` before: fastBPE merges of words between
 * whitespace, and RoBERTa's frame, `<s> A </s> </s> B </s>`. Equal to Transformers 4.37.2's PhobertTokenizer.
 */
export class PhobertTokenizer extends RobertaFramedTokenizer {
  static override readonly tokenizerClass: string = "PhobertTokenizer";
  static override readonly vocab_files_names = { vocab_file: "vocab.txt", merges_file: "bpe.codes" };

  readonly #vocabulary: PhobertVocabulary;
  readonly #merges: SubwordMerges;

  constructor(vocabulary: PhobertVocabulary, config: TokenizerConfig = {}) {
    super(new VocabTable(vocabulary.ids), { ...DEFAULTS, ...config });
    this.#vocabulary = vocabulary;
    this.#merges = new SubwordMerges(vocabulary.merges);
  }

  static backendFromFiles(files: FileTexts, config: TokenizerConfig): PhobertVocabulary {
    const vocab = requiredText(files, "vocab.txt", PhobertTokenizer.tokenizerClass);
    const codes = requiredText(files, "bpe.codes", PhobertTokenizer.tokenizerClass);
    // A line is a pair of symbols and how often it occurred.
    const pairs = readLines(codes).map((line) => splitAtSpace(line).slice(0, -1));
    return {
      ids: readCountedTokens(vocab, config),
      merges: readMerges(pairs.map((pair) => (pair.length === 2 ? pair.join(" ") : ""))),
      files: [
        ["vocab.txt", vocab],
        ["bpe.codes", codes],
      ],
    };
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    return wordsAndBreaks(text).flatMap((word) => markedSubwords(this.#merges, word));
  }

  override convert_tokens_to_string(tokens: readonly string[]): string {
    return joinMarkedSubwords(tokens);
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    return this.#vocabulary.files;
  }
}

/** fairseq's dictionary: four special tokens, then a token and how often it occurred on each line. */
function readCountedTokens(text: string, config: TokenizerConfig): Map<string, number> {
  const ids = new Map<string, number>();
  for (const [id, name] of (["bos_token", "pad_token", "eos_token", "unk_token"] as const).entries()) {
    const token = config[name] ?? DEFAULTS[name];
    ids.set(token instanceof AddedToken ? token.content : token, id);
  }
  for (const [number, line] of readLines(text).entries()) {
    const entry = strip(line);
    const gap = entry.lastIndexOf(" ");
    if (gap < 0) {
      throw new TransformersError(
        "CORRUPT_FILE",
        `vocab.txt must have a token and its count on each line; line ${number + 1} has not`,
      );
    }
    const token = entry.slice(0, gap);
    // Python counts the entries that there are before the token is set.
    ids.set(token, ids.size);
  }
  return ids;
}
