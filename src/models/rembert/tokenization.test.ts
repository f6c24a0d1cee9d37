import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { RemBertTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("RemBertTokenizer, $name", (recorded) => {
  // Python makes the pipeline by the defaults of its slow class, and saves those of the fast one.
  const files = recorded.name === "from the model" ? ["tokenizer_config.json"] : [];
  itMatchesPython(RemBertTokenizer, recorded, { files });
});
