import { describe, expect, it } from "vitest";
import { splitSentences, trimBullet } from "./sentences.js";
import { sideOf } from "./split.js";

describe("splitSentences", () => {
  it("splits at the ends of sentences", () => {
    expect(splitSentences("One is here. Two is there! Is three? Yes.")).toEqual([
      "One is here.",
      "Two is there!",
      "Is three?",
      "Yes.",
    ]);
  });

  it("does not split at abbreviations, initials, list numbers and before small letters", () => {
    for (const text of [
      "Das gilt z.B. Für alle.",
      "By J. Doe alone.",
      "See item 2. Then stop",
      "cf. this one",
    ]) {
      expect(splitSentences(text)).toEqual([text]);
    }
  });

  it("splits Chinese and Japanese", () => {
    expect(splitSentences("今天下雨。明天晴吗？是的")).toEqual(["今天下雨。", "明天晴吗？", "是的"]);
  });

  it("splits long sentences at semicolons", () => {
    const half = `${"word ".repeat(40).trim()}`;
    expect(splitSentences(`${half}; ${half}`)).toEqual([`${half};`, half]);
  });
});

describe("trimBullet", () => {
  it.each([
    ["- a point", "a point"],
    ["(3) third", "third"],
    ["• dot .", "dot."],
    ["plain", "plain"],
  ])("%s", (source, text) => expect(trimBullet(source)).toBe(text));
});

describe("sideOf", () => {
  it("gives most names to training, the same way each time", () => {
    const names = Array.from({ length: 2000 }, (_, index) => `page${index}`);
    const train = names.filter((name) => sideOf(name) === "train").length;
    const test = names.filter((name) => sideOf(name) === "test").length;
    expect(train / 2000).toBeCloseTo(0.85, 1);
    expect(test / 2000).toBeCloseTo(0.1, 1);
    expect(sideOf("ls")).toBe(sideOf("ls"));
  });
});
