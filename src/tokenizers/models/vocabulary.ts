import { TransformersError } from "../../errors.js";
import type { Json, JsonFields } from "../json.js";

/** The tokens of a model and their ids, each of which is given once. */
export class Vocabulary {
  readonly ids: ReadonlyMap<string, number>;
  readonly #tokens: (string | undefined)[] | Map<number, string>;

  /** @throws TransformersError CORRUPT_FILE where an id is no whole number from 0 to 2^31 - 1, or is given twice. */
  constructor(ids: ReadonlyMap<string, number>) {
    this.ids = ids;
    let largest = -1;
    for (const [token, id] of ids) {
      if (!Number.isInteger(id) || id < 0 || id > 0x7fffffff) {
        throw corrupt(
          `the id of ${JSON.stringify(token)} in the vocabulary must be a whole number from 0 to 2147483647, not ${id}`,
        );
      }
      if (id > largest) largest = id;
    }
    // A list as long as the largest id, unless that is far out.
    if (largest < 4 * ids.size + 1024) {
      const tokens: (string | undefined)[] = new Array(largest + 1).fill(undefined);
      for (const [token, id] of ids) {
        if (tokens[id] !== undefined) throw givenTwice(id, tokens[id], token);
        tokens[id] = token;
      }
      this.#tokens = tokens;
    } else {
      const tokens = new Map<number, string>();
      for (const [token, id] of ids) {
        if (tokens.has(id)) throw givenTwice(id, tokens.get(id)!, token);
        tokens.set(id, token);
      }
      this.#tokens = tokens;
    }
  }

  /** Reads the object `vocab` of a model. */
  static fromJson(fields: JsonFields): Vocabulary {
    return new Vocabulary(fields.object("vocab").integers());
  }

  get size(): number {
    return this.ids.size;
  }

  id(token: string): number | undefined {
    return this.ids.get(token);
  }

  token(id: number): string | undefined {
    return Array.isArray(this.#tokens) ? this.#tokens[id] : this.#tokens.get(id);
  }

  /** The id of `unk_token`. @throws TransformersError CONFIG_INVALID where there is none. */
  unknownId(unkToken: string): number {
    const id = this.ids.get(unkToken);
    if (id !== undefined) return id;
    throw new TransformersError(
      "CONFIG_INVALID",
      `the vocabulary lacks the unknown token ${JSON.stringify(unkToken)}, and a word needs it`,
    );
  }

  /** The tokens in the order of their ids. */
  toJson(): ReadonlyMap<string, Json> {
    return new Map([...this.ids].sort((a, b) => a[1] - b[1]));
  }
}

function givenTwice(id: number, first: string, second: string): TransformersError {
  return corrupt(
    `the vocabulary gives the id ${id} to both ${JSON.stringify(first)} and ${JSON.stringify(second)}`,
  );
}

function corrupt(message: string): TransformersError {
  return new TransformersError("CORRUPT_FILE", message);
}
