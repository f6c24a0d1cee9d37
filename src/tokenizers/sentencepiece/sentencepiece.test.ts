import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { SentencePieceProcessor } from "./index.js";

// What SentencePiece said: tests/reference/tokenizers/record_sentencepiece.py.

interface Recorded {
  name: string;
  length: number;
  cases: [text: string, ids: number[], surfaces: string[], normalized: string, decoded: string][];
  decoded: [ids: number[], text: string][];
  alone: string;
  framed: number[];
  special: number[];
}

const fixture = (name: string) => gunzipSync(readFileSync(new URL(`./fixtures/${name}.gz`, import.meta.url)));
const { models, digests } = JSON.parse(fixture("sentencepiece.json").toString("utf8")) as {
  models: Recorded[];
  digests: Record<string, { texts: string[]; alone: string }>;
};
const bytes = new Uint8Array(fixture("models.bin"));
let start = 0;
const processors = models.map(({ length }) => {
  start += length;
  return new SentencePieceProcessor(bytes.slice(start - length, start));
});

describe("SentencePieceProcessor, against the recorded results of the library", () => {
  for (const [i, recorded] of models.entries()) {
    const processor = processors[i]!;

    it(`cuts the same: ${recorded.name}`, () => {
      for (const [text, ids, surfaces, normalized] of recorded.cases) {
        const label = JSON.stringify(text);
        expect(processor.normalize(text), label).toBe(normalized);
        expect(processor.encode(text), label).toEqual(ids);
        const pieces = processor.encode_as_pieces(text);
        const unlike = pieces.filter((piece, at) => piece !== processor.id_to_piece(ids[at]!));
        expect(unlike, label).toEqual(surfaces);
      }
      expect(processor.encode("ab c", { add_eos: true, reverse: true })).toEqual(recorded.framed);
    });

    it(`decodes the same: ${recorded.name}`, () => {
      for (const [, ids, , , text] of recorded.cases) expect(processor.decode(ids)).toBe(text);
      for (const [ids, text] of recorded.decoded) {
        expect(processor.decode(ids), String(ids)).toBe(text);
        expect(processor.decode(ids.map((id) => processor.id_to_piece(id)))).toBe(text);
      }
      expect(digestOf(aloneTexts(processor))).toBe(recorded.alone);
    });

    it(`has the same special ids: ${recorded.name}`, () => {
      const found = [processor.unk_id(), processor.bos_id(), processor.eos_id(), processor.pad_id()];
      expect(found).toEqual(recorded.special);
    });
  }

  it("refuses ids that are none, and a frame that the model has no piece for", () => {
    const processor = processors[0]!;
    const size = processor.get_piece_size();
    for (const id of [-1, size, 0.5]) {
      expect(() => processor.decode([id])).toThrow(expect.objectContaining({ code: "INDEX_OUT_OF_RANGE" }));
    }
    const without = models.findIndex(({ special }) => special[1] === -1);
    expect(() => processors[without]!.encode("a", { add_bos: true })).toThrow(/bos/);
  });
});

const data = new URL("../../../../shared/data/tokenizers/", import.meta.url);
const hasData = existsSync(data);
if (!hasData) console.log(`skipped: no real vocabularies at ${fileURLToPath(data)}`);

describe.skipIf(!hasData)("with real models", () => {
  const texts = models.flatMap(({ cases }) => cases.map(([text]) => text));
  for (const [name, expected] of Object.entries(digests)) {
    it(`cuts and decodes the same: ${name}`, () => {
      const processor = new SentencePieceProcessor(new Uint8Array(readFileSync(new URL(name, data))));
      const found: string[] = [];
      for (let at = 0; at < texts.length; at += 20) {
        const ids = processor.encode(texts.slice(at, at + 20).join("\n"));
        found.push(digestOf(`${ids.join(",")}|${processor.decode(ids)}`));
      }
      expect(found).toEqual(expected.texts);
      expect(digestOf(aloneTexts(processor))).toBe(expected.alone);
    });
  }
});

/** What every id decodes to by itself. */
function aloneTexts(processor: SentencePieceProcessor): string {
  return Array.from({ length: processor.get_piece_size() }, (_, id) => processor.decode([id])).join("\n");
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
