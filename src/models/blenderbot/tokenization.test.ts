import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { BlenderbotTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("BlenderbotTokenizer, $name", (recorded) => {
  itMatchesPython(BlenderbotTokenizer, recorded);
});
