import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { BigBirdTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("BigBirdTokenizer, $name", (recorded) => {
  itMatchesPython(BigBirdTokenizer, recorded);
});
