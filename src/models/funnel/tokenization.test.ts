import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { FunnelTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("FunnelTokenizer, $name", (recorded) => {
  itMatchesPython(FunnelTokenizer, recorded);
});
