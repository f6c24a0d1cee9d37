import { expect } from "vitest";
import {
  addsSpace,
  alike,
  BARE,
  bareIds,
  cleanText,
  columns,
  type Encoded,
  examples,
  expectSame,
  ids,
  type Kind,
  PAIR,
  padding,
  rows,
  SIDES,
  TEXT,
  TEXTS,
  warningsOf,
} from "../../../tests/support/tokenizer-kinds.js";
import { both, fast, testMixin } from "../../../tests/support/tokenizer-mixin.js";
import { BertConfig, BertModel } from "../../models/bert/index.js";
import type { Tensor } from "../../tensor/index.js";
import type { BatchEncoding, CallOptions, PreTrainedTokenizerBase, TextInput } from "./index.js";

// Calls: what they take, cut off and fill up. See tests/support/tokenizer-mixin.ts.

const ONE_TENSOR = "There is one kind of tensor; see test_torch_encode_plus_sent_to_model.";

testMixin("calls", {
  test_maximum_encoding_length_single_input: cutsOneText,
  test_maximum_encoding_length_pair_input: cutsPairs,
  test_padding_side_in_kwargs: ({ make }) => {
    for (const side of SIDES) expect(make({ padding_side: side }).padding_side).toBe(side);
    expect(() => make({ padding_side: "unauthorized" as "left" })).toThrow(/padding_side must be/);
  },
  test_truncation_side_in_kwargs: ({ make }) => {
    for (const side of SIDES) expect(make({ truncation_side: side }).truncation_side).toBe(side);
    expect(() => make({ truncation_side: "unauthorized" as "left" })).toThrow(/truncation_side must be/);
  },
  test_right_and_left_padding: ({ make }) => {
    const tokenizer = padding(make({ do_lower_case: false }));
    const plain = tokenizer.encode(TEXT);
    const filler = new Array(10).fill(tokenizer.pad_token_id);
    const max_length = plain.length + filler.length;
    for (const side of SIDES) {
      tokenizer.padding_side = side;
      expect(tokenizer.encode(TEXT, { padding: "max_length", max_length })).toEqual(
        side === "right" ? [...plain, ...filler] : [...filler, ...plain],
      );
      for (const padding of [true, "longest", false] as const)
        expect(tokenizer.encode(TEXT, { padding })).toEqual(plain);
    }
  },
  test_right_and_left_truncation: ({ make }) => {
    const tokenizer = make({ do_lower_case: false });
    const plain = tokenizer.encode(TEXT, BARE);
    for (const side of SIDES) {
      tokenizer.truncation_side = side;
      expect(tokenizer.encode(TEXT, { ...BARE, truncation: true, max_length: plain.length - 3 })).toEqual(
        side === "right" ? plain.slice(0, -3) : plain.slice(3),
      );
      for (const truncation of [true, "longest_first", false] as const)
        expect(tokenizer.encode(TEXT, { ...BARE, truncation })).toEqual(plain);
      expect(tokenizer.encode(TEXT, BARE)).toEqual(plain);
    }
  },
  // The deprecated option is refused, naming the one in its place.
  test_padding_to_max_length: ({ make }) => {
    const tokenizer = padding(make({ do_lower_case: false }));
    const plain = tokenizer.encode(TEXT);
    const max_length = plain.length + 10;
    expect(() => tokenizer.encode(TEXT, { max_length, pad_to_max_length: true } as CallOptions)).toThrow(
      /pad_to_max_length is not supported; use padding: "max_length"/,
    );
    tokenizer.padding_side = "right";
    expect(tokenizer.encode(TEXT, { max_length, padding: "max_length" })).toEqual([
      ...plain,
      ...new Array(10).fill(tokenizer.pad_token_id),
    ]);
  },
  test_padding_to_multiple_of: ({ make }) => {
    const tokenizer = padding(make());
    const multiple = { padding: true, pad_to_multiple_of: 8 } as const;
    for (const text of ["", "a fox", TEXT])
      for (const further of [{}, { truncation: true }])
        for (const column of Object.values(columns(tokenizer(text, { ...multiple, ...further }))))
          expect(column.length % 8).toBe(0);
    // Python ignores it where nothing is padded.
    expect(() => tokenizer("a", { pad_to_multiple_of: 8 })).toThrow(/no effect without padding/);
    expect(() => tokenizer("a", { ...multiple, truncation: true, max_length: 12 })).toThrow(/a multiple of/);
  },
  test_padding_with_attention_mask: ({ make }) => {
    const tokenizer = padding(make());
    const features = [
      { input_ids: [1, 2, 3, 4, 5, 6], attention_mask: [1, 1, 1, 1, 1, 0] },
      { input_ids: [1, 2, 3], attention_mask: [1, 1, 0] },
    ];
    for (const [side, second] of [
      ["right", [1, 1, 0, 0, 0, 0]],
      ["left", [0, 0, 0, 1, 1, 0]],
    ] as const) {
      tokenizer.padding_side = side;
      expect(tokenizer.pad(features).attention_mask).toEqual([[1, 1, 1, 1, 1, 0], second]);
    }
  },
  test_encode_plus_with_padding: padsEveryColumn,
  // pad() is not slower than a call here, so that nothing is warned of.
  test_padding_warning_message_fast_tokenizer: ({ make }) => {
    const tokenizer = padding(make());
    const encoded = tokenizer(TEXT);
    expect(warningsOf(() => tokenizer.pad(encoded))).toEqual([]);
  },
  test_call: ({ make }) => {
    const tokenizer = make({ do_lower_case: false });
    const [text, text_pair] = TEXTS as [string, string];
    expectSame(tokenizer.encode_plus(text), tokenizer(text));
    expectSame(tokenizer.encode_plus(text, { text_pair }), tokenizer(text, { text_pair }));
    expectSame(tokenizer.batch_encode_plus(TEXTS), tokenizer(TEXTS));
    const pairs = TEXTS.map((each) => [each, each]);
    expectSame(tokenizer.batch_encode_plus(pairs), tokenizer(TEXTS, { text_pair: TEXTS }));
    expect(tokenizer.encode(text)).toEqual(ids(tokenizer(text)));
  },
  test_batch_encode_plus_batch_sequence_length: ({ make }) => {
    const tokenizer = make({ do_lower_case: false });
    const batch = (options: CallOptions) => tokenizer.batch_encode_plus(TEXTS, options);
    const each = (options: CallOptions = {}) =>
      TEXTS.map((text) => columns(tokenizer.encode_plus(text, options)));
    expect(examples(batch({ padding: false }))).toEqual(each());
    const longest = Math.max(...TEXTS.map((text) => tokenizer.encode(text).length));
    padding(tokenizer);
    expect(examples(batch({ padding: true }))).toEqual(each({ padding: "max_length", max_length: longest }));
    // Python takes a length that padding does nothing with; where there is none, truncation does nothing with it.
    expect(() => batch({ padding: "longest", max_length: longest + 10 })).toThrow(/max_length has no effect/);
    expectSame(batch({ padding: false, max_length: longest + 10 }), batch({}));
  },
  test_batch_encode_plus_padding: ({ make }) => {
    const tokenizer = padding(make({ do_lower_case: false }));
    const call = { padding: "max_length", max_length: 100 } as const;
    for (const side of SIDES) {
      tokenizer.padding_side = side;
      expect(examples(tokenizer.batch_encode_plus(TEXTS, call))).toEqual(
        TEXTS.map((text) => columns(tokenizer.encode_plus(text, call))),
      );
    }
  },
  test_pretokenized_inputs: takesWords,
  test_prepare_for_model: ({ make }) => {
    const tokenizer = make({ do_lower_case: false });
    const [bare, pair_ids] = bareIds(tokenizer);
    expectSame(tokenizer.prepare_for_model(bare), tokenizer(TEXT));
    expectSame(tokenizer.prepare_for_model(bare, { pair_ids }), tokenizer(TEXT, { text_pair: PAIR }));
    const tensors = tokenizer.prepare_for_model(bare, { return_tensors: true, prepend_batch_axis: true });
    expect((tensors.input_ids as Tensor).shape).toEqual([1, ids(tokenizer(TEXT)).length]);
    expect(() => tokenizer.prepare_for_model(bare, { return_token_type_ids: true, ...BARE })).toThrow(
      /means nothing with add_special_tokens: false/,
    );
  },
  test_batch_encode_plus_overflowing_tokens: ({ make }) => {
    const tokenizer = padding(make({ do_lower_case: false }));
    const max_length = tokenizer.num_special_tokens_to_add() + 2;
    const call = { return_overflowing_tokens: true, truncation: true, padding: true, max_length } as const;
    const encoded = tokenizer.batch_encode_plus([TEXT, "a"], call);
    for (const row of rows(encoded)) expect(row).toHaveLength(max_length);
    if (tokenizer.is_fast) {
      expect(new Set(encoded.overflow_to_sample_mapping as number[])).toEqual(new Set([0, 1]));
      return;
    }
    const overflowing = encoded.overflowing_tokens as number[][];
    expect(overflowing[0]).toEqual(tokenizer.encode(TEXT, BARE).slice(2));
    expect((encoded.num_truncated_tokens as number[])[0]).toBe(overflowing[0]!.length);
  },
  test_batch_encode_plus_tensors: ({ make }) => {
    const tokenizer = make({ do_lower_case: false });
    expect(() => tokenizer.batch_encode_plus(TEXTS, { return_tensors: true })).toThrow(/make no tensor/);
    padding(tokenizer);
    const lists = columns(tokenizer.batch_encode_plus(TEXTS, { padding: "longest" }));
    const tensors: Record<string, unknown> = {
      ...tokenizer.batch_encode_plus(TEXTS, { padding: true, return_tensors: true }),
    };
    expect(Object.keys(tensors)).toEqual(Object.keys(lists));
    for (const [name, tensor] of Object.entries(tensors) as [string, Tensor][]) {
      expect(tensor.dtype).toBe("int64");
      expect((tensor.tolist() as bigint[][]).map((row) => row.map(Number))).toEqual(lists[name]);
    }
  },
  test_torch_encode_plus_sent_to_model: {
    of: ({ name }) => name === "BertTokenizer",
    check: runsModel,
  },
  test_tf_encode_plus_sent_to_model: ONE_TENSOR,
  test_np_encode_plus_sent_to_model: ONE_TENSOR,
  test_prepare_seq2seq_batch: ({ make }) => {
    const tokenizer = padding(make());
    const targets = [PAIR, TEXT].map((text) => `${text} ${text}`);
    const prepare = (tgt_texts: string[] | null, max_target_length: number | null) => {
      const options = { tgt_texts, max_length: 3, max_target_length, return_tensors: true };
      return tokenizer.prepare_seq2seq_batch([TEXT, TEXTS[2]!], options) as BatchEncoding<Tensor>;
    };
    expect(prepare(targets, 10).input_ids.shape).toEqual([2, 3]);
    expect(prepare(targets, 10).labels?.shape).toEqual([2, 10]);
    // Targets are as long as sources unless said otherwise.
    expect(prepare(targets, null).labels?.shape).toEqual([2, 3]);
    const sources = prepare(null, 10);
    expect(sources.attention_mask?.shape).toEqual([2, 3]);
    for (const name of ["decoder_input_ids", "labels"]) expect(sources).not.toHaveProperty(name);
    // Python takes a language that no tokenizer but a translator's does anything with.
    const translated = { src_lang: "en_XX" } as CallOptions;
    expect(() => tokenizer.prepare_seq2seq_batch(TEXTS, translated)).toThrow(/src_lang is not supported/);
    const labelled: Encoded = tokenizer(TEXT, { text_target: PAIR });
    expect(labelled.labels).toEqual(ids(tokenizer(null, { text_target: PAIR })));
    expect(tokenizer.as_target_tokenizer(() => tokenizer.encode(PAIR))).toEqual(labelled.labels);
  },
  test_fast_only_inputs: ({ make }) => {
    const tokenizer = make();
    const none = null as unknown as string & string[];
    for (const method of ["tokenize", "encode", "encode_plus", "batch_encode_plus"] as const)
      expect(() => tokenizer[method](none), method).toThrow();
    expect(() => tokenizer([1, 2] as unknown as string)).toThrow(/text\[0\] must be a string/);
    expect(() => tokenizer(null)).toThrow(/called with a text/);
  },
  test_max_length_equal: both((kind) => {
    const lengths = alike(
      kind,
      (tokenizer) => [tokenizer.max_len_single_sentence, tokenizer.max_len_sentences_pair],
      { model_max_length: 100 },
    );
    expect(lengths).toEqual([false, true].map((pair) => 100 - kind.make().num_special_tokens_to_add(pair)));
  }),
  test_batch_encode_dynamic_overflowing: fast((given) => {
    const tokenizer = padding(given);
    const call = { max_length: 6, padding: true, return_overflowing_tokens: true, return_tensors: true };
    for (const encoded of [
      tokenizer.encode_plus(TEXT, { ...call, truncation: true }),
      tokenizer.batch_encode_plus([TEXT], { ...call, truncation: "only_first" }),
      tokenizer.batch_encode_plus([TEXT, "a"], { ...call, truncation: "only_first" }),
    ])
      for (const [name, values] of Object.entries(encoded))
        expect((values as Tensor).shape.slice(1)).toEqual(name === "overflow_to_sample_mapping" ? [] : [6]);
  }),
  test_compare_pretokenized_inputs: {
    of: ({ hasBoth, make }) => hasBoth && addsSpace(make()) !== false,
    check: (kind) => {
      const [first, second] = [TEXT, PAIR].map((text) => text.split(" ")) as [string[], string[]];
      const call = { is_split_into_words: true, return_special_tokens_mask: true } as const;
      const batch = [first, first, [...first, ...second]];
      const pairs = batch.map((each) => [each, second]);
      alike(kind, (tokenizer) => [
        tokenizer.encode(first, { is_split_into_words: true, ...BARE }),
        columns(tokenizer.encode_plus(first, call)),
        columns(tokenizer.batch_encode_plus(batch, call)),
        columns(tokenizer.encode_plus(first, { ...call, text_pair: second })),
        columns(tokenizer.batch_encode_plus(pairs, call)),
      ]);
    },
  },
  test_padding: padsInEveryCall,
  test_padding_different_model_input_name: (kind) => {
    alike(kind, (given) => {
      const tokenizer = padding(given);
      const { input_ids, ...rest } = columns(tokenizer.batch_encode_plus(TEXTS));
      const { input_ids: expected } = columns(tokenizer.batch_encode_plus(TEXTS, { padding: "longest" }));
      tokenizer.model_input_names = ["inputs", ...tokenizer.model_input_names.slice(1)];
      const padded = columns(tokenizer.pad({ ...rest, inputs: input_ids }, { padding: "longest" }));
      expect(padded.inputs).toEqual(expected);
      expect(() => tokenizer.pad({ input_ids })).toThrow(/must have inputs/);
      return padded;
    });
  },
  test_compare_prepare_for_model: both((kind) => {
    alike(kind, (tokenizer) => columns(tokenizer.prepare_for_model(tokenizer.encode(TEXT, BARE))));
  }),
});

const STRIDE = 2;

const PADDINGS = [false, true, "longest"] as const;

/** What a call keeps and what it cuts off, which a pipeline gives as a second row. */
function keptAndCut(encoded: Encoded, isFast: boolean): [kept: number[], cut: number[]] {
  if (!isFast) return [ids(encoded), encoded.overflowing_tokens as number[]];
  expect(rows(encoded)).toHaveLength(2);
  return rows(encoded) as [number[], number[]];
}

function cutsOneText({ make }: Kind): void {
  const limited = () => padding(make({ do_lower_case: false, model_max_length: 100 }));
  const tokenizer = limited();
  const text = cleanText(tokenizer);
  const plain = tokenizer.encode(text, BARE);
  const long = text.repeat(100);
  expect(plain.length).toBeGreaterThan(4);
  expect(tokenizer.model_max_length).toBe(100);
  for (const padding of PADDINGS) {
    for (const truncation of [true, "longest_first", "only_first"] as const) {
      const cut = tokenizer(long, { padding, truncation });
      expect(ids(cut)).toHaveLength(100);
      expect(rows(tokenizer([long], { padding, truncation }))).toEqual([ids(cut)]);
    }
    expectWarning(limited, long, { padding, truncation: false });
    expectWarning(limited, [long], { padding, truncation: false });
  }
  const encoded = tokenizer(text, {
    ...BARE,
    max_length: plain.length - 2,
    stride: STRIDE,
    truncation: "longest_first",
    return_overflowing_tokens: true,
  });
  expect(keptAndCut(encoded, tokenizer.is_fast)).toEqual([plain.slice(0, -2), plain.slice(-2 - STRIDE)]);
}

function cutsPairs({ make }: Kind): void {
  const limited = () => padding(make({ do_lower_case: false, model_max_length: 100 }));
  const tokenizer = limited();
  const text = cleanText(tokenizer);
  const other = `${PAIR} ${PAIR} ${PAIR}`;
  const [first, second] = bareIds(tokenizer, [text, other]);
  expect(Math.min(first.length, second.length)).toBeGreaterThan(2 + STRIDE);
  expect(Math.abs(first.length - second.length)).toBeGreaterThan(2);
  const long = text.repeat(100);
  for (const padding of PADDINGS) {
    for (const truncation of [true, "longest_first", "only_first", "only_second"] as const) {
      const [one, two] = truncation === "only_second" ? [other, long] : [long, other];
      const cut = tokenizer(one, { text_pair: two, padding, truncation });
      expect(ids(cut)).toHaveLength(100);
      expect(rows(tokenizer([one], { text_pair: [two], padding, truncation }))).toEqual([ids(cut)]);
    }
    expectWarning(limited, other, { text_pair: long, padding, truncation: false });
    expectWarning(limited, [other], { text_pair: [long], padding, truncation: false });
  }
  const call = (truncation: CallOptions["truncation"]): Encoded =>
    tokenizer(text, {
      ...BARE,
      text_pair: other,
      max_length: first.length + second.length - 2,
      stride: STRIDE,
      truncation,
      return_overflowing_tokens: true,
    });
  const tail = (list: number[]) => list.slice(-2 - STRIDE);
  const { is_fast } = tokenizer;
  expect(keptAndCut(call("only_first"), is_fast)).toEqual([
    [...first.slice(0, -2), ...second],
    is_fast ? [...tail(first), ...second] : tail(first),
  ]);
  expect(keptAndCut(call("only_second"), is_fast)).toEqual([
    [...first, ...second.slice(0, -2)],
    is_fast ? [...first, ...tail(second)] : tail(second),
  ]);
  const longer = first.length > second.length ? "only_first" : "only_second";
  for (const truncation of ["longest_first", true] as const) {
    if (is_fast) expect(keptAndCut(call(truncation), is_fast)).toEqual(keptAndCut(call(longer), is_fast));
    else expect(() => call(truncation)).toThrow(/needs truncation "only_first" or "only_second"/);
  }
}

/** Expects one warning of a text that is longer than the model takes. */
function expectWarning(make: () => PreTrainedTokenizerBase, text: TextInput, options: CallOptions): void {
  const tokenizer = make();
  const encoded: Encoded[] = [];
  const warnings = warningsOf(() => {
    encoded.push(tokenizer(text, { ...options, verbose: false }));
    expect(console.warn).not.toHaveBeenCalled();
    encoded.push(tokenizer(text, options), tokenizer(text, options));
  });
  expect(warnings).toEqual([expect.stringMatching(/^A text has \d+ tokens and the model takes 100;/)]);
  for (const each of encoded)
    expect((typeof text === "string" ? ids(each) : rows(each)[0]!).length).toBeGreaterThan(100);
}

function padsEveryColumn({ make }: Kind): void {
  const tokenizer = padding(make({ do_lower_case: false }));
  const call = { return_special_tokens_mask: true } as const;
  const plain = columns(tokenizer.encode_plus(TEXT, call));
  for (const padding of [true, false])
    expect(columns(tokenizer.encode_plus(TEXT, { ...call, padding }))).toEqual(plain);
  const fillers: Record<string, number> = {
    input_ids: tokenizer.pad_token_id!,
    token_type_ids: tokenizer.pad_token_type_id,
    attention_mask: 0,
    special_tokens_mask: 1,
  };
  const max_length = plain.input_ids!.length + 10;
  for (const side of SIDES) {
    tokenizer.padding_side = side;
    const padded = columns(tokenizer.encode_plus(TEXT, { ...call, padding: "max_length", max_length }));
    expect(Object.keys(padded).sort()).toEqual(Object.keys(plain).sort());
    for (const [name, values] of Object.entries(plain)) {
      const filler = new Array(10).fill(fillers[name]);
      expect(padded[name], name).toEqual(side === "right" ? [...values, ...filler] : [...filler, ...values]);
    }
  }
}

function padsInEveryCall(kind: Kind): void {
  const toLength = { padding: "max_length", max_length: 90 } as const;
  const pairs = [TEXTS.slice(0, 2), TEXTS.slice(1)];
  const call = (tokenizer: PreTrainedTokenizerBase, options: CallOptions) =>
    [
      tokenizer.encode_plus(TEXT, options),
      tokenizer.encode_plus(TEXT, { ...options, text_pair: PAIR }),
      tokenizer.batch_encode_plus(TEXTS, options),
      tokenizer.batch_encode_plus(pairs, options),
    ].map(columns);
  alike(kind, (given) => {
    const tokenizer = padding(given);
    const whole = call(tokenizer, toLength);
    for (const encoded of whole) {
      const isOne = typeof encoded.input_ids![0] === "number";
      for (const values of Object.values(encoded))
        for (const row of isOne ? [values] : values) expect(row).toHaveLength(90);
    }
    const longest = call(tokenizer, { padding: "longest" });
    expect(call(tokenizer, { padding: true })).toEqual(longest);
    // What has been encoded is padded in the same way.
    const plain = call(tokenizer, {});
    expect(plain.map((each) => columns(tokenizer.pad(each)))).toEqual(longest);
    expect(plain.map((each) => columns(tokenizer.pad(each, toLength)))).toEqual(whole);
    const empty = tokenizer.pad({ input_ids: [[], []] }, { padding: "max_length", max_length: 9 });
    const filled = new Array(9).fill(tokenizer.pad_token_id);
    expect(empty.input_ids).toEqual([filled, filled]);
    expect(empty.attention_mask).toEqual([filled.map(() => 0), filled.map(() => 0)]);
    return [whole, longest, columns(empty)];
  });
}

/** Words of a text encode as the text does. */
function takesWords({ make }: Kind): void {
  const tokenizer = make({ do_lower_case: false });
  if (addsSpace(tokenizer) === false) {
    expect(() => tokenizer(["a"], { is_split_into_words: true })).toThrow(/words need a space in front/);
    return;
  }
  const text = cleanText(tokenizer).trim();
  const texts = [text, text, `${text} ${text}`].map((each) => ` ${each}`);
  const pairs = texts.map((each) => [each, ` ${text}`]);
  const split = (each: string) => each.trim().split(" ");
  for (const plain of [BARE, {}]) {
    const words = { ...plain, is_split_into_words: true } as const;
    expect(tokenizer.encode(split(text), words)).toEqual(tokenizer.encode(` ${text}`, plain));
    expectSame(tokenizer.encode_plus(split(text), words), tokenizer.encode_plus(` ${text}`, plain));
    expectSame(
      tokenizer.encode_plus(split(text), { ...words, text_pair: split(text) }),
      tokenizer.encode_plus(` ${text}`, { ...plain, text_pair: ` ${text}` }),
    );
    const [ofTexts, ofPairs] = [texts.map(split), pairs.map((pair) => pair.map(split))];
    expectSame(tokenizer.batch_encode_plus(ofTexts, words), tokenizer.batch_encode_plus(texts, plain));
    expectSame(tokenizer.batch_encode_plus(ofPairs, words), tokenizer.batch_encode_plus(pairs, plain));
  }
}

/** A model takes what the tokenizer gives, of one text or of several. */
async function runsModel({ make }: Kind): Promise<void> {
  const tokenizer = make();
  const config = new BertConfig({
    vocab_size: tokenizer.length,
    hidden_size: 8,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    intermediate_size: 8,
  });
  const model = new BertModel(config).eval();
  expect(model.get_input_embeddings().weight.shape[0]).toBeGreaterThanOrEqual(tokenizer.length);
  const text = [...tokenizer.get_vocab().keys()].slice(0, 10).join(" ");
  const one = tokenizer.encode_plus(text, { return_tensors: true }) as BatchEncoding<Tensor>;
  const two = tokenizer.batch_encode_plus([text, text], { return_tensors: true }) as BatchEncoding<Tensor>;
  for (const [encoded, size] of [
    [one.to(model.device), 1],
    [two, 2],
  ] as const) {
    const { last_hidden_state } = await model({ ...encoded });
    expect(last_hidden_state.shape).toEqual([size, one.input_ids.shape[1], 8]);
  }
}
