import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import {
  itTranslatesAsPython,
  type RecordedTranslations,
} from "../../../tests/support/recorded-translation.js";
import { NllbTokenizer } from "./tokenization.js";

const cases = recordedTokenizers<RecordedTranslations | null>(import.meta.url);

describe.each(cases)("NllbTokenizer, $name", (recorded) => {
  itMatchesPython(NllbTokenizer, recorded);
  itTranslatesAsPython(NllbTokenizer, recorded);
});
