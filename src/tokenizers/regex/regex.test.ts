import { describe, expect, it } from "vitest";
import { TransformersError } from "../../errors.js";
import { IntBuffer, Text } from "../text.js";
import { Regex } from "./index.js";

/** The matches of a pattern in a text; `steps`: how many it took to find them. */
function search(pattern: string, string: string): { matches: string[]; steps: number } {
  const text = new Text();
  text.set(string, false);
  const found = new IntBuffer();
  const regex = new Regex(pattern);
  regex.findAll(text.units, 0, text.length, found);
  const matches: string[] = [];
  for (let i = 0; i < found.length; i += 2) {
    matches.push(text.toString(found.values[i]!, found.values[i + 1]!));
  }
  return { matches, steps: regex.steps };
}

const matches = (pattern: string, string: string) => search(pattern, string).matches;

describe("Regex", () => {
  it("finds matches from left to right", () => {
    expect(matches(String.raw`\p{L}+|\p{N}{1,3}`, "größe 12345 東京")).toEqual([
      "größe",
      "123",
      "45",
      "東京",
    ]);
    expect(matches("", "a😀")).toEqual(["", "", ""]);
    expect(matches("x*", "axxb")).toEqual(["", "xx", ""]);
  });

  it("looks ahead, behind, and does not go back into possessive parts", () => {
    expect(matches(String.raw`\s+(?!\S)|\s+`, "a   b ")).toEqual(["  ", " ", " "]);
    expect(matches(String.raw`(?<=\d|€ )\d`, "12 € 3")).toEqual(["2", "3"]);
    expect(matches("(?<!a+)b", "ab b")).toEqual(["b"]);
    expect(matches("a++a|(?>b|bc)c", "aaa bcc")).toEqual(["bc"]);
  });

  it("reads Oniguruma's own syntax", () => {
    expect(matches("(?m:.)", "\n")).toEqual(["\n"]);
    expect(matches(String.raw`\R`, "a\r\n\u0085")).toEqual(["\r\n", "\u0085"]);
    expect(matches(String.raw`\X`, "e\u0301👩‍👧🇩🇪🇫🇷한")).toEqual(["e\u0301", "👩‍👧", "🇩🇪", "🇫🇷", "한"]);
    expect(matches(String.raw`\h+`, "fade xyz")).toEqual(["fade"]);
    expect(matches("[a-z&&[^aeiou]]+", "strength")).toEqual(["str", "ngth"]);
    expect(matches("[[:upper:][:digit:]]", "aB1")).toEqual(["B", "1"]);
    expect(matches("(?x) a  b # a comment", "ab")).toEqual(["ab"]);
    expect(matches(String.raw`\p{^Han}`, "a東")).toEqual(["a"]);
    expect(matches("a{2}?", "aaaaa")).toEqual(["aa", "aa", ""]);
  });

  it("ignores case by folding, also onto several characters", () => {
    expect(matches("(?i:'s|'T)", "'S 'ſ 't")).toEqual(["'S", "'ſ", "'t"]);
    expect(matches("(?i)strasse", "STRAẞE straße")).toEqual(["STRAẞE", "straße"]);
    expect(matches(String.raw`(?i)k[^\W]`, "\u212ak")).toEqual(["\u212ak"]);
    expect(matches(String.raw`(?i)\p{Lu}`, "aA")).toEqual(["A"]);
  });

  it("refuses what it cannot do, naming the pattern and the place", () => {
    for (const [pattern, problem] of [
      [String.raw`(a)\1`, "at character 3, back-references are not supported"],
      [String.raw`a\K`, String.raw`\K is not supported`],
      ["(?~a)", "absent operators"],
      [String.raw`\p{Klingon}`, 'the property "Klingon" is not known'],
      ["(a", "the group is not closed"],
      ["a)", "closes no group"],
      ["[a", "] is missing"],
      ["[b-a]", "a range ends before it begins"],
      ["*a", "nothing stands in front of a quantifier"],
      ["a{100001}", "more than 100000 times"],
      ["((a{1000}){1000}){1000}b", "too long"],
      [`${"(".repeat(5000)}a`, "nested too deep"],
      [`${"[".repeat(5000)}a`, "nested too deep"],
    ] as const) {
      const make = () => new Regex(pattern);
      expect(make, pattern).toThrow(TransformersError);
      expect(make, pattern).toThrow(problem);
    }
  });
});

const SIZE = 2000;

describe("a catastrophic pattern", () => {
  const a = "a".repeat(SIZE);
  const spaces = " ".repeat(SIZE);
  const cases: [pattern: string, text: string, matches: number][] = [
    ["(a+)+$", `${a}!`, 0],
    ["(a*)*$", `${a}!`, 1],
    ["(a|a)*$", `${a}!`, 1],
    ["(a|aa)+$", `${a}!`, 0],
    ["(?:a|a|a|a|a|b)+c", a, 0],
    ["(a+a+)+b", a, 0],
    ["((a+)+)+b", a, 0],
    ["(((a*)*)*)*b", a, 0],
    ["(?:a+){2,}b", a, 0],
    ["(?:(?:a+)+|b)*c", a, 0],
    ["(a?){30}a{30}b", a, 0],
    ["(.*)(.*)(.*)(.*)(.*)(.*)x", a, 0],
    [".*.*=.*", a, 0],
    ["(?=(a+)+b)a", a, 0],
    ["(?!(a+)+b)a", a, SIZE],
    ["a(?=.*)", a, SIZE],
    ["a(?=.*b)", `${a}b`, SIZE],
    ["(?<=(a+)+b)c", a, 0],
    ["(?<=^a*)b", a, 0],
    ["(?<!(a|b)*c)a", a, SIZE],
    ["(?>a*)b", a, 0],
    ["(?>(?:a|b)*)c|a", a, SIZE],
    ["(?:(?>a*)b|a)", a, SIZE],
    ["a*+b", a, 0],
    ["(?:a*+b|a)", a, SIZE],
    ["(a+?)+?b", a, 0],
    ["(?:a*?)*?b", a, 0],
    ["(?:|a)+b", a, 0],
    ["(?:a|b|ab)*?c", a, 0],
    [String.raw`\s+$`, `${spaces}x`, 0],
    [String.raw`(?:\s*\s*)*x`, spaces, 0],
    [String.raw`^(\s|\S)*;`, a, 0],
    [String.raw`(\w+\s?)+:`, a, 0],
    [String.raw`(?:\p{L}+\p{M}*)+1`, a, 0],
    ["(?i:(a|A|aa)+)!", a, 0],
    [String.raw`\X*b`, `a${"\u0301".repeat(SIZE)}`, 0],
    [String.raw`\Xb|c`, `a${"\u0301".repeat(SIZE)}`, 0],
    [String.raw`(?:\X)+$x`, "🇩🇪".repeat(SIZE / 4), 0],
    [String.raw`(\b\w*\b)+x`, a, 0],
    ["(?:a{0,9}){0,9}b", a, 0],
    ["(?:(?=a)a|a(?=a))*b", a, 0],
    [String.raw`\n?(?:[^\n]*\n?)*\z(?!)`, "line\n".repeat(SIZE / 5), 0],
  ];

  for (const [pattern, text, count] of cases) {
    it(`is harmless: ${pattern}`, () => {
      const { matches: found, steps } = search(pattern, text);
      expect(found.length).toBe(count);
      expect(steps).toBeLessThan(100_000 + 3000 * text.length);
    });
  }

  it("takes steps in proportion to the text", () => {
    // Beyond what is tried without a memo.
    for (const pattern of ["((a*)*)*b", "(?=(a+)+b)a", "(?:(?>a*)b|a)"]) {
      const [short, long] = [4000, 12_000].map((size) => search(pattern, `${"a".repeat(size)}!`).steps);
      expect(long, pattern).toBeLessThan(3.5 * short!);
    }
  });
});
