import { TransformersError } from "../errors.js";
import { Encoding, type Span, type TokenText } from "./encoding.js";
import type { Json, JsonFields } from "./json.js";
import { checkSide, type Side } from "./truncation.js";

/** How encodings are made equally long. */
export interface PaddingOptions {
  /** The length to pad to; null (the default): that of the longest of the batch. */
  length?: number | null;
  /** The side that padding goes to (default "right"). */
  direction?: Side;
  /** Pad up to a multiple of this; null: to any length (default null). */
  pad_to_multiple_of?: number | null;
  /** The id, type id and token of the padding (default 0, 0, "[PAD]"). */
  pad_id?: number;
  pad_type_id?: number;
  pad_token?: string;
}

/** Checks and completes options. @throws TransformersError INVALID_ARGUMENT */
export function completePadding(options: PaddingOptions): Required<PaddingOptions> {
  const complete = {
    length: options.length ?? null,
    direction: checkSide(options.direction ?? "right", "padding direction"),
    pad_to_multiple_of: options.pad_to_multiple_of ?? null,
    pad_id: options.pad_id ?? 0,
    pad_type_id: options.pad_type_id ?? 0,
    pad_token: options.pad_token ?? "[PAD]",
  };
  const { length, pad_to_multiple_of, pad_id, pad_type_id } = complete;
  for (const [name, value] of Object.entries({ length, pad_to_multiple_of, pad_id, pad_type_id })) {
    if (value !== null && (!Number.isInteger(value) || value < 0)) {
      throw new TransformersError("INVALID_ARGUMENT", `${name} must be a whole number from 0, not ${value}`);
    }
  }
  return complete;
}

/** A longer padding in a file is a mistake or malice, and would not fit into memory. */
const LONGEST_IN_FILE = 1 << 24;

/** The `padding` object of tokenizer.json. */
export function paddingFromJson(fields: JsonFields): Required<PaddingOptions> {
  const strategy = fields.raw("strategy");
  return {
    length:
      strategy === "BatchLongest"
        ? null
        : fields.object("strategy").integer("Fixed", undefined, LONGEST_IN_FILE),
    direction: fields.choice("direction", ["Left", "Right"], "Right") === "Left" ? "left" : "right",
    pad_to_multiple_of:
      fields.raw("pad_to_multiple_of") == null
        ? null
        : fields.integer("pad_to_multiple_of", undefined, LONGEST_IN_FILE),
    pad_id: fields.integer("pad_id", 0),
    pad_type_id: fields.integer("pad_type_id", 0),
    pad_token: fields.string("pad_token", "[PAD]"),
  };
}

export function paddingToJson(options: Required<PaddingOptions>): Json {
  return {
    strategy: options.length === null ? "BatchLongest" : { Fixed: options.length },
    direction: options.direction === "left" ? "Left" : "Right",
    pad_to_multiple_of: options.pad_to_multiple_of,
    pad_id: options.pad_id,
    pad_type_id: options.pad_type_id,
    pad_token: options.pad_token,
  };
}

/** Pads a batch; encodings that are longer than the target stay as they are. */
export function pad(
  encodings: readonly Encoding[],
  options: Required<PaddingOptions>,
  tokenText: TokenText,
): Encoding[] {
  let length = options.length ?? encodings.reduce((most, encoding) => Math.max(most, encoding.length), 0);
  const multiple = options.pad_to_multiple_of ?? 0;
  if (multiple > 0) length = Math.ceil(length / multiple) * multiple;
  return encodings.map((encoding) => padOne(encoding, length, options, tokenText));
}

function padOne(
  encoding: Encoding,
  length: number,
  options: Required<PaddingOptions>,
  tokenText: TokenText,
): Encoding {
  const overflowing = encoding.overflowing.map((part) => padOne(part, length, options, tokenText));
  const missing = length - encoding.length;
  if (missing <= 0) return overflowing.length === 0 ? encoding : encoding.with({ overflowing });
  const filler = new Encoding(
    {
      ids: new Int32Array(missing).fill(options.pad_id),
      type_ids: new Int32Array(missing).fill(options.pad_type_id),
      words: new Int32Array(missing).fill(-1),
      spans: new Int32Array(2 * missing),
      special_tokens_mask: new Uint8Array(missing).fill(1),
      attention_mask: new Uint8Array(missing),
      texts: new Map(
        tokenText(options.pad_id) === options.pad_token
          ? []
          : Array.from({ length: missing }, (_, i) => [i, options.pad_token] as const),
      ),
    },
    tokenText,
  );
  const body = encoding.with({ overflowing: [] });
  const left = options.direction === "left";
  const padded = Encoding.concat(left ? [filler, body] : [body, filler], tokenText);
  const sequenceRanges = new Map<number, Span>();
  for (const [sequence, [start, end]] of encoding.sequenceRanges) {
    sequenceRanges.set(sequence, left ? [start + missing, end + missing] : [start, end]);
  }
  return padded.with({ overflowing, sequenceRanges });
}
