import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { TransformersError } from "../../src/errors.js";
import {
  readModelProto,
  SentencePieceProcessor,
  SpmConverter,
} from "../../src/tokenizers/sentencepiece/index.js";

const fixtures = new URL("../../src/tokenizers/sentencepiece/fixtures/", import.meta.url);
const TEXT =
  "A\u00c4 fi e\u0301\u0323 New York \u2581\u2581 aaaa \u03b1\u03b2 \u00ad\u2026 \ud83d\udc4d\u0000 !";

let originals: Uint8Array[] | undefined;

/** The recorded models, small ones, since damage should meet what matters. */
function models(): Uint8Array[] {
  if (originals !== undefined) return originals;
  const read = (name: string) => gunzipSync(readFileSync(new URL(`${name}.gz`, fixtures)));
  const { models } = JSON.parse(read("sentencepiece.json").toString("utf8")) as {
    models: { length: number }[];
  };
  const bytes = new Uint8Array(read("models.bin"));
  let start = 0;
  originals = [];
  for (const { length } of models) {
    start += length;
    if (length < 20_000) originals.push(bytes.slice(start - length, start));
  }
  return originals;
}

/** A model with some bytes changed, moved, repeated or cut off; the same for the same seed and index. */
export function mutatedModel(seed: number, index: number): Uint8Array {
  let state = Math.imul(seed, 2654435761) ^ Math.imul(index, 40503);
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  random(2);
  const all = models();
  let file = Uint8Array.from(all[index % all.length]!);
  for (let change = random(4); change >= 0; change--) {
    // The specifications of trainer and normalizer are at the end.
    const at = random(2) === 0 ? random(file.length) : file.length - 1 - random(Math.min(1200, file.length));
    switch (random(7)) {
      case 0: // a number becomes a very large or negative one
        for (let i = at; i < Math.min(at + 4, file.length); i++) file[i] = [0, 0x7f, 0x80, 0xff][random(4)]!;
        break;
      case 1: // a part stands elsewhere too
        file.copyWithin(at, random(file.length), random(file.length));
        break;
      case 2: // a byte is missing
        file = Uint8Array.from([...file.subarray(0, at), ...file.subarray(at + 1)]);
        break;
      case 3: // a small number: types of pieces and of models, lengths, flags
        file[at] = random(8);
        break;
      default:
        file[at] = random(256);
    }
  }
  return random(5) === 0 ? file.subarray(0, random(file.length)) : file;
}

/**
 * Reads a model, cuts and decodes with it or makes a pipeline of it. Returns the code of the error, or "read".
 * @throws what is no error of this library.
 */
export function tryModel(file: Uint8Array, use: "processor" | "pipeline"): string {
  try {
    const proto = readModelProto(file);
    if (use === "processor") {
      const processor = new SentencePieceProcessor(proto);
      processor.decode(processor.encode(TEXT));
    } else {
      new SpmConverter(proto).converted().encode(TEXT);
    }
    return "read";
  } catch (error) {
    if (error instanceof TransformersError) return error.code;
    throw error;
  }
}
