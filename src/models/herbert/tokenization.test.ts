import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { HerbertTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("HerbertTokenizer, $name", (recorded) => {
  // Python leaves out there that the further special tokens are looked for in the normalised text.
  const files = recorded.name === "from the vocabulary" ? ["special_tokens_map.json"] : [];
  itMatchesPython(HerbertTokenizer, recorded, { files });
});
