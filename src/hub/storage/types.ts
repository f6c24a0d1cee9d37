/** A file while it is read. */
export interface OpenFile {
  /** In bytes. */
  readonly size: number;
  /** Some of its bytes; they may be a part of a larger buffer. Throws `SAFETENSORS_FILE_SIZE` beyond the end. */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * The same bytes one part after the other, without a buffer for all of them: each part is good until the next is
   * asked for.
   */
  pieces(offset: number, length: number): AsyncIterable<Uint8Array>;
}

/** A file that can be read as often as need be. */
export interface StoredFile {
  readonly path: string;
  /**
   * The folder of the file as ONNX Runtime maps files from it, and the file's name there; null where files cannot
   * be mapped and have been downloaded as a whole.
   */
  readonly mapped: { readonly folder: string; readonly file: string } | null;
  /** Opens the file for as long as `body` takes. Throws `FILE_NOT_FOUND`, `SAFETENSORS_IO`. */
  use<T>(body: (file: OpenFile) => Promise<T>): Promise<T>;
}
