import { TransformersError } from "../../errors.js";
import type { FileTexts, TokenizerConfig } from "../pretrained/read-files.js";
import type { TokenTable } from "../pretrained/token-table.js";
import { SentencePieceProcessor } from "../sentencepiece/index.js";
import { requiredBytes } from "./required.js";

/** A SentencePiece model, and the bytes that it was read from. */
export interface SentencePieceFile {
  readonly processor: SentencePieceProcessor;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Fields of tokenizer_config.json of tokenizers that have a SentencePiece model. */
export interface SentencePieceConfig extends TokenizerConfig {
  /** Options of Python's SentencePieceProcessor: none is supported. */
  sp_model_kwargs?: Readonly<Record<string, unknown>> | null;
}

/** Reads a SentencePiece model. @throws TransformersError FILE_NOT_FOUND, CORRUPT_FILE, UNSUPPORTED */
export function readSentencePiece(
  files: FileTexts,
  name: string,
  tokenizer: string,
  config: SentencePieceConfig,
): SentencePieceFile {
  const asked = Object.keys(config.sp_model_kwargs ?? {});
  if (asked.length > 0) {
    throw new TransformersError(
      "UNSUPPORTED",
      `sp_model_kwargs.${asked[0]} is not supported: texts are cut in the most likely way, always; leave it out`,
    );
  }
  const bytes = new Uint8Array(requiredBytes(files, name, tokenizer));
  return { processor: new SentencePieceProcessor(bytes), bytes };
}

/** The pieces of a SentencePiece model by their places in it. */
export class PieceTable implements TokenTable {
  readonly #processor: SentencePieceProcessor;

  constructor(processor: SentencePieceProcessor) {
    this.#processor = processor;
  }

  get size(): number {
    return this.#processor.get_piece_size();
  }

  idOf(token: string): number | undefined {
    const id = this.#processor.piece_to_id(token);
    return this.#processor.id_to_piece(id) === token ? id : undefined;
  }

  tokenOf(id: number): string | undefined {
    return id >= 0 && id < this.size ? this.#processor.id_to_piece(id) : undefined;
  }

  *entries(): Iterable<readonly [string, number]> {
    for (let id = 0; id < this.size; id++) yield [this.#processor.id_to_piece(id), id];
  }
}
