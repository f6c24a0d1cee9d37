import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { AddedToken, type AddedTokenOptions } from "../index.js";
import { splitAtSpace } from "../python-text/index.js";
import {
  type CallOptions,
  PythonTokenizer,
  type TextInput,
  type TokenizeOptions,
  VocabTable,
} from "./index.js";
import { TokenTrie } from "./token-trie.js";

// What Transformers 4.37.2 said of the same family: tests/reference/tokenizers/record_python_tokenizer.py.

interface Group {
  setting: { framed: boolean; do_lower_case: boolean; split_special_tokens: boolean } & Sides;
  added: [content: string, flags: AddedTokenOptions | null, special: boolean][];
  counts: number[];
  length: number;
  special: string[];
  added_vocab: Record<string, number>;
  tokenized: [text: string, tokens: string[]][];
  shouted: string[];
  calls: { text: TextInput; text_pair: TextInput | null; options: CallOptions; expected: Columns | null }[];
  decoded: [ids: number[], skip: boolean, spaces: boolean, text: string][];
}

interface Columns {
  input_ids: readonly number[] | readonly (readonly number[])[];
  length?: number | readonly number[];
}

interface Sides {
  padding_side: "left" | "right";
  truncation_side: "left" | "right";
}

const file = new URL("../fixtures/python-tokenizer.json.gz", import.meta.url);
const recorded = JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")) as {
  vocab: Record<string, number>;
  groups: Group[];
  trie: [words: string[], text: string, parts: string[]][];
};
const vocab = new Map(Object.entries(recorded.vocab));
const NAMES = { pad_token: "<pad>", unk_token: "<unk>", cls_token: "<cls>", sep_token: "<sep>" };

/** Words of letters; the first of each word is marked. */
class Letters extends PythonTokenizer {
  readonly do_lower_case: boolean;
  readonly #framed: boolean;

  constructor(config: Partial<Group["setting"]> & { model_max_length?: number } = {}) {
    const { framed = true, do_lower_case = false, ...fields } = config;
    super(new VocabTable(vocab), { ...NAMES, ...fields });
    this.do_lower_case = do_lower_case;
    this.#framed = framed;
  }

  protected override _tokenize(text: string): string[] {
    return splitAtSpace(text).flatMap((word) =>
      Array.from(word, (letter, i) => (i === 0 ? `_${letter}` : letter)),
    );
  }

  protected override get tokenizeOptions(): readonly string[] {
    return ["shout"];
  }

  protected override prepare_for_tokenization(text: string, options: TokenizeOptions): string {
    return options.shout ? `${text} !` : text;
  }

  override convert_tokens_to_string(tokens: readonly string[]): string {
    return tokens.join("").replaceAll("_", " ").trim();
  }

  override build_inputs_with_special_tokens(
    first: readonly number[],
    second: readonly number[] | null = null,
  ) {
    if (!this.#framed) return super.build_inputs_with_special_tokens(first, second);
    const sep = this.sep_token_id!;
    return [this.cls_token_id!, ...first, sep, ...(second === null ? [] : [...second, sep])];
  }

  override create_token_type_ids_from_sequences(
    first: readonly number[],
    second: readonly number[] | null = null,
  ) {
    if (!this.#framed) return super.create_token_type_ids_from_sequences(first, second);
    return [
      ...new Array(first.length + 2).fill(0),
      ...new Array(second === null ? 0 : second.length + 1).fill(1),
    ];
  }
}

function make(group: Group): { tokenizer: Letters; counts: number[] } {
  const tokenizer = new Letters({ ...group.setting, model_max_length: 40 });
  const counts = group.added.map(([content, flags, special_tokens]) =>
    tokenizer.add_tokens(flags === null ? content : new AddedToken(content, withPythonDefault(flags)), {
      special_tokens,
    }),
  );
  return { tokenizer, counts };
}

const withPythonDefault = (flags: AddedTokenOptions) => ({ normalized: true, ...flags });

describe("a tokenizer with rules of its own, against Transformers", () => {
  it("adds tokens under the same ids", () => {
    for (const group of recorded.groups) {
      const { tokenizer, counts } = make(group);
      expect(counts).toEqual(group.counts);
      expect(tokenizer.length).toBe(group.length);
      expect(tokenizer.all_special_tokens).toEqual(group.special);
      expect(Object.fromEntries(tokenizer.get_added_vocab())).toEqual(group.added_vocab);
    }
  });

  it("cuts added tokens out and gives the same tokens", () => {
    for (const group of recorded.groups) {
      const { tokenizer } = make(group);
      for (const [text, tokens] of group.tokenized) {
        expect(tokenizer.tokenize(text), JSON.stringify([group.added, text])).toEqual(tokens);
      }
      expect(tokenizer.tokenize(group.tokenized[0]![0], { shout: true })).toEqual(group.shouted);
    }
  });

  it("gives the same columns for every option of a call", () => {
    let compared = 0;
    for (const group of recorded.groups) {
      const { tokenizer } = make(group);
      for (const { text, text_pair, options, expected } of group.calls) {
        const call = () => tokenizer(text, { ...options, text_pair, verbose: false });
        const what = JSON.stringify({ setting: group.setting, text, text_pair, options });
        if (expected === null) {
          expect(call, what).toThrow();
          continue;
        }
        if (staysTooLong(expected, options)) {
          expect(call, what).toThrow(/truncation (cannot take|"only_second" needs)/);
          continue;
        }
        compared++;
        expect(settled({ ...call() } as Columns), what).toEqual(settled(expected));
      }
    }
    expect(compared).toBeGreaterThan(300);
  });

  it("decodes alike", () => {
    for (const group of recorded.groups) {
      const { tokenizer } = make(group);
      for (const [ids, skip_special_tokens, spaces_between_special_tokens, text] of group.decoded) {
        const options = { skip_special_tokens, spaces_between_special_tokens };
        expect(tokenizer.decode(ids, options), JSON.stringify([group.added, ids, options])).toBe(text);
      }
    }
  });
});

/** Python leaves a text as it is, and logs an error, where a strategy would take all its tokens. */
function staysTooLong(columns: Columns, { truncation, max_length, padding }: CallOptions): boolean {
  const truncates = truncation ? truncation !== "do_not_truncate" : truncation === null && !padding;
  if (!truncates || (max_length === undefined && truncation === null)) return false;
  const rows = (
    typeof columns.input_ids[0] === "number" ? [columns.input_ids] : columns.input_ids
  ) as number[][];
  return rows.some(
    (row) => row.length > (max_length ?? 40) && !row.slice(max_length ?? 40).every((id) => id === 0),
  );
}

/** `length` of a single text is a number in Python and a list here, as calls of all other tokenizers give it. */
function settled({ length, ...columns }: Columns): object {
  return { ...columns, ...(length === undefined ? {} : { length: [length].flat() }) };
}

it("TokenTrie cuts where Python's Trie does", () => {
  for (const [words, text, parts] of recorded.trie) {
    const trie = new TokenTrie();
    for (const word of words) trie.add(word);
    expect(trie.split(text), JSON.stringify([words, text])).toEqual(parts);
  }
});

describe("a tokenizer with rules of its own", () => {
  const tokenizer = new Letters();

  it("takes lists of tokens and of ids in encode_plus", () => {
    expect(tokenizer.encode_plus(["_a", "b"]).input_ids).toEqual(tokenizer("ab").input_ids);
    expect(tokenizer.encode_plus(tokenizer.convert_tokens_to_ids(["_a", "b"])).input_ids).toEqual(
      tokenizer("ab").input_ids,
    );
  });

  it("says that it has no offsets", () => {
    expect(() => tokenizer("a", { return_offsets_mapping: true })).toThrow(/Letters has rules of its own/);
    expect(() => tokenizer("a").tokens()).toThrow(/knows nothing of texts/);
    expect(tokenizer.is_fast).toBe(false);
  });

  it("refuses options that it does not know", () => {
    expect(() => tokenizer("a", { whisper: true } as object)).toThrow(/whisper is not supported/);
    expect(() => tokenizer.tokenize("a", { whisper: true })).toThrow(/whisper is not supported/);
  });
});
