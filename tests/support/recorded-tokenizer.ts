import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { AddedToken, Tokenizer } from "../../src/tokenizers/index.js";
import type {
  CallOptions,
  FileContent,
  PreTrainedTokenizerBase,
  TextInput,
} from "../../src/tokenizers/pretrained/index.js";

/** One tokenizer as tests/reference/tokenizers/family_recording.py records it: see there. */
export interface RecordedTokenizer<Extra = unknown> {
  name: string;
  class: string;
  files: Record<string, { text: string } | { base64: string }>;
  saved: Record<string, { text: string } | { base64: string }>;
  texts: [text: string, tokens: string[], ids: number[]][];
  calls: {
    text: TextInput;
    text_pair: TextInput | null;
    options: CallOptions;
    expected: Record<string, unknown> | null;
  }[];
  decoded: [ids: number[], options: object, text: unknown][];
  members: {
    vocab_size: number;
    length: number | null;
    special: Record<string, [token: string, id: number]>;
    all_special_tokens: string[];
    all_special_ids: number[];
    added_vocab: Record<string, number>;
    model_max_length: number | null;
    padding_side: string;
    model_input_names: string[];
    num_special_tokens_to_add: [number | null, number | null];
  };
  added: {
    counts: number[];
    texts: [text: string, ids: number[]][];
    decoded: string[];
    skipped: string[];
    added_vocab: Record<string, number>;
    files: Record<string, { text: string }>;
  };
  extra: Extra;
}

/** A class of tokenizers as the tests see it. */
interface TestedClass<T> {
  fromFiles(files: ReadonlyMap<string, FileContent>): T;
}

/** Where this library says no, or otherwise, on purpose. */
export interface Differences {
  /** Whether a call is refused here that Python does something with, or answered that Python fails at. */
  call?(options: CallOptions, text: TextInput): boolean;
  /** false: tokens are added in another way. */
  added?: boolean;
  /** Files that are not compared. */
  files?: readonly string[];
}

/** The cases of a family's fixture, by the URL of its test file. */
export function recordedTokenizers<Extra = unknown>(test: string): RecordedTokenizer<Extra>[] {
  const file = new URL("./fixtures/tokenization.json.gz", test);
  return JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")) as RecordedTokenizer<Extra>[];
}

/** The files of a recorded tokenizer. */
export function filesOf(recorded: Pick<RecordedTokenizer, "files">): Map<string, FileContent> {
  const entries = Object.entries(recorded.files).map(([name, file]): [string, FileContent] => [
    name,
    "text" in file ? file.text : new Uint8Array(Buffer.from(file.base64, "base64")),
  ]);
  return new Map(entries);
}

/** Tests that a class gives everything that was recorded of it. */
export function itMatchesPython<T extends PreTrainedTokenizerBase>(
  Class: TestedClass<T>,
  recorded: RecordedTokenizer,
  differences: Differences = {},
): void {
  const make = () => Class.fromFiles(filesOf(recorded));

  it("gives the same tokens and ids", () => {
    const tokenizer = make();
    for (const [text, tokens, ids] of recorded.texts) {
      expect(tokenizer.tokenize(text), JSON.stringify(text)).toEqual(tokens);
      expect(tokenizer.encode(text, { add_special_tokens: false }), JSON.stringify(text)).toEqual(ids);
    }
  });

  it("gives the same columns for every option of a call", () => {
    const tokenizer = make();
    for (const { text, text_pair, options, expected } of recorded.calls) {
      if (differences.call?.(options, text)) continue;
      const label = JSON.stringify({ text, text_pair, options });
      const call = () => tokenizer(text, { ...options, text_pair });
      if (expected === null || isTooLong(expected, options)) expect(call, label).toThrow(/./);
      else expect({ ...call() }, label).toEqual(lengthAsList(expected));
    }
  });

  it("decodes the same texts", () => {
    const tokenizer = make();
    expect(recorded.decoded.length).toBeGreaterThan(20);
    for (const [ids, options, text] of recorded.decoded) {
      expect(tokenizer.decode(ids, options), JSON.stringify({ ids, options })).toEqual(text);
    }
  });

  itHasMembers(Class, recorded);

  it.skipIf(differences.added === false)("takes further tokens in the same way", () => {
    const tokenizer = make();
    const { added } = recorded;
    const counts = [
      tokenizer.add_tokens(["foo", "Fox"]),
      tokenizer.add_tokens([
        new AddedToken("<y>", { lstrip: true, normalized: false }),
        new AddedToken("bar", { single_word: true, rstrip: true }),
      ]),
      tokenizer.add_special_tokens(
        { additional_special_tokens: ["<x>"] },
        { replace_additional_special_tokens: false },
      ),
    ];
    expect(counts).toEqual(added.counts);
    for (const [i, [text, ids]] of added.texts.entries()) {
      expect(tokenizer(text).input_ids, text).toEqual(ids);
      expect(tokenizer.decode(ids), text).toBe(added.decoded[i]);
      const bare = tokenizer.is_fast ? {} : { spaces_between_special_tokens: false };
      expect(tokenizer.decode(ids, { skip_special_tokens: true, ...bare }), text).toBe(added.skipped[i]);
    }
    expect(Object.fromEntries(tokenizer.get_added_vocab())).toEqual(added.added_vocab);
    compareFiles(tokenizer.toFiles(), new Map(Object.entries(added.files)), differences);
  });

  itWritesFiles(Class, recorded, differences);
}

/** Tests that its properties are those of the Python tokenizer. */
export function itHasMembers<T extends PreTrainedTokenizerBase>(
  Class: TestedClass<T>,
  recorded: Pick<RecordedTokenizer, "files" | "members"> & { readonly class?: string },
): void {
  it("has the same properties", () => {
    const tokenizer = Class.fromFiles(filesOf(recorded));
    const { members } = recorded;
    if (recorded.class !== undefined)
      // Files name a fast class without "Fast".
      expect((tokenizer.constructor as unknown as { tokenizerClass: string }).tokenizerClass).toBe(
        recorded.class.replace(/Fast$/, ""),
      );
    expect(tokenizer.vocab_size).toBe(members.vocab_size);
    if (members.length !== null) expect(tokenizer.length).toBe(members.length);
    expect(tokenizer.all_special_tokens).toEqual(once(members.all_special_tokens));
    expect(tokenizer.all_special_ids).toEqual(once(members.all_special_ids));
    expect(Object.fromEntries(tokenizer.get_added_vocab())).toEqual(members.added_vocab);
    if (members.model_max_length !== null) expect(tokenizer.model_max_length).toBe(members.model_max_length);
    expect(tokenizer.padding_side).toBe(members.padding_side);
    expect(tokenizer.model_input_names).toEqual(members.model_input_names);
    for (const [name, [token, id]] of Object.entries(members.special)) {
      const fields = tokenizer as unknown as Record<string, unknown>;
      expect([fields[name], fields[`${name}_id`]], name).toEqual([token, id]);
    }
    for (const [i, count] of members.num_special_tokens_to_add.entries()) {
      if (count !== null) expect(tokenizer.num_special_tokens_to_add(i === 1)).toBe(count);
    }
  });
}

/** Tests that it writes the files that Python writes, and reads them again. */
export function itWritesFiles<T extends PreTrainedTokenizerBase>(
  Class: TestedClass<T>,
  recorded: Pick<RecordedTokenizer, "files" | "saved" | "texts">,
  differences: Differences = {},
): void {
  it("writes the files that Python writes, and reads them again", () => {
    const tokenizer = Class.fromFiles(filesOf(recorded));
    const files = tokenizer.toFiles();
    compareFiles(files, new Map(Object.entries({ ...recorded.files, ...recorded.saved })), differences);
    const compared = (names: Iterable<string>) =>
      [...names].filter((name) => !differences.files?.includes(name)).sort();
    expect(compared(files.keys())).toEqual(compared(Object.keys({ ...recorded.files, ...recorded.saved })));
    const again = Class.fromFiles(files);
    for (const [text, , ids] of recorded.texts.slice(0, 12)) {
      expect(again.encode(text, { add_special_tokens: false }), text).toEqual(ids);
    }
  });
}

function compareFiles(
  written: ReadonlyMap<string, FileContent>,
  expected: ReadonlyMap<string, { text: string } | { base64: string }>,
  differences: Differences,
): void {
  for (const [name, file] of expected) {
    if (differences.files?.includes(name)) continue;
    const content = written.get(name);
    if ("base64" in file) {
      expect(Buffer.from(content as Uint8Array).toString("base64"), name).toBe(file.base64);
    } else if (name.endsWith(".json")) {
      expect(plainTokens(name, JSON.parse(content as string)), name).toEqual(
        plainTokens(name, JSON.parse(file.text)),
      );
    } else {
      expect(content, name).toBe(file.text);
    }
  }
}

/**
 * What says the same in other words: the components of tokenizer.json as they are written today, no further special
 * tokens, and a token without flags as its content alone.
 */
function plainTokens(name: string, value: unknown): unknown {
  if (name === "tokenizer.json") return plainPipeline(value as object);
  if (name !== "special_tokens_map.json" && name !== "tokenizer_config.json") return value;
  const plain = (token: unknown): unknown => {
    if (Array.isArray(token)) return once(token.map(plain));
    if (typeof token !== "object" || token === null) return token;
    const { content, ...flags } = token as Record<string, unknown>;
    return content === undefined || Object.values(flags).some(Boolean) ? token : content;
  };
  const { additional_special_tokens: further = [], ...rest } = value as Record<string, unknown>;
  const named =
    name === "tokenizer_config.json"
      ? Object.entries(rest)
      : Object.entries(rest).map(([key, token]) => [key, plain(token)]);
  return { ...Object.fromEntries(named), additional_special_tokens: plain(further) };
}

/** Scores are those of a model file, float32; Rust reads them with an error in the last place, and writes that. */
function plainPipeline(value: object): unknown {
  const { model, ...rest } = JSON.parse(Tokenizer.from_json(value).to_json());
  if (!Array.isArray(model.vocab)) return { model, ...rest };
  const vocab = (model.vocab as [string, number][]).map(([piece, score]) => [piece, Math.fround(score)]);
  return { model: { ...model, vocab }, ...rest };
}

/** Each once: Python's Speech2Text adds its languages anew each time that it is read. */
function once<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}

/** Where truncation cannot reach the length, Python logs that and leaves the text as it is. */
function isTooLong({ input_ids }: Record<string, unknown>, { truncation, max_length }: CallOptions): boolean {
  const rows = Array.isArray((input_ids as unknown[])[0])
    ? (input_ids as number[][])
    : [input_ids as number[]];
  return Boolean(truncation) && rows.some((row) => row.length > (max_length ?? Number.POSITIVE_INFINITY));
}

/** Python gives the length of a single text as a number. */
function lengthAsList(columns: Record<string, unknown>): Record<string, unknown> {
  return typeof columns.length === "number" ? { ...columns, length: [columns.length] } : columns;
}
