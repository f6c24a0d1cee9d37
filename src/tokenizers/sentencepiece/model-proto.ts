import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { TransformersError } from "../../errors.js";

/** What a piece is for. */
export const PIECE_TYPES = ["normal", "unknown", "control", "user_defined", "unused", "byte"] as const;
export type PieceType = (typeof PIECE_TYPES)[number];

export interface SentencePiece {
  readonly piece: string;
  /** A float32; for BPE minus the rank of the merge. */
  readonly score: number;
  readonly type: PieceType;
}

const MODEL_TYPES = ["unigram", "bpe", "word", "char"] as const;

/** What the trainer was told, as far as it says how to encode. */
export interface TrainerSpec {
  readonly model_type: (typeof MODEL_TYPES)[number];
  readonly vocab_size: number;
  readonly treat_whitespace_as_suffix: boolean;
  readonly byte_fallback: boolean;
  readonly unk_id: number;
  readonly bos_id: number;
  readonly eos_id: number;
  readonly pad_id: number;
  readonly unk_piece: string;
  readonly bos_piece: string;
  readonly eos_piece: string;
  readonly pad_piece: string;
  /** What an unknown token decodes to. */
  readonly unk_surface: string;
}

/** How a text is normalised before it is cut. */
export interface NormalizerSpec {
  readonly name: string;
  /** Compiled rules; empty: none. */
  readonly precompiled_charsmap: Uint8Array;
  readonly add_dummy_prefix: boolean;
  readonly remove_extra_whitespaces: boolean;
  readonly escape_whitespaces: boolean;
}

/** A SentencePiece model: spiece.model, tokenizer.model, *.spm. */
export interface ModelProto {
  readonly pieces: readonly SentencePiece[];
  readonly trainer_spec: TrainerSpec;
  readonly normalizer_spec: NormalizerSpec;
  readonly denormalizer_spec: NormalizerSpec | null;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Reads a SentencePiece model. Source: sentencepiece_model.proto.
 * @throws TransformersError CORRUPT_FILE where it is none.
 */
export function readModelProto(file: Uint8Array): ModelProto {
  const pieces: SentencePiece[] = [];
  const trainer_spec = defaultTrainerSpec();
  const normalizer_spec = defaultNormalizerSpec();
  let denormalizer_spec: Writable<NormalizerSpec> | null = null;
  try {
    readMessage(file, (field, reader) => {
      if (field === key(1, BYTES)) pieces.push(readPiece(reader.bytes(), pieces.length));
      else if (field === key(2, BYTES)) readTrainerSpec(reader.bytes(), trainer_spec);
      else if (field === key(3, BYTES)) readNormalizerSpec(reader.bytes(), normalizer_spec);
      else if (field === key(5, BYTES)) {
        denormalizer_spec ??= defaultNormalizerSpec();
        readNormalizerSpec(reader.bytes(), denormalizer_spec);
      } else return false;
      return true;
    });
  } catch (cause) {
    if (cause instanceof TransformersError) throw cause;
    throw corrupt((cause as Error).message, cause);
  }
  if (pieces.length === 0) throw corrupt("it has no pieces");
  return { pieces, trainer_spec, normalizer_spec, denormalizer_spec };
}

const { LengthDelimited: BYTES, Varint: VARINT, Bit32: FLOAT } = WireType;

/** A field's number and how it is written, as one number. */
function key(number: number, wire: WireType): number {
  return number * 8 + wire;
}

/** Reads the fields of a message. `read` returns false where it does not know a field, which is then skipped. */
function readMessage(message: Uint8Array, read: (field: number, reader: BinaryReader) => boolean): void {
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    if (!read(key(number, wire), reader)) reader.skip(wire, number);
    if (reader.pos > reader.len) throw new RangeError("a field reaches beyond the end");
  }
}

// Numbers of an enumeration that are not in the definition leave the default, as protobuf has it.

function readPiece(message: Uint8Array, id: number): SentencePiece {
  const piece: Writable<SentencePiece> = { piece: "", score: 0, type: "normal" };
  readMessage(message, (field, reader) => {
    if (field === key(1, BYTES)) piece.piece = reader.string(true);
    else if (field === key(2, FLOAT)) piece.score = reader.float();
    else if (field === key(3, VARINT)) piece.type = PIECE_TYPES[reader.int32() - 1] ?? piece.type;
    else return false;
    return true;
  });
  if (piece.piece === "") throw corrupt(`piece ${id} is empty`);
  if (!Number.isFinite(piece.score)) throw corrupt(`the score of piece ${id} is ${piece.score}`);
  return piece;
}

function readTrainerSpec(message: Uint8Array, spec: Writable<TrainerSpec>): void {
  readMessage(message, (field, reader) => {
    switch (field) {
      case key(3, VARINT):
        spec.model_type = MODEL_TYPES[reader.int32() - 1] ?? spec.model_type;
        return true;
      case key(4, VARINT):
        spec.vocab_size = reader.int32();
        return true;
      case key(24, VARINT):
        spec.treat_whitespace_as_suffix = reader.bool();
        return true;
      case key(35, VARINT):
        spec.byte_fallback = reader.bool();
        return true;
      case key(40, VARINT):
        spec.unk_id = reader.int32();
        return true;
      case key(41, VARINT):
        spec.bos_id = reader.int32();
        return true;
      case key(42, VARINT):
        spec.eos_id = reader.int32();
        return true;
      case key(43, VARINT):
        spec.pad_id = reader.int32();
        return true;
      case key(44, BYTES):
        spec.unk_surface = reader.string(true);
        return true;
      case key(45, BYTES):
        spec.unk_piece = reader.string(true);
        return true;
      case key(46, BYTES):
        spec.bos_piece = reader.string(true);
        return true;
      case key(47, BYTES):
        spec.eos_piece = reader.string(true);
        return true;
      case key(48, BYTES):
        spec.pad_piece = reader.string(true);
        return true;
    }
    return false;
  });
}

function readNormalizerSpec(message: Uint8Array, spec: Writable<NormalizerSpec>): void {
  readMessage(message, (field, reader) => {
    if (field === key(1, BYTES)) spec.name = reader.string(true);
    else if (field === key(2, BYTES)) spec.precompiled_charsmap = reader.bytes();
    else if (field === key(3, VARINT)) spec.add_dummy_prefix = reader.bool();
    else if (field === key(4, VARINT)) spec.remove_extra_whitespaces = reader.bool();
    else if (field === key(5, VARINT)) spec.escape_whitespaces = reader.bool();
    else return false;
    return true;
  });
}

function defaultTrainerSpec(): Writable<TrainerSpec> {
  return {
    model_type: "unigram",
    vocab_size: 8000,
    treat_whitespace_as_suffix: false,
    byte_fallback: false,
    unk_id: 0,
    bos_id: 1,
    eos_id: 2,
    pad_id: -1,
    unk_piece: "<unk>",
    bos_piece: "<s>",
    eos_piece: "</s>",
    pad_piece: "<pad>",
    unk_surface: " \u2047 ",
  };
}

function defaultNormalizerSpec(): Writable<NormalizerSpec> {
  return {
    name: "",
    precompiled_charsmap: new Uint8Array(0),
    add_dummy_prefix: true,
    remove_extra_whitespaces: true,
    escape_whitespaces: true,
  };
}

function corrupt(message: string, cause?: unknown): TransformersError {
  return new TransformersError("CORRUPT_FILE", `the SentencePiece model is damaged: ${message}`, { cause });
}
