import { describe, expect, it } from "vitest";
import { filesOf, itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { CodeGenTokenizer } from "./tokenization.js";

type Truncated = [program: string, patterns: string[], text: string];

describe.each(recordedTokenizers<Truncated[]>(import.meta.url))("CodeGenTokenizer, $name", (recorded) => {
  itMatchesPython(CodeGenTokenizer, recorded);

  it("ends what it decodes where it is asked to", () => {
    const tokenizer = CodeGenTokenizer.fromFiles(filesOf(recorded));
    for (const [program, truncate_before_pattern, text] of recorded.extra) {
      const { input_ids } = tokenizer(program);
      expect(tokenizer.decode(input_ids, { truncate_before_pattern })).toBe(text);
    }
  });

  it("cannot put bos_token before texts", () => {
    const make = () => CodeGenTokenizer.fromFiles(filesOf(recorded), { add_bos_token: true });
    expect(make).toThrow(/cannot put bos_token before texts/);
  });
});
