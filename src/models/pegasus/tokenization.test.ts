import { describe, expect, it } from "vitest";
import { filesOf, itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { PegasusTokenizer } from "./tokenization.js";

const cases = recordedTokenizers(import.meta.url);

describe.each(cases)("PegasusTokenizer, $name", (recorded) => {
  itMatchesPython(PegasusTokenizer, recorded);
});

describe("PegasusTokenizer", () => {
  const make = (config = {}) => PegasusTokenizer.fromFiles(filesOf(cases[1]!), config);

  it("takes all special tokens for such but the unknown one", () => {
    const tokenizer = make();
    const ids = tokenizer.convert_tokens_to_ids(["<mask_1>", "<unk>", "<unk_7>"]);
    expect(tokenizer.get_special_tokens_mask([...ids, 200])).toEqual([1, 0, 1, 0, 1]);
    expect(tokenizer.get_special_tokens_mask(ids, { already_has_special_tokens: true })).toEqual([1, 0, 1]);
  });

  it("fills additional_special_tokens up, and refuses a list that is shifted", () => {
    const given = make({ additional_special_tokens: ["<x>"] }).additional_special_tokens;
    expect(given.slice(0, 4)).toEqual(["<mask_1>", "<x>", "<unk_2>", "<unk_3>"]);
    expect(given).toHaveLength(102);
    expect(() => make({ additional_special_tokens: ["<unk_5>"] })).toThrow(/other than those from 2 on/);
  });
});
