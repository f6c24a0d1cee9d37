import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { MobileBertTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("MobileBertTokenizer, $name", (recorded) => {
  itMatchesPython(MobileBertTokenizer, recorded);
});
