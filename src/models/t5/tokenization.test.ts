import { describe, expect, it } from "vitest";
import { filesOf, itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { T5Tokenizer } from "./tokenization.js";

const cases = recordedTokenizers(import.meta.url);

describe.each(cases)("T5Tokenizer, $name", (recorded) => {
  itMatchesPython(T5Tokenizer, recorded);
});

describe("T5Tokenizer", () => {
  const files = filesOf(cases.find(({ name }) => name === "from the model")!);

  it("has sentinels, the last of which follows the pieces", () => {
    const tokenizer = T5Tokenizer.fromFiles(files, {
      extra_ids: 2,
      additional_special_tokens: ["<x>"],
    });
    expect(tokenizer.get_sentinel_tokens()).toEqual(["<extra_id_0>", "<extra_id_1>"]);
    const last = tokenizer.vocab_size - 1;
    expect(tokenizer.get_sentinel_token_ids()).toEqual([last, last - 1]);
    expect(tokenizer.additional_special_tokens_ids).toEqual([last + 1, last, last - 1]);
  });

  it("refuses another number of sentinels than it is given", () => {
    const config = { extra_ids: 3, additional_special_tokens: ["<extra_id_0>"] };
    expect(() => T5Tokenizer.fromFiles(files, config)).toThrow(/extra_ids is 3/);
  });

  it("refuses options of sampling, and says which file it lacks", () => {
    expect(() => T5Tokenizer.fromFiles(files, { sp_model_kwargs: { nbest_size: 2 } })).toThrow(
      expect.objectContaining({ code: "UNSUPPORTED" }),
    );
    expect(() => T5Tokenizer.fromFiles(new Map())).toThrow(/needs spiece.model/);
  });
});
