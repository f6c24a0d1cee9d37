import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { FSMTTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("FSMTTokenizer, $name", (recorded) => {
  itMatchesPython(FSMTTokenizer, recorded);
});
