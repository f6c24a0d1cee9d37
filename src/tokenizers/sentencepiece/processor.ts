import { TransformersError } from "../../errors.js";
import { IntBuffer, Text } from "../text.js";
import { BpeSegmenter } from "./bpe-segmenter.js";
import { decodePieces } from "./decode.js";
import { type ModelProto, readModelProto } from "./model-proto.js";
import { SentencePieceNormalizer } from "./normalizer.js";
import { CharSegmenter, WordSegmenter } from "./plain-segmenters.js";
import type { Segmenter } from "./segmenter.js";
import { UnigramSegmenter } from "./unigram-segmenter.js";
import { Vocabulary } from "./vocabulary.js";

/** Options of {@link SentencePieceProcessor.encode}. */
export interface SentencePieceEncodeOptions {
  /** Put the piece that begins a text in front (default false). */
  add_bos?: boolean;
  /** Put the piece that ends a text behind (default false). */
  add_eos?: boolean;
  /** Turn the pieces of the text round (default false). */
  reverse?: boolean;
}

const SEGMENTERS = {
  unigram: UnigramSegmenter,
  bpe: BpeSegmenter,
  char: CharSegmenter,
  word: WordSegmenter,
} as const;

/**
 * Encodes and decodes as the SentencePiece library does, whose results differ in places from those of a tokenizer.json
 * made of the same model. A lone surrogate in a text reads as U+FFFD.
 */
export class SentencePieceProcessor {
  readonly model: ModelProto;
  readonly #vocabulary: Vocabulary;
  readonly #normalizer: SentencePieceNormalizer;
  readonly #denormalizer: SentencePieceNormalizer | null;
  readonly #segmenter: Segmenter;
  readonly #normalized = new Text();
  readonly #found = new IntBuffer();

  /**
   * @param model the bytes of a model file, or what {@link readModelProto} has read from one, changed or not.
   * @throws TransformersError CORRUPT_FILE
   */
  constructor(model: Uint8Array | ModelProto) {
    this.model = model instanceof Uint8Array ? readModelProto(model) : model;
    const { trainer_spec, normalizer_spec, denormalizer_spec, pieces } = this.model;
    this.#vocabulary = new Vocabulary(this.model);
    const userDefined = pieces.filter(({ type }) => type === "user_defined").map(({ piece }) => piece);
    this.#normalizer = new SentencePieceNormalizer(
      normalizer_spec,
      trainer_spec.treat_whitespace_as_suffix,
      userDefined,
    );
    const denormalizes = denormalizer_spec !== null && denormalizer_spec.precompiled_charsmap.length > 0;
    this.#denormalizer = denormalizes ? new SentencePieceNormalizer(denormalizer_spec) : null;
    this.#segmenter = new SEGMENTERS[trainer_spec.model_type](this.#vocabulary);
  }

  /** The ids of a text's pieces. */
  encode(text: string, options: SentencePieceEncodeOptions = {}): number[] {
    const ids: number[] = [];
    this.#visit(text, (id) => ids.push(id));
    return this.#frame(ids, options, (id) => id);
  }

  encode_as_ids(text: string, options: SentencePieceEncodeOptions = {}): number[] {
    return this.encode(text, options);
  }

  /** A text's pieces; unknown ones as they stand in the normalised text. */
  encode_as_pieces(text: string, options: SentencePieceEncodeOptions = {}): string[] {
    const pieces: string[] = [];
    this.#visit(text, (id, from, to) => {
      const isByte = from < 0;
      pieces.push(isByte ? this.id_to_piece(id) : this.#normalized.toString(from, to));
    });
    return this.#frame(pieces, options, (id) => this.id_to_piece(id));
  }

  /**
   * The text of ids, or of pieces.
   * @throws TransformersError INDEX_OUT_OF_RANGE where an id is none.
   */
  decode(input: readonly number[] | Int32Array | readonly string[]): string {
    const pieces = Array.from(input as ArrayLike<number | string>, (item) =>
      typeof item === "string" ? item : this.id_to_piece(item),
    );
    const text = decodePieces(pieces, this.model, (piece) => this.piece_to_id(piece));
    return this.#denormalizer === null ? text : normalized(this.#denormalizer, text);
  }

  /** A text as it is normalised before it is cut. */
  normalize(text: string): string {
    return normalized(this.#normalizer, text);
  }

  /** @throws TransformersError INDEX_OUT_OF_RANGE */
  id_to_piece(id: number): string {
    return this.#piece(id).piece;
  }

  /** The id of a piece; that of the unknown one where there is none. */
  piece_to_id(piece: string): number {
    return this.#vocabulary.idOf(piece);
  }

  get_piece_size(): number {
    return this.model.pieces.length;
  }

  vocab_size(): number {
    return this.model.pieces.length;
  }

  /** @throws TransformersError INDEX_OUT_OF_RANGE */
  get_score(id: number): number {
    return this.#piece(id).score;
  }

  is_unknown(id: number): boolean {
    return this.#piece(id).type === "unknown";
  }

  is_control(id: number): boolean {
    return this.#piece(id).type === "control";
  }

  is_unused(id: number): boolean {
    return this.#piece(id).type === "unused";
  }

  is_byte(id: number): boolean {
    return this.#piece(id).type === "byte";
  }

  unk_id(): number {
    return this.#vocabulary.unknownId;
  }

  /** The id of the piece that begins a text; -1 where there is none. */
  bos_id(): number {
    return this.#controlId(this.model.trainer_spec.bos_piece, "<s>");
  }

  /** The id of the piece that ends a text; -1 where there is none. */
  eos_id(): number {
    return this.#controlId(this.model.trainer_spec.eos_piece, "</s>");
  }

  /** The id of the piece that fills up; -1 where there is none. */
  pad_id(): number {
    return this.#controlId(this.model.trainer_spec.pad_piece, "<pad>");
  }

  /** Visits each piece with its place in #normalized; those of the bytes of an unknown one are at -1. */
  #visit(text: string, visit: (id: number, from: number, to: number) => void): void {
    const target = this.#normalized;
    target.clear(false);
    this.#normalizer.normalize(text, target);
    const found = this.#found;
    found.length = 0;
    this.#segmenter.segment(target.units, target.length, found);
    const { unknownId, byteIds } = this.#vocabulary;
    const { values, length } = found;
    for (let i = 0; i < length; i += 3) {
      const id = values[i + 2]!;
      const from = values[i]!;
      if (id !== unknownId) {
        visit(id, from, values[i + 1]!);
      } else if (byteIds !== undefined) {
        const bytes = new TextEncoder().encode(target.toString(from, values[i + 1]!));
        for (const byte of bytes) visit(byteIds[byte]!, -1, -1);
      } else {
        while (i + 3 < length && values[i + 5] === unknownId) i += 3;
        visit(id, from, values[i + 1]!);
      }
    }
  }

  #frame<T>(items: T[], options: SentencePieceEncodeOptions, itemOf: (id: number) => T): T[] {
    if (options.reverse === true) items.reverse();
    if (options.add_bos === true) items.unshift(itemOf(this.#needed(this.bos_id(), "bos")));
    if (options.add_eos === true) items.push(itemOf(this.#needed(this.eos_id(), "eos")));
    return items;
  }

  #needed(id: number, name: string): number {
    if (id >= 0) return id;
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `the model has no ${name} piece, and add_${name} asks for it`,
    );
  }

  #piece(id: number) {
    const piece = this.model.pieces[id];
    if (piece !== undefined) return piece;
    throw new TransformersError(
      "INDEX_OUT_OF_RANGE",
      `the model has no piece ${id}; its ids go from 0 to ${this.model.pieces.length - 1}`,
    );
  }

  #controlId(piece: string, standard: string): number {
    const id = this.piece_to_id(piece === "" ? standard : piece);
    return this.is_control(id) ? id : -1;
  }
}

function normalized(normalizer: SentencePieceNormalizer, text: string): string {
  const target = new Text();
  normalizer.normalize(text, target);
  return target.toString();
}
