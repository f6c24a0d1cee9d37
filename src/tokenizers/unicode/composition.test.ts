import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { compose, decompose } from "./composition.js";

// Digests of lines "00C0 0041 0300" in the order of code points, as freeze_unicode.py prints them of the reference.
const DIGESTS = {
  canonical: [2060, "4253779fa1abea14975807fcae73572f09468d08fdcca95ff61d4d9980f9a75f"],
  compatible: [5722, "bfe51e89cd2b8c6e2d35411adea94c0ad3c041273483a8dbcc2e2ba1ada85835"],
  composed: [940, "3384c6e06333a2aa068d33fff584f1d45c664b51b9bbbfa991351910dd477eb0"],
} as const;

/** The code points that decompose in a form, but Hangul syllables, and what into. */
function decompositionsOf(form: "canonical" | "compatible"): [point: number, ...parts: number[]][] {
  const found: [number, ...number[]][] = [];
  for (let point = 0; point <= 0x10ffff; point++) {
    const isHangul = point >= 0xac00 && point <= 0xd7a3;
    const parts = isHangul ? undefined : decompose(point, form);
    if (parts !== undefined) found.push([point, ...parts]);
  }
  return found;
}

function digest(lines: readonly (readonly number[])[]): [count: number, digest: string] {
  const hash = createHash("sha256");
  const hexadecimal = (point: number) => point.toString(16).toUpperCase().padStart(4, "0");
  for (const points of lines) hash.update(`${points.map(hexadecimal).join(" ")}\n`);
  return [lines.length, hash.digest("hex")];
}

test.each(["canonical", "compatible"] as const)("%s decompositions are the reference's", (form) => {
  expect(digest(decompositionsOf(form))).toEqual(DIGESTS[form]);
});

test("what composes of its decomposition is what does in the reference", () => {
  const composed = decompositionsOf("canonical").filter(
    ([point, first, ...more]) => more.reduce(compose, first!) === point,
  );
  expect(digest(composed)).toEqual(DIGESTS.composed);
});

test("what Unicode has decomposed after the reference's version stays as it is", () => {
  // Square era name Reiwa (Unicode 12.1) becomes two ideographs in newer versions.
  expect(decompose(0x32ff, "compatible")).toBeUndefined();
  expect(decompose(0x337e, "compatible")).toEqual([0x660e, 0x6cbb]);
});

test("composition is that of pairs, without the excluded", () => {
  expect(compose(0x41, 0x300)).toBe(0xc0);
  expect(compose(0xc2, 0x301)).toBe(0x1ea4);
  expect(compose(0x915, 0x93c)).toBe(-1); // excluded from composition
  expect(compose(0x1100, 0x1161)).toBe(0xac00);
});
