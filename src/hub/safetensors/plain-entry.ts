import { isSafetensorsDtype, type SafetensorsDtype } from "./dtype.js";

/** A tensor's entry as writers write it, and where it ends. */
export interface PlainEntry {
  dtype: SafetensorsDtype;
  shape: readonly number[];
  begin: number;
  end: number;
  position: number;
}

const beforeDtype = '{"dtype":"';
const beforeShape = '","shape":[';
const beforeOffsets = '],"data_offsets":[';
const longestDtype = 12;
const mostDigits = 15;
const mostDims = 64;
/** Filled while a shape is read, which then is a copy without spare room. */
const dims: number[] = new Array<number>(mostDims).fill(0);

const quote = 0x22;
const comma = 0x2c;
const closeBracket = 0x5d;
const closeBrace = 0x7d;
const zero = 0x30;

/**
 * Reads the entry at `position` of `text` if it is written as every known writer does it:
 * `{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}`, without white space. Headers of many megabytes are mostly
 * such entries, and reading them needs none of the care that other JSON does. Anything else gives false, and is left to
 * the reader that knows all of JSON.
 *
 * @param entry Filled where the answer is true; one object for all entries.
 */
export function readPlainEntry(text: string, position: number, entry: PlainEntry): boolean {
  if (!text.startsWith(beforeDtype, position)) return false;
  let at = position + beforeDtype.length;
  if (text.startsWith(entry.dtype, at) && text.charCodeAt(at + entry.dtype.length) === quote) {
    at += entry.dtype.length; // as in the entry before
  } else {
    const end = text.indexOf('"', at);
    if (end < 0 || end - at > longestDtype) return false;
    const dtype = text.slice(at, end);
    if (!isSafetensorsDtype(dtype)) return false;
    entry.dtype = dtype;
    at = end;
  }
  if (!text.startsWith(beforeShape, at)) return false;
  at += beforeShape.length;

  let rank = 0;
  if (text.charCodeAt(at) !== closeBracket) {
    for (;;) {
      const end = endOfInteger(text, at);
      if (end < 0 || rank === mostDims) return false;
      dims[rank++] = integer(text, at, end);
      at = end;
      if (text.charCodeAt(at) !== comma) break;
      at++;
    }
  }
  if (!text.startsWith(beforeOffsets, at)) return false;
  at += beforeOffsets.length;

  const middle = endOfInteger(text, at);
  if (middle < 0 || text.charCodeAt(middle) !== comma) return false;
  const last = endOfInteger(text, middle + 1);
  if (last < 0 || text.charCodeAt(last) !== closeBracket || text.charCodeAt(last + 1) !== closeBrace)
    return false;
  entry.shape = dims.slice(0, rank);
  entry.begin = integer(text, at, middle);
  entry.end = integer(text, middle + 1, last);
  entry.position = last + 2;
  return true;
}

/** Where the digits of an integer without leading zeros end; -1 where there are none or very many. */
function endOfInteger(text: string, start: number): number {
  let at = start;
  while (isDigit(text.charCodeAt(at))) at++;
  const digits = at - start;
  const isPlain = digits > 0 && digits <= mostDigits && (digits === 1 || text.charCodeAt(start) !== zero);
  return isPlain ? at : -1;
}

function integer(text: string, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) value = value * 10 + (text.charCodeAt(at) - zero);
  return value;
}

function isDigit(code: number): boolean {
  return code >= zero && code <= 0x39;
}
