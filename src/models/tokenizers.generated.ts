// Written by scripts/registry.ts from the folders beside this file; `npm run registry` writes it anew.

export { AlbertTokenizer, AlbertTokenizerFast } from "./albert/tokenization.js";
export { BartTokenizer, BartTokenizerFast } from "./bart/tokenization.js";
export { BarthezTokenizer, BarthezTokenizerFast } from "./barthez/tokenization.js";
export { BartphoTokenizer } from "./bartpho/tokenization.js";
export { BertTokenizer, BertTokenizerFast } from "./bert/tokenization.js";
export { BertGenerationTokenizer } from "./bert-generation/tokenization.js";
export { BertJapaneseTokenizer } from "./bert-japanese/tokenization.js";
export { BertweetTokenizer } from "./bertweet/tokenization.js";
export { BigBirdTokenizer, BigBirdTokenizerFast } from "./big_bird/tokenization.js";
export { BioGptTokenizer } from "./biogpt/tokenization.js";
export { BlenderbotTokenizer, BlenderbotTokenizerFast } from "./blenderbot/tokenization.js";
export { BlenderbotSmallTokenizer } from "./blenderbot-small/tokenization.js";
export { BloomTokenizer, BloomTokenizerFast } from "./bloom/tokenization.js";
export { ByT5Tokenizer } from "./byt5/tokenization.js";
export { CamembertTokenizer, CamembertTokenizerFast } from "./camembert/tokenization.js";
export { CanineTokenizer } from "./canine/tokenization.js";
export { CLIPTokenizer, CLIPTokenizerFast } from "./clip/tokenization.js";
export { CodeLlamaTokenizer, CodeLlamaTokenizerFast } from "./code_llama/tokenization.js";
export { CodeGenTokenizer, CodeGenTokenizerFast } from "./codegen/tokenization.js";
export { ConvBertTokenizer, ConvBertTokenizerFast } from "./convbert/tokenization.js";
export { CTRLTokenizer } from "./ctrl/tokenization.js";
export { DebertaTokenizer, DebertaTokenizerFast } from "./deberta/tokenization.js";
export { DebertaV2Tokenizer, DebertaV2TokenizerFast } from "./deberta-v2/tokenization.js";
export { DistilBertTokenizer, DistilBertTokenizerFast } from "./distilbert/tokenization.js";
export {
  DPRContextEncoderTokenizer,
  DPRContextEncoderTokenizerFast,
  DPRQuestionEncoderTokenizer,
  DPRQuestionEncoderTokenizerFast,
  DPRReaderTokenizer,
  DPRReaderTokenizerFast,
} from "./dpr/tokenization.js";
export { ElectraTokenizer, ElectraTokenizerFast } from "./electra/tokenization.js";
export { ErnieMTokenizer } from "./ernie_m/tokenization.js";
export { EsmTokenizer } from "./esm/tokenization.js";
export { FlaubertTokenizer } from "./flaubert/tokenization.js";
export { FNetTokenizer, FNetTokenizerFast } from "./fnet/tokenization.js";
export { FSMTTokenizer } from "./fsmt/tokenization.js";
export { FunnelTokenizer, FunnelTokenizerFast } from "./funnel/tokenization.js";
export { GPTSw3Tokenizer } from "./gpt-sw3/tokenization.js";
export { GPT2Tokenizer, GPT2TokenizerFast } from "./gpt2/tokenization.js";
export { GPTNeoXTokenizer, GPTNeoXTokenizerFast } from "./gpt_neox/tokenization.js";
export { HerbertTokenizer, HerbertTokenizerFast } from "./herbert/tokenization.js";
export { LayoutLMTokenizer, LayoutLMTokenizerFast } from "./layoutlm/tokenization.js";
export { LayoutLMv2Tokenizer, LayoutLMv2TokenizerFast } from "./layoutlmv2/tokenization.js";
export { LayoutLMv3Tokenizer, LayoutLMv3TokenizerFast } from "./layoutlmv3/tokenization.js";
export { LayoutXLMTokenizer, LayoutXLMTokenizerFast } from "./layoutxlm/tokenization.js";
export { LEDTokenizer, LEDTokenizerFast } from "./led/tokenization.js";
export { LlamaTokenizer, LlamaTokenizerFast } from "./llama/tokenization.js";
export { LongformerTokenizer, LongformerTokenizerFast } from "./longformer/tokenization.js";
export { LxmertTokenizer, LxmertTokenizerFast } from "./lxmert/tokenization.js";
export { M2M100Tokenizer } from "./m2m_100/tokenization.js";
export { MarianTokenizer } from "./marian/tokenization.js";
export { MarkupLMTokenizer, MarkupLMTokenizerFast } from "./markuplm/tokenization.js";
export { MBartTokenizer, MBartTokenizerFast } from "./mbart/tokenization.js";
export { MBart50Tokenizer, MBart50TokenizerFast } from "./mbart50/tokenization.js";
export { MobileBertTokenizer, MobileBertTokenizerFast } from "./mobilebert/tokenization.js";
export { MPNetTokenizer, MPNetTokenizerFast } from "./mpnet/tokenization.js";
export { MT5Tokenizer, MT5TokenizerFast } from "./mt5/tokenization.js";
export { MvpTokenizer, MvpTokenizerFast } from "./mvp/tokenization.js";
export { NllbTokenizer, NllbTokenizerFast } from "./nllb/tokenization.js";
export { OpenAIGPTTokenizer, OpenAIGPTTokenizerFast } from "./openai-gpt/tokenization.js";
export { PegasusTokenizer, PegasusTokenizerFast } from "./pegasus/tokenization.js";
export { PerceiverTokenizer } from "./perceiver/tokenization.js";
export { PhobertTokenizer } from "./phobert/tokenization.js";
export { PLBartTokenizer } from "./plbart/tokenization.js";
export { ProphetNetTokenizer } from "./prophetnet/tokenization.js";
export { Qwen2Tokenizer, Qwen2TokenizerFast } from "./qwen2/tokenization.js";
export { RealmTokenizer, RealmTokenizerFast } from "./realm/tokenization.js";
export { ReformerTokenizer, ReformerTokenizerFast } from "./reformer/tokenization.js";
export { RemBertTokenizer, RemBertTokenizerFast } from "./rembert/tokenization.js";
export { RetriBertTokenizer, RetriBertTokenizerFast } from "./retribert/tokenization.js";
export { RobertaTokenizer, RobertaTokenizerFast } from "./roberta/tokenization.js";
export { RoFormerTokenizer, RoFormerTokenizerFast } from "./roformer/tokenization.js";
export { SeamlessM4TTokenizer, SeamlessM4TTokenizerFast } from "./seamless_m4t/tokenization.js";
export { Speech2TextTokenizer } from "./speech_to_text/tokenization.js";
export { Speech2Text2Tokenizer } from "./speech_to_text_2/tokenization.js";
export { SpeechT5Tokenizer } from "./speecht5/tokenization.js";
export { SplinterTokenizer, SplinterTokenizerFast } from "./splinter/tokenization.js";
export { SqueezeBertTokenizer, SqueezeBertTokenizerFast } from "./squeezebert/tokenization.js";
export { T5Tokenizer, T5TokenizerFast } from "./t5/tokenization.js";
export { TapasTokenizer } from "./tapas/tokenization.js";
export { TransfoXLTokenizer } from "./transfo-xl/tokenization.js";
export { VitsTokenizer } from "./vits/tokenization.js";
export { Wav2Vec2CTCTokenizer } from "./wav2vec2/tokenization.js";
export { Wav2Vec2PhonemeCTCTokenizer } from "./wav2vec2_phoneme/tokenization.js";
export { WhisperTokenizer, WhisperTokenizerFast } from "./whisper/tokenization.js";
export { XGLMTokenizer, XGLMTokenizerFast } from "./xglm/tokenization.js";
export { XLMTokenizer } from "./xlm/tokenization.js";
export { XLMProphetNetTokenizer } from "./xlm-prophetnet/tokenization.js";
export { XLMRobertaTokenizer, XLMRobertaTokenizerFast } from "./xlm-roberta/tokenization.js";
export { XLNetTokenizer, XLNetTokenizerFast } from "./xlnet/tokenization.js";
