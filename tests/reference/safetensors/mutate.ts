import { dtypeBits, safetensorsDtypes, serializeSafetensors } from "../../../src/hub/safetensors/index.js";
import { Random, randomName, randomTensors } from "./random.js";

/** The seed of the files whose verdicts are recorded. */
export const fuzzSeed = 20260512;

/**
 * The `index`-th file of an endless sequence of damaged safetensors files: even ones are built from a header
 * whose fields were changed, odd ones are good files whose bytes were changed or cut.
 */
export function mutatedFile(seed: number, index: number): Uint8Array {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
  return index % 2 === 0 ? changedHeader(random) : changedBytes(random);
}

function changedBytes(random: Random): Uint8Array {
  const metadata = random.chance(2) ? { format: "pt" } : undefined;
  let file: Uint8Array = serializeSafetensors(randomTensors(random, 6), metadata);
  const headerEnd = 8 + new DataView(file.buffer).getUint32(0, true);
  for (let i = random.between(1, 4); i > 0; i--) {
    const at = random.below(random.chance(4) ? file.length : Math.min(headerEnd, file.length));
    switch (random.below(6)) {
      case 0: // One bit.
        file[at]! ^= 1 << random.below(8);
        break;
      case 1: // One byte, of those that mean something in JSON.
        file[at] = random.pick([...'{}[]:,"\\ 0129.-eEn\t\n\u0000']).charCodeAt(0);
        break;
      case 2:
        file[at] = random.below(256);
        break;
      case 3: // Cut off.
        file = file.slice(0, at);
        break;
      case 4: // A byte more.
        file = joined([file.subarray(0, at), random.bytes(1), file.subarray(at)]);
        break;
      default: // A byte less.
        file = joined([file.subarray(0, at), file.subarray(at + 1)]);
    }
    if (file.length === 0) break;
  }
  return file;
}

/** One entry of a header, each part as the JSON text that will stand there. */
interface Entry {
  name: string;
  dtype: string;
  shape: string[];
  offsets: string[];
  extra: string[];
  asArray: boolean;
  omitted: number;
}

interface Draft {
  entries: Entry[];
  metadata: string[];
  before: string;
  after: string;
  lengthChange: bigint;
  dataLength: number;
}

function changedHeader(random: Random): Uint8Array {
  const draft = goodDraft(random);
  for (let i = random.below(4); i > 0; i--) random.pick(changes)(draft, random);
  return assemble(draft);
}

function goodDraft(random: Random): Draft {
  const entries: Entry[] = [];
  let position = 0;
  for (let i = random.below(6); i > 0; i--) {
    const dtype = random.pick(safetensorsDtypes);
    const shape = Array.from({ length: random.below(4) }, () => random.between(random.chance(6) ? 0 : 1, 4));
    if (dtypeBits(dtype) < 8) shape.push(4);
    const end = position + shape.reduce((product, dim) => product * dim, dtypeBits(dtype)) / 8;
    entries.push({
      name: JSON.stringify(`${randomName(random)}.${i}`),
      dtype: `"${dtype}"`,
      shape: shape.map(String),
      offsets: [String(position), String(end)],
      extra: [],
      asArray: false,
      omitted: -1,
    });
    position = end;
  }
  if (random.chance(3)) entries.reverse();
  const metadata = random.chance(2) ? ['{"format":"pt"}'] : [];
  const after = " ".repeat(random.below(9));
  return { entries, metadata, before: "", after, lengthChange: 0n, dataLength: position };
}

const oddNumbers = [
  ...[
    "-1",
    "-0",
    "0",
    "1",
    "01",
    "1.0",
    "1e0",
    "16e0",
    "1.",
    ".5",
    "+1",
    "0x10",
    "NaN",
    "null",
    "true",
    '"2"',
    "[]",
  ],
  ...["2147483648", "4294967296", "9007199254740991", "9007199254740992", "9007199254740993"],
  ...["9223372036854775807", "9223372036854775808", "18446744073709551614", "18446744073709551615"],
  ...["18446744073709551616", "100000000000000000000000", "-9223372036854775809", "1e400"],
];
const oddDtypes = [
  '"F128"',
  '"f32"',
  '""',
  "0",
  "null",
  '{"F32":null}',
  '{"F32":{}}',
  '["F32"]',
  '"F32 "',
  '"\\u004632"',
];
const oddNames = [
  ...[
    '"\\u0061"',
    '"a"',
    '"\\ud800"',
    '"\\ud83d\\ude00"',
    '"\\udc00\\ud800"',
    '"\\u00"',
    '"\\x"',
    '"a',
    '"\t"',
    "a",
  ],
  ...['"__metadata__"', '"\\u005f_metadata__"', '"../x"', '"constructor"', '"\\u0000"', '"\\/\\b\\f\\r"'],
];
const oddMetadata = [
  "null",
  "{}",
  "[]",
  '"x"',
  '{"a":1}',
  '{"a":null}',
  '{"a":"b","a":"c"}',
  '{"a":"b",}',
  "1",
];
const oddExtras = [
  ...[
    '"dtype":"F32"',
    '"shape":[1]',
    '"data_offsets":[0,4]',
    '"x":1',
    '"x":{"x":1,"x":2}',
    '"x":[1,2,{"y":null}]',
  ],
  ...[
    '"x":1e400',
    '"x":-1e-400',
    '"x":tru',
    '"x":"\\ud800"',
    '"x":1,"x":2',
    '"x":1,',
    '"x":-0.5E+3',
    '"x":[1,]',
  ],
];
const oddBefore = ["\uFEFF", " ", "\t\n\r ", "\u0000", "[", "{}", "\u00A0", "\f"];
const oddAfter = ["\u0000", "{}", "]", "}", "\n\t\r ", "\uFEFF", "\u0000\u0000", ",", "\v"];
const lengthChanges = [
  1n,
  -1n,
  8n,
  -8n,
  1000n,
  100_000_000n,
  2n ** 32n,
  2n ** 53n,
  2n ** 63n,
  2n ** 64n - 100n,
];

/** What is done to a header; each draws what it needs and leaves the rest as it is. */
const changes: readonly ((draft: Draft, random: Random) => void)[] = [
  onEntry((entry, random) => replaceOne(entry.offsets, random, random.pick(oddNumbers))),
  onEntry((entry, random) => replaceOne(entry.shape, random, random.pick(oddNumbers))),
  onEntry((entry, random) => replaceOne(entry.offsets, random, String(random.below(64)))),
  onEntry((entry, random) => replaceOne(entry.shape, random, String(random.below(6)))),
  onEntry((entry) => entry.offsets.reverse()),
  onEntry((entry, random) => entry.offsets.push(String(random.below(64)))),
  onEntry((entry) => entry.offsets.pop()),
  onEntry((entry, random) => entry.shape.push(random.chance(2) ? "1" : random.pick(oddNumbers))),
  onEntry((entry, random) => entry.shape.push(...Array<string>(random.between(55, 70)).fill("1"))),
  onEntry((entry, random) => {
    entry.shape = random.pick([
      ["0", "9007199254740993"],
      ["1099511627776", "1099511627776", "0"],
      ["1073741824", "1073741824", "0"],
      ["0", "1099511627776", "1099511627776"],
    ]);
  }),
  onEntry((entry, random) => {
    entry.dtype = random.chance(2) ? `"${random.pick(safetensorsDtypes)}"` : random.pick(oddDtypes);
  }),
  onEntry((entry, random) => {
    entry.name = random.pick(oddNames);
  }),
  onEntry((entry, random) => entry.extra.push(random.pick(oddExtras))),
  onEntry((entry, random) => {
    const depth = random.pick([1, 50, 120, 124, 125, 126, 127, 128, 200]);
    const nested = random.chance(2) ? ["[", "]"] : ['{"x":', "}"];
    entry.extra.push(`"y":${nested[0]!.repeat(depth)}0${nested[1]!.repeat(depth)}`);
  }),
  onEntry((entry) => {
    entry.asArray = true;
  }),
  onEntry((entry, random) => {
    entry.omitted = random.below(3);
  }),
  (draft, random) => {
    if (draft.entries.length > 0) draft.entries.push({ ...random.pick(draft.entries) });
  },
  (draft, random) => {
    if (draft.entries.length > 1) random.pick(draft.entries).name = draft.entries[0]!.name;
  },
  (draft, random) => {
    if (draft.entries.length > 1) random.pick(draft.entries).offsets = draft.entries[0]!.offsets;
  },
  (draft, random) => draft.metadata.push(random.pick(oddMetadata)),
  (draft, random) => {
    draft.before = random.pick(oddBefore);
  },
  (draft, random) => {
    draft.after = random.pick(oddAfter);
  },
  (draft, random) => {
    draft.lengthChange = random.pick(lengthChanges);
  },
  (draft, random) => {
    draft.dataLength = Math.max(0, draft.dataLength + random.pick([-8, -1, 1, 8]));
  },
];

function onEntry(change: (entry: Entry, random: Random) => void): (draft: Draft, random: Random) => void {
  return (draft, random) => {
    if (draft.entries.length > 0) change(random.pick(draft.entries), random);
  };
}

function replaceOne(list: string[], random: Random, value: string): void {
  if (list.length > 0) list[random.below(list.length)] = value;
}

function assemble({ entries, metadata, before, after, lengthChange, dataLength }: Draft): Uint8Array {
  const fields = [...metadata.map((text) => `"__metadata__":${text}`), ...entries.map(entryText)];
  const json = new TextEncoder().encode(`${before}{${fields.join(",")}}${after}`);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt.asUintN(64, BigInt(json.length) + lengthChange), true);
  return joined([length, json, new Uint8Array(dataLength)]);
}

function entryText({ name, dtype, shape, offsets, extra, asArray, omitted }: Entry): string {
  const values = [dtype, `[${shape.join(",")}]`, `[${offsets.join(",")}]`];
  const keys = ['"dtype"', '"shape"', '"data_offsets"'];
  const kept = values
    .map((value, i) => (asArray ? value : `${keys[i]}:${value}`))
    .filter((_, i) => i !== omitted);
  return asArray ? `${name}:[${kept.join(",")}]` : `${name}:{${[...kept, ...extra].join(",")}}`;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}
