import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { PreTrainedTokenizer } from "../../src/tokenizers/pretrained/index.js";
import { KINDS, type Kind } from "./tokenizer-kinds.js";

// The tests that Transformers 4.37.2 runs on every tokenizer (TokenizerTesterMixin of tests/test_tokenization_common.py)
// as a checklist: each by its name, as a test over tokenizers of each kind, or with the reason why not. Where Python
// compares a slow tokenizer with a fast one, what is made of the vocabulary files of a family is compared with what is
// made of its tokenizer.json.

/** The names of Python's tests by theme, in its order. Those of a theme are in mixin-<theme>.test.ts. */
const NAMES = {
  files: [
    "test_sentencepiece_tokenize_and_convert_tokens_to_string",
    "test_sentencepiece_tokenize_and_decode",
    "test_subword_regularization_tokenizer",
    "test_pickle_subword_regularization_tokenizer",
    "test_save_sentencepiece_tokenizer",
    "test_model_input_names_signature",
    "test_rust_tokenizer_signature",
    "test_tokenizer_slow_store_full_signature",
    "test_tokenizer_fast_store_full_signature",
    "test_rust_and_python_full_tokenizers",
    "test_save_and_load_tokenizer",
    "test_pickle_tokenizer",
    "test_pickle_added_tokens",
    "test_pretrained_model_lists",
    "test_chat_template",
    "test_separate_tokenizers",
    "test_added_token_serializable",
    "test_is_fast",
    "test_tokenization_python_rust_equals",
    "test_save_pretrained",
    "test_special_tokens_initialization_with_non_empty_additional_special_tokens",
    "test_training_new_tokenizer",
    "test_training_new_tokenizer_with_special_tokens_change",
    "test_tokenizer_mismatch_warning",
    "test_saving_tokenizer_trainer",
    "test_save_slow_from_fast_and_reload_fast",
    "test_clean_up_tokenization_spaces",
    "test_added_tokens_serialization",
  ],
  tokens: [
    "test_tokenize_special_tokens",
    "test_tokenizers_common_properties",
    "test_tokenizers_common_ids_setters",
    "test_tokenizers_special_tokens_properties_unset",
    "test_added_tokens_do_lower_case",
    "test_add_tokens_tokenizer",
    "test_add_special_tokens",
    "test_internal_consistency",
    "test_encode_decode_with_spaces",
    "test_mask_output",
    "test_token_type_ids",
    "test_sequence_ids",
    "test_number_of_added_tokens",
    "test_special_tokens_mask",
    "test_special_tokens_mask_input_pairs",
    "test_get_vocab",
    "test_conversion_reversible",
    "test_added_token_are_matched_longest_first",
    "test_alignement_methods",
    "test_num_special_tokens_to_add_equal",
    "test_special_tokens_map_equal",
    "test_add_tokens",
    "test_offsets_mapping",
    "test_create_token_type_ids",
    "test_build_inputs_with_special_tokens",
    "test_embeded_special_tokens",
    "test_compare_add_special_tokens",
    "test_special_tokens_initialization",
    "test_convert_tokens_to_string_format",
    "test_split_special_tokens",
    "test_special_token_addition",
  ],
  calls: [
    "test_maximum_encoding_length_single_input",
    "test_maximum_encoding_length_pair_input",
    "test_padding_side_in_kwargs",
    "test_truncation_side_in_kwargs",
    "test_right_and_left_padding",
    "test_right_and_left_truncation",
    "test_padding_to_max_length",
    "test_padding_to_multiple_of",
    "test_padding_with_attention_mask",
    "test_encode_plus_with_padding",
    "test_padding_warning_message_fast_tokenizer",
    "test_call",
    "test_batch_encode_plus_batch_sequence_length",
    "test_batch_encode_plus_padding",
    "test_pretokenized_inputs",
    "test_prepare_for_model",
    "test_batch_encode_plus_overflowing_tokens",
    "test_batch_encode_plus_tensors",
    "test_torch_encode_plus_sent_to_model",
    "test_tf_encode_plus_sent_to_model",
    "test_np_encode_plus_sent_to_model",
    "test_prepare_seq2seq_batch",
    "test_fast_only_inputs",
    "test_max_length_equal",
    "test_batch_encode_dynamic_overflowing",
    "test_compare_pretokenized_inputs",
    "test_padding",
    "test_padding_different_model_input_name",
    "test_compare_prepare_for_model",
  ],
} as const;

type Theme = keyof typeof NAMES;

/** Every test of a theme, or the reason why not. */
type Checklist<T extends Theme> = Readonly<Record<(typeof NAMES)[T][number], Check | Limited | string>>;

const UNSPACED = "A space is a token of its own, which the words of a text are without.";

/** The tests that a kind is not made for, and why. */
const EXCEPTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ByT5Tokenizer: {
    test_pretokenized_inputs: UNSPACED,
    test_convert_tokens_to_string_format: "Its tokens are single bytes, which no words are.",
  },
  CanineTokenizer: {
    test_pretokenized_inputs: UNSPACED,
    test_conversion_reversible: "Special characters are spelt out, as [BOS], which no token is.",
  },
};

type Check = (kind: Kind) => void | Promise<void>;
/** A check that is for some kinds alone. */
interface Limited {
  readonly of: (kind: Kind) => boolean;
  readonly check: Check;
}

/** A check of tokenizers with a pipeline. */
export const fast = (
  check: (tokenizer: PreTrainedTokenizer, kind: Kind) => void | Promise<void>,
): Limited => ({
  of: ({ isFast }) => isFast,
  check: (kind) => check(kind.make() as PreTrainedTokenizer, kind),
});
/** A check of tokenizers with a SentencePiece model. */
export const pieces = (check: Check): Limited => ({ of: ({ hasPieces }) => hasPieces, check });
/** A check of tokenizers that can be made in both ways. */
export const both = (check: Check): Limited => ({ of: ({ hasBoth }) => hasBoth, check });

/** Runs the checks of a theme over tokenizers of each kind, and tests that nothing of the mixin is left out. */
export function testMixin<T extends Theme>(theme: T, checklist: Checklist<T>): void {
  const entries = Object.entries<Check | Limited | string>(checklist);
  describe.each(KINDS)("$name", (kind) => {
    for (const [name, entry] of entries) {
      if (typeof entry === "string" || name in (EXCEPTIONS[kind.name] ?? {})) continue;
      const { of, check }: Limited = typeof entry === "function" ? { of: () => true, check: entry } : entry;
      if (of(kind)) it(name, () => check(kind));
    }
  });

  it("the checklist has every test of the mixin, or the reason why not", () => {
    expect(Object.keys(checklist)).toEqual(NAMES[theme]);
    const all = Object.values(NAMES).flat();
    expect(new Set(all).size).toBe(88);
    for (const other of Object.keys(NAMES)) {
      const file = `../../src/tokenizers/pretrained/mixin-${other}.test.ts`;
      expect(existsSync(new URL(file, import.meta.url)), file).toBe(true);
    }
    const reasons = [...entries, ...Object.values(EXCEPTIONS).flatMap((each) => Object.entries(each))];
    for (const [name, reason] of reasons) {
      expect(all).toContain(name);
      if (typeof reason === "string") expect(reason.length, name).toBeGreaterThan(30);
    }
  });
}
