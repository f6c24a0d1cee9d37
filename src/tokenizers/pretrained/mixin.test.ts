import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { BertTokenizer } from "../../models/bert/tokenization.js";
import { ByT5Tokenizer } from "../../models/byt5/tokenization.js";
import { CanineTokenizer } from "../../models/canine/tokenization.js";
import { Tensor } from "../../tensor/index.js";
import { AddedToken, Tokenizer } from "../index.js";
import {
  type BatchEncoding,
  PreTrainedTokenizer,
  type PreTrainedTokenizerBase,
  type TokenizerConfig,
} from "./index.js";

// The tests that Transformers 4.37.2 runs on every tokenizer (TokenizerTesterMixin of tests/test_tokenization_common.py)
// as a checklist: each by its name, as a test here over tokenizers of each kind, or with the reason why not.

function vocabOf(): Map<string, number> {
  const file = new URL("../fixtures/small.json.gz", import.meta.url);
  return new Map(Object.entries(JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")).vocab as object));
}

interface Kind {
  readonly make: (config?: TokenizerConfig) => PreTrainedTokenizerBase;
  /** Reads what it has saved. */
  readonly read: (folder: string) => Promise<PreTrainedTokenizerBase>;
}

const vocab = vocabOf();
const KINDS: Readonly<Record<string, Kind>> = {
  BertTokenizer: {
    make: (config) => BertTokenizer.fromVocab(vocab, config),
    read: (folder) => BertTokenizer.from_pretrained(folder),
  },
  PreTrainedTokenizerFast: {
    make: (config = {}) => {
      const { backend_tokenizer } = BertTokenizer.fromVocab(vocab);
      const names = {
        pad_token: "[PAD]",
        unk_token: "[UNK]",
        cls_token: "[CLS]",
        sep_token: "[SEP]",
        mask_token: "[MASK]",
      };
      return new PreTrainedTokenizer(Tokenizer.from_json(backend_tokenizer.to_json()), {
        ...names,
        ...config,
      });
    },
    read: (folder) => PreTrainedTokenizer.from_pretrained(folder),
  },
  ByT5Tokenizer: {
    // Its further special tokens are those of its number, and none others.
    make: (config = {}) =>
      new ByT5Tokenizer(null, { ...(config.additional_special_tokens ? { extra_ids: 0 } : {}), ...config }),
    read: (folder) => ByT5Tokenizer.from_pretrained(folder),
  },
  CanineTokenizer: {
    make: (config) => new CanineTokenizer(null, config),
    read: (folder) => CanineTokenizer.from_pretrained(folder),
  },
};

type Check = (kind: Kind) => void | Promise<void>;

const TEXT = "The quick brown fox jumps over the lazy dog";
const LONG = `${TEXT}. `.repeat(20);
const ids = (encoded: BatchEncoding<unknown>) => encoded.input_ids as number[];
const rows = (encoded: BatchEncoding<unknown>) => encoded.input_ids as number[][];
const isFast = (kind: Kind) => kind.make().is_fast;

/** A check of tokenizers with a pipeline alone. */
const fast =
  (check: (tokenizer: PreTrainedTokenizer) => void): Check =>
  ({ make }) => {
    const tokenizer = make();
    if (tokenizer instanceof PreTrainedTokenizer) check(tokenizer);
  };

async function saved(
  kind: Kind,
  tokenizer: PreTrainedTokenizerBase,
  check: (again: PreTrainedTokenizerBase, folder: string) => void | Promise<void>,
) {
  const folder = await mkdtemp(join(tmpdir(), "mixin-"));
  try {
    await tokenizer.save_pretrained(folder);
    await check(await kind.read(folder), folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const encodesAlike: Check = ({ make }) => {
  const tokenizer = make();
  const one = ids(tokenizer(TEXT));
  expect(tokenizer.encode(TEXT)).toEqual(one);
  expect(ids(tokenizer.encode_plus(TEXT))).toEqual(one);
  expect(rows(tokenizer([TEXT, "fox"]))).toEqual([one, ids(tokenizer("fox"))]);
  expect(rows(tokenizer.batch_encode_plus([TEXT, "fox"]))).toEqual(rows(tokenizer([TEXT, "fox"])));
  expect(rows(tokenizer.batch_encode_plus([[TEXT, "fox"]]))[0]).toEqual(
    ids(tokenizer(TEXT, { text_pair: "fox" })),
  );
  expect(ids(tokenizer(TEXT, { add_special_tokens: false }))).toEqual(
    tokenizer.convert_tokens_to_ids(tokenizer.tokenize(TEXT)),
  );
};

const padsToLength: Check = ({ make }) => {
  for (const padding_side of ["right", "left"] as const) {
    const tokenizer = make({ padding_side });
    const plain = ids(tokenizer(TEXT));
    const length = plain.length + 10;
    const filler = new Array(10).fill(tokenizer.pad_token_id);
    const expected = padding_side === "right" ? [...plain, ...filler] : [...filler, ...plain];
    expect(ids(tokenizer(TEXT, { padding: "max_length", max_length: length }))).toEqual(expected);
    expect(ids(tokenizer(TEXT, { padding: "longest" }))).toEqual(plain);
    expect(ids(tokenizer(TEXT, { padding: true }))).toEqual(plain);
    expect(ids(tokenizer(TEXT, { padding: false }))).toEqual(plain);
    expect(ids(tokenizer.pad({ input_ids: plain }, { padding: "max_length", max_length: length }))).toEqual(
      expected,
    );
    const batch = tokenizer([TEXT, "fox"], { padding: true });
    const mask = (batch.attention_mask as number[][])[1]!;
    expect(mask.reduce((sum, each) => sum + each, 0)).toBe(ids(tokenizer("fox")).length);
    expect(mask[padding_side === "right" ? 0 : mask.length - 1]).toBe(1);
  }
};

const truncatesAtSides: Check = ({ make }) => {
  for (const truncation_side of ["right", "left"] as const) {
    const tokenizer = make({ truncation_side });
    const bare = tokenizer.encode(TEXT, { add_special_tokens: false });
    const kept = truncation_side === "right" ? bare.slice(0, -3) : bare.slice(3);
    const call = { add_special_tokens: false, truncation: true, max_length: bare.length - 3 } as const;
    expect(tokenizer.encode(TEXT, call)).toEqual(kept);
    expect(tokenizer.encode(TEXT, { add_special_tokens: false, truncation: false })).toEqual(bare);
  }
};

const specialTokensMask =
  (pair: string | null): Check =>
  ({ make }) => {
    const tokenizer = make();
    const encoded = tokenizer(TEXT, { text_pair: pair, return_special_tokens_mask: true });
    const mask = encoded.special_tokens_mask as number[];
    expect(mask).toHaveLength(ids(encoded).length);
    const bare = [TEXT, ...(pair === null ? [] : [pair])].flatMap((text) =>
      tokenizer.encode(text, { add_special_tokens: false }),
    );
    expect(ids(encoded).filter((_, i) => mask[i] === 0)).toEqual(bare);
    expect(tokenizer.get_special_tokens_mask(ids(encoded), { already_has_special_tokens: true })).toEqual(
      mask,
    );
  };

const addsTokens: Check = ({ make }) => {
  const tokenizer = make();
  const { vocab_size, length } = tokenizer;
  expect(tokenizer.add_tokens(["aaaaa bbbbbb", "cccccccccdddddddd"])).toBe(2);
  expect(tokenizer.vocab_size).toBe(vocab_size);
  expect(tokenizer.length).toBe(length + 2);
  const encoded = tokenizer.encode("aaaaa bbbbbb low cccccccccdddddddd l", { add_special_tokens: false });
  expect(encoded.filter((id) => id >= length)).toHaveLength(2);
  expect(tokenizer.add_special_tokens({ eos_token: ">>>>|||<||<<|<<", pad_token: "<<<<<|||>|>>>>|>" })).toBe(
    2,
  );
  expect(tokenizer.length).toBe(length + 4);
  const more = tokenizer.encode(">>>>|||<||<<|<< aaaaa bbbbbb low cccccccccdddddddd <<<<<|||>|>>>>|> l", {
    add_special_tokens: false,
  });
  expect(more[0]).toBe(tokenizer.eos_token_id);
  expect(more).toContain(tokenizer.pad_token_id);
};

const SAME_CLASS =
  "There is one tokenizer of each family here; it is compared with recordings of Python's fast and slow ones beside the family.";
const NO_PICKLE =
  "Python's pickle has no counterpart; what is saved and read is tested by test_save_and_load_tokenizer.";
const SENTENCEPIECE =
  "For SentencePiece tokenizers alone, whose files are tested beside the code that reads them (vocabulary-files, sentencepiece).";
const NO_SIGNATURE = "Looks at Python's signatures; the types of options are checked by the compiler.";

/** Every test of the mixin. */
const CHECKLIST: Readonly<Record<string, Check | string>> = {
  test_model_input_names_signature: ({ make }) => expect(make().model_input_names[0]).toBe("input_ids"),
  test_rust_tokenizer_signature: NO_SIGNATURE,
  test_tokenizer_slow_store_full_signature: NO_SIGNATURE,
  test_tokenizer_fast_store_full_signature: NO_SIGNATURE,
  test_rust_and_python_full_tokenizers: SAME_CLASS,
  test_tokenization_python_rust_equals: SAME_CLASS,
  test_num_special_tokens_to_add_equal: SAME_CLASS,
  test_max_length_equal: SAME_CLASS,
  test_special_tokens_map_equal: SAME_CLASS,
  test_subword_regularization_tokenizer: SENTENCEPIECE,
  test_pickle_subword_regularization_tokenizer: NO_PICKLE,
  test_save_sentencepiece_tokenizer: SENTENCEPIECE,
  test_sentencepiece_tokenize_and_convert_tokens_to_string: SENTENCEPIECE,
  test_sentencepiece_tokenize_and_decode: SENTENCEPIECE,
  test_pickle_tokenizer: NO_PICKLE,
  test_pickle_added_tokens: NO_PICKLE,
  test_tokenizers_common_properties: ({ make }) => {
    const tokenizer = make();
    for (const name of ["bos", "eos", "unk", "sep", "pad", "cls", "mask"] as const) {
      expect(`${name}_token` in tokenizer && `${name}_token_id` in tokenizer).toBe(true);
    }
    expect(Array.isArray(tokenizer.additional_special_tokens_ids)).toBe(true);
    expect(tokenizer.all_special_ids).toHaveLength(tokenizer.all_special_tokens.length);
    for (const name of [
      "model_max_length",
      "init_kwargs",
      "special_tokens_map_extended",
      "added_tokens_encoder",
    ])
      expect(name in tokenizer).toBe(true);
  },
  test_tokenizers_common_ids_setters: ({ make }) => {
    const tokenizer = make();
    const id = tokenizer.encode("a", { add_special_tokens: false })[0]!;
    const token = tokenizer.convert_ids_to_tokens(id);
    for (const name of ["bos", "eos", "unk", "sep", "pad", "cls", "mask"] as const) {
      tokenizer[`${name}_token_id`] = null;
      expect(tokenizer[`${name}_token`]).toBeNull();
      expect(tokenizer[`${name}_token_id`]).toBeNull();
      tokenizer[`${name}_token_id`] = id;
      expect(tokenizer[`${name}_token`]).toBe(token);
      expect(tokenizer[`${name}_token_id`]).toBe(id);
    }
    tokenizer.additional_special_tokens_ids = [];
    expect(tokenizer.additional_special_tokens).toEqual([]);
    tokenizer.additional_special_tokens_ids = [id];
    expect(tokenizer.additional_special_tokens).toEqual([token]);
    expect(tokenizer.additional_special_tokens_ids).toEqual([id]);
  },
  test_tokenizers_special_tokens_properties_unset_0: ({ make }) => {
    const tokenizer = make();
    tokenizer.bos_token = null;
    expect(tokenizer.bos_token).toBeNull();
    expect(tokenizer.bos_token_id).toBeNull();
  },
  test_tokenizers_special_tokens_properties_unset_1: ({ make }) => {
    const tokenizer = make();
    for (const name of ["bos", "eos", "unk", "sep", "pad", "cls", "mask"] as const) {
      tokenizer[`${name}_token`] = null;
      expect(tokenizer[`${name}_token`]).toBeNull();
      expect(tokenizer[`${name}_token_id`]).toBeNull();
    }
    tokenizer.additional_special_tokens = [];
    expect(tokenizer.all_special_tokens).toEqual([]);
  },
  test_save_and_load_tokenizer: async (kind) => {
    const tokenizer = kind.make({ model_max_length: 42 });
    tokenizer.add_tokens(["bim", "bambam"]);
    tokenizer.add_special_tokens({
      additional_special_tokens: [...tokenizer.additional_special_tokens, "new_additional_special_token"],
    });
    const text = "He is very happy, bim bambam new_additional_special_token";
    await saved(kind, tokenizer, (again) => {
      expect(again.encode(text)).toEqual(tokenizer.encode(text));
      expect(again.model_max_length).toBe(42);
      expect(again.get_vocab()).toEqual(tokenizer.get_vocab());
      expect(again.additional_special_tokens).toContain("new_additional_special_token");
    });
  },
  test_save_pretrained: async (kind) => {
    const tokenizer = kind.make();
    await saved(kind, tokenizer, (again) =>
      expect(again.special_tokens_map).toEqual(tokenizer.special_tokens_map),
    );
  },
  test_saving_tokenizer_trainer: "Belongs to the Trainer, which saves tokenizers; its own tests will.",
  test_save_slow_from_fast_and_reload_fast: fast((tokenizer) => {
    const legacy = tokenizer.can_save_slow_tokenizer;
    if (!legacy) expect(() => tokenizer.toFiles({ legacy_format: true })).toThrow(/no vocabulary files/);
    else expect([...tokenizer.toFiles({ legacy_format: true }).keys()]).not.toContain("tokenizer.json");
    expect([...tokenizer.toFiles({ legacy_format: false }).keys()].sort()).toEqual([
      "special_tokens_map.json",
      "tokenizer.json",
      "tokenizer_config.json",
    ]);
    expect(
      [...tokenizer.toFiles({ filename_prefix: "my" }).keys()].every((name) => name.startsWith("my-")),
    ).toBe(true);
  }),
  test_added_tokens_do_lower_case: ({ make }) => {
    const tokenizer = make({ do_lower_case: true } as TokenizerConfig);
    const special = tokenizer.all_special_tokens[0]!;
    const [first, second] = [`${special} aaaaa BBBBBB low`, `${special} AAAAA bbbbbb low`];
    expect(tokenizer.add_tokens([new AddedToken("AAAAA BBBBBB", { single_word: true }), "never seen"])).toBe(
      2,
    );
    if (tokenizer.is_fast && (tokenizer as PreTrainedTokenizer).backend_tokenizer.normalizer !== null) {
      expect(tokenizer.tokenize(first)).toEqual(tokenizer.tokenize(second));
    }
    expect(tokenizer.tokenize(special)).toEqual([special]);
  },
  test_added_tokens_serialization: async (kind) => {
    const tokenizer = kind.make();
    const token = new AddedToken("new_token", { lstrip: true });
    tokenizer.add_special_tokens({ eos_token: token });
    await saved(kind, tokenizer, (again) => {
      const found = again.special_tokens_map_extended.eos_token!;
      expect([found.content, found.lstrip]).toEqual(["new_token", true]);
      expect([...again.added_tokens_decoder.keys()]).toEqual([...tokenizer.added_tokens_decoder.keys()]);
    });
  },
  test_added_token_serializable: ({ make }) => {
    const tokenizer = make();
    tokenizer.add_special_tokens({
      additional_special_tokens: [new AddedToken("new_token", { lstrip: true })],
    });
    expect(
      JSON.parse(tokenizer.toFiles().get("special_tokens_map.json") as string).additional_special_tokens,
    ).toHaveLength(1);
  },
  test_added_token_are_matched_longest_first: ({ make }) => {
    const tokenizer = make();
    const bare = tokenizer.tokenize("extra_id_1");
    tokenizer.add_tokens(["extra_id_1"]);
    tokenizer.add_tokens(["extra_id_100"]);
    expect(bare).not.toEqual(["extra_id_1"]);
    expect(tokenizer.tokenize("This is some extra_id_100").at(-1)).toBe("extra_id_100");
  },
  test_special_token_addition: ({ make }) => {
    const tokenizer = make();
    tokenizer.add_special_tokens({ additional_special_tokens: ["<tok>"] });
    expect(tokenizer.additional_special_tokens).toEqual(["<tok>"]);
    tokenizer.add_special_tokens(
      { additional_special_tokens: ["<new>"] },
      { replace_additional_special_tokens: false },
    );
    expect(tokenizer.additional_special_tokens).toEqual(["<tok>", "<new>"]);
    tokenizer.add_special_tokens({ additional_special_tokens: ["<other>"] });
    expect(tokenizer.additional_special_tokens).toEqual(["<other>"]);
    expect(tokenizer.tokenize("<tok>")).toEqual(["<tok>"]);
  },
  test_add_tokens_tokenizer: addsTokens,
  test_add_tokens: addsTokens,
  test_add_special_tokens: ({ make }) => {
    const tokenizer = make();
    const token = "[SPECIAL_TOKEN]";
    tokenizer.add_special_tokens({ cls_token: token });
    const encoded = tokenizer.encode(token, { add_special_tokens: false });
    expect(encoded).toEqual([tokenizer.cls_token_id]);
    const joined = tokenizer.encode(`a${token}b`, { add_special_tokens: false });
    expect(joined).toContain(tokenizer.cls_token_id);
    expect(tokenizer.decode(joined, { skip_special_tokens: true })).not.toContain(token);
  },
  test_number_of_added_tokens: ({ make }) => {
    const tokenizer = make();
    const [pair, bare] = [true, false].map(
      (add_special_tokens) => ids(tokenizer("a", { text_pair: "b", add_special_tokens })).length,
    );
    expect(pair! - bare!).toBe(tokenizer.num_special_tokens_to_add(true));
    expect(tokenizer.encode("").length).toBe(tokenizer.num_special_tokens_to_add());
  },
  test_internal_consistency: ({ make }) => {
    const tokenizer = make();
    const tokens = tokenizer.tokenize(TEXT);
    const encoded = tokenizer.encode(TEXT, { add_special_tokens: false });
    expect(tokenizer.convert_tokens_to_ids(tokens)).toEqual(encoded);
    expect(tokenizer.convert_ids_to_tokens(encoded)).toEqual(tokens);
    expect(typeof tokenizer.decode(encoded)).toBe("string");
  },
  test_conversion_reversible: ({ make }) => {
    const tokenizer = make();
    for (const [word, id] of tokenizer.get_vocab()) {
      if (word === tokenizer.unk_token) continue;
      expect(tokenizer.convert_tokens_to_ids(word)).toBe(id);
    }
  },
  test_get_vocab: ({ make }) => {
    const tokenizer = make();
    const vocab = tokenizer.get_vocab();
    expect(tokenizer.length).toBeGreaterThanOrEqual(vocab.size);
    tokenizer.add_tokens(["asdfasdfasdfasdf"]);
    expect(tokenizer.get_vocab().size).toBe(vocab.size + 1);
  },
  test_encode_decode_with_spaces: ({ make }) => {
    const tokenizer = make();
    tokenizer.add_tokens([
      new AddedToken("[ABC]", { normalized: false }),
      new AddedToken("[DEF]", { normalized: false }),
    ]);
    const text = "[ABC][DEF][ABC]";
    const encoded = tokenizer.encode(text, { add_special_tokens: false });
    expect(encoded).toHaveLength(3);
    expect(tokenizer.decode(encoded).replaceAll(" ", "")).toBe(text);
  },
  test_clean_up_tokenization_spaces: ({ make }) => {
    const tokenizer = make({ clean_up_tokenization_spaces: false });
    expect(tokenizer.clean_up_tokenization_spaces).toBe(false);
    expect(tokenizer.clean_up_tokenization("do n't stop .")).toBe("don't stop.");
    const encoded = tokenizer.encode("a . b", { add_special_tokens: false });
    expect(tokenizer.decode(encoded, { clean_up_tokenization_spaces: true })).not.toContain(" .");
  },
  test_pretrained_model_lists: "There are no lists of checkpoints here.",
  test_tokenizer_mismatch_warning:
    "AutoTokenizer reads the class that the files name; a class that is asked for by name reads what it is given.",
  test_mask_output: ({ make }) => {
    const tokenizer = make();
    if (!tokenizer.model_input_names.includes("token_type_ids")) return;
    const encoded = tokenizer(TEXT, { text_pair: "fox" });
    expect(encoded.token_type_ids).toHaveLength(ids(encoded).length);
  },
  test_token_type_ids: ({ make }) => {
    const tokenizer = make();
    const encoded = tokenizer(TEXT, { return_token_type_ids: true });
    expect(encoded.token_type_ids).toHaveLength(ids(encoded).length);
    expect(tokenizer(TEXT, { return_token_type_ids: false })).not.toHaveProperty("token_type_ids");
  },
  test_create_token_type_ids: ({ make }) => {
    const tokenizer = make();
    expect(tokenizer.create_token_type_ids_from_sequences([5, 6], [7]).length).toBeGreaterThanOrEqual(3);
    if (!tokenizer.model_input_names.includes("token_type_ids")) return;
    const [a, b] = [TEXT, "fox"].map((text) => tokenizer.encode(text, { add_special_tokens: false }));
    expect(tokenizer.create_token_type_ids_from_sequences(a!, b!)).toEqual(
      tokenizer(TEXT, { text_pair: "fox" }).token_type_ids,
    );
  },
  test_build_inputs_with_special_tokens: ({ make }) => {
    const tokenizer = make();
    const [a, b] = [TEXT, "fox"].map((text) => tokenizer.encode(text, { add_special_tokens: false }));
    expect(tokenizer.build_inputs_with_special_tokens(a!)).toEqual(tokenizer.encode(TEXT));
    expect(tokenizer.build_inputs_with_special_tokens(a!, b!)).toEqual(
      tokenizer.encode(TEXT, { text_pair: "fox" }),
    );
  },
  test_special_tokens_mask: specialTokensMask(null),
  test_special_tokens_mask_input_pairs: specialTokensMask("over the fox"),
  test_sequence_ids: fast((tokenizer) => {
    const encoded: BatchEncoding<unknown> = tokenizer("the fox", { text_pair: "the dog" });
    const found = encoded.sequence_ids();
    expect(found).toContain(0);
    expect(found).toContain(1);
    expect(found).toContain(null);
  }),
  test_chat_template: ({ make }) => {
    const tokenizer = make({
      chat_template: "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}",
    });
    const chat = [{ role: "user", content: "fox" }];
    const text = tokenizer.apply_chat_template(chat, { tokenize: false });
    expect(text).toBe("user: fox\n");
    expect(tokenizer.apply_chat_template(chat)).toEqual(
      tokenizer.encode(text, { add_special_tokens: false }),
    );
  },
  test_maximum_encoding_length_single_input: ({ make }) => {
    const tokenizer = make({ model_max_length: 20 });
    const bare = tokenizer.encode(LONG, { add_special_tokens: false, verbose: false });
    const special = tokenizer.num_special_tokens_to_add();
    const cut = tokenizer(LONG, { truncation: true });
    expect(ids(cut)).toHaveLength(20);
    expect(ids(cut)).toEqual(tokenizer.build_inputs_with_special_tokens(bare.slice(0, 20 - special)));
    const overflowing = tokenizer(LONG, { truncation: true, return_overflowing_tokens: true, stride: 2 });
    if (tokenizer.is_fast) expect((overflowing.input_ids as unknown as number[][])[1]).toHaveLength(20);
    else expect(overflowing.overflowing_tokens).toEqual(bare.slice(20 - special - 2));
    expect(tokenizer.encode(LONG, { verbose: false }).length).toBeGreaterThan(20);
  },
  test_maximum_encoding_length_pair_input: ({ make }) => {
    const tokenizer = make();
    const [first, second] = [TEXT, "over the lazy dog"].map((text) =>
      tokenizer.encode(text, { add_special_tokens: false }),
    );
    const special = tokenizer.num_special_tokens_to_add(true);
    const max_length = first!.length + second!.length + special - 2;
    const call = (truncation: "only_first" | "only_second" | "longest_first") =>
      tokenizer.encode(TEXT, { text_pair: "over the lazy dog", truncation, max_length });
    expect(call("only_first")).toEqual(
      tokenizer.build_inputs_with_special_tokens(first!.slice(0, -2), second),
    );
    expect(call("only_second").length).toBe(max_length);
    expect(call("longest_first")).toEqual(
      tokenizer.build_inputs_with_special_tokens(first!.slice(0, -2), second),
    );
    expect(
      tokenizer.truncate_sequences(first!, {
        pair_ids: second!,
        num_tokens_to_remove: 2,
        truncation_strategy: "only_first",
      })[0],
    ).toEqual(first!.slice(0, -2));
  },
  test_padding_side_in_kwargs: ({ make }) => {
    expect(make({ padding_side: "left" }).padding_side).toBe("left");
    expect(make({ padding_side: "right" }).padding_side).toBe("right");
    expect(() => make({ padding_side: "unauthorized" as "left" })).toThrow(/padding_side must be/);
  },
  test_truncation_side_in_kwargs: ({ make }) => {
    expect(make({ truncation_side: "left" }).truncation_side).toBe("left");
    expect(() => make({ truncation_side: "unauthorized" as "left" })).toThrow(/truncation_side must be/);
  },
  test_right_and_left_padding: padsToLength,
  test_padding_to_max_length: padsToLength,
  test_padding: padsToLength,
  test_padding_with_attention_mask: ({ make }) => {
    const tokenizer = make();
    if (!tokenizer.model_input_names.includes("attention_mask")) return;
    const features = [
      { input_ids: [1, 2, 3, 4, 5, 6], attention_mask: [1, 1, 1, 1, 1, 0] },
      { input_ids: [1, 2, 3], attention_mask: [1, 1, 0] },
    ];
    expect(tokenizer.pad(features).attention_mask).toEqual([
      [1, 1, 1, 1, 1, 0],
      [1, 1, 0, 0, 0, 0],
    ]);
    tokenizer.padding_side = "left";
    expect(tokenizer.pad(features).attention_mask).toEqual([
      [1, 1, 1, 1, 1, 0],
      [0, 0, 0, 1, 1, 0],
    ]);
  },
  test_padding_different_model_input_name: ({ make }) => {
    const tokenizer = make({ model_input_names: ["labels_like", "attention_mask"] });
    const padded = tokenizer.pad([{ labels_like: [5, 6, 7] }, { labels_like: [5] }]) as unknown as Record<
      string,
      number[][]
    >;
    expect(padded.labels_like!.map((row) => row.length)).toEqual([3, 3]);
    expect(() => tokenizer.pad({ input_ids: [1] })).toThrow(/must have labels_like/);
  },
  test_encode_plus_with_padding: padsToLength,
  test_padding_to_multiple_of: ({ make }) => {
    const tokenizer = make();
    for (const row of rows(tokenizer(["fox", TEXT], { padding: true, pad_to_multiple_of: 8 })))
      expect(row.length % 8).toBe(0);
    expect(ids(tokenizer("fox", { padding: true, pad_to_multiple_of: 8 })).length % 8).toBe(0);
    expect(() =>
      tokenizer("fox", { padding: true, truncation: true, max_length: 12, pad_to_multiple_of: 8 }),
    ).toThrow(/multiple/);
  },
  test_padding_warning_message_fast_tokenizer:
    "pad() is not slower than a call here, so that nothing is warned of.",
  test_right_and_left_truncation: truncatesAtSides,
  test_separate_tokenizers: ({ make }) => {
    const [first, second] = [make(), make({ model_max_length: 7 })];
    first.add_tokens(["separate"]);
    expect(second.get_vocab().has("separate")).toBe(false);
    expect(first.model_max_length).not.toBe(second.model_max_length);
  },
  test_call: encodesAlike,
  test_batch_encode_plus_batch_sequence_length: ({ make }) => {
    const tokenizer = make();
    const texts = [TEXT, "the fox", ""];
    expect(rows(tokenizer(texts))).toEqual(texts.map((text) => tokenizer.encode(text)));
    const longest = Math.max(...texts.map((text) => tokenizer.encode(text).length));
    const padded = rows(tokenizer(texts, { padding: true }));
    expect(padded.every((row) => row.length === longest)).toBe(true);
    expect(
      rows(tokenizer(texts, { padding: "max_length", max_length: longest + 5 })).every(
        (row) => row.length === longest + 5,
      ),
    ).toBe(true);
  },
  test_batch_encode_plus_padding: padsToLength,
  test_batch_encode_plus_overflowing_tokens: ({ make }) => {
    const tokenizer = make();
    const encoded = tokenizer([LONG, TEXT], {
      truncation: true,
      max_length: 20,
      return_overflowing_tokens: true,
      padding: true,
    });
    if (!tokenizer.is_fast) expect(encoded.num_truncated_tokens).toHaveLength(2);
    else expect(new Set(encoded.overflow_to_sample_mapping as number[])).toEqual(new Set([0, 1]));
  },
  test_batch_encode_dynamic_overflowing: fast((tokenizer) => {
    const call = {
      truncation: true,
      max_length: 12,
      padding: true,
      return_overflowing_tokens: true,
      return_tensors: true,
    } as const;
    for (const text of [LONG, [LONG, "fox"]] as const) {
      const encoded = tokenizer(text, call);
      const { shape } = encoded.input_ids as unknown as Tensor;
      expect(shape).toHaveLength(2);
      expect(shape[1]).toBe(12);
    }
  }),
  test_pretokenized_inputs: ({ make }) => {
    const tokenizer = make();
    const words = TEXT.split(" ");
    const encoded = tokenizer(words, { is_split_into_words: true, add_special_tokens: false });
    expect(ids(encoded)).toEqual(
      words.flatMap((word) => tokenizer.encode(word, { add_special_tokens: false })),
    );
    const batch = tokenizer([words, ["fox"]], { is_split_into_words: true });
    expect(rows(batch)[0]).toEqual(ids(tokenizer(words, { is_split_into_words: true })));
    const pair = tokenizer(words, { text_pair: ["fox"], is_split_into_words: true });
    expect(ids(pair).length).toBeGreaterThan(ids(encoded).length);
  },
  test_compare_pretokenized_inputs: SAME_CLASS,
  test_prepare_for_model: ({ make }) => {
    const tokenizer = make();
    const bare = tokenizer.encode(TEXT, { add_special_tokens: false });
    expect({ ...tokenizer.prepare_for_model(bare) }).toEqual({ ...tokenizer(TEXT) });
    const pair = tokenizer.encode("fox", { add_special_tokens: false });
    expect({ ...tokenizer.prepare_for_model(bare, { pair_ids: pair }) }).toEqual({
      ...tokenizer(TEXT, { text_pair: "fox" }),
    });
    const tensors = tokenizer.prepare_for_model(bare, { return_tensors: true, prepend_batch_axis: true });
    expect((tensors.input_ids as Tensor).shape).toEqual([1, ids(tokenizer(TEXT)).length]);
    expect(() =>
      tokenizer.prepare_for_model(bare, { return_token_type_ids: true, add_special_tokens: false }),
    ).toThrow();
  },
  test_compare_prepare_for_model: SAME_CLASS,
  test_compare_add_special_tokens: SAME_CLASS,
  test_is_fast: (kind) => {
    const tokenizer = kind.make();
    expect(tokenizer("a").is_fast).toBe(tokenizer.is_fast);
    expect(tokenizer instanceof PreTrainedTokenizer).toBe(isFast(kind));
  },
  test_fast_only_inputs: fast((tokenizer) => {
    expect(() => tokenizer.tokenize(null as unknown as string)).toThrow();
    expect(() => tokenizer([1, 2] as unknown as string)).toThrow(/text\[0\] must be a string/);
    expect(() => tokenizer(null)).toThrow(/called with a text/);
  }),
  test_alignement_methods: fast((tokenizer) => {
    const words = ["the", "quick", "unaffordable", "fox"];
    const encoded: BatchEncoding<unknown> = tokenizer(words.join(" "), { add_special_tokens: false });
    const last = ids(encoded).length - 1;
    expect(encoded.tokens()).toHaveLength(last + 1);
    expect(encoded.words()).toEqual(encoded.word_ids());
    expect(encoded.token_to_word(0)).toBe(0);
    expect(encoded.token_to_word(0, last)).toBe(3);
    expect(encoded.token_to_word(-1)).toBe(3);
    expect(encoded.word_to_tokens(0)?.start).toBe(0);
    expect(encoded.word_to_tokens(0, 3)?.end).toBe(last + 1);
    expect(encoded.token_to_chars(0)).toEqual({ start: 0, end: 3 });
    expect(encoded.char_to_token(0)).toBe(0);
    expect(encoded.char_to_word(0, 4)).toBe(1);
    expect(encoded.word_to_chars(1)).toEqual({ start: 4, end: 9 });
    expect(encoded.token_to_sequence(0, 0)).toBe(0);
    expect(encoded.n_sequences).toBe(1);
    expect(tokenizer([TEXT, "fox"]).slice(0, 1).input_ids).toEqual([tokenizer.encode(TEXT)]);
  }),
  test_offsets_mapping: fast((tokenizer) => {
    const encoded = tokenizer("the 😀 fox", {
      return_offsets_mapping: true,
      return_special_tokens_mask: true,
      text_pair: "dog",
    });
    expect(encoded.offset_mapping).toHaveLength(ids(encoded).length);
    const points = tokenizer("the 😀 fox", {
      return_offsets_mapping: true,
      offset_unit: "codepoint",
      add_special_tokens: false,
    });
    expect(points.offset_mapping).toEqual([
      [0, 3],
      [4, 5],
      [6, 9],
    ]);
    expect(points.char_to_token(6)).toBe(2);
    expect(() => tokenizer("a", { offset_unit: "bytes" as "utf16" })).toThrow(/offset_unit must be/);
  }),
  test_embeded_special_tokens: ({ make }) => {
    const tokenizer = make();
    const special = tokenizer.all_special_tokens[0]!;
    const id = tokenizer.convert_tokens_to_ids(special);
    expect(
      tokenizer
        .encode(`A, ${special} AllenNLP sentence.`, { add_special_tokens: false })
        .filter((each) => each === id),
    ).toHaveLength(1);
  },
  test_special_tokens_initialization: ({ make }) => {
    const tokenizer = make({ additional_special_tokens: ["<special>"] });
    expect(tokenizer.encode("Hey this is a <special> token", { add_special_tokens: false })).toContain(
      tokenizer.convert_tokens_to_ids("<special>"),
    );
  },
  test_special_tokens_initialization_with_non_empty_additional_special_tokens: async (kind) => {
    const tokenizer = kind.make({ additional_special_tokens: ["an_additional_special_token"] });
    await saved(kind, tokenizer, (again) => {
      expect(again.additional_special_tokens).toContain("an_additional_special_token");
      expect(
        again.convert_ids_to_tokens(again.convert_tokens_to_ids(["an_additional_special_token"])),
      ).toEqual(["an_additional_special_token"]);
    });
  },
  test_tokenize_special_tokens: ({ make }) => {
    const tokenizer = make();
    tokenizer.add_tokens(["[SPECIAL_TOKEN_1]"], { special_tokens: true });
    tokenizer.add_special_tokens({ additional_special_tokens: ["[SPECIAL_TOKEN_2]"] });
    expect(tokenizer.tokenize("[SPECIAL_TOKEN_1]")).toEqual(["[SPECIAL_TOKEN_1]"]);
    expect(tokenizer.tokenize("[SPECIAL_TOKEN_2]")).toEqual(["[SPECIAL_TOKEN_2]"]);
  },
  test_split_special_tokens: ({ make }) => {
    const tokenizer = make({ split_special_tokens: true });
    const special = tokenizer.all_special_tokens[0]!;
    // CANINE's are single characters, which are tokens in any case.
    if (Array.from(special).length > 1) expect(tokenizer.tokenize(special)).not.toEqual([special]);
    expect(make().tokenize(special)).toEqual([special]);
  },
  test_training_new_tokenizer: "train_new_from_iterator has tests of its own, beside the trainers.",
  test_training_new_tokenizer_with_special_tokens_change:
    "train_new_from_iterator has tests of its own, beside the trainers.",
  test_prepare_seq2seq_batch: ({ make }) => {
    const tokenizer = make();
    const encoded = tokenizer.prepare_seq2seq_batch([TEXT, "fox"], {
      tgt_texts: ["the dog", "a"],
      max_length: 6,
      max_target_length: 4,
      return_tensors: true,
    });
    expect((encoded.input_ids as Tensor).shape).toEqual([2, 6]);
    expect((encoded.labels as Tensor).shape[0]).toBe(2);
    const labelled: BatchEncoding<unknown> = tokenizer(TEXT, { text_target: "fox" });
    expect(labelled.labels).toEqual(ids(tokenizer(null, { text_target: "fox" })));
    expect(tokenizer.as_target_tokenizer(() => tokenizer.encode("fox"))).toEqual(labelled.labels);
  },
  test_torch_encode_plus_sent_to_model: ({ make }) => {
    const tokenizer = make();
    const encoded = tokenizer([TEXT, "fox"], { padding: true, return_tensors: true });
    expect(encoded.input_ids).toBeInstanceOf(Tensor);
    expect((encoded.input_ids as unknown as Tensor).dtype).toBe("int64");
    const lists = tokenizer([TEXT, "fox"], { padding: true });
    expect((lists.convert_to_tensors().input_ids as Tensor).shape).toEqual(
      (encoded.input_ids as unknown as Tensor).shape,
    );
    expect(() => tokenizer([TEXT, "fox"]).convert_to_tensors()).toThrow(/which make no tensor/);
    const padded = tokenizer.pad(encoded as BatchEncoding<unknown>);
    expect(padded.input_ids).toBeInstanceOf(Tensor);
  },
  test_tf_encode_plus_sent_to_model: "There is one kind of tensor; see test_torch_encode_plus_sent_to_model.",
  test_np_encode_plus_sent_to_model: "There is one kind of tensor; see test_torch_encode_plus_sent_to_model.",
  test_warning_of_length: ({ make }) => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const tokenizer = make({ model_max_length: 3 });
    tokenizer(TEXT, { verbose: false });
    expect(warn).not.toHaveBeenCalled();
    tokenizer(TEXT);
    tokenizer(TEXT);
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  },
};

describe.each(Object.entries(KINDS))("%s", (_name, kind) => {
  for (const [name, check] of Object.entries(CHECKLIST)) {
    if (typeof check !== "string") it(name, () => check(kind));
  }
});

it("the checklist has every test, or the reason why not", () => {
  const entries = Object.entries(CHECKLIST);
  expect(entries.length).toBeGreaterThanOrEqual(85);
  for (const [name, check] of entries)
    if (typeof check === "string") expect(check.length, name).toBeGreaterThan(30);
});
