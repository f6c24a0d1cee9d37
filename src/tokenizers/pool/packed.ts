import { Encoding, type Span, type TokenText } from "../encoding.js";

/** Encodings in few arrays, which go from thread to thread without copies. Overflow follows its encoding. */
export interface Packed {
  /** The tokens of each encoding, and how many of those after it are its overflow (with theirs). */
  readonly lengths: Int32Array;
  readonly overflows: Int32Array;
  readonly ids: Int32Array;
  readonly type_ids: Int32Array;
  readonly words: Int32Array;
  readonly spans: Int32Array | null;
  readonly special_tokens_mask: Uint8Array;
  readonly attention_mask: Uint8Array;
  /** By encoding: texts of tokens, and ranges of sequences, where there are some. */
  readonly texts: readonly (readonly [encoding: number, texts: ReadonlyMap<number, string>])[];
  readonly ranges: readonly (readonly [encoding: number, ranges: ReadonlyMap<number, Span>])[];
}

export function pack(encodings: readonly Encoding[]): Packed {
  const all: Encoding[] = [];
  const overflows: number[] = [];
  const add = (encoding: Encoding): number => {
    const place = all.push(encoding) - 1;
    overflows.push(0);
    const count = encoding.overflowing.reduce((sum, part) => sum + add(part), 0);
    overflows[place] = count;
    return count + 1;
  };
  for (const encoding of encodings) add(encoding);
  const total = all.reduce((sum, { length }) => sum + length, 0);
  const hasSpans = all.every(({ columns }) => columns.spans !== null);
  const packed = {
    lengths: Int32Array.from(all, ({ length }) => length),
    overflows: Int32Array.from(overflows),
    ids: new Int32Array(total),
    type_ids: new Int32Array(total),
    words: new Int32Array(total),
    spans: hasSpans ? new Int32Array(2 * total) : null,
    special_tokens_mask: new Uint8Array(total),
    attention_mask: new Uint8Array(total),
    texts: all.flatMap(({ columns }, i) => (columns.texts.size > 0 ? [[i, columns.texts] as const] : [])),
    ranges: all.flatMap(({ sequenceRanges }, i) =>
      sequenceRanges.size > 0 ? [[i, sequenceRanges] as const] : [],
    ),
  };
  let at = 0;
  for (const { columns, length } of all) {
    packed.ids.set(columns.ids, at);
    packed.type_ids.set(columns.type_ids, at);
    packed.words.set(columns.words, at);
    if (columns.spans !== null) packed.spans?.set(columns.spans, 2 * at);
    packed.special_tokens_mask.set(columns.special_tokens_mask, at);
    packed.attention_mask.set(columns.attention_mask, at);
    at += length;
  }
  return packed;
}

export function unpack(packed: Packed, tokenText: TokenText): Encoding[] {
  const texts = new Map(packed.texts);
  const ranges = new Map(packed.ranges);
  let place = 0;
  let at = 0;
  const read = (): Encoding => {
    const own = place++;
    const [from, to] = [at, at + packed.lengths[own]!];
    at = to;
    const overflowing: Encoding[] = [];
    const end = place + packed.overflows[own]!;
    while (place < end) overflowing.push(read());
    return new Encoding(
      {
        ids: packed.ids.subarray(from, to),
        type_ids: packed.type_ids.subarray(from, to),
        words: packed.words.subarray(from, to),
        spans: packed.spans?.subarray(2 * from, 2 * to) ?? null,
        special_tokens_mask: packed.special_tokens_mask.subarray(from, to),
        attention_mask: packed.attention_mask.subarray(from, to),
        texts: texts.get(own) ?? new Map(),
      },
      tokenText,
      overflowing,
      ranges.get(own),
    );
  };
  const encodings: Encoding[] = [];
  while (place < packed.lengths.length) encodings.push(read());
  return encodings;
}

/** The memory of packed encodings, to be handed over to another thread. */
export function buffersOf(packed: Packed): ArrayBuffer[] {
  return Object.values(packed).flatMap((value) =>
    ArrayBuffer.isView(value) ? [value.buffer as ArrayBuffer] : [],
  );
}
