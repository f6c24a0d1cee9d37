import { TransformersError } from "../errors.js";

/** The columns of an {@link Encoding}: one entry per token. */
export interface EncodingColumns {
  ids: Int32Array;
  type_ids: Int32Array;
  /** The word each token came from; -1 for none. */
  words: Int32Array;
  /** Start and end of each token, interleaved; null where they were not asked for. */
  spans: Int32Array | null;
  special_tokens_mask: Uint8Array;
  attention_mask: Uint8Array;
  /** Texts of tokens that are not what the vocabulary says for the id. */
  texts: ReadonlyMap<number, string>;
  /** The text, or words, that the spans count the UTF-16 units of; absent where tokens are from several or none. */
  source?: string | readonly string[];
}

/** How an Encoding finds the token of an id. */
export type TokenText = (id: number) => string | undefined;

/** A half-open range [start, end). */
export type Span = [start: number, end: number];

/**
 * What became of one text or one pair of texts. Offsets count UTF-16 units of the text that the token came
 * from, so that `text.slice(start, end)` is its source; where texts were split into words beforehand, of the word.
 */
export class Encoding {
  readonly columns: Readonly<EncodingColumns>;
  /** The further parts of a text that was truncated. */
  readonly overflowing: readonly Encoding[];
  /** The tokens [start, end) of each sequence; empty where there is one, which is everything. */
  readonly sequenceRanges: ReadonlyMap<number, Span>;
  readonly #tokenText: TokenText;
  #tokens: string[] | undefined;

  constructor(
    columns: EncodingColumns,
    tokenText: TokenText,
    overflowing: readonly Encoding[] = [],
    sequenceRanges: ReadonlyMap<number, Span> = new Map(),
  ) {
    this.columns = columns;
    this.overflowing = overflowing;
    this.sequenceRanges = sequenceRanges;
    this.#tokenText = tokenText;
  }

  /** An encoding without tokens. */
  static empty(tokenText: TokenText, withSpans: boolean): Encoding {
    return new Encoding(
      {
        ids: new Int32Array(0),
        type_ids: new Int32Array(0),
        words: new Int32Array(0),
        spans: withSpans ? new Int32Array(0) : null,
        special_tokens_mask: new Uint8Array(0),
        attention_mask: new Uint8Array(0),
        texts: new Map(),
      },
      tokenText,
    );
  }

  /** An encoding of ids alone, which come from no text. */
  static fromIds(ids: ArrayLike<number>, typeId: number, tokenText: TokenText): Encoding {
    const { length } = ids;
    return new Encoding(
      {
        ids: Int32Array.from(ids),
        type_ids: new Int32Array(length).fill(typeId),
        words: new Int32Array(length).fill(-1),
        spans: null,
        special_tokens_mask: new Uint8Array(length),
        attention_mask: new Uint8Array(length).fill(1),
        texts: new Map(),
      },
      tokenText,
    );
  }

  get length(): number {
    return this.columns.ids.length;
  }

  get ids(): number[] {
    return toList(this.columns.ids);
  }

  get type_ids(): number[] {
    return toList(this.columns.type_ids);
  }

  get attention_mask(): number[] {
    return toList(this.columns.attention_mask);
  }

  get special_tokens_mask(): number[] {
    return toList(this.columns.special_tokens_mask);
  }

  /** The tokens as strings. */
  get tokens(): string[] {
    this.#tokens ??= Array.from({ length: this.length }, (_, i) => this.token(i));
    return [...this.#tokens];
  }

  /** The token at a place, as a string. */
  token(index: number): string {
    return this.columns.texts.get(index) ?? this.#tokenText(this.columns.ids[index]!) ?? "";
  }

  /** [start, end) of each token in its text; [0, 0] for tokens that no text has. */
  get offsets(): Span[] {
    const spans = this.#spans();
    const offsets: Span[] = [];
    for (let i = 0; i < spans.length; i += 2) offsets.push([spans[i]!, spans[i + 1]!]);
    return offsets;
  }

  /** The index of the word each token came from; null for special tokens. */
  get word_ids(): (number | null)[] {
    return Array.from(this.columns.words, (word) => (word < 0 ? null : word));
  }

  /** The index of the sequence each token belongs to; null for special tokens. */
  get sequence_ids(): (number | null)[] {
    const found: (number | null)[] = new Array(this.length).fill(null);
    for (let sequence = 0; sequence < this.n_sequences; sequence++) {
      const [start, end] = this.#range(sequence);
      found.fill(sequence, start, end);
    }
    return found;
  }

  get n_sequences(): number {
    return this.sequenceRanges.size || 1;
  }

  /** The sequence that a token belongs to; null for special tokens. */
  token_to_sequence(token: number): number | null {
    if (token >= this.length || token < 0) return null;
    if (this.sequenceRanges.size === 0) return 0;
    for (const [sequence, [start, end]] of this.sequenceRanges) {
      if (token >= start && token < end) return sequence;
    }
    return null;
  }

  /** The word that a token belongs to. */
  token_to_word(token: number): number | null {
    const word = this.token_to_sequence(token) === null ? -1 : this.columns.words[token]!;
    return word < 0 ? null : word;
  }

  /** [start, end) of a token in its text; null for special tokens. */
  token_to_chars(token: number): Span | null {
    if (this.token_to_sequence(token) === null) return null;
    const spans = this.#spans();
    return [spans[2 * token]!, spans[2 * token + 1]!];
  }

  /** The tokens [start, end) of a word. */
  word_to_tokens(word: number, sequence = 0): Span | null {
    const { words } = this.columns;
    const [from, to] = this.#range(sequence);
    let start = -1;
    let end = -1;
    for (let i = from; i < to && words[i]! <= word; i++) {
      if (words[i] !== word) continue;
      if (start < 0) start = i;
      end = i + 1;
    }
    return start < 0 ? null : [start, end];
  }

  /** [start, end) of a word in its text. */
  word_to_chars(word: number, sequence = 0): Span | null {
    const tokens = this.word_to_tokens(word, sequence);
    if (tokens === null) return null;
    const spans = this.#spans();
    return [spans[2 * tokens[0]]!, spans[2 * tokens[1] - 1]!];
  }

  /** The token that covers the UTF-16 unit at `position` of a text. */
  char_to_token(position: number, sequence = 0): number | null {
    const spans = this.#spans();
    const [from, to] = this.#range(sequence);
    for (let i = from; i < to; i++) {
      if (position >= spans[2 * i]! && position < spans[2 * i + 1]!) return i;
    }
    return null;
  }

  /** The word that covers the UTF-16 unit at `position` of a text. */
  char_to_word(position: number, sequence = 0): number | null {
    const token = this.char_to_token(position, sequence);
    return token === null ? null : this.token_to_word(token);
  }

  /** The same tokens under other type ids, offsets, overflow and sequence ranges. */
  with(changes: {
    typeId?: number;
    spans?: Int32Array;
    overflowing?: readonly Encoding[];
    sequenceRanges?: ReadonlyMap<number, Span>;
  }): Encoding {
    const type_ids =
      changes.typeId === undefined ? this.columns.type_ids : new Int32Array(this.length).fill(changes.typeId);
    return new Encoding(
      { ...this.columns, type_ids, spans: changes.spans ?? this.columns.spans },
      this.#tokenText,
      changes.overflowing ?? this.overflowing,
      changes.sequenceRanges ?? this.sequenceRanges,
    );
  }

  /** The tokens [start, end), without overflow and sequence ranges. */
  slice(start: number, end: number): Encoding {
    const { columns } = this;
    const texts = new Map<number, string>();
    for (const [i, text] of columns.texts) if (i >= start && i < end) texts.set(i - start, text);
    return new Encoding(
      {
        ids: columns.ids.subarray(start, end),
        type_ids: columns.type_ids.subarray(start, end),
        words: columns.words.subarray(start, end),
        spans: columns.spans?.subarray(2 * start, 2 * end) ?? null,
        special_tokens_mask: columns.special_tokens_mask.subarray(start, end),
        attention_mask: columns.attention_mask.subarray(start, end),
        texts,
        ...(columns.source !== undefined && { source: columns.source }),
      },
      this.#tokenText,
    );
  }

  /**
   * The parts' tokens one after the other. Overflow is combined: each overflow of the left with the right and
   * with each overflow of the right, then the left with each overflow of the right.
   */
  static concat(parts: readonly Encoding[], tokenText: TokenText): Encoding {
    if (parts.every((part) => part.overflowing.length === 0)) return joined(parts, tokenText);
    let left = joined([parts[0]!], tokenText).with({ overflowing: parts[0]!.overflowing });
    for (const right of parts.slice(1)) {
      checkOverflow(left.overflowing.length, right.overflowing.length);
      const overflowing: Encoding[] = [];
      for (const part of left.overflowing) {
        for (const other of [right, ...right.overflowing]) overflowing.push(joined([part, other], tokenText));
      }
      for (const other of right.overflowing) overflowing.push(joined([left, other], tokenText));
      left = joined([left, right], tokenText).with({ overflowing });
    }
    return left;
  }

  #range(sequence: number): Span {
    return this.sequenceRanges.get(sequence) ?? [0, this.length];
  }

  #spans(): Int32Array {
    if (this.columns.spans === null) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        "this encoding has no offsets, because encode_fast made it; use encode",
      );
    }
    return this.columns.spans;
  }
}

/** The values as a list: what Array.from does, several times faster. */
function toList(values: Int32Array | Uint8Array): number[] {
  const list: number[] = [];
  for (let i = 0; i < values.length; i++) list.push(values[i]!);
  return list;
}

/** Two texts that are cut into many parts would give each part of one with each of the other. */
const MOST_OVERFLOW = 1_000_000;

function checkOverflow(left: number, right: number): void {
  const count = left * (right + 1) + right;
  if (count <= MOST_OVERFLOW) return;
  throw new TransformersError(
    "INVALID_ARGUMENT",
    `truncation cuts the two texts into ${count} pairs of parts, of which there may be ${MOST_OVERFLOW}; raise max_length, or encode the texts one by one`,
  );
}

function joined(parts: readonly Encoding[], tokenText: TokenText): Encoding {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const withSpans = parts.every((part) => part.columns.spans !== null);
  const columns = {
    ids: new Int32Array(length),
    type_ids: new Int32Array(length),
    words: new Int32Array(length),
    spans: withSpans ? new Int32Array(2 * length) : null,
    special_tokens_mask: new Uint8Array(length),
    attention_mask: new Uint8Array(length),
    texts: new Map<number, string>(),
  };
  const ranges = new Map<number, Span>();
  let at = 0;
  for (const part of parts) {
    columns.ids.set(part.columns.ids, at);
    columns.type_ids.set(part.columns.type_ids, at);
    columns.words.set(part.columns.words, at);
    if (part.columns.spans !== null) columns.spans?.set(part.columns.spans, 2 * at);
    columns.special_tokens_mask.set(part.columns.special_tokens_mask, at);
    columns.attention_mask.set(part.columns.attention_mask, at);
    for (const [i, text] of part.columns.texts) columns.texts.set(at + i, text);
    for (const [sequence, [start, end]] of part.sequenceRanges) ranges.set(sequence, [at + start, at + end]);
    at += part.length;
  }
  return new Encoding(columns, tokenText, [], ranges);
}
