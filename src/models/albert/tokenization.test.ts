import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { AlbertTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("AlbertTokenizer, $name", (recorded) => {
  itMatchesPython(AlbertTokenizer, recorded);
});
