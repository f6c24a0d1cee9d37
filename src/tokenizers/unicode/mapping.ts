import { categoryRuns } from "./categories.js";
import { NumberReader } from "./digits.js";
import * as tables from "./frozen.js";
import { lazily } from "./lazily.js";
import { forEachRunWithin } from "./runs.js";

/** Code point to the code points that replace it; a code point that is not a key stays as it is. */
export type Mapping = ReadonlyMap<number, readonly number[]>;

/** Lowercase of each code point by itself: no final sigma, no locale. */
export const lowercase = lazily((): Mapping => {
  const steps = [0];
  for (const reader = new NumberReader(tables.lowercaseSteps); !reader.done; ) steps.push(reader.signed());
  const found = new Map<number, readonly number[]>();
  forEachRunWithin(tables.lowercaseTable, 7, categoryRuns(), (place, start, end) => {
    for (let point = start; place > 0 && point < end; point++) found.set(point, [point + steps[place]!]);
  });
  // The one that becomes two: I with a dot above.
  return found.set(0x130, [0x69, 0x307]);
});

/** Canonical combining classes that are not 0. */
export const combiningClasses = lazily(() => {
  const found = new Map<number, number>();
  forEachRunWithin(tables.combiningClassTable, 8, categoryRuns(), (value, start, end) => {
    for (let point = start; value > 0 && point < end; point++) found.set(point, value);
  });
  return found as ReadonlyMap<number, number>;
});
