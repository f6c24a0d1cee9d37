import { TransformersError } from "../../errors.js";
import { isSafetensorsDtype, type SafetensorsDtype, safetensorsDtypes, tensorByteLength } from "./dtype.js";
import { JsonCursor, quoted } from "./json-cursor.js";
import { type PlainEntry, readPlainEntry } from "./plain-entry.js";

/** Where one tensor lies in a safetensors file, and what its bytes are: little-endian, in C order. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  /** Of its first byte, counted from the start of the file. */
  readonly offset: number;
  /** In bytes. */
  readonly length: number;
}

/** What the header of a safetensors file says, checked against the size of the file. */
export interface SafetensorsHeader {
  /** By name, in the order of their bytes in the file. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  /** The free text under `__metadata__`; empty where the file has none. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** The bytes before the header: its length as a little-endian unsigned 64-bit integer. */
export const prefixLength = 8;

/** The longest header that is read or written, in bytes: the limit of the reference implementation. */
export const maxHeaderLength = 100_000_000;

/** The longest shape that is read or written; NumPy and PyTorch stop at 64 as well. */
export const maxRank = 64;

/**
 * Reads and checks the header of a safetensors file. Runs anywhere: touches neither files nor network.
 *
 * The rules and their order are those of the reference implementation (https://github.com/huggingface/safetensors).
 * Written down, the choices that are stricter: no key twice in any object; at most 64 dimensions; no size or
 * offset beyond 2^53 - 1; a tensor's entry must be an object (not an array of its fields) and its dtype a string
 * (not an object of one key).
 *
 * @param bytes The file from its start, at least to the end of the header (see `headerEnd`); more does no harm.
 * @param fileSize In bytes.
 * @param file What to call the file in an error: its path or address.
 * @throws The codes that start with SAFETENSORS_; INVALID_ARGUMENT when `bytes` ends before the header does.
 */
export function parseHeader(
  bytes: Uint8Array,
  fileSize: number,
  file = "safetensors file",
): SafetensorsHeader {
  const end = headerEnd(bytes, fileSize, file);
  if (bytes.length < end) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `parseHeader needs the first ${end} bytes of ${file}, got ${bytes.length}`,
    );
  }
  const cursor = new JsonCursor(decodeUtf8(bytes.subarray(prefixLength, end), file), file);
  const { entries, metadata } = readRoot(cursor, end);
  const tensors = inFileOrder(entries);
  const dataEnd = checkPlaces(tensors.values(), end, file);
  if (dataEnd !== fileSize) {
    throw new TransformersError("SAFETENSORS_FILE_SIZE", describeSize(dataEnd, fileSize, file));
  }
  return { tensors, metadata };
}

/**
 * Where the header ends and the tensors begin, in bytes from the start of the file: what a reader must fetch
 * to call `parseHeader`.
 *
 * @param prefix The first 8 bytes of the file; more does no harm.
 * @param fileSize In bytes.
 * @param file What to call the file in an error.
 * @throws SAFETENSORS_HEADER_TOO_SMALL, SAFETENSORS_HEADER_TOO_LARGE, SAFETENSORS_HEADER_LENGTH;
 *   INVALID_ARGUMENT for a size that is not a safe integer or fewer than 8 bytes of a longer file.
 */
export function headerEnd(prefix: Uint8Array, fileSize: number, file = "safetensors file"): number {
  if (!Number.isSafeInteger(fileSize) || fileSize < 0) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `the size of ${file} must be a safe integer, got ${fileSize}`,
    );
  }
  if (fileSize < prefixLength) {
    throw new TransformersError(
      "SAFETENSORS_HEADER_TOO_SMALL",
      `${file} has ${fileSize} bytes, a safetensors file has at least ${prefixLength}; ${downloadHint}`,
    );
  }
  if (prefix.length < prefixLength) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `headerEnd needs the first 8 bytes of ${file}, got ${prefix.length}`,
    );
  }
  const length = new DataView(prefix.buffer, prefix.byteOffset, prefixLength).getBigUint64(0, true);
  if (length > BigInt(maxHeaderLength)) {
    throw new TransformersError(
      "SAFETENSORS_HEADER_TOO_LARGE",
      `${file} announces a header of ${length} bytes, the limit is ${maxHeaderLength}; ${describePrefix(prefix)}`,
    );
  }
  const end = prefixLength + Number(length);
  if (end > fileSize) {
    throw new TransformersError(
      "SAFETENSORS_HEADER_LENGTH",
      `${file} should have a header of ${length} bytes but ends ${end - fileSize} bytes before its end; ${downloadHint}`,
    );
  }
  return end;
}

/**
 * The tensor called `name`.
 *
 * @param file What to call the file in an error.
 * @throws SAFETENSORS_TENSOR_NOT_FOUND
 */
export function tensorNamed(header: SafetensorsHeader, name: string, file = "safetensors file"): TensorEntry {
  const entry = header.tensors.get(name);
  if (entry !== undefined) return entry;
  const some = [...header.tensors.keys()].slice(0, 3).map(quoted).join(", ");
  throw new TransformersError(
    "SAFETENSORS_TENSOR_NOT_FOUND",
    `${file} has no tensor ${quoted(name)}; it has ${header.tensors.size}${some && `, the first being ${some}`}`,
  );
}

function readRoot(cursor: JsonCursor, dataStart: number) {
  const entries = new Map<string, TensorEntry>();
  let metadata: Map<string, string> | undefined;
  const plain: PlainEntry = { dtype: "F32", shape: [], begin: 0, end: 0, position: 0 };
  const readPlain = (text: string, at: number) => (readPlainEntry(text, at, plain) ? plain.position : -1);
  cursor.object("its tensors", (key) => {
    if (key === "__metadata__") {
      if (metadata !== undefined) cursor.duplicate(key);
      metadata = readMetadata(cursor);
    } else {
      const count = entries.size;
      if (cursor.tryPlain(readPlain)) {
        const { dtype, shape, begin, end } = plain;
        entries.set(key, { name: key, dtype, shape, offset: dataStart + begin, length: end - begin });
      } else {
        entries.set(key, readEntry(cursor, key, dataStart));
      }
      if (entries.size === count) cursor.duplicate(key);
    }
  });
  cursor.end();
  return { entries, metadata: metadata ?? new Map<string, string>() };
}

function readMetadata(cursor: JsonCursor): Map<string, string> {
  const metadata = new Map<string, string>();
  if (cursor.null()) return metadata;
  cursor.object("__metadata__", (key) => {
    if (metadata.has(key)) cursor.duplicate(key);
    metadata.set(key, cursor.string("text under __metadata__"));
  });
  return metadata;
}

/** Reads one entry as it stands; whether its place and size are right is checked when all are known. */
function readEntry(cursor: JsonCursor, name: string, dataStart: number): TensorEntry {
  let dtype: SafetensorsDtype | undefined;
  let shape: readonly number[] | undefined;
  let offsets: readonly [number, number] | undefined;
  let others: Set<string> | undefined;
  cursor.tensor = name;
  cursor.object("its fields", (key) => {
    if (key === "dtype") {
      if (dtype !== undefined) cursor.duplicate(key);
      dtype = readDtype(cursor);
    } else if (key === "shape") {
      if (shape !== undefined) cursor.duplicate(key);
      shape = readShape(cursor);
    } else if (key === "data_offsets") {
      if (offsets !== undefined) cursor.duplicate(key);
      offsets = readOffsets(cursor);
    } else {
      others ??= new Set();
      if (others.has(key)) cursor.duplicate(key);
      others.add(key);
      cursor.skipValue();
    }
  });
  if (dtype === undefined) return cursor.unexpected("a dtype before its end");
  if (shape === undefined) return cursor.unexpected("a shape before its end");
  if (offsets === undefined) return cursor.unexpected("data_offsets before its end");
  cursor.tensor = undefined;
  const [begin, end] = offsets;
  return { name, dtype, shape, offset: dataStart + begin, length: end - begin };
}

function readDtype(cursor: JsonCursor): SafetensorsDtype {
  const dtype = cursor.string("a dtype");
  if (isSafetensorsDtype(dtype)) return dtype;
  throw new TransformersError(
    "SAFETENSORS_HEADER_FORM",
    `${cursor.file}: tensor ${quoted(cursor.tensor ?? "")} has the dtype ${quoted(dtype)}, ` +
      `which is none of ${safetensorsDtypes.join(", ")}`,
  );
}

function readShape(cursor: JsonCursor): readonly number[] {
  const shape: number[] = [];
  cursor.array("a shape", () => {
    if (shape.length === maxRank) {
      throw new TransformersError(
        "SAFETENSORS_RANK",
        `${cursor.file}: tensor ${quoted(cursor.tensor ?? "")} has more than ${maxRank} dimensions, the most that are read`,
      );
    }
    shape.push(cursor.unsignedInteger("a size"));
  });
  return shape.slice(); // Without the spare room that growing left.
}

function readOffsets(cursor: JsonCursor): readonly [number, number] {
  const offsets: number[] = [];
  cursor.array("data_offsets", () => {
    if (offsets.length === 2) cursor.unexpected("only two data_offsets");
    offsets.push(cursor.unsignedInteger("an offset"));
  });
  const [begin, end] = offsets;
  if (begin === undefined || end === undefined) return cursor.unexpected("two data_offsets before");
  return [begin, end];
}

function inFileOrder(entries: ReadonlyMap<string, TensorEntry>): ReadonlyMap<string, TensorEntry> {
  let previous: TensorEntry | undefined;
  for (const entry of entries.values()) {
    if (previous !== undefined && comparePlaces(previous, entry) > 0) {
      return new Map([...entries].sort(([, a], [, b]) => comparePlaces(a, b)));
    }
    previous = entry;
  }
  return entries;
}

function comparePlaces(a: TensorEntry, b: TensorEntry): number {
  return a.offset - b.offset || a.length - b.length;
}

/**
 * Checks that the tensors fill the data from its start without hole or overlap, each with its own size.
 *
 * @returns Where the last one ends, from the start of the file.
 */
function checkPlaces(entries: Iterable<TensorEntry>, dataStart: number, file: string): number {
  let position = dataStart;
  let current = "";
  const subject = () => `${file}: tensor ${quoted(current)}`;
  for (const { name, dtype, shape, offset, length } of entries) {
    current = name;
    const end = offset + length;
    if (offset !== position || length < 0) {
      const offsets = `[${offset - dataStart}, ${end - dataStart}]`;
      const flaw = length < 0 ? "which end before they begin" : describePlace(offset, position, dataStart);
      throw new TransformersError(
        "SAFETENSORS_OFFSET",
        `${subject()} has data_offsets ${offsets}, ${flaw}; the file is corrupt`,
      );
    }
    const expected = tensorByteLength(dtype, shape, subject);
    if (!Number.isSafeInteger(end)) {
      throw new TransformersError(
        "SAFETENSORS_OVERFLOW",
        `${subject()} ends beyond 2^53 - 1 bytes; the file is corrupt or hostile`,
      );
    }
    if (length !== expected) {
      throw new TransformersError(
        "SAFETENSORS_TENSOR_SIZE",
        `${subject()} is ${dtype} [${shape.join(", ")}], ${expected} bytes, but its data_offsets hold ${length}; ` +
          "the file is corrupt",
      );
    }
    position = end;
  }
  return position;
}

function describePlace(offset: number, position: number, dataStart: number): string {
  const flaw = offset > position ? "which leave a hole" : "which overlap another tensor";
  return `${flaw}: it should begin at ${position - dataStart}, where the one before it ends`;
}

function decodeUtf8(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new TransformersError(
      "SAFETENSORS_HEADER_ENCODING",
      `the header of ${file} is not valid UTF-8; the file is corrupt or not a safetensors file`,
      { cause },
    );
  }
}

const downloadHint = "the download is probably incomplete: delete the file and download it again";

function describeSize(expected: number, actual: number, file: string): string {
  return actual < expected
    ? `${file} has ${actual} of ${expected} bytes, ${expected - actual} are missing; ${downloadHint}`
    : `${file} should end after its last tensor at byte ${expected} but goes on for ${actual - expected} bytes; ` +
        "such a file may hide other content and is refused";
}

/** A file that is plain text (a Git LFS pointer, an error page) shows in the bytes taken for a length. */
function describePrefix(prefix: Uint8Array): string {
  const text = String.fromCharCode(...prefix.subarray(0, prefixLength));
  return /^[\x20-\x7e\r\n\t]+$/.test(text)
    ? `it starts with the text ${quoted(text)}, so it is probably a Git LFS pointer or an error page: download it again`
    : "the file is corrupt or not a safetensors file";
}
