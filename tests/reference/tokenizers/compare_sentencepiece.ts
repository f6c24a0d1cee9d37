// Compares with the digests of compare_sentencepiece.py, which says how to run both.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { SentencePieceProcessor } from "../../../src/tokenizers/sentencepiece/index.js";
import { Tokenizer } from "../../../src/tokenizers/tokenizer.js";

const recorded = JSON.parse(readFileSync(process.argv[2]!, "utf8")) as {
  texts: string[];
  pipelines: { name: string; json: string; digests: string[] }[];
  models: { name: string; model: string; digests: string[] }[];
};

const sentences: string[] = [];
for (let point = 0; point < 0x110000; point++) {
  if (point >= 0xd800 && point <= 0xdfff) continue;
  const character = String.fromCodePoint(point);
  sentences.push(`A${character}b, e\u0323${character}\u0301 ${character}${character}ly`);
}
const groups = [...inGroups(sentences, 256), ...inGroups(recorded.texts, 50)];

function inGroups(texts: readonly string[], size: number): string[][] {
  const found: string[][] = [];
  for (let at = 0; at < texts.length; at += size) found.push(texts.slice(at, at + size));
  return found;
}

let differences = 0;
function compare(name: string, digests: readonly string[], line: (text: string) => string): void {
  let wrong = 0;
  for (const [i, group] of groups.entries()) {
    const digest = createHash("sha256").update(group.map(line).join("\n")).digest("hex").slice(0, 12);
    if (digest === digests[i]) continue;
    if (wrong++ < 3) console.log(`${name}: differs among ${JSON.stringify(group[0])}...`);
  }
  differences += wrong;
  console.log(`${name}: ${wrong} of ${groups.length} groups differ`);
}

for (const { name, json, digests } of recorded.pipelines) {
  const tokenizer = Tokenizer.from_json(json);
  compare(name, digests, (text) => {
    const encoding = tokenizer.encode(text, null, { add_special_tokens: false });
    return [...encoding.ids, ...encoding.offsets.flat()].join(",");
  });
}
for (const { name, model, digests } of recorded.models) {
  const processor = new SentencePieceProcessor(new Uint8Array(Buffer.from(model, "base64")));
  compare(name, digests, (text) => {
    const ids = processor.encode(text);
    return `${ids.join(",")}|${processor.decode(ids)}`;
  });
}
process.exitCode = differences === 0 ? 0 : 1;
