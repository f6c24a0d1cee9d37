import { expect, it } from "vitest";
import type { CallOptions, TextInput, TranslationTokenizer } from "../../src/tokenizers/pretrained/index.js";
import { filesOf, type RecordedTokenizer } from "./recorded-tokenizer.js";

/** What the `translations` of record_sentencepiece_families.py records. */
export interface RecordedTranslations {
  source: string;
  target: string;
  other: string;
  texts: string[];
  targets: [text: string, ids: number[]][];
  labels: [text: string, columns: object][];
  translation: Record<string, unknown>;
  prepared: Record<string, unknown>;
  pair: number[];
  after: [text: string, ids: number[]][];
  switched: number[];
}

type TranslationClass = {
  fromFiles(files: ReturnType<typeof filesOf>): TranslationTokenizer;
};

/** Tests that texts are framed by their languages as was recorded. */
export function itTranslatesAsPython(
  Class: TranslationClass,
  recorded: RecordedTokenizer<RecordedTranslations | null>,
): void {
  const extra = recorded.extra;
  if (extra === null) return;
  const { source, target, other, texts } = extra;
  const make = () => Class.fromFiles(filesOf(recorded));
  const call = (tokenizer: TranslationTokenizer, text: TextInput | null, options: CallOptions) => ({
    ...tokenizer(text, options),
  });

  it("frames texts by their languages", () => {
    const tokenizer = make();
    for (const [text, ids] of extra.targets)
      expect(call(tokenizer, null, { text_target: text }).input_ids, text).toEqual(ids);
    for (const [text, columns] of extra.labels)
      expect(call(tokenizer, text, { text_target: texts[1]! }), text).toEqual(columns);
    expect(call(tokenizer, texts[0]!, { text_pair: texts[1]! }).input_ids).toEqual(extra.pair);
    tokenizer.src_lang = other;
    for (const [text, ids] of extra.after) expect(call(tokenizer, text, {}).input_ids, text).toEqual(ids);
    tokenizer.set_tgt_lang_special_tokens(tokenizer.tgt_lang!);
    expect(tokenizer.build_inputs_with_special_tokens([7, 8])).toEqual(extra.switched);
  });

  it("prepares texts for translation", () => {
    const tokenizer = make();
    const languages = { src_lang: source, tgt_lang: target };
    expect({ ...tokenizer._build_translation_inputs(texts[0]!, languages) }).toEqual(extra.translation);
    const tgt_texts = [texts[2]!, texts[2]!, texts[2]!];
    const prepared = tokenizer.prepare_seq2seq_batch(texts, { ...languages, tgt_texts, max_length: 60 });
    expect({ ...prepared }).toEqual(extra.prepared);
    expect(() => tokenizer._build_translation_inputs("a", { src_lang: source })).toThrow(/tgt_lang/);
  });
}
