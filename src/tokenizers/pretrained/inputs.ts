import { TransformersError } from "../../errors.js";
import type { BatchInput, TokenizerInput } from "../tokenizer.js";
import type { CallOptions } from "./call-options.js";

/** A text, texts, words of a text (with `is_split_into_words`), or words of texts. */
export type TextInput = string | readonly string[] | readonly (readonly string[])[];

/**
 * The inputs of a call as a batch. @throws TransformersError INVALID_ARGUMENT where they are neither texts nor
 * lists of words, or the second texts do not match the first.
 */
export function batchInputs(
  text: TextInput,
  options: CallOptions,
): { inputs: BatchInput[]; isSingle: boolean } {
  const isSplit = options.is_split_into_words ?? false;
  const pair = options.text_pair ?? null;
  if (!isBatch(text, isSplit)) {
    checkText(text, isSplit, "text");
    if (pair !== null) checkText(pair, isSplit, "text_pair");
    return {
      inputs: [{ text: text as TokenizerInput, pair: pair as TokenizerInput | null }],
      isSingle: true,
    };
  }
  if (pair !== null && (!isBatch(pair, isSplit) || pair.length !== text.length)) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `text_pair must be a list as long as the list of texts (${text.length})`,
    );
  }
  const inputs = (text as readonly TokenizerInput[]).map((item, i) => {
    checkText(item, isSplit, `text[${i}]`);
    const second = pair === null ? null : (pair[i] as TokenizerInput);
    if (second !== null) checkText(second, isSplit, `text_pair[${i}]`);
    return { text: item, pair: second };
  });
  return { inputs, isSingle: false };
}

function isBatch(text: unknown, isSplit: boolean): text is readonly unknown[] {
  return Array.isArray(text) && (!isSplit || Array.isArray(text[0]));
}

function checkText(value: unknown, isSplit: boolean, name: string): void {
  const isText = isSplit
    ? Array.isArray(value) && value.every((word) => typeof word === "string")
    : typeof value === "string";
  if (isText) return;
  throw new TransformersError(
    "INVALID_ARGUMENT",
    `${name} must be ${isSplit ? "a list of words (is_split_into_words is true)" : "a string"}`,
  );
}
