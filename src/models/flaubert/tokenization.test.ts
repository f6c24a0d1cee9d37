import { describe, expect, it } from "vitest";
import { filesOf, itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { FlaubertTokenizer } from "./tokenization.js";

const cases = recordedTokenizers<[text: string, tokens: string[]][]>(import.meta.url);

describe.each(cases)("FlaubertTokenizer, $name", (recorded) => {
  itMatchesPython(FlaubertTokenizer, recorded, { files: ["tokenizer_config.json"] });

  it("lowercases where asked", () => {
    const tokenizer = FlaubertTokenizer.fromFiles(filesOf(recorded), { do_lowercase: true });
    for (const [text, tokens] of recorded.extra) expect(tokenizer.tokenize(text), text).toEqual(tokens);
    const again = FlaubertTokenizer.fromFiles(tokenizer.toFiles());
    expect(again.tokenize("ÉTÉ")).toEqual(tokenizer.tokenize("ÉTÉ"));
  });
});
