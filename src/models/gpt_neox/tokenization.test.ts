import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { GPTNeoXTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("GPTNeoXTokenizer, $name", (recorded) => {
  itMatchesPython(GPTNeoXTokenizer, recorded);
});
