import { compose, decompose } from "../unicode/composition.js";
import { NumberReader } from "../unicode/digits.js";
import { foldedAlone, foldedBeyondLowercase, foldedLikeThose, foldedToSeveral } from "../unicode/frozen.js";
import { lowercase } from "../unicode/mapping.js";
import { CharSet } from "./char-set.js";

interface Folding {
  /** The code points that match each other, by each of them. */
  readonly groups: ReadonlyMap<number, CharSet>;
  /** What a code point matches that folds onto several. */
  readonly several: ReadonlyMap<number, readonly number[]>;
  /** The code points that fold onto several, by the group leaders of those. */
  readonly singles: ReadonlyMap<string, CharSet>;
  readonly leaders: ReadonlyMap<number, number>;
}

let table: Folding | undefined;

/** The code points that are the same as `point` where case does not count, itself among them. */
export function sameButCase(point: number): CharSet {
  return folding().groups.get(point) ?? CharSet.of(point);
}

/** The two or three code points that match `point` where case does not count; undefined for most. */
export function foldsToSeveral(point: number): readonly number[] | undefined {
  return folding().several.get(point);
}

/** The code points that match the two or three of `points` where case does not count. */
export function foldsToOne(points: readonly number[]): CharSet | undefined {
  const { singles, leaders } = folding();
  return singles.get(keyOf(points, leaders));
}

/** `set` and everything that differs from a member in case alone. */
export function withOtherCases(set: CharSet): CharSet {
  const found: CharSet[] = [];
  for (const [point, group] of folding().groups) if (set.has(point)) found.push(group);
  return set.union(...found);
}

/** What members of `set` match that fold onto several code points. */
export function severalOf(set: CharSet): (readonly number[])[] {
  return [...folding().several].filter(([point]) => set.has(point)).map(([, points]) => points);
}

function folding(): Folding {
  table ??= readFolding();
  return table;
}

function readFolding(): Folding {
  const alone = new Set(listed(foldedAlone));
  const pairs: [number, number][] = [];
  for (const [point, lower] of lowercase()) {
    if (lower.length === 1 && !alone.has(point)) pairs.push([point, lower[0]!]);
  }
  const beyond = listed(foldedBeyondLowercase);
  const others = listed(foldedLikeThose);
  beyond.forEach((point, i) => {
    pairs.push([point, others[i]!]);
  });
  const groups = groupPairs(pairs);
  const leaders = new Map([...groups].map(([point, group]) => [point, group.ranges[0]!]));
  const toSeveral = listed(foldedToSeveral);
  const several = new Map(toSeveral.map((point) => [point, lettersOf(point, toSeveral)]));
  const bySequence = new Map<string, number[]>();
  for (const [point, points] of several) {
    const key = keyOf(points, leaders);
    bySequence.set(key, [...(bySequence.get(key) ?? []), point]);
  }
  const singles = new Map([...bySequence].map(([key, points]) => [key, CharSet.of(...points)]));
  return { groups, several, singles, leaders };
}

/** The code points of a list: each as what it is beyond the one before. */
function listed(text: string): number[] {
  const points: number[] = [];
  let point = 0;
  for (const reader = new NumberReader(text); !reader.done; points.push(point)) point += reader.signed();
  return points;
}

const SHARP_S = [0xdf, 0x1e9e];
const IOTA = { subscript: 0x345, letter: 0x3b9 } as const;

/**
 * What a code point folds onto that folds onto several: the letters and marks it is made of, in lowercase, with a full
 * iota for a subscript. Before that, letter and marks are one again, unless that folds onto several itself.
 */
function lettersOf(point: number, several: readonly number[]): readonly number[] {
  if (SHARP_S.includes(point)) return [0x73, 0x73];
  const letters = decompose(point, "compatible")!.flatMap((part) =>
    part === IOTA.subscript ? IOTA.letter : (lowercase().get(part) ?? part),
  );
  if (letters.at(-1) !== IOTA.letter) return letters;
  const composite = letters.slice(0, -1).reduce(compose);
  return composite < 0 || several.includes(composite) ? letters : [composite, IOTA.letter];
}

/** The sets that pairs of equals join to, by each member. */
function groupPairs(pairs: readonly (readonly [number, number])[]): Map<number, CharSet> {
  const members = new Map<number, Set<number>>();
  for (const [a, b] of pairs) {
    const joined = new Set([a, b, ...(members.get(a) ?? []), ...(members.get(b) ?? [])]);
    for (const point of joined) members.set(point, joined);
  }
  return new Map([...members].map(([point, group]) => [point, CharSet.of(...group)]));
}

function keyOf(points: readonly number[], leaders: ReadonlyMap<number, number>): string {
  return points.map((point) => leaders.get(point) ?? point).join();
}
