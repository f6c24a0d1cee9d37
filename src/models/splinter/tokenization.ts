import type { AddedToken, PostProcessor } from "../../tokenizers/index.js";
import { A, B, frame, framing } from "../../tokenizers/pretrained/index.js";
import { BertTokenizer, type BertTokenizerConfig } from "../bert/tokenization.js";

/** Fields of tokenizer_config.json that Splinter's tokenizer reads beside BERT's. */
export interface SplinterTokenizerConfig extends BertTokenizerConfig {
  /** What stands for the answer behind a question (default "[QUESTION]"). */
  question_token?: string | AddedToken;
}

const QUESTION = "[QUESTION]";

/**
 * Splinter's tokenizer: BERT's, and between a question and its context `[QUESTION] .`. The question is the first text,
 * or with padding on the left the second.
 */
export class SplinterTokenizer extends BertTokenizer {
  static override readonly tokenizerClass: string = "SplinterTokenizer";

  constructor(...[backend, config = {}]: ConstructorParameters<typeof BertTokenizer>) {
    const question = questionOf(config);
    const given = config.additional_special_tokens ?? [];
    const others = given.filter((token) => framing(token) !== framing(question));
    super(backend, { ...config, additional_special_tokens: [question, ...others] });
  }

  protected static override postProcessor(
    config: BertTokenizerConfig,
    idOf: (token: string) => number,
  ): PostProcessor {
    const [cls, sep] = [framing(config.cls_token), framing(config.sep_token)];
    const suffix = [[framing(questionOf(config)), 0] as const, [".", 0] as const];
    const isRight = (config.padding_side ?? "right") === "right";
    return frame(idOf, {
      single: [[cls, 0], A, [sep, 0]],
      pair: isRight
        ? [[cls, 0], A, ...suffix, [sep, 0], B, [sep, 1]]
        : [[cls, 0], A, [sep, 0], B, ...suffix, [sep, 1]],
    });
  }

  /** What stands for the answer behind a question. */
  get question_token(): string {
    return framing(questionOf(this.init_kwargs));
  }

  get question_token_id(): number {
    return this.convert_tokens_to_ids(this.question_token);
  }

  /** `[CLS] question [QUESTION] . [SEP] context [SEP]`; with padding on the left, the context comes first. */
  override build_inputs_with_special_tokens(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    const { cls, sep, suffix, isRight } = this.#frame();
    if (token_ids_1 === null) return [cls, ...token_ids_0, sep];
    const [first, second] = isRight ? [suffix, []] : [[], suffix];
    return [cls, ...token_ids_0, ...first, sep, ...token_ids_1, ...second, sep];
  }

  /** 0 up to the first [SEP], then 1. */
  override create_token_type_ids_from_sequences(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    const { suffix, isRight } = this.#frame();
    const zeros = token_ids_0.length + 2 + (token_ids_1 !== null && isRight ? suffix.length : 0);
    const ones = token_ids_1 === null ? 0 : token_ids_1.length + 1 + (isRight ? 0 : suffix.length);
    return [...new Array<number>(zeros).fill(0), ...new Array<number>(ones).fill(1)];
  }

  #frame() {
    const idOf = (token: string) => this.convert_tokens_to_ids(token);
    return {
      cls: idOf(framing(this.cls_token)),
      sep: idOf(framing(this.sep_token)),
      suffix: [this.question_token_id, idOf(".")],
      isRight: this.padding_side === "right",
    };
  }
}

/** Python's name for the same class. */
export const SplinterTokenizerFast = SplinterTokenizer;
export type SplinterTokenizerFast = SplinterTokenizer;

function questionOf(config: SplinterTokenizerConfig): string | AddedToken {
  return config.question_token ?? QUESTION;
}
