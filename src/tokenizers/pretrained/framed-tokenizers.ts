import { TransformersError } from "../../errors.js";
import { PythonTokenizer } from "./python-tokenizer.js";
import type { SpecialTokenName } from "./special-tokens.js";

// The ways in which most families frame their texts by special tokens.

/** The id of a special token that a frame needs. @throws TransformersError CONFIG_INVALID where it is not set. */
export function frameId(tokenizer: PythonTokenizer, name: SpecialTokenName): number {
  const token = tokenizer[name];
  if (token !== null) return tokenizer.convert_tokens_to_ids(token);
  throw new TransformersError("CONFIG_INVALID", `the tokenizer lacks ${name}, which its texts are framed by`);
}

/** BERT's frame: `[CLS] A [SEP] B [SEP]`, of which the second text and what follows it are of type 1. */
export abstract class BertFramedTokenizer extends PythonTokenizer {
  /** What stands in front: XLM's is `bos_token`. */
  protected get frameStart(): SpecialTokenName {
    return "cls_token";
  }

  override build_inputs_with_special_tokens(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    const [start, sep] = [frameId(this, this.frameStart), frameId(this, "sep_token")];
    return [start, ...token_ids_0, sep, ...(token_ids_1 === null ? [] : [...token_ids_1, sep])];
  }

  override create_token_type_ids_from_sequences(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    const first = new Array<number>(token_ids_0.length + 2).fill(0);
    return token_ids_1 === null ? first : [...first, ...new Array<number>(token_ids_1.length + 1).fill(1)];
  }
}

/** RoBERTa's frame: `<s> A </s> </s> B </s>`, all of type 0. */
export abstract class RobertaFramedTokenizer extends PythonTokenizer {
  override build_inputs_with_special_tokens(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    const [cls, sep] = [frameId(this, "cls_token"), frameId(this, "sep_token")];
    return [cls, ...token_ids_0, sep, ...(token_ids_1 === null ? [] : [sep, ...token_ids_1, sep])];
  }

  override create_token_type_ids_from_sequences(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    return this.build_inputs_with_special_tokens(token_ids_0, token_ids_1).map(() => 0);
  }
}

/** Texts that each end, `A [SEP] B [SEP]`, the second of type 1. */
export abstract class SeparatedTokenizer extends PythonTokenizer {
  override build_inputs_with_special_tokens(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    const sep = frameId(this, "sep_token");
    return [...token_ids_0, sep, ...(token_ids_1 === null ? [] : [...token_ids_1, sep])];
  }

  override create_token_type_ids_from_sequences(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    const first = new Array<number>(token_ids_0.length + 1).fill(0);
    return token_ids_1 === null ? first : [...first, ...new Array<number>(token_ids_1.length + 1).fill(1)];
  }
}

/** Texts that end: `A B </s>`. */
export abstract class EndedTokenizer extends PythonTokenizer {
  override build_inputs_with_special_tokens(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    return [...token_ids_0, ...(token_ids_1 ?? []), frameId(this, "eos_token")];
  }
}
