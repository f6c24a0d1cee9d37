import type { Json } from "../json.js";
import { pointAt, type Text } from "../text.js";
import { compose, decompose } from "../unicode/composition.js";
import { combiningClasses } from "../unicode/mapping.js";
import type { Normalizer } from "./normalizer.js";
import { PointMap } from "./point-map.js";

/** Names of the Unicode normalisation forms. */
export const UNICODE_FORMS = ["NFC", "NFD", "NFKC", "NFKD"] as const;
export type UnicodeForm = (typeof UNICODE_FORMS)[number];

/** The Unicode normalisation forms (Unicode Standard Annex #15), by frozen tables. */
export class UnicodeNormalizer implements Normalizer {
  readonly type: UnicodeForm;

  constructor(form: UnicodeForm) {
    this.type = form;
  }

  normalize(source: Text, from: number, to: number, target: Text): void {
    if (isInert(source.units, from, to)) {
      target.append(source, from, to);
      return;
    }
    if (!this.type.endsWith("C") && byPoints(this.type).apply(source, from, to, target)) return;
    const run = decomposed(source, from, to, this.type.includes("K") ? "compatible" : "canonical");
    if (this.type.endsWith("C")) recompose(run);
    write(run, source, from, to, target);
  }

  toJson(): Json {
    return { type: this.type };
  }
}

/** NFC: canonical composition. */
export class NFC extends UnicodeNormalizer {
  constructor() {
    super("NFC");
  }
}

/** NFD: canonical decomposition. */
export class NFD extends UnicodeNormalizer {
  constructor() {
    super("NFD");
  }
}

/** NFKC: compatibility decomposition, canonical composition. */
export class NFKC extends UnicodeNormalizer {
  constructor() {
    super("NFKC");
  }
}

/** NFKD: compatibility decomposition. */
export class NFKD extends UnicodeNormalizer {
  constructor() {
    super("NFKD");
  }
}

const maps = new Map<UnicodeForm, PointMap>();

/** The decomposition of each code point by itself; refuses those that may have to change places with others. */
function byPoints(form: UnicodeForm): PointMap {
  let map = maps.get(form);
  if (map === undefined) {
    const classOf = combiningClasses();
    map = new PointMap((point) => {
      const parts = decompose(point, form.includes("K") ? "compatible" : "canonical") ?? [point];
      return classOf.has(point) || classOf.has(parts[0]!) ? "refuse" : parts;
    });
    maps.set(form, map);
  }
  return map;
}

/** Whether no form changes the text: nothing below U+00A0 decomposes, composes or reorders with its like. */
function isInert(units: Uint16Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (units[i]! >= 0xa0) return false;
  return true;
}

/**
 * Code points on their way to a normalisation form. `surplus[i]` is how many code points of the source it
 * stands for, counted from one: 0 replaces one, 1 is inserted, -n swallows n more.
 */
interface Run {
  points: number[];
  surplus: number[];
}

function decomposed(source: Text, from: number, to: number, form: "canonical" | "compatible"): Run {
  const points: number[] = [];
  const surplus: number[] = [];
  for (let i = from; i < to; ) {
    const point = pointAt(source.units, i, to);
    i += point > 0xffff ? 2 : 1;
    const parts = decompose(point, form);
    if (parts === undefined) {
      points.push(point);
      surplus.push(0);
      continue;
    }
    for (let part = 0; part < parts.length; part++) {
      points.push(parts[part]!);
      surplus.push(part === 0 ? 0 : 1);
    }
  }
  sortMarks(points, surplus);
  return { points, surplus };
}

/** Canonical ordering: marks between two starters by combining class, equal ones as they came. */
function sortMarks(points: number[], surplus: number[]): void {
  const classOf = combiningClasses();
  for (let start = 0; start < points.length; start++) {
    if (!classOf.has(points[start]!)) continue;
    let end = start + 1;
    while (end < points.length && classOf.has(points[end]!)) end++;
    if (end - start > 1) {
      const order = Array.from({ length: end - start }, (_, i) => start + i);
      order.sort((a, b) => classOf.get(points[a]!)! - classOf.get(points[b]!)!);
      const sortedPoints = order.map((i) => points[i]!);
      const sortedSurplus = order.map((i) => surplus[i]!);
      for (let i = start; i < end; i++) {
        points[i] = sortedPoints[i - start]!;
        surplus[i] = sortedSurplus[i - start]!;
      }
    }
    start = end - 1;
  }
}

function recompose(run: Run): void {
  const classOf = combiningClasses();
  const points: number[] = [];
  const surplus: number[] = [];
  let starter = -1;
  let lastClass = -1; // of the marks kept since the starter; -1: none
  for (let i = 0; i < run.points.length; i++) {
    const point = run.points[i]!;
    const change = run.surplus[i]!;
    const combiningClass = classOf.get(point) ?? 0;
    const blocked = lastClass >= 0 && lastClass >= combiningClass;
    const composite = starter >= 0 && !blocked ? compose(points[starter]!, point) : -1;
    if (composite >= 0) {
      points[starter] = composite;
      surplus[starter]! += change - 1;
      continue;
    }
    if (combiningClass === 0) {
      starter = points.length;
      lastClass = -1;
    } else if (starter >= 0) {
      lastClass = combiningClass;
    }
    points.push(point);
    surplus.push(change);
  }
  run.points = points;
  run.surplus = surplus;
}

/** Writes a run, each code point aligned with the (first) source code point it replaces or follows. */
function write(run: Run, source: Text, from: number, to: number, target: Text): void {
  const { units, starts, ends } = source;
  const tracked = target.tracked;
  let current = from;
  let previous = from;
  const step = () => {
    previous = current;
    current += pointAt(units, current, to) > 0xffff ? 2 : 1;
  };
  for (let i = 0; i < run.points.length; i++) {
    const change = run.surplus[i]!;
    const at = change > 0 ? previous : current;
    target.pushPoint(run.points[i]!, tracked ? starts[at]! : 0, tracked ? ends[at]! : 0);
    if (change <= 0) {
      for (let swallowed = 0; swallowed <= -change; swallowed++) step();
    }
  }
}
