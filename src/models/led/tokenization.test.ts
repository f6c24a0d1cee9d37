import { describe, expect, it } from "vitest";
import { filesOf, itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { LEDTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("LEDTokenizer, $name", (recorded) => {
  itMatchesPython(LEDTokenizer, recorded);

  it("pads the mask of global attention by -1", () => {
    const tokenizer = LEDTokenizer.fromFiles(filesOf(recorded));
    const inputs = { input_ids: [[0, 8, 2], [0]], global_attention_mask: [[1, 0, 0], [1]] };
    const { global_attention_mask } = { ...tokenizer.pad(inputs) } as typeof inputs;
    expect(global_attention_mask).toEqual([
      [1, 0, 0],
      [1, -1, -1],
    ]);
  });
});
