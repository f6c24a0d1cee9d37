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
  refuseSampling(config);
  const bytes = new Uint8Array(requiredBytes(files, name, tokenizer));
  return { processor: new SentencePieceProcessor(bytes), bytes };
}

/** Refuses options of Python's SentencePieceProcessor. @throws TransformersError UNSUPPORTED */
export function refuseSampling(config: SentencePieceConfig): void {
  const asked = Object.keys(config.sp_model_kwargs ?? {});
  if (asked.length === 0) return;
  throw new TransformersError(
    "UNSUPPORTED",
    `sp_model_kwargs.${asked[0]} is not supported: texts are cut in the most likely way, always; leave it out`,
  );
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

/**
 * The text of tokens of which some are special: what stands between these is decoded together. `spell` says how a
 * special token is written behind the text before it; `isFirst`: it does not follow another one.
 */
export function decodeBetween(
  tokens: readonly string[],
  special: readonly string[],
  decode: (pieces: readonly string[]) => string,
  spell: (text: string, token: string, isFirst: boolean) => string,
): string {
  const isSpecial = new Set(special);
  let text = "";
  let pieces: string[] = [];
  let isFirst = true;
  for (const token of tokens) {
    if (!isSpecial.has(token)) {
      pieces.push(token);
      isFirst = true;
      continue;
    }
    text += spell(decode(pieces), token, isFirst);
    pieces = [];
    isFirst = false;
  }
  return text + decode(pieces);
}

/**
 * The pieces of a SentencePiece model at a distance from their places in it, as fairseq numbers them, and tokens with
 * ids of their own, which go first. The piece at place 0 is the unknown one, which has no id here.
 */
export class OffsetPieceTable implements TokenTable {
  readonly size: number;
  readonly #processor: SentencePieceProcessor;
  readonly #named: ReadonlyMap<string, number>;
  readonly #names: ReadonlyMap<number, string>;
  readonly #offset: number;

  /** `further`: how many ids follow those of the pieces. */
  constructor(
    processor: SentencePieceProcessor,
    named: ReadonlyMap<string, number>,
    offset: number,
    further: number,
  ) {
    this.size = processor.get_piece_size() + offset + further;
    this.#processor = processor;
    this.#named = named;
    this.#names = new Map([...named].map(([token, id]) => [id, token]));
    this.#offset = offset;
  }

  idOf(token: string): number | undefined {
    const named = this.#named.get(token);
    if (named !== undefined) return named;
    const id = this.#processor.piece_to_id(token);
    return id > 0 && this.#processor.id_to_piece(id) === token ? id + this.#offset : undefined;
  }

  tokenOf(id: number): string | undefined {
    const place = id - this.#offset;
    const isPiece = place >= 0 && place < this.#processor.get_piece_size();
    return this.#names.get(id) ?? (isPiece ? this.#processor.id_to_piece(place) : undefined);
  }

  *entries(): Iterable<readonly [string, number]> {
    for (let id = 0; id < this.size; id++) {
      const token = this.tokenOf(id);
      if (token !== undefined) yield [token, id];
    }
  }
}
