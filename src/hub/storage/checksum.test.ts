import { crc32 as expected } from "node:zlib";
import { expect, test } from "vitest";
import { crc32, crc32Beside } from "./checksum.js";
import { crc32 as byTable } from "./crc32.js";

test.each([0, 1, 3, 70_000, 3_000_000])(
  "of %d bytes is what zlib says, in one part and in two",
  async (length) => {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 255);
    const [whole, middle] = [expected(bytes), length >> 1];
    for (const each of [crc32, byTable, crc32Beside]) {
      expect(await each(bytes)).toBe(whole);
      expect(await each(bytes.subarray(middle), await each(bytes.subarray(0, middle)))).toBe(whole);
    }
  },
);
