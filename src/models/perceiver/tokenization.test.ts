import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { PerceiverTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("PerceiverTokenizer, $name", (recorded) => {
  itMatchesPython(PerceiverTokenizer, recorded);
});
