import {
  Lowercase,
  NFKD,
  type Normalizer,
  NormalizerSequence,
  Replace,
  StripAccents,
} from "../../tokenizers/index.js";
import {
  demoteNumberCommas,
  type ModelProto,
  replaceSpaces,
  type ScoredVocabulary,
  SpmConverter,
} from "../../tokenizers/sentencepiece/index.js";
import type { AlbertTokenizerConfig } from "./tokenization.js";

/** ALBERT's and XLNet's pipeline: quotes, accents and case before the model's own rules. */
export class AlbertConverter extends SpmConverter {
  readonly #config: AlbertTokenizerConfig;

  constructor(model: ModelProto, config: AlbertTokenizerConfig) {
    super(model);
    this.#config = config;
  }

  override vocab(): ScoredVocabulary {
    return demoteNumberCommas(super.vocab());
  }

  override normalizer(): Normalizer {
    const rules = this.precompiled();
    return new NormalizerSequence([
      ...quotes(),
      ...accentsAndCase(this.#config),
      ...(rules === null ? [] : [rules]),
      replaceSpaces(" "),
    ]);
  }
}

/** TeX's quotes as plain ones. */
export function quotes(): Normalizer[] {
  return [new Replace("``", '"'), new Replace("''", '"')];
}

/** What `keep_accents` and `do_lower_case` ask for. */
export function accentsAndCase(config: AlbertTokenizerConfig): Normalizer[] {
  return [
    ...(config.keep_accents ? [] : [new NFKD(), new StripAccents()]),
    ...(config.do_lower_case ? [new Lowercase()] : []),
  ];
}
