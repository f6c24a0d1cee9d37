import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { ConvBertTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("ConvBertTokenizer, $name", (recorded) => {
  itMatchesPython(ConvBertTokenizer, recorded);
});
