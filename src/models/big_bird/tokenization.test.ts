import { describe, expect, it } from "vitest";
import { filesOf, itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { BigBirdTokenizer } from "./tokenization.js";

const cases = recordedTokenizers(import.meta.url);

describe.each(cases)("BigBirdTokenizer, $name", (recorded) => {
  itMatchesPython(BigBirdTokenizer, recorded);
});

describe("BigBirdTokenizer", () => {
  it("takes only the tokens of the frame for special ones among ids that have them", () => {
    const tokenizer = BigBirdTokenizer.fromFiles(filesOf(cases[0]!));
    const ids = tokenizer.convert_tokens_to_ids(["[CLS]", "<pad>", "[MASK]", "<s>", "[SEP]"]);
    const options = { already_has_special_tokens: true };
    expect(tokenizer.get_special_tokens_mask(ids, options)).toEqual([1, 0, 0, 0, 1]);
    expect(tokenizer.get_special_tokens_mask([7, 8])).toEqual([1, 0, 0, 1]);
  });
});
