import { BartTokenizer } from "../bart/tokenization.js";

/** LED's tokenizer: BART's, which pads a `global_attention_mask` too, by -1: nothing looks there. */
export class LEDTokenizer extends BartTokenizer {
  static override readonly tokenizerClass: string = "LEDTokenizer";

  protected override get columnFillers(): Readonly<Record<string, number>> {
    return { global_attention_mask: -1 };
  }
}

/** Python's name for the same class. */
export const LEDTokenizerFast = LEDTokenizer;
export type LEDTokenizerFast = LEDTokenizer;
