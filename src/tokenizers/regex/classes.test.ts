import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { CharSet } from "./char-set.js";
import { parsePattern } from "./parser.js";
import type { Node } from "./syntax.js";

// Which code points the reference's classes have: tests/reference/tokenizers/record_classes.py.

const file = new URL("../fixtures/regex-classes.json.gz", import.meta.url);
const digests = JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")) as Record<string, string>;
const surrogates = CharSet.ofRanges([[0xd800, 0xdfff]]);

it("has the reference's code points in every class", () => {
  const different = Object.keys(digests).filter((pattern) => {
    const set = singles(parsePattern(pattern)).without(surrogates);
    return digest(set) !== digests[pattern];
  });
  expect(different).toEqual([]);
  expect(Object.keys(digests).length).toBeGreaterThan(280);
});

/** The characters that match a node alone. */
function singles(node: Node): CharSet {
  if (node.kind === "set") return node.set;
  if (node.kind === "choice") return CharSet.of().union(...node.options.map(singles));
  if (node.kind === "sequence" && node.items.length === 1) return singles(node.items[0]!);
  return CharSet.of();
}

function digest(set: CharSet): string {
  const ranges: [number, number][] = [];
  for (const [first, last] of set.pairs()) {
    // Without surrogates, what is before them is next to what is behind.
    if (first === 0xe000 && ranges.at(-1)?.[1] === 0xd7ff) ranges.at(-1)![1] = last;
    else ranges.push([first, last]);
  }
  const text = ranges.map(([first, last]) => `${first.toString(16)}-${last.toString(16)}`).join();
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
