import { foldsToOne, foldsToSeveral, sameButCase, severalOf, withOtherCases } from "./case-folding.js";
import { CharSet } from "./char-set.js";
import { EMPTY, type Node } from "./syntax.js";

/** Matches `points` one after the other, as they are. */
export function plainText(points: readonly number[]): Node {
  return sequenceOf(points.map((point) => ({ kind: "set", set: CharSet.of(point) })));
}

/**
 * Matches `points` whatever their case. Two or three that fold like one (`ss` and `ß`) match it too, except behind,
 * where a character only stands for one.
 */
export function foldedText(points: readonly number[], behind: boolean): Node {
  const items: Node[] = [];
  for (let i = 0; i < points.length; ) {
    const together = behind ? undefined : severalAt(points, i);
    if (together !== undefined) {
      const { length, single } = together;
      items.push(oneOf([anyCase(points.slice(i, i + length)), { kind: "set", set: single }]));
      i += length;
      continue;
    }
    items.push(foldedPoint(points[i]!, behind));
    i++;
  }
  return sequenceOf(items);
}

/** Matches a character of `set`, or of what is not in it, whatever its case. */
export function foldedClass(set: CharSet, negated: boolean): Node {
  const folded = withOtherCases(set);
  // The complement of folded characters has all cases of what is in it.
  if (negated) return { kind: "set", set: folded.complement() };
  return oneOf([{ kind: "set", set: folded }, ...severalOf(set).map(anyCase)]);
}

function foldedPoint(point: number, behind: boolean): Node {
  const several = foldsToSeveral(point);
  if (several === undefined) return { kind: "set", set: sameButCase(point) };
  const single: Node = { kind: "set", set: foldsToOne(several)!.union(sameButCase(point)) };
  return behind ? single : oneOf([single, anyCase(several)]);
}

/** The two or three of `points` from `i` on that some characters fold onto. */
function severalAt(points: readonly number[], i: number): { length: number; single: CharSet } | undefined {
  for (const length of [3, 2]) {
    if (i + length > points.length) continue;
    const single = foldsToOne(points.slice(i, i + length));
    if (single !== undefined) return { length, single };
  }
  return undefined;
}

function anyCase(points: readonly number[]): Node {
  return sequenceOf(points.map((point) => ({ kind: "set", set: sameButCase(point) })));
}

function sequenceOf(items: readonly Node[]): Node {
  if (items.length === 0) return EMPTY;
  return items.length === 1 ? items[0]! : { kind: "sequence", items };
}

function oneOf(options: readonly Node[]): Node {
  return options.length === 1 ? options[0]! : { kind: "choice", options };
}
