import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { Tokenizer } from "../index.js";

// What the Rust library and tiktoken said: tests/reference/tokenizers/record_bpe.py.

const data = new URL("../../../../shared/data/", import.meta.url);
const hasData = existsSync(data);
if (!hasData) console.log(`skipped: no real vocabularies at ${fileURLToPath(data)}`);

/** Digests of the Rust library's ids and offsets and of tiktoken's ids, by the texts' origin. */
type Digests = Record<string, [rust: string, tiktoken: string][]>;

const recorded = JSON.parse(
  gunzipSync(readFileSync(new URL("../fixtures/bpe-real.json.gz", import.meta.url))).toString("utf8"),
) as { texts: string[]; digests: Record<string, Digests> };

describe.skipIf(!hasData).each(["gpt2", "cl100k"])("%s", (name) => {
  const load = () => {
    const file = readFileSync(new URL(`tokenizers/${name}.tokenizer.json`, data), "utf8");
    return { file, tokenizer: Tokenizer.from_json(file) };
  };

  it("gives the ids and offsets of the Rust library, and tiktoken's ids", () => {
    const { tokenizer } = load();
    for (const [origin, digests] of Object.entries(recorded.digests[name]!)) {
      const groups = origin === "random" ? inGroups(recorded.texts, 20) : linesOf(origin);
      const found = groups.map((texts) => {
        const encodings = texts.map((text) => tokenizer.encode(text, null, { add_special_tokens: false }));
        const ids = texts.flatMap((text) => Array.from(tokenizer.encode_ids(text)));
        const flat = encodings.flatMap((encoding) => [...encoding.ids, ...encoding.offsets.flat()]);
        return [digestOf(flat), digestOf(ids)];
      });
      expect(found, origin).toEqual(digests);
    }
  });

  it("is written as it was read", () => {
    const { file, tokenizer } = load();
    const inOrder = (json: string) => JSON.stringify(JSON.parse(json));
    expect(inOrder(tokenizer.to_json()) === inOrder(file)).toBe(true);
  });
});

/** Of a text the first 40 of each 120 lines. */
function linesOf(name: string): string[][] {
  const lines = readFileSync(new URL(`text/${name}.txt`, data), "utf8").split("\n");
  return inGroups(lines, 120).map((group) => [group.slice(0, 40).join("\n")]);
}

function inGroups<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

function digestOf(numbers: readonly number[]): string {
  return createHash("sha256").update(JSON.stringify(numbers)).digest("hex").slice(0, 8);
}
