import { TransformersError } from "../../errors.js";
import type { Json, JsonFields } from "../json.js";
import { isPair } from "../text.js";
import { BestPath, type ScoredPieces } from "./best-path.js";
import { CachedWords } from "./cached-words.js";
import type { Model } from "./model.js";
import { PieceTrie } from "./piece-trie.js";
import { LONGEST_CACHED } from "./word-cache.js";

/** How much worse an unknown code point is than the worst piece. */
const UNKNOWN_PENALTY = 10;

/** Options of {@link Unigram}, as in tokenizer.json. */
export interface UnigramOptions {
  /** The id of the unknown token; null (the default): a text that needs it is an error. */
  unk_id?: number | null;
  /** Whether unknown text becomes pieces `<0x00>` to `<0xFF>` where all that it needs are there (default false). */
  byte_fallback?: boolean;
}

/**
 * Unigram: each word is cut into the pieces whose scores (log probabilities) have the largest sum. Code points that no
 * piece covers are unknown, and a run of them is one token.
 * Source: Kudo 2018, Subword Regularization; the Rust library `tokenizers` where several ways are equally good.
 */
export class Unigram extends CachedWords implements Model {
  readonly type = "Unigram";
  readonly options: Readonly<Required<UnigramOptions>>;
  readonly #vocab: readonly (readonly [piece: string, score: number])[];
  readonly #pieces: ScoredPieces;
  #idOf: Map<string, number> | undefined;
  /** Ids of the pieces of the bytes, -1 where there is none; undefined without byte_fallback. */
  readonly #byteIds: Int32Array | undefined;
  readonly #path = new BestPath();

  /**
   * @param vocab piece and score of each id; of equal pieces the last one counts.
   * @param scores what is added up in place of the vocabulary's scores (default: these).
   * @throws TransformersError CORRUPT_FILE where unk_id is no id or a score no finite number.
   */
  constructor(
    vocab: readonly (readonly [piece: string, score: number])[],
    options: UnigramOptions = {},
    scores: Float64Array = Float64Array.from(vocab, ([, score]) => score),
  ) {
    super();
    const { unk_id = null, byte_fallback = false } = options;
    this.options = { unk_id, byte_fallback };
    this.#vocab = vocab;
    this.#pieces = scoredPieces(vocab, scores, unk_id);
    if (byte_fallback) this.#byteIds = Int32Array.from({ length: 256 }, (_, byte) => this.#byteId(byte));
  }

  static fromJson(fields: JsonFields): Unigram {
    const vocab = fields.list("vocab").map((entry, id) => {
      if (Array.isArray(entry) && entry.length === 2) {
        const [piece, score] = entry as [unknown, unknown];
        if (typeof piece === "string" && typeof score === "number") return [piece, score] as const;
      }
      throw corrupt(`${fields.where}.vocab[${id}] must be a list of a piece and its score`);
    });
    if (fields.raw("vocab") == null) throw corrupt(`${fields.where}.vocab must be a list, and is missing`);
    const options = {
      unk_id: fields.raw("unk_id") == null ? null : fields.integer("unk_id"),
      byte_fallback: fields.boolean("byte_fallback", false),
    };
    return new Unigram(
      vocab,
      options,
      Float64Array.from(vocab, ([, score]) => readAsRust(score)),
    );
  }

  /** Unknown tokens: their text is what stands in the word. */
  get surfaceId(): number | undefined {
    return this.options.unk_id ?? undefined;
  }

  token_to_id(token: string): number | undefined {
    this.#idOf ??= new Map(this.#vocab.map(([piece], id) => [piece, id]));
    return this.#idOf.get(token);
  }

  id_to_token(id: number): string | undefined {
    return this.#vocab[id]?.[0];
  }

  /** The score of an id's piece. */
  score(id: number): number | undefined {
    return this.#vocab[id]?.[1];
  }

  get_vocab(): Map<string, number> {
    return new Map(this.#vocab.map(([piece], id) => [piece, id]));
  }

  get_vocab_size(): number {
    return this.#vocab.length;
  }

  toJson(): Json {
    return {
      type: this.type,
      unk_id: this.options.unk_id,
      vocab: this.#vocab,
      byte_fallback: this.options.byte_fallback,
    };
  }

  override segment(units: Uint16Array, from: number, to: number): number {
    const path = this.#path;
    const found = path.find(units, from, to, this.#pieces);
    if (found < 0) throw missingUnknown();
    const { starts, ids } = path;
    const unknown = this.options.unk_id ?? -1;
    this.makeRoom(this.#byteIds === undefined ? found : 3 * (to - from));
    let count = 0;
    for (let i = found - 1; i >= 0; i--) {
      const start = starts[i]!;
      let end = i === 0 ? to - from : starts[i - 1]!;
      if (ids[i] !== unknown) {
        this.ids[count] = ids[i]!;
        this.spans[2 * count] = start;
        this.spans[2 * count + 1] = end;
        count++;
        continue;
      }
      while (i > 0 && ids[i - 1] === unknown) {
        i--;
        end = i === 0 ? to - from : starts[i - 1]!;
      }
      count = this.#addUnknown(units, from, start, end, count);
    }
    if (to - from > LONGEST_CACHED) path.shrink();
    return count;
  }

  /** Adds the tokens of an unknown run, which may be a piece that is worse than being unknown. */
  #addUnknown(units: Uint16Array, from: number, start: number, end: number, count: number): number {
    const first = count;
    const id = this.#pieces.trie.find(units, from + start, from + end);
    if (id >= 0) this.ids[count++] = id;
    else if (this.#byteIds !== undefined) count = this.#addBytes(units, from + start, from + end, count);
    if (count === first) this.ids[count++] = this.options.unk_id!;
    for (let i = first; i < count; i++) {
      this.spans[2 * i] = start;
      this.spans[2 * i + 1] = end;
    }
    return count;
  }

  /** Adds the UTF-8 bytes of units[from, to), or nothing where the vocabulary lacks one of them. */
  #addBytes(units: Uint16Array, from: number, to: number, count: number): number {
    const byteIds = this.#byteIds!;
    let at = count;
    const add = (byte: number): void => {
      this.ids[at++] = byteIds[byte]!;
    };
    for (let i = from; i < to; i++) {
      const unit = units[i]!;
      if (unit < 0x80) {
        add(unit);
      } else if (unit < 0x800) {
        add(0xc0 | (unit >> 6));
        add(0x80 | (unit & 63));
      } else if (isPair(units, i, to)) {
        const point = (unit << 10) + units[++i]! - 0x35fdc00;
        add(0xf0 | (point >> 18));
        add(0x80 | ((point >> 12) & 63));
        add(0x80 | ((point >> 6) & 63));
        add(0x80 | (point & 63));
      } else {
        add(0xe0 | (unit >> 12));
        add(0x80 | ((unit >> 6) & 63));
        add(0x80 | (unit & 63));
      }
    }
    for (let i = count; i < at; i++) if (this.ids[i]! < 0) return count;
    return at;
  }

  #byteId(byte: number): number {
    return this.token_to_id(`<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`) ?? -1;
  }
}

function scoredPieces(
  vocab: readonly (readonly [string, number])[],
  scores: Float64Array,
  unknownId: number | null,
): ScoredPieces {
  if (unknownId !== null && !(Number.isInteger(unknownId) && unknownId >= 0 && unknownId < vocab.length)) {
    throw corrupt(`unk_id is ${unknownId}, and the vocabulary has ${vocab.length} pieces`);
  }
  for (const [id, [piece, score]] of vocab.entries()) {
    if (!Number.isFinite(score))
      throw corrupt(`the score of ${JSON.stringify(piece)} (id ${id}) is ${score}`);
    if (hasLoneSurrogate(piece)) throw corrupt(`piece ${id} of the vocabulary holds half a character`);
  }
  return {
    trie: new PieceTrie(vocab.map(([piece]) => piece)),
    scores,
    unknownScore: worstOf(scores) - UNKNOWN_PENALTY,
    unknownId,
    single: false,
  };
}

function worstOf(scores: Float64Array): number {
  let worst = Number.POSITIVE_INFINITY;
  for (const score of scores) if (score < worst) worst = score;
  return worst;
}

function hasLoneSurrogate(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if ((unit & 0xf800) !== 0xd800) continue;
    if (unit >= 0xdc00 || (text.charCodeAt(i + 1) & 0xfc00) !== 0xdc00) return true;
    i++;
  }
  return false;
}

/**
 * A number as the Rust library reads it from JSON: all digits as one whole number, times or divided by a power of ten,
 * each step rounded. It may be off by one unit in the last place, which decides between ways that are equally good.
 */
function readAsRust(value: number): number {
  const text = String(value);
  const point = text.indexOf(".");
  // Numbers that have no more digits than a float64 keeps are read exactly.
  if (text.length < 17 || point < 0 || text.includes("e"))
    return text.includes("e") ? readPower(text) : value;
  return Number(text.slice(0, point) + text.slice(point + 1)) / powerOfTen(text.length - point - 1);
}

/** As {@link readAsRust}, of a number that is written with an exponent. */
function readPower(text: string): number {
  const [mantissa, exponent] = text.split("e") as [string, string];
  const [whole, fraction = ""] = mantissa.split(".") as [string, string?];
  let result = Number(whole + fraction);
  let power = Number(exponent) - fraction.length;
  if (power >= 0) return result * powerOfTen(power);
  for (; power < -308; power += 308) result /= 1e308;
  return result / powerOfTen(-power);
}

function powerOfTen(exponent: number): number {
  return Number(`1e${exponent}`);
}

function missingUnknown(): TransformersError {
  return new TransformersError(
    "CONFIG_INVALID",
    "a text has characters that are in no piece of the vocabulary, and unk_id names no token for them",
  );
}

function corrupt(message: string): TransformersError {
  return new TransformersError("CORRUPT_FILE", message);
}
