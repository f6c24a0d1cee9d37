import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { compose, decompose } from "./mapping.js";

// What the decompositions of the reference come to: they are the engine's, which keeps Unicode's promise that they
// never change. A digest of lines "00C0 0041 0300", in the order of code points, as freeze_unicode.py prints it.

test.each([
  ["canonical", 2060, "4253779fa1abea14975807fcae73572f09468d08fdcca95ff61d4d9980f9a75f"],
  ["compatible", 5722, "bfe51e89cd2b8c6e2d35411adea94c0ad3c041273483a8dbcc2e2ba1ada85835"],
] as const)("the engine's %s decompositions are the reference's", (form, count, digest) => {
  const lines: string[] = [];
  for (let point = 0; point <= 0x10ffff; point++) {
    const isHangul = point >= 0xac00 && point <= 0xd7a3;
    const parts = isHangul ? undefined : decompose(point, form);
    if (parts !== undefined) lines.push([point, ...parts].map(hexadecimal).join(" "));
  }
  expect(lines).toHaveLength(count);
  expect(
    createHash("sha256")
      .update(lines.map((line) => `${line}\n`).join(""))
      .digest("hex"),
  ).toBe(digest);
});

function hexadecimal(point: number): string {
  return point.toString(16).toUpperCase().padStart(4, "0");
}

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
