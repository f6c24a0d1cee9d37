import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { expect } from "vitest";
import {
  addsSpace,
  alike,
  BARE,
  cleanText,
  columns,
  type Encoded,
  expectSame,
  expectSameVocabulary,
  ids,
  inFolder,
  type Kind,
  PARAMETERS,
  rows,
  saved,
  spaced,
  TEXT,
  TEXTS,
  type TestedClass,
  warningsOf,
} from "../../../tests/support/tokenizer-kinds.js";
import { both, fast, pieces, testMixin } from "../../../tests/support/tokenizer-mixin.js";
import { AlbertTokenizer } from "../../models/albert/index.js";
import { BertTokenizer } from "../../models/bert/index.js";
import { AddedToken } from "../index.js";
import { JsonFields } from "../json.js";
import {
  type PreTrainedTokenizer,
  type PreTrainedTokenizerBase,
  PythonTokenizer,
  type SaveOptions,
  type TokenizerConfig,
} from "./index.js";
import { SPECIAL_TOKEN_NAMES } from "./special-tokens.js";

// What a tokenizer is made of, what it saves and what it is trained on. See tests/support/tokenizer-mixin.ts.

const NO_PICKLE =
  "Python's pickle has no counterpart; what is saved and read is tested by test_save_and_load_tokenizer.";

testMixin("files", {
  test_sentencepiece_tokenize_and_convert_tokens_to_string: pieces((kind) => {
    const text = "a text for the tokenizer to read.";
    const special = alike(kind, (tokenizer) => {
      const tokens = tokenizer.tokenize(text);
      expect(tokens.length).toBeGreaterThan(0);
      expect(tokenizer.convert_tokens_to_string(tokens)).toBe(text);
      return tokenizer.convert_tokens_to_string(tokenizer.all_special_tokens);
    });
    for (const token of kind.make().all_special_tokens) expect(special).toContain(token);
  }),
  test_sentencepiece_tokenize_and_decode: pieces((kind) => {
    alike(kind, (tokenizer) => {
      const encoded = ids(tokenizer(TEXT));
      return [encoded, tokenizer.decode(encoded)];
    });
  }),
  // Sampling, which changes from call to call, is refused.
  test_subword_regularization_tokenizer: pieces(({ make }) => {
    const sp_model_kwargs = { enable_sampling: true, alpha: 0.1, nbest_size: -1 };
    expect(() => make({ sp_model_kwargs })).toThrow(/sp_model_kwargs.enable_sampling is not supported/);
  }),
  test_pickle_subword_regularization_tokenizer: NO_PICKLE,
  test_save_sentencepiece_tokenizer: pieces(async (kind) => {
    const tokenizer = kind.make();
    const second = await saved(kind, tokenizer);
    const third = await saved(kind, second);
    for (const again of [second, third]) expectSame(again(TEXT), tokenizer(TEXT));
  }),
  test_model_input_names_signature: ({ make }) =>
    expect(["input_ids", "input_values"]).toContain(make().model_input_names[0]),
  test_rust_tokenizer_signature:
    "Looks at a signature: that tokenizer_file may be left out, which test_save_slow_from_fast_and_reload_fast does.",
  test_tokenizer_slow_store_full_signature: {
    of: ({ isFast, hasBoth }) => hasBoth || !isFast,
    check: (kind) => keepsParameters(kind, (name) => !/^(tokenizer|\w+_config|\w+_map)\.json$/.test(name)),
  },
  test_tokenizer_fast_store_full_signature: both((kind) =>
    keepsParameters(kind, (name) => name === "tokenizer.json"),
  ),
  test_rust_and_python_full_tokenizers: both((kind) => {
    const text = cleanText(kind.make());
    alike(kind, (tokenizer) => [tokenizer.encode(text, BARE), tokenizer.encode(text)]);
  }),
  test_save_and_load_tokenizer: savesAndReads,
  test_pickle_tokenizer: NO_PICKLE,
  // Python's pickle is JSON here.
  test_pickle_added_tokens: ({ make }) => {
    const tokenizer = make();
    const token = spaced("<t>", { single_word: true, normalized: false });
    tokenizer.add_tokens(token);
    expect(tokenizer.added_tokens_decoder.get(tokenizer.convert_tokens_to_ids("<t>"))).toEqual(token);
    const json = JSON.parse(JSON.stringify(token.toJson()));
    expect(AddedToken.fromJson(new JsonFields(json, "token"))).toEqual(token);
  },
  test_pretrained_model_lists: "There are no lists of checkpoints here.",
  test_chat_template: async (kind) => {
    const chat_template = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}";
    const chat = ["system", "user", "assistant"].map((role) => ({ role, content: "a fox" }));
    const text = "system: a fox\nuser: a fox\nassistant: a fox\n";
    const tokenizer = kind.make();
    const encoded = tokenizer.encode(text, BARE);
    expect(tokenizer.apply_chat_template(chat, { chat_template, tokenize: false })).toBe(text);
    expect(tokenizer.apply_chat_template(chat, { chat_template })).toEqual(encoded);
    tokenizer.chat_template = chat_template;
    for (const each of [tokenizer, await saved(kind, tokenizer)]) {
      expect(each.chat_template).toBe(chat_template);
      expect(each.apply_chat_template(chat, { tokenize: false })).toBe(text);
      expect(each.apply_chat_template(chat, { tokenize: true })).toEqual(encoded);
    }
  },
  test_separate_tokenizers: ({ make }) => {
    const [first, second] = [make({ random_argument: true }), make({ random_argument: false })];
    expect(first.init_kwargs.random_argument).toBe(true);
    expect(second.init_kwargs.random_argument).toBe(false);
    first.add_tokens(["separate"]);
    expect(second.added_tokens_encoder.has("separate")).toBe(false);
  },
  test_added_token_serializable: async (kind) => {
    const tokenizer = kind.make({ do_lower_case: false });
    tokenizer.add_tokens([new AddedToken("new_token", { lstrip: true })]);
    const again = await saved(kind, tokenizer);
    expect(again.added_tokens_decoder).toEqual(tokenizer.added_tokens_decoder);
  },
  test_is_fast: ({ make, isFast }) => {
    const tokenizer = make();
    expect(tokenizer.is_fast).toBe(isFast);
    expect(tokenizer("a").is_fast).toBe(isFast);
    expect(tokenizer instanceof PythonTokenizer).toBe(!isFast);
  },
  test_tokenization_python_rust_equals: both((kind) => {
    const text = `${TEXTS.join(".\n")}?! `.repeat(10);
    const cut = { max_length: 51, truncation: true } as const;
    alike(kind, (tokenizer) => [
      columns(tokenizer(text)),
      columns(tokenizer(text, { text_pair: text })),
      columns(tokenizer(text, cut)),
      columns(tokenizer(text, { ...cut, stride: 3, return_overflowing_tokens: true })),
    ]);
  }),
  test_save_pretrained: savesFiles,
  test_special_tokens_initialization_with_non_empty_additional_special_tokens: (kind) => {
    const files = kind.make().toFiles();
    const config = JSON.parse(files.get("tokenizer_config.json") as string);
    config.additional_special_tokens = ["an_additional_special_token"];
    files.set("tokenizer_config.json", JSON.stringify(config));
    const expectToken = (token: string, overrides?: TokenizerConfig) => {
      const tokenizer = kind.fromFiles(files, overrides);
      expect(tokenizer.additional_special_tokens).toContain(token);
      expect(tokenizer.added_tokens_encoder.has(token)).toBe(true);
      expect(tokenizer.convert_ids_to_tokens(tokenizer.convert_tokens_to_ids([token]))).toEqual([token]);
    };
    expectToken("an_additional_special_token");
    const token = new AddedToken("a_new_additional_special_token", { lstrip: true });
    expectToken(token.content, { additional_special_tokens: [token] });
  },
  test_training_new_tokenizer: fast((tokenizer) => {
    const trained = tokenizer.train_new_from_iterator(CORPUS, 100);
    expectTrained(trained);
    for (const pair of [false, true])
      expect(trained.num_special_tokens_to_add(pair)).toBe(tokenizer.num_special_tokens_to_add(pair));
    expect(trained.max_len_single_sentence).toBe(tokenizer.max_len_single_sentence);
    expect(trained.max_len_sentences_pair).toBe(tokenizer.max_len_sentences_pair);
    expect(trained.all_special_tokens_extended).toEqual(tokenizer.all_special_tokens_extended);
    expect(trained.special_tokens_map).toEqual(tokenizer.special_tokens_map);
  }),
  test_training_new_tokenizer_with_special_tokens_change: fast(trainsWithOtherNames),
  test_tokenizer_mismatch_warning: (kind) => {
    const files = kind.make().toFiles();
    expect(warningsOf(() => kind.fromFiles(files))).toEqual([]);
    const Other: TestedClass = kind.name === "BertTokenizer" ? AlbertTokenizer : BertTokenizer;
    const warnings = warningsOf(() => {
      try {
        Other.fromFiles(files);
      } catch {
        // Some kinds have no files that it could read; that they are another's is said before.
      }
    });
    const { tokenizer_class } = JSON.parse(files.get("tokenizer_config.json") as string);
    expect(warnings).toEqual([
      expect.stringContaining(`those of ${tokenizer_class}, and ${Other.name} reads them`),
    ]);
  },
  test_saving_tokenizer_trainer: "Belongs to the Trainer, which saves tokenizers; its own tests will.",
  test_save_slow_from_fast_and_reload_fast: both((kind) => {
    const tokenizer = kind.make();
    const encoded = tokenizer.encode(TEXT);
    const pipeline = kind.fromFiles(tokenizer.toFiles({ legacy_format: false }));
    const vocabulary = kind.fromFiles(kind.make().toFiles({ legacy_format: true }));
    const again = kind.fromFiles(vocabulary.toFiles());
    for (const each of [pipeline, vocabulary, again]) expect(each.encode(TEXT)).toEqual(encoded);
  }),
  test_clean_up_tokenization_spaces: cleansUp,
  test_added_tokens_serialization: async (kind) => {
    const eos_token = new AddedToken("[NEW_EOS]", { lstrip: true, normalized: false, special: true });
    const expected = alike(kind, ({ added_tokens_decoder }) => [...added_tokens_decoder], { eos_token });
    const check = (tokenizer: PreTrainedTokenizerBase) => {
      expect(tokenizer.special_tokens_map_extended.eos_token).toEqual(eos_token);
      expect(tokenizer.additional_special_tokens).not.toContain("[NEW_EOS]");
      expect(tokenizer.added_tokens_decoder.get(tokenizer.eos_token_id!)).toEqual(eos_token);
      expect([...tokenizer.added_tokens_decoder]).toEqual(expected);
    };
    const tokenizer = kind.make({ eos_token });
    check(tokenizer);
    for (const legacy_format of kind.hasBoth ? [true, false, null] : [null]) {
      const again = await saved(kind, tokenizer, { legacy_format });
      check(again);
      check(await saved(kind, again));
    }
  },
});

/** Files alone, of which no configuration says anything, make a tokenizer whose fields are the family's defaults. */
function keepsParameters(kind: Kind, isRead: (name: string) => boolean): void {
  const files = [...kind.make().toFiles()].filter(([name]) => isRead(name));
  const { init_kwargs } = kind.fromFiles(new Map(files));
  expect(Object.keys(init_kwargs)).toEqual(expect.arrayContaining(PARAMETERS[kind.name]!.split(" ")));
}

async function savesAndReads(kind: Kind): Promise<void> {
  const text = " She is glad, UNseén,running bim bambam";
  const expectSame = (one: PreTrainedTokenizerBase, other: PreTrainedTokenizerBase) => {
    expect(one.encode(text, BARE)).toEqual(other.encode(text, BARE));
    expectSameVocabulary(one, other);
  };
  const plain = kind.make();
  expect(plain.model_max_length).not.toBe(42);
  expectSame(await saved(kind, plain), plain);
  for (const legacy_format of kind.isFast ? [null, false] : [null]) {
    const tokenizer = kind.make({ model_max_length: 42 });
    tokenizer.add_tokens(["bim", "bambam"]);
    tokenizer.add_special_tokens(
      { additional_special_tokens: [...tokenizer.additional_special_tokens, "new_additional_special_token"] },
      { replace_additional_special_tokens: false },
    );
    const again = await saved(kind, tokenizer, { legacy_format });
    expectSame(again, tokenizer);
    expect([...again.added_tokens_encoder.keys()]).toEqual(expect.arrayContaining(["bim", "bambam"]));
    expect(again.additional_special_tokens).toContain("new_additional_special_token");
    expect(again.model_max_length).toBe(42);
    const other = await saved(kind, tokenizer, { legacy_format, model_max_length: 43 });
    expect(other.model_max_length).toBe(43);
  }
}

async function savesFiles(kind: Kind): Promise<void> {
  const tokenizer = kind.make();
  for (const legacy_format of kind.hasBoth ? [null, true, false] : [null]) {
    await inFolder(async (folder) => {
      const paths = await tokenizer.save_pretrained(folder, { legacy_format });
      const names = paths.map((path) => basename(path)).sort();
      expect(names).toEqual((await readdir(folder)).sort());
      expect(names.includes("tokenizer.json")).toBe(kind.isFast && legacy_format !== true);
      for (const name of names.filter((each) => /^(special|tokenizer).*\.json$/.test(each))) {
        const lines = (await readFile(join(folder, name), "utf8")).trimEnd().split("\n");
        expect([lines[0], lines.at(-1)], name).toEqual(["{", "}"]);
        expect(lines[1], name).toMatch(/^ {2}"/);
      }
      const again = await kind.read(folder);
      expect(again.special_tokens_map).toEqual(tokenizer.special_tokens_map);
      expect(again.all_special_ids).toEqual(tokenizer.all_special_ids);
    });
  }
  const names = (options: SaveOptions) => [...tokenizer.toFiles(options).keys()].sort();
  expect(names({ filename_prefix: "my" })).toEqual(names({}).map((name) => `my-${name}`));
  if (kind.hasBoth) {
    const vocabulary = names({ legacy_format: true });
    expect(names({})).toEqual([...vocabulary, "tokenizer.json"].sort());
    const further = names({ legacy_format: false }).filter((name) => !vocabulary.includes(name));
    expect(further).toEqual(["tokenizer.json"]);
  } else {
    expect(() => tokenizer.toFiles({ legacy_format: kind.isFast })).toThrow(/leaves nothing to save/);
  }
}

const CORPUS = [
  ["a fox is in the garden.", "a dog is in the house."],
  ["the garden (of 3 or 12 #) is behind the house.", "not this one."],
];

/** Expects that a tokenizer that was trained on the corpus reads what it has not seen. */
function expectTrained(tokenizer: PreTrainedTokenizer): void {
  const text = "a dog is in the garden";
  const encoded: Encoded = tokenizer([text, "this garden is different 🤗."]);
  expect(rows(encoded)).toHaveLength(2);
  const space = addsSpace(tokenizer) ? " " : "";
  expect(tokenizer.decode(rows(encoded)[0]!, { skip_special_tokens: true })).toBe(space + text);
}

function trainsWithOtherNames(tokenizer: PreTrainedTokenizer): void {
  const { cls_token } = tokenizer;
  if (cls_token !== null) {
    const special_tokens_map = { [cls_token]: "<cls>" };
    const trained = tokenizer.train_new_from_iterator(CORPUS, 100, { special_tokens_map });
    expect(trained.cls_token).toBe("<cls>");
    expect(trained.cls_token_id).toBe(trained.get_vocab().get("<cls>"));
  }
  const named = SPECIAL_TOKEN_NAMES.filter((name) => tokenizer[name] !== null);
  const renamed = named.map((name) => [tokenizer[name]!, `${tokenizer[name]}a`] as const);
  const special_tokens_map: Record<string, string> = Object.fromEntries(renamed);
  const trained = tokenizer.train_new_from_iterator(CORPUS, 100, { special_tokens_map });
  for (const name of named) {
    expect(trained[name]).toBe(`${tokenizer[name]}a`);
    expect(trained[`${name}_id`]).toBe(trained.get_vocab().get(`${tokenizer[name]}a`));
  }
  expect(trained.all_special_tokens_extended).toEqual(
    tokenizer.all_special_tokens_extended.map(
      (token) => new AddedToken(special_tokens_map[token.content] ?? token.content, token.toJson()),
    ),
  );
  expectTrained(trained);
}

async function cleansUp(kind: Kind): Promise<void> {
  const tokenizer = kind.make({ clean_up_tokenization_spaces: true });
  const text = "a . b";
  const encoded = tokenizer.encode(text, BARE);
  const plain = tokenizer.decode(encoded, { clean_up_tokenization_spaces: false });
  expect(tokenizer.decode(encoded)).toBe(plain.replace(" .", "."));
  tokenizer.clean_up_tokenization_spaces = false;
  const again = await saved(kind, tokenizer);
  for (const each of [tokenizer, again]) {
    expect(each.clean_up_tokenization_spaces).toBe(false);
    expect(each.decode(encoded)).toBe(plain);
    each.clean_up_tokenization_spaces = true;
    expect(each.decode(encoded)).toBe(plain.replace(" .", "."));
  }
  if (kind.name !== "BertTokenizer") return;
  const bert = tokenizer.encode("It isn't so! We'll see.");
  expect(tokenizer.decode(bert)).toBe("[CLS] it isn't so! we'll see. [SEP]");
  // The decoder of a pipeline does a part of it.
  expect(tokenizer.decode(bert, { clean_up_tokenization_spaces: false })).toBe(
    "[CLS] it isn ' t so! we ' ll see. [SEP]",
  );
}
