import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { CanineTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("CanineTokenizer, $name", (recorded) => {
  itMatchesPython(CanineTokenizer, recorded);
});
