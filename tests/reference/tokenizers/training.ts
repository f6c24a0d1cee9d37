// Compares the trainers with what record_training.py wrote for the texts of ../shared/data:
//
//     python tests/reference/tokenizers/record_training.py /tmp/training.json
//     npx tsx tests/reference/tokenizers/training.ts /tmp/training.json
import { readFileSync } from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { linesOf, type RecordedTraining, retrain } from "../../support/recorded-training.js";

const texts = path.join(import.meta.dirname, "../../../../shared/data/text");
const recorded = JSON.parse(readFileSync(process.argv[2]!, "utf8")) as (RecordedTraining & {
  text: string;
})[];
let failed = 0;
for (const { text, ...each } of recorded) {
  const { result, expected } = retrain(each, linesOf(readFileSync(path.join(texts, `${text}.txt`), "utf8")));
  const isEqual = isDeepStrictEqual(result, expected);
  if (!isEqual) failed++;
  console.log(
    isEqual ? "equal    " : "DIFFERENT",
    each.kind,
    text,
    JSON.stringify(each.settings).slice(0, 100),
  );
}
process.exitCode = failed === 0 ? 0 : 1;
