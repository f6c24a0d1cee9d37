import { TransformersError } from "../../errors.js";
import type { Tokenizer } from "../../tokenizers/index.js";
import type { DecodeOptions, IdSequence, SpecialTokenFlags } from "../../tokenizers/pretrained/index.js";
import { GPT2Tokenizer, type GPT2TokenizerConfig } from "../gpt2/tokenization.js";

/** Options of `decode`. */
export interface CodeGenDecodeOptions extends DecodeOptions {
  /** The text ends before the first match of any of these, whose `^` and `$` are the ends of lines. */
  truncate_before_pattern?: readonly (string | RegExp)[] | null;
}

/** CodeGen's tokenizer: GPT-2's, which can end what it decodes before a second function or whatever is asked for. */
export class CodeGenTokenizer extends GPT2Tokenizer {
  static override readonly tokenizerClass: string = "CodeGenTokenizer";
  static override readonly special_token_flags: SpecialTokenFlags = {};

  constructor(backend: Tokenizer, config: GPT2TokenizerConfig = {}) {
    if (config.add_bos_token) {
      throw new TransformersError(
        "UNSUPPORTED",
        "CodeGenTokenizer cannot put bos_token before texts; leave add_bos_token out, and the token into the text",
      );
    }
    super(backend, config);
  }

  override decode(ids: number | IdSequence, options: CodeGenDecodeOptions = {}): string {
    const { truncate_before_pattern, ...rest } = options;
    const text = super.decode(ids, rest);
    return truncate_before_pattern?.length ? this.truncate(text, truncate_before_pattern) : text;
  }

  /** A program up to its second `print` and `def` at the start of a line, and to the first match of any pattern. */
  truncate(completion: string, truncate_before_pattern: readonly (string | RegExp)[]): string {
    let text = completion;
    for (const start of [/^print/gm, /^def/gm]) {
      const second = [...text.matchAll(start)][1];
      if (second !== undefined) text = text.slice(0, second.index);
    }
    const ends = truncate_before_pattern
      .map((pattern) => text.search(new RegExp(pattern, "mu")))
      .filter((place) => place >= 0);
    return ends.length > 0 ? text.slice(0, Math.min(...ends)) : text;
  }
}

/** Python's name for the same class. */
export const CodeGenTokenizerFast = CodeGenTokenizer;
export type CodeGenTokenizerFast = CodeGenTokenizer;
