import { JsonFields, unknownComponent } from "../json.js";
import { IntBuffer, Text } from "../text.js";
import { BertPreTokenizer } from "./bert.js";
import { Punctuation, Whitespace, WhitespaceSplit } from "./by-class.js";
import type { PreTokenizer } from "./pre-tokenizer.js";
import { PreTokenizerSequence } from "./sequence.js";

export { BertPreTokenizer } from "./bert.js";
export { Punctuation, type SplitBehavior, Whitespace, WhitespaceSplit } from "./by-class.js";
export type { PreTokenizer } from "./pre-tokenizer.js";
export { PreTokenizerSequence } from "./sequence.js";

type Reader = (fields: JsonFields) => PreTokenizer;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["BertPreTokenizer", () => new BertPreTokenizer()],
  ["Punctuation", Punctuation.fromJson],
  [
    "Sequence",
    (fields) =>
      new PreTokenizerSequence(
        fields
          .list("pretokenizers")
          .map((item, i) => preTokenizerFromJson(item, `${fields.where}.pretokenizers[${i}]`)),
      ),
  ],
  ["Whitespace", () => new Whitespace()],
  ["WhitespaceSplit", () => new WhitespaceSplit()],
]);

/** The pre-tokenizer that a `pre_tokenizer` object of tokenizer.json describes. */
export function preTokenizerFromJson(value: unknown, where = "pre_tokenizer"): PreTokenizer {
  const fields = new JsonFields(value, where);
  const reader = READERS.get(fields.string("type"));
  if (reader === undefined) throw unknownComponent(where, fields.raw("type"), READERS.keys());
  return reader(fields);
}

/** The pieces that `preTokenizer` cuts a text into. */
export function splitString(preTokenizer: PreTokenizer, text: string): string[] {
  const source = new Text();
  const spans = new IntBuffer();
  source.set(text, false);
  preTokenizer.split(source.units, 0, source.length, spans);
  const pieces: string[] = [];
  for (let i = 0; i < spans.length; i += 2) {
    pieces.push(source.toString(spans.values[i]!, spans.values[i + 1]!));
  }
  return pieces;
}
