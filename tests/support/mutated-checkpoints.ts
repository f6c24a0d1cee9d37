import type { StoredFile } from "../../src/hub/storage/index.js";
import { archive, dict, legacy, pickle, tensor, unicode } from "./pickles.js";

const good = pickle(
  dict(
    unicode("w"),
    tensor({ count: 6, shape: [2, 3], strides: [3, 1] }),
    unicode("b"),
    tensor({ key: "1" }),
  ),
);
const storages = { "0": new Uint8Array(24), "1": new Uint8Array(8) };
const originals = [archive(good, storages), legacy(good, storages)];

/** A well-formed file with some bytes changed, moved, repeated or cut off; the same for the same seed and index. */
export function mutatedCheckpoint(seed: number, index: number): Uint8Array {
  let state = Math.imul(seed, 2654435761) ^ Math.imul(index, 40503);
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  random(2);
  let file = Uint8Array.from(originals[index % 2]!);
  for (let change = random(3); change >= 0; change--) {
    const at = random(file.length);
    switch (random(6)) {
      case 0: // a number becomes a very large or negative one
        for (let i = at; i < Math.min(at + 4, file.length); i++) file[i] = [0, 0x7f, 0x80, 0xff][random(4)]!;
        break;
      case 1: // a part stands elsewhere too
        file.copyWithin(at, random(file.length), random(file.length));
        break;
      case 2: // a byte is missing
        file = Uint8Array.from([...file.subarray(0, at), ...file.subarray(at + 1)]);
        break;
      default:
        file[at] = random(256);
    }
  }
  return random(4) === 0 ? file.subarray(0, random(file.length)) : file;
}

/** Bytes as a file. */
export function inMemory(content: Uint8Array): StoredFile {
  const data = Uint8Array.from(content);
  return {
    path: "file.bin",
    mapped: null,
    use: (body) =>
      body({
        size: data.length,
        read: async (at, length) => data.slice(at, at + length),
        async *pieces(at, length) {
          yield data.subarray(at, at + length);
        },
      }),
  };
}
