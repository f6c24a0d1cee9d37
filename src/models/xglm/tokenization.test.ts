import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { XGLMTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("XGLMTokenizer, $name", (recorded) => {
  itMatchesPython(XGLMTokenizer, recorded);
});
