// Compares with the digests of every_code_point.py, which says how to run both.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { normalizeString, Tokenizer } from "../../../src/tokenizers/index.js";

const { jsons, digests } = JSON.parse(readFileSync(process.argv[2]!, "utf8")) as {
  jsons: Record<string, string>;
  digests: Record<string, string[]>;
};

let differences = 0;
for (const [name, json] of Object.entries(jsons)) {
  const tokenizer = Tokenizer.from_json(json);
  for (const [index, digest] of digests[name]!.entries()) {
    const lines: string[] = [];
    for (let point = index * 0x100; point < (index + 1) * 0x100; point++) {
      if (point >= 0xd800 && point <= 0xdfff) continue;
      const character = String.fromCodePoint(point);
      const text = `A${character}b, e\u0323${character}\u0301 ${character}${character}ly`;
      const encoding = tokenizer.encode(text, null, { add_special_tokens: false });
      const normalized = tokenizer.normalizer === null ? text : normalizeString(tokenizer.normalizer, text);
      lines.push(`${normalized}|${[...encoding.ids, ...encoding.offsets.flat()].join(",")}`);
    }
    if (createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 12) === digest) continue;
    console.log(`${name}: block ${(index * 0x100).toString(16)} differs`);
    differences++;
  }
}
console.log(`${differences} blocks differ, of ${Object.values(digests).flat().length}`);
process.exitCode = differences === 0 ? 0 : 1;
