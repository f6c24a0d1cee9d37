import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { ElectraTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("ElectraTokenizer, $name", (recorded) => {
  itMatchesPython(ElectraTokenizer, recorded);
});
