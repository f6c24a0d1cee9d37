import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { LxmertTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("LxmertTokenizer, $name", (recorded) => {
  itMatchesPython(LxmertTokenizer, recorded);
});
