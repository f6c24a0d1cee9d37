// Written by scripts/registry.ts from the folders beside this file; `npm run registry` writes it anew.
import type { AnyTokenizerClass, Family } from "./family.js";

/** The families by model_type, each loaded when it is first asked for. */
export const families: Readonly<Record<string, () => Promise<Family>>> = {
  bert: async () => (await import("./bert/index.js")).family,
};

/** The tokenizers by their name in tokenizer_config.json, each loaded when it is first asked for. */
export const tokenizerClasses: Readonly<Record<string, () => Promise<AnyTokenizerClass>>> = {
  BertJapaneseTokenizer: async () => (await import("./bert-japanese/index.js")).tokenizers[0]!,
  BertTokenizer: async () => (await import("./bert/index.js")).tokenizers[0]!,
  ByT5Tokenizer: async () => (await import("./byt5/index.js")).tokenizers[0]!,
  CTRLTokenizer: async () => (await import("./ctrl/index.js")).tokenizers[0]!,
  CanineTokenizer: async () => (await import("./canine/index.js")).tokenizers[0]!,
  ConvBertTokenizer: async () => (await import("./convbert/index.js")).tokenizers[0]!,
  DPRContextEncoderTokenizer: async () => (await import("./dpr/index.js")).tokenizers[1]!,
  DPRQuestionEncoderTokenizer: async () => (await import("./dpr/index.js")).tokenizers[0]!,
  DPRReaderTokenizer: async () => (await import("./dpr/index.js")).tokenizers[2]!,
  DistilBertTokenizer: async () => (await import("./distilbert/index.js")).tokenizers[0]!,
  ElectraTokenizer: async () => (await import("./electra/index.js")).tokenizers[0]!,
  FunnelTokenizer: async () => (await import("./funnel/index.js")).tokenizers[0]!,
  LayoutLMTokenizer: async () => (await import("./layoutlm/index.js")).tokenizers[0]!,
  LxmertTokenizer: async () => (await import("./lxmert/index.js")).tokenizers[0]!,
  M2M100Tokenizer: async () => (await import("./m2m_100/index.js")).tokenizers[0]!,
  MPNetTokenizer: async () => (await import("./mpnet/index.js")).tokenizers[0]!,
  MarianTokenizer: async () => (await import("./marian/index.js")).tokenizers[0]!,
  MobileBertTokenizer: async () => (await import("./mobilebert/index.js")).tokenizers[0]!,
  PhobertTokenizer: async () => (await import("./phobert/index.js")).tokenizers[0]!,
  RealmTokenizer: async () => (await import("./realm/index.js")).tokenizers[0]!,
  RetriBertTokenizer: async () => (await import("./retribert/index.js")).tokenizers[0]!,
  Speech2TextTokenizer: async () => (await import("./speech_to_text/index.js")).tokenizers[0]!,
  SpeechT5Tokenizer: async () => (await import("./speecht5/index.js")).tokenizers[0]!,
  SplinterTokenizer: async () => (await import("./splinter/index.js")).tokenizers[0]!,
  SqueezeBertTokenizer: async () => (await import("./squeezebert/index.js")).tokenizers[0]!,
  TapasTokenizer: async () => (await import("./tapas/index.js")).tokenizers[0]!,
  TransfoXLTokenizer: async () => (await import("./transfo-xl/index.js")).tokenizers[0]!,
  Wav2Vec2CTCTokenizer: async () => (await import("./wav2vec2/index.js")).tokenizers[0]!,
  XLMTokenizer: async () => (await import("./xlm/index.js")).tokenizers[0]!,
};
