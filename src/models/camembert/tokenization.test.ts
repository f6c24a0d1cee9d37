import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { CamembertTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("CamembertTokenizer, $name", (recorded) => {
  itMatchesPython(CamembertTokenizer, recorded);
});
