import { describe, expect, it } from "vitest";
import { splitArguments, stripRoff } from "./roff.js";
import { unescapeRoff } from "./roff-escapes.js";

describe("unescapeRoff", () => {
  it.each([
    [String.raw`\fBls\fP \- \fI\,FILE\/\fR`, "ls - FILE"],
    [String.raw`\s-1POSIX\s0 and \f[CW]free\f[]`, "POSIX and free"],
    [String.raw`a \(em b \[u00E9] caf\['e] \[:a]`, "a — b é café ä"],
    [String.raw`\*(lqquoted\*(rq \(lqtoo\(rq`, "“quoted” “too”"],
    [String.raw`text \" a comment`, "text "],
    [String.raw`back\eslash a\ b\&.c\|\h'1n'd`, String.raw`back\slash a b.cd`],
  ])("%s", (source, text) => {
    expect(unescapeRoff(source)).toBe(text);
  });
});

describe("splitArguments", () => {
  it("keeps quoted arguments together", () => {
    expect(splitArguments('one "two three" fo""ur "say ""hi"""')).toEqual([
      "one",
      "two three",
      'fo""ur',
      'say "hi"',
    ]);
  });
});

describe("stripRoff", () => {
  const page = (...lines: string[]) => stripRoff(lines.join("\n"));

  it("joins lines to paragraphs and leaves out headings and list tags", () => {
    const paragraphs = page(
      ".TH X 1",
      ".SH NAME",
      String.raw`x \- does a thing`,
      ".SH DESCRIPTION",
      "A line of text",
      "that goes on.",
      ".PP",
      "Another one.",
      ".TP",
      String.raw`\fB\-a\fP`,
      "Show all of it.",
    );
    expect(paragraphs).toEqual([
      "does a thing",
      "A line of text that goes on.",
      "Another one.",
      "Show all of it.",
    ]);
  });

  it("puts the words of font requests into the sentence", () => {
    expect(page(".SH A", ".SH B", "See", ".BR open (2)", "and", '.I "the manual"', "for more.")).toEqual([
      "See open(2) and the manual for more.",
    ]);
  });

  it("leaves out tables, examples, definitions and conditionals", () => {
    const paragraphs = page(
      ".SH A",
      ".SH B",
      "Before.",
      ".TS",
      "l l.",
      "a table",
      ".TE",
      ".EX",
      "int x;",
      ".EE",
      ".de Xx",
      "a macro",
      "..",
      ".ie n \\{\\",
      "hidden",
      ".\\}",
      ".el hidden",
      "After.",
    );
    expect(paragraphs).toEqual(["Before.", "After."]);
  });

  it("reads mdoc", () => {
    const paragraphs = page(
      ".Dd today",
      ".Sh NAME",
      ".Nm ls",
      ".Nd list files",
      ".Sh DESCRIPTION",
      "The",
      ".Nm",
      "command with",
      ".Fl a",
      "needs",
      ".Xr open 2 .",
    );
    expect(paragraphs).toContain("list files");
    expect(paragraphs).toContain("The ls command with -a needs open(2).");
  });

  it("joins Japanese and Chinese lines without a blank", () => {
    expect(page(".SH A", ".SH B", "文件系统", "的名字")).toEqual(["文件系统的名字"]);
  });
});
