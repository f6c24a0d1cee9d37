import { categoryRuns } from "./categories.js";
import { numericTable } from "./frozen.js";
import { lazily } from "./lazily.js";
import { readRunsWithin } from "./runs.js";

/** 1 for each code point that the reference takes for numeric: category N of its Unicode version. */
export const numeric = lazily(() => readRunsWithin(numericTable, 1, categoryRuns()).values);
