import { pathToFileURL } from "node:url";
import { compareComponents, comparePatterns } from "../../support/recorded-components.js";

// Compares with recordings of record_components.py that are too large to be kept:
//   npx tsx tests/reference/tokenizers/compare_components.ts <folder>

const folder = pathToFileURL(`${process.argv[2]}/`);
for (const [name, run] of [
  ["components", () => compareComponents(folder)],
  ["patterns", () => comparePatterns(folder, false)],
  ["patterns with a memo", () => comparePatterns(folder, true)],
] as const) {
  const { cases, refused, flaws } = run();
  console.log(`${name}: ${cases} cases, ${refused.length} patterns refused, ${flaws.length} differ`);
  for (const flaw of flaws.slice(0, 20)) console.log(`  ${flaw}`);
  if (flaws.length > 0) process.exitCode = 1;
}
