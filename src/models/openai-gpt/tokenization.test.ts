import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { OpenAIGPTTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("OpenAIGPTTokenizer, $name", (recorded) => {
  itMatchesPython(OpenAIGPTTokenizer, recorded);
});
