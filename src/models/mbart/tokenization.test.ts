import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import {
  itTranslatesAsPython,
  type RecordedTranslations,
} from "../../../tests/support/recorded-translation.js";
import { MBartTokenizer } from "./tokenization.js";

const cases = recordedTokenizers<RecordedTranslations | null>(import.meta.url);

describe.each(cases)("MBartTokenizer, $name", (recorded) => {
  itMatchesPython(MBartTokenizer, recorded);
  itTranslatesAsPython(MBartTokenizer, recorded);
});
