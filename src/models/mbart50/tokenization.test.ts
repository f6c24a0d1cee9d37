import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import {
  itTranslatesAsPython,
  type RecordedTranslations,
} from "../../../tests/support/recorded-translation.js";
import { MBart50Tokenizer } from "./tokenization.js";

const cases = recordedTokenizers<RecordedTranslations | null>(import.meta.url);

describe.each(cases)("MBart50Tokenizer, $name", (recorded) => {
  itMatchesPython(MBart50Tokenizer, recorded);
  itTranslatesAsPython(MBart50Tokenizer, recorded);
});
