import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { GPT2Tokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("GPT2Tokenizer, $name", (recorded) => {
  // What was written by hand Python writes in another way.
  const files = recorded.name === "with a beginning" ? ["tokenizer_config.json"] : [];
  itMatchesPython(GPT2Tokenizer, recorded, { files });
});
