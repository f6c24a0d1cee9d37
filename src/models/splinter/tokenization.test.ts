import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { SplinterTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("SplinterTokenizer, $name", (recorded) => {
  // What Python saves of Splinter it cannot read again, so that these were written by hand.
  const files = ["tokenizer_config.json", "special_tokens_map.json"];
  itMatchesPython(SplinterTokenizer, recorded, { files });
});
