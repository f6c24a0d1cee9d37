import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { dictionaryCount, dictionaryText } from "./dictionaries.js";
import { fuzzSeed, mutatedFile } from "./mutate.js";

// Hands the generated cases to the recording scripts, through standard output:
//   emit.ts files <count>   each mutated file behind its length (32 bits, little-endian)
//   emit.ts dictionaries    each random dictionary as one line of JSON

const [what, count] = process.argv.slice(2);
if (what !== "files" && what !== "dictionaries")
  throw new Error("say what to emit: files <count>, or dictionaries");
await pipeline(Readable.from(what === "files" ? files(Number(count)) : dictionaries()), process.stdout);

function* files(count: number): Generator<Uint8Array> {
  for (let index = 0; index < count; index++) {
    const file = mutatedFile(fuzzSeed, index);
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, file.length, true);
    yield length;
    if (file.length > 0) yield file;
  }
}

function* dictionaries(): Generator<string> {
  for (let index = 0; index < dictionaryCount; index++) yield `${dictionaryText(index)}\n`;
}
