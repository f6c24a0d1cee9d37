import { allocate, type DType, dtypes, isPacked, type TypedArray } from "../runtime/dtype.js";
import type { HostArray } from "../runtime/types.js";
import { whenUnclaimed } from "./claims.js";

/**
 * Memory of results that nobody can reach any more is written again: the pages of fresh memory cost as much as many an
 * operator does (a third of a millisecond for each megabyte). A result whose elements have been handed out as a typed
 * array is left to the garbage collector, since whoever has the array may keep it.
 */
const smallest = 2 ** 18;
/** How many bytes are kept for later at most. */
const capacity = 2 ** 28;

/** Results whose memory only they have. */
const owned = new WeakSet<HostArray>();

/** Free buffers by their length. */
const free = new Map<number, ArrayBuffer[]>();
let freeBytes = 0;

const unreachable = new FinalizationRegistry<ArrayBuffer>(keep);

function keep(buffer: ArrayBuffer): void {
  if (freeBytes + buffer.byteLength > capacity) return;
  freeBytes += buffer.byteLength;
  const same = free.get(buffer.byteLength);
  if (same === undefined) free.set(buffer.byteLength, [buffer]);
  else same.push(buffer);
}

/** An array for a result, its elements of any value. */
export function resultArray(dtype: DType, dims: readonly number[], count: number): HostArray {
  const { array, bytes } = dtypes[dtype];
  if (count * bytes < smallest || isPacked(dtype)) return { dtype, dims, data: allocate(dtype, count) };
  const buffer = free.get(count * bytes)?.pop();
  if (buffer !== undefined) freeBytes -= buffer.byteLength;
  const data = new array(buffer ?? new ArrayBuffer(count * bytes), 0, count) as TypedArray;
  const result: HostArray = { dtype, dims, data };
  unreachable.register(result, data.buffer as ArrayBuffer, result);
  owned.add(result);
  return result;
}

/** Says that somebody may keep the elements for longer than the array. */
export function handOut(array: HostArray): void {
  if (owned.delete(array)) unreachable.unregister(array);
}

/** Takes back the memory of a result that its owner has released, once no run reads it. */
export function giveBack(array: HostArray): void {
  if (!owned.has(array)) return;
  handOut(array);
  void whenUnclaimed(array).then(() => keep(array.data.buffer as ArrayBuffer));
}
