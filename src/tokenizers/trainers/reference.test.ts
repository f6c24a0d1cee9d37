import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { linesOf, type RecordedTraining, retrain } from "../../../tests/support/recorded-training.js";

// What the Rust library learned: tests/reference/tokenizers/record_training.py.

const { texts, small, real } = JSON.parse(
  gunzipSync(readFileSync(new URL("../fixtures/trainers.json.gz", import.meta.url))).toString("utf8"),
) as { texts: string[]; small: RecordedTraining[]; real: (RecordedTraining & { text: string })[] };

describe("against the recorded results of the Rust library", () => {
  it.each(small.map((each) => [each.kind, each.settings, each] as const))(
    "%s %j",
    (_kind, _settings, each) => {
      const learned = retrain(each, each.word === undefined ? texts : [each.word, each.word]);
      expect(learned.result).toEqual(learned.expected);
    },
  );
});

const data = new URL("../../../../shared/data/text/", import.meta.url);
const hasData = existsSync(data);
if (!hasData) console.log(`skipped: no real texts at ${fileURLToPath(data)}`);

describe.skipIf(!hasData)("on real texts", () => {
  it.each(real.map((each) => [each.kind, each.text, each] as const))("%s %s", (_kind, text, each) => {
    const learned = retrain(each, linesOf(readFileSync(new URL(`${text}.txt`, data), "utf8")));
    if (each.digest === undefined) {
      expect(learned.result).toEqual(learned.expected);
      return;
    }
    const { vocabulary, merges = null } = learned.result as { vocabulary: unknown; merges?: unknown };
    const hash = createHash("sha256").update(JSON.stringify([vocabulary, merges]));
    expect(hash.digest("hex").slice(0, 16)).toBe(each.digest);
  });
});
