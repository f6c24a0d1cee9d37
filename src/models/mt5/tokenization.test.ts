import { expect, it } from "vitest";
import { filesOf, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { MT5Tokenizer } from "./tokenization.js";

it("gives the ids of T5's tokenizer", () => {
  const recorded = recordedTokenizers(new URL("../t5/tokenization.test.ts", import.meta.url).href)[0]!;
  const tokenizer = MT5Tokenizer.fromFiles(filesOf(recorded));
  for (const { text, text_pair, options, expected } of recorded.calls.slice(0, 8))
    expect({ ...tokenizer(text, { ...options, text_pair }) }, JSON.stringify(text)).toEqual(expected);
});
