import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { Qwen2Tokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("Qwen2Tokenizer, $name", (recorded) => {
  itMatchesPython(Qwen2Tokenizer, recorded);
});
