import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { BlenderbotSmallTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("BlenderbotSmallTokenizer, $name", (recorded) => {
  itMatchesPython(BlenderbotSmallTokenizer, recorded);
});
