import { TransformersError } from "../../errors.js";
import type { ModelProto, SentencePiece } from "./model-proto.js";

const BYTE_PIECE = /^<0x[0-9A-F]{2}>$/;

/** The pieces of a model by id and by text. */
export class Vocabulary {
  readonly pieces: readonly SentencePiece[];
  readonly unknownId: number;
  /** Ids of the pieces of the bytes; undefined without byte fallback. */
  readonly byteIds: Int32Array | undefined;
  readonly #ids: ReadonlyMap<string, number>;

  /** @throws TransformersError CORRUPT_FILE where SentencePiece refuses the pieces. */
  constructor(model: ModelProto) {
    this.pieces = model.pieces;
    const cut = new Map<string, number>();
    // What stands for itself alone, and for no part of a text, may share its text with a piece, and comes first.
    const reserved = new Map<string, number>();
    for (const [id, { piece, type }] of model.pieces.entries()) {
      const ids = isCut(type) ? cut : reserved;
      if (ids.has(piece)) throw corrupt(`piece ${JSON.stringify(piece)} is there twice`);
      ids.set(piece, id);
      if (type === "byte" && !(model.trainer_spec.byte_fallback && BYTE_PIECE.test(piece))) {
        throw corrupt(`${JSON.stringify(piece)} is no piece of a byte, or byte_fallback is off`);
      }
    }
    const unknown = model.pieces.flatMap(({ type }, id) => (type === "unknown" ? [id] : []));
    if (unknown.length !== 1) throw corrupt(`it has ${unknown.length} unknown pieces, not one`);
    this.unknownId = unknown[0]!;
    this.#ids = new Map([...cut, ...reserved]);
    if (model.trainer_spec.byte_fallback) this.byteIds = this.#findBytes(reserved);
  }

  /** The id of a piece; that of the unknown one where there is none. */
  idOf(piece: string): number {
    return this.#ids.get(piece) ?? this.unknownId;
  }

  #findBytes(reserved: ReadonlyMap<string, number>): Int32Array {
    return Int32Array.from({ length: 256 }, (_, byte) => {
      const id = reserved.get(bytePiece(byte));
      if (id === undefined || this.pieces[id]!.type !== "byte") throw corrupt(`it lacks ${bytePiece(byte)}`);
      return id;
    });
  }
}

/** Whether texts are cut into pieces of this type. */
export function isCut(type: SentencePiece["type"]): boolean {
  return type === "normal" || type === "user_defined" || type === "unused";
}

/** The piece of a byte: "<0x0A>". */
export function bytePiece(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
}

function corrupt(message: string): TransformersError {
  return new TransformersError("CORRUPT_FILE", `the SentencePiece model is damaged: ${message}`);
}
