import { describe, expect, it } from "vitest";
import {
  augment,
  crop,
  dropPunctuation,
  flipFirstLetter,
  joinSentences,
  random,
  removeTechnical,
  toSerbianLatin,
} from "./augment.js";
import everyday from "./everyday.json" with { type: "json" };
import { languages, scriptShare } from "./languages.js";

const sentence = "The quick brown fox jumps over the lazy dog while nobody is watching it from the window.";

describe("random", () => {
  it("repeats itself for a seed and spreads over [0, 1)", () => {
    const [one, two] = [random(7), random(7)];
    const values = Array.from({ length: 1000 }, one);
    expect(values.slice(0, 10)).toEqual(Array.from({ length: 10 }, two));
    expect(values.reduce((sum, value) => sum + value, 0) / 1000).toBeCloseTo(0.5, 1);
    expect(random(8)()).not.toBe(values[0]);
  });
});

describe("crop", () => {
  it("keeps whole words and the length asked for", () => {
    const words = new Set(sentence.split(" "));
    for (let seed = 0; seed < 200; seed++) {
      const piece = crop(sentence, seed, { minimum: 8, maximum: 40 });
      expect(piece.length).toBeGreaterThanOrEqual(8);
      expect(piece.length).toBeLessThanOrEqual(40);
      expect(sentence).toContain(piece);
      for (const word of piece.split(" ")) expect(words).toContain(word);
    }
  });

  it("cuts between characters where there are no blanks", () => {
    const text = "小时候我想当医生，可是现在我在学校教音乐。";
    const pieces = Array.from({ length: 50 }, (_, seed) => crop(text, seed, { minimum: 4, maximum: 12 }));
    for (const piece of pieces) expect(text).toContain(piece);
    expect(new Set(pieces).size).toBeGreaterThan(20);
  });

  it("leaves short text alone", () => {
    expect(crop("Hello", 1)).toBe("Hello");
  });
});

describe("the single changes", () => {
  it("flips the first letter by the rules of the language", () => {
    expect(flipFirstLetter("Işık açık", "tr")).toBe("ışık açık");
    expect(flipFirstLetter("«elle»", "fr")).toBe("«Elle»");
  });

  it("drops punctuation but not the signs inside words", () => {
    expect(dropPunctuation("L'eau, c'est bien-sûr (froide) !")).toBe("L'eau c'est bien-sûr froide");
  });

  it("joins two sentences", () => {
    expect(joinSentences("One", "Two", "Latin")).toBe("One. Two");
    expect(joinSentences("一個", "兩個", "Chinese")).toBe("一個。兩個");
  });

  it("removes technical words", () => {
    expect(removeTechnical("Use --all to list /etc/passwd, or (EINVAL) the others.", "Latin")).toBe(
      "Use to list, or the others.",
    );
    expect(removeTechnical("Вызов open(2) возвращает EBADF при ошибке.", "Cyrillic")).toBe(
      "Вызов возвращает при ошибке.",
    );
    expect(removeTechnical("如果 getopt 返回0，则使用 -o 选项的值。", "Chinese")).toBe(
      "如果返回，则使用选项的值。",
    );
    expect(removeTechnical("see open(2)", "Latin")).toBe("see open(2)");
  });

  it("writes Serbian in Latin letters", () => {
    expect(toSerbianLatin("Љубав, Његош и ЏЕП: ђаци жуто")).toBe("Ljubav, Njegoš i DŽEP: đaci žuto");
  });
});

describe("augment", () => {
  it("gives the same text for the same seed and many texts for many seeds", () => {
    expect(augment(sentence, "en", 3)).toBe(augment(sentence, "en", 3));
    const texts = Array.from({ length: 100 }, (_, seed) => augment(sentence, "en", seed, "Another one"));
    expect(new Set(texts).size).toBeGreaterThan(40);
    expect(texts.every((text) => text.trim() !== "")).toBe(true);
  });

  it("changes nothing when everything is switched off", () => {
    const options = {
      withoutTechnical: 0,
      joined: 0,
      cropped: 0,
      lowerCased: 0,
      firstLetter: 0,
      withoutPunctuation: 0,
    };
    expect(augment(sentence, "en", 3, "Another one", options)).toBe(sentence);
  });
});

describe("everyday.json", () => {
  it("has twelve different sentences of each language, in its script", () => {
    for (const [label, sentences] of Object.entries(everyday)) {
      const { script } = languages.find((language) => language.label === label)!;
      expect(new Set(sentences).size, label).toBe(12);
      for (const text of sentences) expect(scriptShare(text, script), text).toBe(1);
    }
  });
});
