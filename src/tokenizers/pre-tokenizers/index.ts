import { type JsonFields, readComponent } from "../json.js";
import { Text } from "../text.js";
import { BertPreTokenizer } from "./bert.js";
import { Punctuation, Whitespace, WhitespaceSplit } from "./by-class.js";
import { ByteLevel } from "./byte-level.js";
import { CharDelimiterSplit } from "./delimiter.js";
import { Digits } from "./digits.js";
import { FixedLength } from "./fixed-length.js";
import { Metaspace } from "./metaspace.js";
import { Pieces } from "./pieces.js";
import { type PreTokenizer, stepsOf } from "./pre-tokenizer.js";
import { PreTokenizerSequence } from "./sequence.js";
import { Split } from "./split.js";
import { UnicodeScripts } from "./unicode-scripts.js";

export type { SplitBehavior } from "./behavior.js";
export { BertPreTokenizer } from "./bert.js";
export { Punctuation, Whitespace, WhitespaceSplit } from "./by-class.js";
export { ByteLevel, type ByteLevelOptions } from "./byte-level.js";
export { CharDelimiterSplit } from "./delimiter.js";
export { Digits, type DigitsOptions } from "./digits.js";
export { FixedLength, type FixedLengthOptions } from "./fixed-length.js";
export { Metaspace, type MetaspaceOptions, type PrependScheme } from "./metaspace.js";
export { Pieces } from "./pieces.js";
export {
  type PreTokenizer,
  type PreTokenizerStep,
  type Rewriter,
  type Splitter,
  stepsOf,
} from "./pre-tokenizer.js";
export { PreTokenizerSequence } from "./sequence.js";
export { Split, type SplitOptions } from "./split.js";
export { UnicodeScripts } from "./unicode-scripts.js";

type Reader = (fields: JsonFields) => PreTokenizer;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["BertPreTokenizer", () => new BertPreTokenizer()],
  ["ByteLevel", ByteLevel.fromJson],
  ["CharDelimiterSplit", CharDelimiterSplit.fromJson],
  ["Digits", Digits.fromJson],
  ["FixedLength", FixedLength.fromJson],
  ["Metaspace", Metaspace.fromJson],
  ["Punctuation", Punctuation.fromJson],
  ["Sequence", (fields) => new PreTokenizerSequence(fields.each("pretokenizers", preTokenizerFromJson))],
  ["Split", Split.fromJson],
  ["UnicodeScripts", () => new UnicodeScripts()],
  ["Whitespace", () => new Whitespace()],
  ["WhitespaceSplit", () => new WhitespaceSplit()],
]);

/** The pre-tokenizer that a `pre_tokenizer` object of tokenizer.json describes. */
export function preTokenizerFromJson(value: unknown, where = "pre_tokenizer"): PreTokenizer {
  return readComponent(READERS, value, where);
}

/** The pieces that `preTokenizer` makes of a text. */
export function splitString(preTokenizer: PreTokenizer, text: string): string[] {
  const source = new Text();
  source.set(text, true);
  const pieces = new Pieces();
  pieces.run(source, 0, source.length, true, stepsOf(preTokenizer));
  const found: string[] = [];
  for (let i = 0; i < pieces.spans.length; i += 2) {
    found.push(pieces.text.toString(pieces.spans.values[i]!, pieces.spans.values[i + 1]!));
  }
  return found;
}
