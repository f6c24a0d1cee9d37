import { TransformersError } from "../../errors.js";
import { type Decoder, MetaspaceDecoder } from "../decoders/index.js";
import { BPE, type Merge } from "../models/bpe.js";
import type { Model } from "../models/model.js";
import { PieceTrie } from "../models/piece-trie.js";
import { Unigram } from "../models/unigram.js";
import {
  type Normalizer,
  NormalizerSequence,
  normalizerFromJson,
  Precompiled,
} from "../normalizers/index.js";
import { Metaspace, type PreTokenizer } from "../pre-tokenizers/index.js";
import type { PostProcessor } from "../processors/index.js";
import { isDigit } from "../python-text/index.js";
import { Tokenizer } from "../tokenizer.js";
import { type ModelProto, readModelProto } from "./model-proto.js";

/** Pieces and their scores, by id. */
export type ScoredVocabulary = readonly (readonly [piece: string, score: number])[];

/** Options of {@link SpmConverter}. */
export interface SpmConverterOptions {
  /**
   * Apply the model's normalisation rules as SentencePiece itself does (default false: as the Rust library does; see
   * {@link Precompiled}).
   */
  sentencepiece_normalization?: boolean;
  /** Whether to put a space in front of whatever stands behind an added token (default true). */
  legacy?: boolean;
}

/**
 * Makes the pipeline of a tokenizer.json of a SentencePiece model. Families override what differs, as they do in
 * Transformers, whose `SpmConverter` this is.
 */
export class SpmConverter {
  readonly proto: ModelProto;
  readonly options: Readonly<Required<SpmConverterOptions>>;

  /**
   * @param model the bytes of a model file, or what readModelProto has read from one.
   * @throws TransformersError CORRUPT_FILE
   */
  constructor(model: Uint8Array | ModelProto, options: SpmConverterOptions = {}) {
    this.proto = model instanceof Uint8Array ? readModelProto(model) : model;
    this.options = {
      sentencepiece_normalization: options.sentencepiece_normalization ?? false,
      legacy: options.legacy ?? true,
    };
  }

  /** The pieces of the tokenizer, by id. */
  vocab(): ScoredVocabulary {
    return this.proto.pieces.map(({ piece, score }) => [piece, score] as const);
  }

  unk_id(): number {
    return this.proto.trainer_spec.unk_id;
  }

  /** @throws TransformersError UNSUPPORTED where the model is neither Unigram nor BPE. */
  model(): Model {
    const { model_type, unk_piece } = this.proto.trainer_spec;
    const vocab = this.vocab();
    if (model_type === "unigram") return new Unigram(vocab, { unk_id: this.unk_id() });
    if (model_type !== "bpe") {
      throw new TransformersError(
        "UNSUPPORTED",
        `a SentencePiece model of type ${model_type} has no tokenizer.json; only unigram and bpe have`,
      );
    }
    const merges = extractMerges(this.proto);
    return new BPE(idsOf(vocab), merges, { unk_token: unk_piece, fuse_unk: true });
  }

  normalizer(): Normalizer | null {
    const rules = this.precompiled();
    return new NormalizerSequence([
      ...(rules === null ? [] : [rules]),
      normalizerFromJson({ type: "Strip", strip_left: false, strip_right: true }),
      replaceSpaces("\u2581"),
    ]);
  }

  /** The model's own normalisation rules; null where it has none. */
  precompiled(): Precompiled | null {
    const charsmap = this.proto.normalizer_spec.precompiled_charsmap;
    const { sentencepiece_normalization } = this.options;
    return charsmap.length === 0 ? null : new Precompiled(charsmap, { sentencepiece_normalization });
  }

  pre_tokenizer(): PreTokenizer | null {
    return this.metaspace();
  }

  /** The part of the pre-tokenizer that makes spaces visible. */
  metaspace(): Metaspace {
    return new Metaspace({ prepend_scheme: this.options.legacy ? "always" : "first" });
  }

  post_processor(): PostProcessor | null {
    return null;
  }

  decoder(): Decoder | null {
    return new MetaspaceDecoder();
  }

  converted(): Tokenizer {
    return new Tokenizer(this.model(), {
      normalizer: this.normalizer(),
      pre_tokenizer: this.pre_tokenizer(),
      post_processor: this.post_processor(),
      decoder: this.decoder(),
    });
  }
}

/** Turns two spaces or more into `content`. */
export function replaceSpaces(content: string): Normalizer {
  return normalizerFromJson({ type: "Replace", pattern: { Regex: " {2,}" }, content });
}

/** The ids of pieces; of equal ones the last counts. */
export function idsOf(vocab: ScoredVocabulary): Map<string, number> {
  return new Map(vocab.map(([piece], id) => [piece, id]));
}

/** Takes 100 off the scores of pieces that end in a digit and a comma: ALBERT and XLNet do not want them. */
export function demoteNumberCommas(vocab: ScoredVocabulary): ScoredVocabulary {
  return vocab.map(([piece, score]) => {
    const [beforeLast, last] = [...piece].slice(-2);
    const isNumber = last === "," && isDigit(beforeLast!.codePointAt(0)!);
    return [piece, isNumber ? score - 100 : score] as const;
  });
}

/**
 * The merges that lead to the pieces of a model: each way to cut one into two others. The merges of the piece with the
 * smallest id come first, or, with `scores`, those of the piece with the largest score.
 * Source: the `SentencePieceExtractor` of Transformers.
 */
export function extractMerges(model: ModelProto, scores: ScoredVocabulary | null = null): Merge[] {
  const ids = new Map(model.pieces.map(({ piece }, id) => [piece, id]));
  const trie = new PieceTrie(model.pieces.map(({ piece }) => piece));
  const ranked: { merge: Merge; rank: number }[] = [];
  for (const [piece, score] of scores === null ? ids : new Map(scores)) {
    const local: Merge[] = [];
    for (const length of trie.prefixes(piece)) {
      const right = piece.slice(length);
      if (right !== "" && ids.has(right)) local.push([piece.slice(0, length), right]);
    }
    local.sort((a, b) => ids.get(a[0])! - ids.get(b[0])! || ids.get(a[1])! - ids.get(b[1])!);
    for (const merge of local) ranked.push({ merge, rank: scores === null ? score : -score });
  }
  return ranked.sort((a, b) => a.rank - b.rank).map(({ merge }) => merge);
}
