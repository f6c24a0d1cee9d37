import {
  BPE,
  ByteFallback,
  type Decoder,
  DecoderSequence,
  Fuse,
  type Model,
  type Normalizer,
  NormalizerSequence,
  Prepend,
  type PreTokenizer,
  Replace,
  ReplaceDecoder,
  StripDecoder,
  Unigram,
} from "../../tokenizers/index.js";
import {
  extractMerges,
  idsOf,
  type ModelProto,
  RenumberedConverter,
} from "../../tokenizers/sentencepiece/index.js";

const FIRST = { first: ["<unk>", "<s>", "</s>"], unk_id: 0 };

/** Llama's pipeline: spaces made visible, one in front, and bytes for what no piece covers. */
export class LlamaConverter extends RenumberedConverter {
  constructor(model: ModelProto) {
    super(model, FIRST);
  }

  override model(): Model {
    const { model_type, unk_piece } = this.proto.trainer_spec;
    const vocab = this.vocab();
    if (model_type === "unigram") return new Unigram(vocab, { unk_id: 0, byte_fallback: true });
    if (model_type !== "bpe") return super.model(); // which refuses it
    return new BPE(idsOf(vocab), extractMerges(this.proto, vocab), {
      unk_token: unk_piece,
      fuse_unk: true,
      byte_fallback: true,
    });
  }

  override normalizer(): Normalizer {
    return llamaNormalizer();
  }

  override pre_tokenizer(): PreTokenizer | null {
    return null;
  }

  override decoder(): Decoder {
    return new DecoderSequence([
      new ReplaceDecoder("\u2581", " "),
      new ByteFallback(),
      new Fuse(),
      new StripDecoder({ left: 1 }),
    ]);
  }
}

/** Puts a space in front, and makes spaces visible. */
export function llamaNormalizer(): Normalizer {
  return new NormalizerSequence([new Prepend("\u2581"), visibleSpaces()]);
}

/** Makes spaces visible. */
export function visibleSpaces(): Normalizer {
  return new Replace(" ", "\u2581");
}
