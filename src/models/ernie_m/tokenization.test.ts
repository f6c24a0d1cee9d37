import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { ErnieMTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("ErnieMTokenizer, $name", (recorded) => {
  itMatchesPython(ErnieMTokenizer, recorded);
});
