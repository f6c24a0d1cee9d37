import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { DistilBertTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("DistilBertTokenizer, $name", (recorded) => {
  itMatchesPython(DistilBertTokenizer, recorded);
});
