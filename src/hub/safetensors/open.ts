import { TransformersError } from "../../errors.js";
import { type StoredFile, storedFile } from "../storage/index.js";
import { dtypeBits, type SafetensorsDtype } from "./dtype.js";
import { type SafetensorsHeader, type TensorEntry, tensorNamed } from "./header.js";
import { quoted } from "./json-cursor.js";
import { readSafetensorsHeader, readTensorBytes } from "./read.js";

/** A tensor, or a part of one, as it stands in a file: its bytes in C order, little-endian. */
export interface StoredTensor {
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  readonly data: Uint8Array<ArrayBuffer>;
}

/**
 * One axis of a slice, as in Python: a number takes one index and drops the axis; `[start, end]` takes from `start` to
 * before `end`; null takes all. Negative numbers count from the end, and `end` may lie beyond it.
 */
export type AxisSlice = number | readonly [start: number | null, end: number | null] | null;

/** A tensor of which parts can be read. */
export interface SafetensorsSlice {
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  /**
   * Reads a part: an entry for each axis from the first on, and all of those that are not named. Only what lies between
   * the first and the last element of the part's rows is read.
   *
   * @throws INVALID_ARGUMENT for too many axes, INDEX_OUT_OF_RANGE, UNSUPPORTED for elements that are parts of bytes.
   */
  slice(...axes: readonly AxisSlice[]): Promise<StoredTensor>;
}

/** An open safetensors file, as Python's `safe_open` gives it. */
export interface SafetensorsFile {
  /** The names of the tensors, in the order of their bytes. */
  keys(): string[];
  /** The free text beside the tensors. */
  metadata(): ReadonlyMap<string, string>;
  /** A whole tensor. Throws SAFETENSORS_TENSOR_NOT_FOUND. */
  get_tensor(name: string): Promise<StoredTensor>;
  /** A tensor to be read in parts; nothing is read yet. Throws SAFETENSORS_TENSOR_NOT_FOUND. */
  get_slice(name: string): SafetensorsSlice;
}

/**
 * Opens a safetensors file, of which only the header is read: a path, or in browsers a URL. No file stays open between
 * two calls.
 *
 * @throws The codes of `parseHeader`; FILE_NOT_FOUND, SAFETENSORS_IO; in browsers DOWNLOAD_FAILED.
 */
export async function openSafetensors(file: string): Promise<SafetensorsFile> {
  const stored = storedFile(file);
  const header: SafetensorsHeader = await readSafetensorsHeader(stored);
  const named = (name: string) => tensorNamed(header, name, file);
  return {
    keys: () => [...header.tensors.keys()],
    metadata: () => header.metadata,
    async get_tensor(name) {
      const entry = named(name);
      return { dtype: entry.dtype, shape: entry.shape, data: await readTensorBytes(stored, entry) };
    },
    get_slice(name) {
      const entry = named(name);
      return {
        dtype: entry.dtype,
        shape: entry.shape,
        slice: (...axes) => readSlice(stored, entry, axes),
      };
    },
  };
}

/** Bytes between two runs up to which both are read at once. */
const largestGap = 64 * 1024;
/** The most that is read at once beyond what is kept. */
const largestPiece = 2 ** 24;

async function readSlice(
  stored: StoredFile,
  { name, dtype, shape, offset }: TensorEntry,
  axes: readonly AxisSlice[],
): Promise<StoredTensor> {
  if (axes.length > shape.length) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `tensor ${quoted(name)} has ${shape.length} axes, its slice names ${axes.length}`,
    );
  }
  const ranges = shape.map((size, axis) => rangeOf(axes[axis] ?? null, size, axis, name));
  const kept = ranges.filter(({ drops }) => !drops).map(({ start, end }) => end - start);
  const count = ranges.reduce((product, { start, end }) => product * (end - start), 1);
  const bits = dtypeBits(dtype);
  if (bits % 8 !== 0) {
    throw new TransformersError(
      "UNSUPPORTED",
      `tensor ${quoted(name)} is ${dtype}, whose elements are parts of bytes; read it whole with get_tensor`,
    );
  }
  const width = bits / 8;
  const data = new Uint8Array(count * width);
  if (count === 0) return { dtype, shape: kept, data };

  // Behind `inner` all of each axis is taken, so that a run of bytes covers what an index up to there holds.
  let inner = shape.length;
  while (inner > 0 && ranges[inner - 1]!.start === 0 && ranges[inner - 1]!.end === shape[inner - 1]) inner--;
  const outer = Math.max(inner - 1, 0);
  const stepOf = (axis: number) => shape.slice(axis + 1).reduce((product, size) => product * size, width);
  const last = ranges[outer] ?? { start: 0, end: 1 };
  const run = inner === 0 ? data.length : (last.end - last.start) * stepOf(outer);
  const first = inner === 0 ? 0 : last.start * stepOf(outer);
  const starts = runStarts(ranges.slice(0, outer), stepOf, first);

  await stored.use(async ({ read }) => {
    let done = 0;
    for (const [begin, runs] of gathered(starts, run)) {
      const end = runs.at(-1)! + run;
      const bytes = await read(offset + begin, end - begin);
      for (const start of runs) {
        data.set(bytes.subarray(start - begin, start - begin + run), done);
        done += run;
      }
    }
  });
  return { dtype, shape: kept, data };
}

interface AxisRange {
  readonly start: number;
  readonly end: number;
  readonly drops: boolean;
}

function rangeOf(slice: AxisSlice, size: number, axis: number, name: string): AxisRange {
  const subject = `the slice of tensor ${quoted(name)}: axis ${axis} of size ${size}`;
  const whole = (value: number) => {
    if (Number.isInteger(value)) return value;
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${subject} is asked for ${value}; expected a whole number`,
    );
  };
  if (typeof slice === "number") {
    const index = whole(slice) < 0 ? slice + size : slice;
    if (index >= 0 && index < size) return { start: index, end: index + 1, drops: true };
    throw new TransformersError("INDEX_OUT_OF_RANGE", `${subject} has no index ${slice}`);
  }
  const [from, to] = slice ?? [null, null];
  const place = (value: number) => Math.min(Math.max(value < 0 ? value + size : value, 0), size);
  const start = place(whole(from ?? 0));
  return { start, end: Math.max(place(whole(to ?? size)), start), drops: false };
}

/** Where the runs of a slice begin, in bytes from the tensor's first one, in order. */
function* runStarts(
  ranges: readonly AxisRange[],
  stepOf: (axis: number) => number,
  first: number,
  axis = 0,
): Generator<number> {
  const range = ranges[axis];
  if (range === undefined) {
    yield first;
    return;
  }
  const step = stepOf(axis);
  for (let i = range.start; i < range.end; i++) yield* runStarts(ranges, stepOf, first + i * step, axis + 1);
}

/** Runs that lie close to one another, to be read at once: where the first begins, and all of their starts. */
function* gathered(starts: Iterable<number>, run: number): Generator<[number, number[]]> {
  let runs: number[] = [];
  for (const start of starts) {
    const previous = runs.at(-1);
    const fits =
      previous !== undefined &&
      start - (previous + run) <= largestGap &&
      start + run - runs[0]! <= Math.max(largestPiece, run);
    if (!fits && previous !== undefined) {
      yield [runs[0]!, runs];
      runs = [];
    }
    runs.push(start);
  }
  if (runs.length > 0) yield [runs[0]!, runs];
}
