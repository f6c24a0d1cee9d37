import { TransformersError } from "../../errors.js";
import type { AddedToken } from "../../tokenizers/index.js";
import { frameId } from "../../tokenizers/pretrained/framed-tokenizers.js";
import {
  type FileContent,
  type FileTexts,
  PythonTokenizer,
  type TokenizeOptions,
  type TokenizerConfig,
  VocabTable,
} from "../../tokenizers/pretrained/index.js";
import { TokenTrie } from "../../tokenizers/pretrained/token-trie.js";
import { splitAtSpace, strip } from "../../tokenizers/python-text/index.js";
import { readLines, requiredText } from "../../tokenizers/vocabulary-files/index.js";

const DEFAULTS = {
  unk_token: "<unk>",
  cls_token: "<cls>",
  pad_token: "<pad>",
  mask_token: "<mask>",
  eos_token: "<eos>",
} as const;

/**
 * ESM's tokenizer: the amino acids of a protein, cut wherever a token of the vocabulary stands, `<cls> A <eos>`. Equal
 * to Transformers 4.37.2's EsmTokenizer, of which tokens that are added one call after another share an id.
 */
export class EsmTokenizer extends PythonTokenizer {
  static override readonly tokenizerClass: string = "EsmTokenizer";
  static override readonly vocab_files_names = { vocab_file: "vocab.txt" };

  readonly #tokens: readonly string[];
  readonly #trie = new TokenTrie();

  constructor(tokens: readonly string[], config: TokenizerConfig = {}) {
    super(new VocabTable(new Map(tokens.map((token, id) => [token, id]))), { ...DEFAULTS, ...config });
    this.model_input_names = config.model_input_names ?? ["input_ids", "attention_mask"];
    this.#tokens = tokens;
    for (const token of tokens) this.#trie.add(token);
  }

  static backendFromFiles(files: FileTexts): readonly string[] {
    return readLines(requiredText(files, "vocab.txt", EsmTokenizer.tokenizerClass)).map(strip);
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    return this.#trie.split(text).flatMap(splitAtSpace);
  }

  /** @throws TransformersError INVALID_ARGUMENT for a pair where there is no `eos_token`. */
  override build_inputs_with_special_tokens(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    const first = [frameId(this, "cls_token"), ...token_ids_0];
    if (this.eos_token === null) {
      if (token_ids_1 === null) return first;
      throw new TransformersError("INVALID_ARGUMENT", "two proteins need an eos_token between them");
    }
    const eos = frameId(this, "eos_token");
    return [...first, eos, ...(token_ids_1 === null ? [] : [...token_ids_1, eos])];
  }

  /** All tokens that are added are special. */
  protected override addTokens(tokens: readonly (string | AddedToken)[], _special: boolean): number {
    return super.addTokens(tokens, true);
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    return [["vocab.txt", this.#tokens.join("\n")]];
  }
}
