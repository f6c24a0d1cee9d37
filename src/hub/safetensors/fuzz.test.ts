import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { agrees, judge } from "../../../tests/reference/safetensors/judge.js";
import { fuzzSeed, mutatedFile } from "../../../tests/reference/safetensors/mutate.js";
import { TransformersError } from "../../errors.js";
import { headerEnd, parseHeader, serializeSafetensors } from "./index.js";

describe("damaged files", () => {
  it("end as in Python, 50,000 of them, apart from the stricter choices", () => {
    const { kinds, verdicts } = fixture<{ kinds: string[]; verdicts: string }>("verdicts.json.gz");
    const stricter = new Map<string, number>();
    const differing: string[] = [];
    for (let index = 0; index < verdicts.length; index++) {
      const verdict = kinds[Number.parseInt(verdicts.charAt(index), 16)]!;
      const judgement = judge(mutatedFile(fuzzSeed, index));
      if (!agrees(judgement, verdict))
        differing.push(`${index}: ${verdict} in Python, ours ${judgement.kind}`);
      if (verdict === "Accepted" && judgement.stricter !== undefined) {
        stricter.set(judgement.stricter, (stricter.get(judgement.stricter) ?? 0) + 1);
      }
    }
    expect(verdicts.length).toBe(50_000);
    expect(differing).toEqual([]);
    expect([...stricter.keys()].sort()).toEqual([
      "a dtype is a string",
      "an entry is an object",
      "at most 64 dimensions",
      "no key twice",
      "nothing beyond 2^53 - 1",
    ]);
  });

  it("end in one of our errors, 20,000 of another seed", () => {
    const kinds = new Set<string>();
    for (let index = 0; index < 20_000; index++) kinds.add(judge(mutatedFile(4, index)).kind);
    expect(kinds.size).toBe(11);
  });

  it("are told from good ones when cut at any byte", () => {
    const whole = serializeSafetensors(
      [
        ["weight", { dtype: "F32", shape: [16, 12], data: new Uint8Array(768) }],
        ["bias", { dtype: "I64", shape: [8], data: new Uint8Array(64) }],
      ],
      { format: "pt" },
    );
    expect(whole.length).toBe(1000);
    const end = headerEnd(whole, whole.length);
    for (let size = 0; size < whole.length; size++) {
      const expected = size < 8 ? "HEADER_TOO_SMALL" : size < end ? "HEADER_LENGTH" : "FILE_SIZE";
      expect(codeOf(whole.slice(0, size)), `cut at ${size}`).toBe(`SAFETENSORS_${expected}`);
    }
    expect(parseHeader(whole, whole.length).tensors.size).toBe(2);
  });
});

describe("hand-made files", () => {
  const { files } = fixture<{ files: { title: string; bytes: string; verdict: string }[] }>("table.json.gz");
  const refusedHere = new Map([
    ["a name twice, the same entry", "no key twice"],
    ["a name twice, different entries", "no key twice"],
    ["a name twice, once escaped", "no key twice"],
    ["a metadata key twice", "no key twice"],
    ["100,000 dimensions", "at most 64 dimensions"],
    ["an entry as an array", "an entry is an object"],
    ["2^53 + 1 beside 0", "nothing beyond 2^53 - 1"],
    ["2^64 - 1 after 0", "nothing beyond 2^53 - 1"],
  ]);

  it("number 67, of which Python accepts 25", () => {
    expect(files.length).toBe(67);
    expect(files.filter(({ verdict }) => verdict === "Accepted").length).toBe(25);
  });

  it.each(files)("$title: $verdict", ({ title, bytes, verdict }) => {
    const judgement = judge(new Uint8Array(Buffer.from(bytes, "base64")));
    if (refusedHere.has(title)) expect(judgement.stricter).toBe(refusedHere.get(title));
    else expect(judgement.kind).toBe(verdict);
  });
});

function fixture<T>(name: string): T {
  const path = new URL(`./fixtures/${name}`, import.meta.url);
  return JSON.parse(gunzipSync(readFileSync(path)).toString()) as T;
}

function codeOf(file: Uint8Array): string {
  try {
    parseHeader(file, file.length);
    return "accepted";
  } catch (error) {
    if (error instanceof TransformersError) return error.code;
    throw error;
  }
}
