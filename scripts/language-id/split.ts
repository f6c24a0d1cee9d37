/** The three files of the corpus. */
export type Side = "train" | "validation" | "test";

export const sides: Side[] = ["train", "validation", "test"];

/** Chosen so that the languages with few pages have some of them on every side. */
const salt = 5563;

/**
 * The side that a page belongs to, by its name alone: translations of one page never part, so that
 * nothing of a test page is seen in training in another language. 85 % train, 5 % validation, 10 % test.
 */
export function sideOf(pageName: string): Side {
  const share = hash(`${salt} ${pageName}`) / 2 ** 32;
  if (share < 0.85) return "train";
  return share < 0.9 ? "validation" : "test";
}

/** A 32-bit hash of a string (FNV-1a with a final mix), the same in every run. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
