import { type ModelProto, SpmConverter } from "../../tokenizers/sentencepiece/index.js";
import type { SentencePieceConfig } from "../../tokenizers/vocabulary-files/index.js";
import { XLMRobertaTokenizer } from "../xlm-roberta/tokenization.js";

class BarthezConverter extends SpmConverter {
  /** Where BARThez has it, whatever the model says. */
  override unk_id(): number {
    return 3;
  }
}

/** BARThez's tokenizer: XLM-RoBERTa's, of a model that numbers its pieces as fairseq does. */
export class BarthezTokenizer extends XLMRobertaTokenizer {
  static override readonly tokenizerClass: string = "BarthezTokenizer";

  protected static override converter(model: ModelProto, _config: SentencePieceConfig): SpmConverter {
    return new BarthezConverter(model);
  }
}

/** Python's name for the same class. */
export const BarthezTokenizerFast = BarthezTokenizer;
export type BarthezTokenizerFast = BarthezTokenizer;
