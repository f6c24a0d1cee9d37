import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { SqueezeBertTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("SqueezeBertTokenizer, $name", (recorded) => {
  itMatchesPython(SqueezeBertTokenizer, recorded);
});
