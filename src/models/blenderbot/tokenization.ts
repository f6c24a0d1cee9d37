import type { PostProcessor } from "../../tokenizers/index.js";
import { A, B, frame, framing } from "../../tokenizers/pretrained/index.js";
import { RobertaTokenizer, type RobertaTokenizerConfig } from "../roberta/tokenization.js";

/** Blenderbot's tokenizer: RoBERTa's words, and `</s>` behind a text. Of a pair Python frames nothing. */
export class BlenderbotTokenizer extends RobertaTokenizer {
  static override readonly tokenizerClass: string = "BlenderbotTokenizer";

  protected static override postProcessor(
    config: RobertaTokenizerConfig,
    idOf: (token: string) => number,
  ): PostProcessor {
    return frame(idOf, { single: [A, [framing(config.eos_token), 0]], pair: [A, B] });
  }

  /** A text and its end; a second one is left out. */
  override build_inputs_with_special_tokens(token_ids_0: readonly number[]): number[] {
    return super.build_inputs_with_special_tokens(token_ids_0);
  }

  /** Nothing but zeros, as many as RoBERTa's frame has. */
  override create_token_type_ids_from_sequences(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    const length = token_ids_0.length + 2 + (token_ids_1 === null ? 0 : token_ids_1.length + 2);
    return new Array<number>(length).fill(0);
  }

  /** The contents of messages, those of users with a space in front, then `eos_token`. */
  override get default_chat_template(): string {
    return "{% for message in messages %}{% if message.role == 'user' %}{{ ' ' }}{% endif %}{{ message.content }}{% if not loop.last %}{{ '  ' }}{% endif %}{% endfor %}{{ eos_token }}";
  }
}

/** Python's name for the same class. */
export const BlenderbotTokenizerFast = BlenderbotTokenizer;
export type BlenderbotTokenizerFast = BlenderbotTokenizer;
