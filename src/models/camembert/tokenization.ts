import {
  type ModelProto,
  type ScoredVocabulary,
  SpmConverter,
} from "../../tokenizers/sentencepiece/index.js";
import type { SentencePieceConfig } from "../../tokenizers/vocabulary-files/index.js";
import { XLMRobertaTokenizer } from "../xlm-roberta/tokenization.js";

/** The tokens that no text is given: the model's own `<s>` and `</s>` stand behind them. */
const UNUSED = ["<s>NOTUSED", "</s>NOTUSED", "<unk>NOTUSED"];

class CamembertConverter extends SpmConverter {
  override vocab(): ScoredVocabulary {
    const [start, end, unknown] = UNUSED as [string, string, string];
    return [
      [start, 0],
      ["<pad>", 0],
      [end, 0],
      ["<unk>", 0],
      [unknown, -100],
      ...super.vocab().slice(1),
      ["<mask>", 0],
    ];
  }

  override unk_id(): number {
    return 3;
  }
}

/** CamemBERT's tokenizer: XLM-RoBERTa's, but for the numbers of its tokens, of which three are not used. */
export class CamembertTokenizer extends XLMRobertaTokenizer {
  static override readonly tokenizerClass: string = "CamembertTokenizer";
  static override readonly defaults: SentencePieceConfig = {
    ...XLMRobertaTokenizer.defaults,
    additional_special_tokens: UNUSED,
  };

  protected static override converter(model: ModelProto, _config: SentencePieceConfig): SpmConverter {
    return new CamembertConverter(model);
  }
}

/** Python's name for the same class. */
export const CamembertTokenizerFast = CamembertTokenizer;
export type CamembertTokenizerFast = CamembertTokenizer;
