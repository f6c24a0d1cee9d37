import { describe, expect, it } from "vitest";
import { filesOf, itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import {
  itTranslatesAsPython,
  type RecordedTranslations,
} from "../../../tests/support/recorded-translation.js";
import { SeamlessM4TTokenizer } from "./tokenization.js";

const cases = recordedTokenizers<RecordedTranslations | null>(import.meta.url);

// Python frames texts as what the model is to write until it is called, and saves that.
const differences = { added: false, files: ["tokenizer.json"] };

describe.each(cases)("SeamlessM4TTokenizer, $name", (recorded) => {
  itMatchesPython(SeamlessM4TTokenizer, recorded, differences);
  itTranslatesAsPython(SeamlessM4TTokenizer, recorded);
});

describe("SeamlessM4TTokenizer", () => {
  const make = () => SeamlessM4TTokenizer.fromFiles(filesOf(cases[0]!));

  it("takes languages with a call, and keeps them", () => {
    const tokenizer = make();
    const { extra } = cases[0]!;
    const text = extra!.texts[0]!;
    tokenizer(text, { src_lang: "deu", tgt_lang: "eng" });
    expect([tokenizer.src_lang, tokenizer.tgt_lang]).toEqual(["__deu__", "__eng__"]);
    expect(tokenizer(text).input_ids).toEqual(extra!.after[0]![1]);
  });

  it("pads what it is called with, and not what it encodes", () => {
    const tokenizer = make();
    const text = ["x", "xx", "x x"].find((some) => tokenizer.encode(some).length % 2 === 1)!;
    const ids = tokenizer.encode(text);
    expect(tokenizer(text).input_ids).toEqual([...ids, tokenizer.pad_token_id]);
    expect(tokenizer.batch_encode_plus([text]).input_ids).toEqual([ids]);
  });
});
