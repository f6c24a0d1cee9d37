/** Tokens and ids as a vocabulary has them before any are added. */
export interface TokenTable {
  /** Python's `vocab_size`. */
  readonly size: number;
  idOf(token: string): number | undefined;
  tokenOf(id: number): string | undefined;
  entries(): Iterable<readonly [token: string, id: number]>;
}

/** A table of what a vocabulary file lists; of tokens that share an id, the last one is its token. */
export class VocabTable implements TokenTable {
  readonly #ids: ReadonlyMap<string, number>;
  readonly #tokens: ReadonlyMap<number, string>;

  constructor(ids: ReadonlyMap<string, number>) {
    this.#ids = ids;
    this.#tokens = new Map([...ids].map(([token, id]) => [id, token]));
  }

  get size(): number {
    return this.#ids.size;
  }

  idOf(token: string): number | undefined {
    return this.#ids.get(token);
  }

  tokenOf(id: number): string | undefined {
    return this.#tokens.get(id);
  }

  entries(): Iterable<readonly [string, number]> {
    return this.#ids;
  }
}
