import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { CLIPTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("CLIPTokenizer, $name", (recorded) => {
  itMatchesPython(CLIPTokenizer, recorded);
});
