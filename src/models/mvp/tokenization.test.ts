import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { MvpTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("MvpTokenizer, $name", (recorded) => {
  itMatchesPython(MvpTokenizer, recorded);
});
