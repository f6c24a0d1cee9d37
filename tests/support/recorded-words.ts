import { expect, it } from "vitest";
import { Tensor } from "../../src/tensor/index.js";
import type {
  BatchEncoding,
  FileContent,
  PreTrainedTokenizerBase,
} from "../../src/tokenizers/pretrained/index.js";
import { filesOf, itHasMembers, itWritesFiles, type RecordedTokenizer } from "./recorded-tokenizer.js";

/** A tokenizer of words with boxes or paths, as tests/reference/tokenizers/record_further_families.py records it. */
export interface RecordedWords
  extends Pick<RecordedTokenizer, "name" | "class" | "files" | "saved" | "texts" | "decoded" | "members"> {
  calls: { text: unknown; options: Record<string, unknown>; expected: Record<string, unknown> | null }[];
  padded: [side: string, examples: Record<string, unknown>[], expected: Record<string, unknown>][];
}

/** Tests that a class gives everything that was recorded of it. */
export function itMatchesPythonWithWords<T extends PreTrainedTokenizerBase>(
  Class: { fromFiles(files: ReadonlyMap<string, FileContent>): T },
  recorded: RecordedWords,
): void {
  const make = () => Class.fromFiles(filesOf(recorded));
  type Call = (text: unknown, options: object) => BatchEncoding<unknown>;

  it("gives the same tokens, and the same texts of ids", () => {
    const tokenizer = make();
    for (const [text, tokens, ids] of recorded.texts) {
      expect(tokenizer.tokenize(text), JSON.stringify(text)).toEqual(tokens);
      expect(tokenizer.convert_tokens_to_ids(tokens), JSON.stringify(text)).toEqual(ids);
    }
    for (const [ids, options, text] of recorded.decoded) {
      expect(tokenizer.decode(ids, options), JSON.stringify({ ids, options })).toEqual(text);
    }
  });

  it("gives the same columns for every option of a call", () => {
    const call = make() as unknown as Call;
    for (const { text, options, expected } of recorded.calls) {
      const label = JSON.stringify({ text, options });
      if (expected === null) expect(() => call(text, options), label).toThrow(/./);
      else expect({ ...call(text, options) }, label).toEqual(expected);
    }
  });

  it("gives tensors of batches", () => {
    const call = make() as unknown as Call;
    for (const { text, options, expected } of recorded.calls) {
      if (expected === null) continue;
      const isSingle = typeof (expected.input_ids as unknown[])[0] === "number";
      if (!isSingle && options.padding === undefined) continue;
      const tensors = call(text, { ...options, return_tensors: true });
      for (const [name, values] of Object.entries(expected)) {
        const rows = isSingle && name !== "length" ? [values] : values;
        expect((tensors as unknown as Record<string, Tensor>)[name], name).toBeInstanceOf(Tensor);
        expect(numbers((tensors as unknown as Record<string, Tensor>)[name]!.tolist()), name).toEqual(rows);
      }
    }
  });

  it("pads the columns of words", () => {
    const tokenizer = make();
    for (const [side, examples, expected] of recorded.padded) {
      tokenizer.padding_side = side;
      expect({ ...tokenizer.pad(examples) }).toEqual(expected);
    }
  });

  itHasMembers(Class, recorded);
  itWritesFiles(Class, { ...recorded, texts: [] });

  it("gives the same tokens when its files are read again", () => {
    const again = Class.fromFiles(make().toFiles());
    for (const [text, tokens] of recorded.texts) expect(again.tokenize(text), text).toEqual(tokens);
  });
}

function numbers(value: unknown): unknown {
  return Array.isArray(value) ? value.map(numbers) : Number(value);
}
