import { IntBuffer } from "../text.js";

/** Substrings of a text, in the order of their symbols; a shorter one before those that it begins. */
export interface Substrings {
  /** Places in the text; substring k starts at those from `firsts[k]` on, `counts[k]` of them in no order. */
  readonly places: Int32Array;
  readonly firsts: IntBuffer;
  readonly counts: IntBuffer;
  readonly lengths: IntBuffer;
}

/** Groups of places with a common beginning, that are still to be looked at: four numbers each. */
type Groups = number[];

/**
 * The substrings of 2 to `longest` symbols that occur at least twice and are followed by different symbols: the inner
 * nodes of the suffix tree (what esaxx lists, Okanohara and Tsujii 2009) of no more than that depth.
 *
 * `symbols` ends with 0, and no substring has a 0 in it. Places are sorted by the `longest` + 1 symbols that stand
 * there and not further, with three-way radix quicksort (Bentley and Sedgewick 1997), which meets every node on its
 * way. That needs a quarter of the memory of a suffix array with its common prefixes.
 */
export function repeatedSubstrings(symbols: Int32Array, longest: number): Substrings {
  const places = placesByFirstSymbol(symbols);
  const [firsts, counts, lengths] = [new IntBuffer(1 << 12), new IntBuffer(1 << 12), new IntBuffer(1 << 12)];
  const report = (first: number, count: number, length: number) => {
    firsts.push(first);
    counts.push(count);
    lengths.push(length);
  };
  const groups: Groups = [0, places.length, 0, 0];
  while (groups.length > 0) {
    const isSplit = groups.pop() === 1; // of a group that has been reported before
    const depth = groups.pop()!;
    const end = groups.pop()!;
    const start = groups.pop()!;
    if (end - start === 2) sortTwo(symbols, places, start, depth, longest, isSplit, report);
    else splitGroup(symbols, places, groups, start, end, depth, longest, isSplit, report);
  }
  return { places, firsts, counts, lengths };
}

/** All places but those of 0. */
function placesByFirstSymbol(symbols: Int32Array): Int32Array {
  let count = 0;
  for (const symbol of symbols) if (symbol !== 0) count++;
  const places = new Int32Array(count);
  let length = 0;
  for (let place = 0; place < symbols.length; place++) if (symbols[place] !== 0) places[length++] = place;
  return places;
}

type Report = (first: number, count: number, length: number) => void;

/** A group of two: how far they agree is all there is to know. */
function sortTwo(
  symbols: Int32Array,
  places: Int32Array,
  start: number,
  from: number,
  longest: number,
  isSplit: boolean,
  report: Report,
): void {
  const a = places[start]!;
  const b = places[start + 1]!;
  let depth = from;
  while (depth <= longest && symbols[a + depth] === symbols[b + depth] && symbols[a + depth] !== 0) depth++;
  const differ = symbols[a + depth] !== symbols[b + depth];
  if (differ && depth >= 2 && depth <= longest && !(isSplit && depth === from)) report(start, 2, depth);
}

/** Splits a group by the symbol at `depth` and leaves its parts to be looked at, the smallest symbols first. */
function splitGroup(
  symbols: Int32Array,
  places: Int32Array,
  groups: Groups,
  start: number,
  end: number,
  depth: number,
  longest: number,
  isSplit: boolean,
  report: Report,
): void {
  const pivot = middle(
    symbols[places[start]! + depth]!,
    symbols[places[(start + end) >> 1]! + depth]!,
    symbols[places[end - 1]! + depth]!,
  );
  let [less, at, more] = [start, start, end];
  while (at < more) {
    const place = places[at]!;
    const symbol = symbols[place + depth]!;
    if (symbol < pivot) {
      places[at++] = places[less]!;
      places[less++] = place;
    } else if (symbol > pivot) {
      places[at] = places[--more]!;
      places[more] = place;
    } else at++;
  }
  const isNode = less > start || more < end;
  if (isNode && !isSplit && depth >= 2) report(start, end - start, depth);
  if (end - more > 1) groups.push(more, end, depth, 1);
  if (more - less > 1 && pivot !== 0 && depth < longest) groups.push(less, more, depth + 1, 0);
  if (less - start > 1) groups.push(start, less, depth, 1);
}

function middle(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
