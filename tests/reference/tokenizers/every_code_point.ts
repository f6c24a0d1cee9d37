// Compares with the digests of every_code_point.py, which says how to run both.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { normalizeString, Tokenizer } from "../../../src/tokenizers/index.js";
import { scannerFor } from "../../../src/tokenizers/pre-tokenizers/scanners/index.js";
import { IntBuffer, Text } from "../../../src/tokenizers/text.js";

const { jsons, digests, matches } = JSON.parse(readFileSync(process.argv[2]!, "utf8")) as {
  jsons: Record<string, string>;
  digests: Record<string, string[]>;
  /** By pattern. */
  matches: Record<string, string[]>;
};

let differences = 0;
let compared = 0;
for (const [name, json] of Object.entries(jsons)) {
  const tokenizer = Tokenizer.from_json(json);
  compare(name, digests[name]!, (sentences) => sentences.map((text) => describe(tokenizer, text)).join("\n"));
}
for (const [pattern, expected] of Object.entries(matches)) {
  const source = new Text();
  const spans = new IntBuffer();
  compare(pattern, expected, (sentences) => {
    source.set(sentences.join(""), false);
    spans.length = 0;
    scannerFor(pattern)!(source.units, 0, source.length, spans);
    return spans.slice().join(",");
  });
}
console.log(`${differences} blocks differ, of ${compared}`);
process.exitCode = differences === 0 ? 0 : 1;

/** Compares what `make` gives for each block of 256 code points with its digest. */
function compare(
  name: string,
  expected: readonly string[],
  make: (sentences: readonly string[]) => string,
): void {
  for (const [index, digest] of expected.entries()) {
    const found = make(sentencesOf(index * 0x100));
    compared++;
    if (createHash("sha256").update(found).digest("hex").slice(0, 12) === digest) continue;
    console.log(`${name}: block ${(index * 0x100).toString(16)} differs`);
    differences++;
  }
}

function sentencesOf(block: number): string[] {
  const sentences: string[] = [];
  for (let point = block; point < block + 0x100; point++) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    const character = String.fromCodePoint(point);
    sentences.push(`A${character}b, e\u0323${character}\u0301 ${character}${character}ly`);
  }
  return sentences;
}

function describe(tokenizer: Tokenizer, text: string): string {
  const encoding = tokenizer.encode(text, null, { add_special_tokens: false });
  const normalized = tokenizer.normalizer === null ? text : normalizeString(tokenizer.normalizer, text);
  return `${normalized}|${[...encoding.ids, ...encoding.offsets.flat()].join(",")}`;
}
