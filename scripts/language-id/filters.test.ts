import { describe, expect, it } from "vitest";
import { duplicateKey, isRunningText, isTechnical, isTranslated, WordCounts } from "./filters.js";

describe("isTechnical", () => {
  it.each(["--all", "/etc/passwd", "open(2)", "(EINVAL)", "file.conf", "128", "getName", "a_b"])(
    "%s",
    (word) => expect(isTechnical(word)).toBe(true),
  );
  it.each(["house", "Straße,", "l'eau", "(often)", "I", "well-known"])("not %s", (word) =>
    expect(isTechnical(word)).toBe(false),
  );
  it("takes Latin words in other scripts as technical", () => {
    expect(isTechnical("ядро", "Cyrillic")).toBe(false);
    expect(isTechnical("kernel", "Cyrillic")).toBe(true);
  });
});

describe("isRunningText", () => {
  it.each([
    ["The file is closed before the program ends.", "Latin"],
    ["показывает имена файлов в каталоге", "Cyrillic"],
    ["ディレクトリの内容を表示する。", "Japanese"],
  ] as const)("keeps %s", (text, script) => expect(isRunningText(text, script)).toBe(true));

  it.each([
    ["short", "Latin"],
    ["-a, --all and --long or -l and -x", "Latin"],
    ["See https://example.org for more about it.", "Latin"],
    ["Copyright of this program belongs to all.", "Latin"],
    ["int main(void) { return the_value; }", "Latin"],
    ["Written by Ada Example and Bob Sample.", "Latin"],
    ["This page was left in English here.", "Cyrillic"],
    ["an open bracket (that is never closed", "Latin"],
  ] as const)("drops %s", (text, script) => expect(isRunningText(text, script)).toBe(false));
});

describe("duplicateKey", () => {
  it("ignores case, digits, signs and the page's name", () => {
    expect(duplicateKey("The manual of ls: see 3 pages.", "ls")).toBe(
      duplicateKey("the manual of CP see 12 pages", "cp"),
    );
  });
});

describe("isTranslated", () => {
  const english = new WordCounts(
    Array(50).fill("the file is read by the program and the name of the file is shown"),
  );
  const german = new WordCounts([
    ...Array(40).fill("die datei wird vom programm gelesen und der name der datei wird gezeigt"),
    ...Array(10).fill("the file is read by the program"),
  ]);

  it("keeps what is translated", () => {
    expect(isTranslated("Die Datei wird gelesen", german, english)).toBe(true);
  });
  it("drops English left standing, and what is in no language", () => {
    expect(isTranslated("The name of the file is shown", german, english)).toBe(false);
    expect(isTranslated("GNU bash 5.2", german, english)).toBe(false);
  });
});
