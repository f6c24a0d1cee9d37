import { expect } from "vitest";
import {
  alike,
  BARE,
  bareIds,
  cleanText,
  columns,
  type Encoded,
  examples,
  ids,
  type Kind,
  PAIR,
  saved,
  spaced,
  TEXT,
} from "../../../tests/support/tokenizer-kinds.js";
import { both, fast, testMixin } from "../../../tests/support/tokenizer-mixin.js";
import { AddedToken } from "../index.js";
import {
  type CallOptions,
  PreTrainedTokenizer,
  type PreTrainedTokenizerBase,
  type PythonDecodeOptions,
  PythonTokenizer,
} from "./index.js";
import { SPECIAL_TOKEN_NAMES } from "./special-tokens.js";

// Special tokens, added ones, and where tokens stand in texts. See tests/support/tokenizer-mixin.ts.

testMixin("tokens", {
  test_tokenize_special_tokens: ({ make }) => {
    const tokenizer = make({ do_lower_case: true });
    tokenizer.add_tokens(["[SPECIAL_TOKEN_1]"], { special_tokens: true });
    tokenizer.add_special_tokens(
      { additional_special_tokens: ["[SPECIAL_TOKEN_2]"] },
      { replace_additional_special_tokens: false },
    );
    for (const token of ["[SPECIAL_TOKEN_1]", "[SPECIAL_TOKEN_2]"]) {
      expect(tokenizer.tokenize(token)).toEqual([token]);
      expect(tokenizer.added_tokens_decoder.get(tokenizer.convert_tokens_to_ids(token))?.special).toBe(true);
    }
  },
  test_tokenizers_common_properties: ({ make }) => {
    const tokenizer = make();
    for (const name of SPECIAL_TOKEN_NAMES) expect(name in tokenizer && `${name}_id` in tokenizer).toBe(true);
    const { additional_special_tokens, additional_special_tokens_ids } = tokenizer;
    expect(additional_special_tokens_ids).toHaveLength(additional_special_tokens.length);
    expect(tokenizer.all_special_ids).toHaveLength(tokenizer.all_special_tokens.length);
    for (const name of ["model_max_length", "init_kwargs", "added_tokens_encoder", "added_tokens_decoder"])
      expect(name in tokenizer).toBe(true);
  },
  test_tokenizers_common_ids_setters: ({ make }) => {
    const tokenizer = make();
    const id = tokenizer.encode("a", BARE)[0]!;
    const token = tokenizer.convert_ids_to_tokens(id);
    for (const name of SPECIAL_TOKEN_NAMES) {
      tokenizer[`${name}_id`] = null;
      expect([tokenizer[name], tokenizer[`${name}_id`]]).toEqual([null, null]);
      tokenizer[`${name}_id`] = id;
      expect([tokenizer[name], tokenizer[`${name}_id`]]).toEqual([token, id]);
    }
    tokenizer.additional_special_tokens_ids = [];
    expect(tokenizer.additional_special_tokens).toEqual([]);
    expect(tokenizer.additional_special_tokens_ids).toEqual([]);
    tokenizer.additional_special_tokens_ids = [id];
    expect(tokenizer.additional_special_tokens).toEqual([token]);
    expect(tokenizer.additional_special_tokens_ids).toEqual([id]);
  },
  test_tokenizers_special_tokens_properties_unset: ({ make }) => {
    const tokenizer = make();
    for (const name of SPECIAL_TOKEN_NAMES) {
      tokenizer[name] = null;
      expect([tokenizer[name], tokenizer[`${name}_id`]]).toEqual([null, null]);
    }
    // Python has None in place of an empty list.
    tokenizer.additional_special_tokens = null;
    expect(tokenizer.additional_special_tokens).toEqual([]);
    expect(tokenizer.all_special_tokens).toEqual([]);
  },
  test_added_tokens_do_lower_case: addsTokensOfEitherCase,
  test_add_tokens_tokenizer: findsAddedTokens,
  test_add_special_tokens: ({ make }) => {
    const tokenizer = make({ do_lower_case: false });
    const text = cleanText(tokenizer);
    const bare = tokenizer.encode(text, BARE);
    tokenizer.add_special_tokens({ cls_token: spaced("[SPECIAL_TOKEN]") });
    const special = tokenizer.encode("[SPECIAL_TOKEN]", BARE);
    expect(special).toEqual([tokenizer.cls_token_id]);
    const joined = tokenizer.decode([...bare, ...special], { clean_up_tokenization_spaces: false });
    const encoded = tokenizer.encode(joined, BARE);
    expect(encoded).toEqual([...tokenizer.encode(text, BARE), ...special]);
    expect(tokenizer.decode(encoded, { skip_special_tokens: true })).not.toContain("[SPECIAL_TOKEN]");
  },
  test_internal_consistency: ({ make }) => {
    const tokenizer = make();
    const text = cleanText(tokenizer);
    const tokens = tokenizer.tokenize(text);
    const encoded = tokenizer.encode(text, BARE);
    expect(tokens.length).toBeGreaterThan(0);
    expect(tokenizer.convert_tokens_to_ids(tokens)).toEqual(encoded);
    expect(tokenizer.convert_ids_to_tokens(encoded)).toEqual(tokens);
    expect(tokenizer.decode(encoded)).toBe(text);
  },
  test_encode_decode_with_spaces: ({ make }) => {
    const tokenizer = make({ do_lower_case: false });
    const contents = ["[ABC]", "[DEF]", "[ABC]", "GHI IHG", "[DEF]"];
    tokenizer.add_tokens(contents.map((content) => spaced(content)));
    tokenizer.add_tokens([new AddedToken("[SAMPLE]", { normalized: true })], { special_tokens: true });
    const encoded = tokenizer.encode(contents.join(""), BARE);
    expect(encoded).toHaveLength(contents.length);
    // A pipeline puts spaces where its decoder does.
    const bare = (text: string) => text.replaceAll(" ", "").toLowerCase();
    expect(bare(tokenizer.decode(encoded))).toBe(bare(contents.join("")));
    if (!(tokenizer instanceof PythonTokenizer)) return;
    const decode = (spaces_between_special_tokens: boolean) => {
      const options: PythonDecodeOptions = { spaces_between_special_tokens };
      return tokenizer.decode(encoded, options);
    };
    expect([decode(true), decode(false)]).toEqual([contents.join(" "), contents.join("")]);
  },
  test_mask_output: {
    of: ({ make }) => make().model_input_names.includes("token_type_ids"),
    check: ({ make }) => {
      const encoded = make()(TEXT, { text_pair: PAIR });
      expect(encoded.token_type_ids).toHaveLength(ids(encoded).length);
      expect(new Set(encoded.token_type_ids as number[])).toEqual(new Set([0, 1]));
    },
  },
  test_token_type_ids: ({ make }) => {
    const encoded = make()(TEXT, { return_token_type_ids: true });
    expect(encoded.token_type_ids).toHaveLength(ids(encoded).length);
    expect(encoded.token_type_ids).toContain(0);
    expect(make()(TEXT, { return_token_type_ids: false })).not.toHaveProperty("token_type_ids");
  },
  test_sequence_ids: fast((tokenizer) => {
    const encoded = (text_pair: string | null): Encoded => tokenizer(TEXT, { text_pair });
    expect(encoded(null).sequence_ids()).toContain(0);
    const found = encoded(PAIR).sequence_ids();
    expect(found).toEqual(expect.arrayContaining([0, 1]));
    expect(found.filter((each) => each === null)).toHaveLength(tokenizer.num_special_tokens_to_add(true));
  }),
  test_number_of_added_tokens: ({ make }) => {
    const tokenizer = make({ do_lower_case: false });
    const count = (text_pair: string | null, add_special_tokens: boolean) =>
      tokenizer.encode(TEXT, { text_pair, add_special_tokens }).length;
    expect(count(PAIR, true) - count(PAIR, false)).toBe(tokenizer.num_special_tokens_to_add(true));
    expect(count(null, true) - count(null, false)).toBe(tokenizer.num_special_tokens_to_add());
  },
  test_special_tokens_mask: (kind) => masksSpecialTokens(kind, null),
  test_special_tokens_mask_input_pairs: (kind) => masksSpecialTokens(kind, PAIR),
  test_get_vocab: ({ make }) => {
    const tokenizer = make({ do_lower_case: false });
    const vocab = tokenizer.get_vocab();
    expect(vocab).toBeInstanceOf(Map);
    expect(tokenizer.length).toBeGreaterThanOrEqual(vocab.size);
    const tokens = () =>
      tokenizer.convert_ids_to_tokens(Array.from({ length: tokenizer.length }, (_, i) => i));
    expect(tokens()).toHaveLength(tokenizer.length);
    tokenizer.add_tokens(["asdfasdfasdfasdf"]);
    expect(tokenizer.get_vocab().size).toBe(vocab.size + 1);
    expect(tokens()).toHaveLength(tokenizer.length);
  },
  test_conversion_reversible: ({ make }) => {
    const tokenizer = make({ do_lower_case: false });
    const { unk_token } = tokenizer;
    const broken = [...tokenizer.get_vocab()].filter(
      ([word, id]) =>
        word !== unk_token &&
        (tokenizer.convert_tokens_to_ids(word) !== id || tokenizer.convert_ids_to_tokens(id) !== word),
    );
    expect(broken).toEqual([]);
  },
  test_added_token_are_matched_longest_first: ({ make }) => {
    for (const contents of [
      ["extra_id_1", "extra_id_100"],
      ["extra_id_100", "extra_id_1"],
    ]) {
      const tokenizer = make();
      expect(tokenizer.tokenize("some extra_id_100")).not.toContain("extra_id_100");
      for (const content of contents) tokenizer.add_tokens([new AddedToken(content)]);
      expect(tokenizer.tokenize("some extra_id_100")).toContain("extra_id_100");
    }
  },
  test_alignement_methods: fast(alignsTexts),
  test_num_special_tokens_to_add_equal: both((kind) => {
    alike(kind, (tokenizer) => [false, true].map((pair) => tokenizer.num_special_tokens_to_add(pair)));
  }),
  test_special_tokens_map_equal: both((kind) => {
    alike(kind, (tokenizer) => Object.entries(tokenizer.special_tokens_map));
  }),
  test_add_tokens: ({ make }) => {
    const tokenizer = make();
    const { length } = tokenizer;
    expect(tokenizer.add_tokens("")).toBe(0);
    expect(tokenizer.add_tokens("testoken")).toBe(1);
    expect(tokenizer.add_tokens(["testoken1", "testtoken2"])).toBe(2);
    expect(tokenizer.length).toBe(length + 3);
    expect(tokenizer.add_special_tokens({})).toBe(0);
    expect(tokenizer.add_special_tokens({ bos_token: "[BOS]", eos_token: "[EOS]" })).toBe(2);
    const further = (additional_special_tokens: string[]) =>
      tokenizer.add_special_tokens({ additional_special_tokens });
    expect(() => further("<testtoken1>" as unknown as string[])).toThrow(/must be a list/);
    expect(further(["<testtoken2>"])).toBe(1);
    expect(further(["<testtoken3>", "<testtoken4>"])).toBe(2);
    expect(tokenizer.special_tokens_map.additional_special_tokens).toEqual(["<testtoken3>", "<testtoken4>"]);
    expect(tokenizer.length).toBe(length + 8);
  },
  test_offsets_mapping: fast((tokenizer) => {
    for (const text_pair of [null, PAIR]) {
      const call = { text_pair, return_offsets_mapping: true, return_special_tokens_mask: true } as const;
      const encoded = tokenizer(TEXT, call);
      expect(encoded.offset_mapping).toHaveLength(ids(encoded).length);
      const special = (encoded.special_tokens_mask as number[]).reduce((sum, each) => sum + each, 0);
      expect(special).toBe(tokenizer.num_special_tokens_to_add(text_pair !== null));
    }
    // What Python counts is told apart from what JavaScript does.
    const ends = (offset_unit: "utf16" | "codepoint") => {
      const encoded = tokenizer("a 😀 fox", { return_offsets_mapping: true, offset_unit, ...BARE });
      return (encoded.offset_mapping as [number, number][]).at(-1)![1];
    };
    expect([ends("utf16"), ends("codepoint")]).toEqual([8, 7]);
    expect(() => tokenizer("a", { offset_unit: "bytes" as "utf16" })).toThrow(/offset_unit must be/);
  }),
  test_create_token_type_ids: (kind) => {
    const some = [1, 2, 3];
    const types = alike(kind, (tokenizer) =>
      [null, some].map((pair) => tokenizer.create_token_type_ids_from_sequences(some, pair)),
    );
    const tokenizer = kind.make();
    expect(types.map(({ length }) => length)).toEqual(
      [null, some].map((pair) => tokenizer.build_inputs_with_special_tokens(some, pair).length),
    );
    expect(tokenizer.create_token_type_ids_from_sequences(...bareIds(tokenizer))).toEqual(
      tokenizer(TEXT, { text_pair: PAIR, return_token_type_ids: true }).token_type_ids,
    );
  },
  test_build_inputs_with_special_tokens: (kind) => {
    alike(kind, (tokenizer) => {
      const [first, second] = bareIds(tokenizer);
      const built = [null, second].map((pair) => tokenizer.build_inputs_with_special_tokens(first, pair));
      expect(built).toEqual([tokenizer.encode(TEXT), tokenizer.encode(TEXT, { text_pair: PAIR })]);
      return built;
    });
  },
  test_embeded_special_tokens: (kind) => {
    const sentence = "A <mask>, and a fox.";
    alike(kind, (tokenizer) => {
      const encoded = columns(tokenizer(sentence));
      return [encoded, tokenizer.convert_ids_to_tokens(encoded.input_ids as number[])];
    });
    const tokenizer = kind.make();
    const special = tokenizer.all_special_tokens[0]!;
    const tokens = tokenizer.tokenize(`A ${special}, and a fox.`);
    expect(tokens.filter((token) => token === special)).toHaveLength(1);
  },
  test_compare_add_special_tokens: ({ make }) => {
    const tokenizer = make();
    const count = tokenizer.num_special_tokens_to_add();
    const lengths = (encoded: Encoded) => Object.values(columns(encoded)).map((values) => values.length);
    for (const text of ["", " "]) {
      const { length } = tokenizer.encode(text, BARE);
      expect(tokenizer.encode(text)).toHaveLength(length + count);
      expect(new Set(lengths(tokenizer.encode_plus(text)))).toEqual(new Set([length + count]));
      for (const example of examples(tokenizer.batch_encode_plus([text, text])))
        for (const values of Object.values(example)) expect(values).toHaveLength(length + count);
      if (!(tokenizer instanceof PreTrainedTokenizer)) continue;
      expect(tokenizer.tokenize(text)).toHaveLength(length);
      expect(tokenizer.tokenize(text, { add_special_tokens: true })).toHaveLength(length + count);
    }
  },
  test_special_tokens_initialization: (kind) => {
    const additional_special_tokens = [new AddedToken("<special>", { lstrip: true, special: true })];
    const encode = (tokenizer: PreTrainedTokenizerBase) => {
      const encoded = tokenizer.encode("This is a <special> token");
      expect(encoded).toContain(tokenizer.encode("<special>", BARE)[0]);
      return encoded;
    };
    expect(encode(kind.make({ additional_special_tokens }))).toEqual(
      alike(kind, encode, { additional_special_tokens }),
    );
  },
  test_convert_tokens_to_string_format: ({ make }) =>
    expect(typeof make().convert_tokens_to_string(["this", "is", "a", "test"])).toBe("string"),
  test_split_special_tokens: ({ make }) => {
    const tokenizer = make();
    const content = "[SPECIAL_TOKEN]";
    const token = spaced(content, { normalized: true, special: true });
    tokenizer.add_special_tokens({ additional_special_tokens: [token] });
    const id = tokenizer.convert_tokens_to_ids(content);
    expect(tokenizer.encode(content, BARE)).toEqual([id]);
    // A pipeline does it for all calls.
    const split = { split_special_tokens: true };
    const isFast = tokenizer instanceof PreTrainedTokenizer;
    if (isFast) Object.assign(tokenizer, split);
    const call: CallOptions = isFast ? BARE : Object.assign(split, BARE);
    const encoded = tokenizer.encode(content, call) as number[];
    expect(encoded.length).toBeGreaterThan(0);
    expect(encoded).not.toContain(id);
  },
  test_special_token_addition: async (kind) => {
    const first = kind.make();
    first.add_special_tokens({ additional_special_tokens: ["<tok>"] });
    for (const tokenizer of [kind.make(), await saved(kind, first)]) {
      const add = (additional_special_tokens: string[], replace_additional_special_tokens = true) => {
        tokenizer.add_special_tokens({ additional_special_tokens }, { replace_additional_special_tokens });
        return tokenizer.additional_special_tokens;
      };
      expect(add(["<tok>"])).toEqual(["<tok>"]);
      expect(add(["<tok>", "<other>"])).toEqual(["<tok>", "<other>"]);
      expect(add(["<other>", "<another>"])).toEqual(["<other>", "<another>"]);
      expect(add(["<tok>"], false)).toEqual(["<other>", "<another>", "<tok>"]);
      expect(tokenizer.tokenize("<tok>")).toEqual(["<tok>"]);
    }
  },
});

function addsTokensOfEitherCase({ make }: Kind): void {
  const tokenizer = make({ do_lower_case: true });
  const lowers = tokenizer.tokenize("FOX").join() === tokenizer.tokenize("fox").join();
  const special = tokenizer.all_special_tokens[0]!;
  const small = `${special} foofoo barbar low bazbazbaz l ${special}`;
  const large = `${special} FOOFOO BARBAR low BAZBAZBAZ l ${special}`;
  const before = tokenizer.tokenize(small);
  const contents = ["foofoo barbar", "bazbazbaz", "FOOFOO BARBAR", "BAZBAZBAZ"];
  expect([2, 4]).toContain(tokenizer.add_tokens(contents.map((content) => spaced(content))));
  const [ofSmall, ofLarge] = [small, large].map((text) => tokenizer.tokenize(text)) as [string[], string[]];
  expect(ofSmall.length).toBeLessThan(before.length);
  if (lowers) expect(ofLarge).toEqual(ofSmall);
  else {
    expect(ofLarge).toHaveLength(ofSmall.length);
    expect(ofLarge[1]).not.toBe(ofSmall[1]);
  }
  const found = tokenizer.tokenize(`A ${tokenizer.all_special_tokens.join(" yEs ")} B`).join("");
  for (const token of tokenizer.all_special_tokens) expect(found).toContain(token);
}

function findsAddedTokens({ make }: Kind): void {
  const tokenizer = make({ do_lower_case: false });
  const { vocab_size, length } = tokenizer;
  expect(vocab_size).toBeGreaterThan(0);
  expect(tokenizer.add_tokens([spaced("foofoo barbar"), spaced("bazbazbaz")])).toBe(2);
  expect([tokenizer.vocab_size, tokenizer.length]).toEqual([vocab_size, length + 2]);
  const added = (text: string) => tokenizer.encode(text, BARE).filter((id) => id >= length);
  expect(tokenizer.encode("foofoo barbar low bazbazbaz l", BARE)[0]).toBe(length);
  expect(added("foofoo barbar low bazbazbaz l")).toEqual([length, length + 1]);
  const [eos, pad] = [">>|||<||<<|<<", "<<<|||>|>>>>|>"] as const;
  expect(tokenizer.add_special_tokens({ eos_token: spaced(eos), pad_token: spaced(pad) })).toBe(2);
  expect([tokenizer.vocab_size, tokenizer.length]).toEqual([vocab_size, length + 4]);
  expect([tokenizer.eos_token_id, tokenizer.pad_token_id]).toEqual([length + 2, length + 3]);
  const order = [length + 2, length, length + 1, length + 3];
  expect(added(`${eos} foofoo barbar low bazbazbaz ${pad} l`)).toEqual(order);
}

function masksSpecialTokens({ make }: Kind, text_pair: string | null): void {
  const tokenizer = make({ do_lower_case: false });
  const encoded = tokenizer.encode_plus(TEXT, { text_pair, return_special_tokens_mask: true });
  const mask = encoded.special_tokens_mask as number[];
  expect(mask).toHaveLength(ids(encoded).length);
  const bare = tokenizer.encode_plus(TEXT, { text_pair, ...BARE });
  expect(ids(encoded).filter((_, i) => mask[i] === 0)).toEqual(ids(bare));
  expect(tokenizer.get_special_tokens_mask(ids(encoded), { already_has_special_tokens: true })).toEqual(mask);
}

/** Words that two texts share lie where each text has them. */
function alignsTexts(tokenizer: PreTrainedTokenizer): void {
  const words = ["unaffordable", "the", "fox", "house", "with", "jumping"];
  const pairWords = ["lazy", "house", "full", "of", "fox"];
  const [text, pair] = [words.join(" "), pairWords.join(" ")];
  const one: Encoded = tokenizer.encode_plus(text, BARE);
  const several: Encoded = tokenizer.batch_encode_plus([text, text, text], BARE);
  const last = { word: words.length - 1, token: ids(one).length - 1, char: text.length - 1 };
  for (const [encoded, row] of [
    [one, 0],
    [several, 2],
  ] as const) {
    expect(encoded.tokens(row)).toHaveLength(last.token + 1);
    expect(encoded.words(row)).toEqual(encoded.word_ids(row));
    expect(new Set(encoded.word_ids(row))).toEqual(new Set(words.keys()));
    expect([encoded.token_to_word(row, 0), encoded.token_to_word(row, last.token)]).toEqual([0, last.word]);
    expect(encoded.word_to_tokens(row, 0)?.start).toBe(0);
    expect(encoded.word_to_tokens(row, last.word)?.end).toBe(last.token + 1);
    expect(encoded.token_to_chars(row, 0)?.start).toBe(0);
    expect(encoded.token_to_chars(row, last.token)?.end).toBe(last.char + 1);
    expect([encoded.char_to_token(row, 0), encoded.char_to_token(row, last.char)]).toEqual([0, last.token]);
    expect([encoded.char_to_word(row, 0), encoded.char_to_word(row, last.char)]).toEqual([0, last.word]);
    expect(encoded.word_to_chars(row, 0)?.start).toBe(0);
    expect(encoded.word_to_chars(row, last.word)?.end).toBe(last.char + 1);
    expect(encoded.token_to_sequence(row, last.token >> 1)).toBe(0);
  }
  // The row may be left out where there is one text, and tokens counted from the end.
  const wordOf = (token: number) => one.token_to_word(token);
  expect([0, last.token, -1].map(wordOf)).toEqual([0, last.word, last.word]);
  expect(one.word_to_tokens(last.word)).toEqual(one.word_to_tokens(0, last.word));
  expect(one.token_to_chars(last.token)).toEqual(one.token_to_chars(0, last.token));
  expect(one.char_to_token(last.char)).toBe(last.token);
  expect(one.char_to_word(last.char)).toBe(last.word);
  expect(one.word_to_chars(last.word)).toEqual(one.word_to_chars(0, last.word));
  expect(one.token_to_sequence(last.token >> 1)).toBe(0);

  // A word that both texts of a pair have.
  const call = { ...BARE, text_pair: pair } as const;
  const pairs = tokenizer([text, text], { ...BARE, text_pair: [pair, pair] });
  for (const [encoded, row] of [
    [tokenizer(text, call), 0],
    [pairs, 1],
  ] as const) {
    const [first, second] = [words, pairWords].map((list, sequence) => {
      const place = list.join(" ").indexOf("fox");
      const word = list.indexOf("fox");
      expect(encoded.char_to_word(row, place, sequence)).toBe(word);
      return [
        encoded.word_to_chars(row, word, sequence)!.start,
        encoded.word_to_tokens(row, word, sequence)!.start,
        encoded.char_to_token(row, place, sequence)!,
      ];
    }) as [number[], number[]];
    const all = tokenizer.encode(text, call);
    for (const [i, each] of first.entries()) expect(each).not.toBe(second[i]);
    expect(text[first[0]!]).toBe(pair[second[0]!]);
    expect(first.slice(1).map((token) => all[token])).toEqual(second.slice(1).map((token) => all[token]));
  }
  const framed: Encoded = tokenizer.encode_plus(text, { text_pair: pair });
  const sequences = ids(framed).map((_, token) => framed.token_to_sequence(token));
  expect(sequences).toEqual(framed.sequence_ids());
  expect(sequences).toEqual(expect.arrayContaining([0, 1]));
  expect(sequences.filter((each) => each === null)).toHaveLength(tokenizer.num_special_tokens_to_add(true));
}
