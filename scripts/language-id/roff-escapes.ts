/** Glyph names of groff_char(7) that occur in running text. Names not listed are dropped. */
const glyphs: Record<string, string> = {
  em: "—", en: "–", hy: "-", "-": "-", aq: "'", oq: "‘", cq: "’", lq: "“", rq: "”", dq: '"',
  Fo: "«", Fc: "»", fo: "‹", fc: "›", Bq: "„", bq: "‚", ga: "`", ha: "^", ti: "~", rs: "\\",
  at: "@", sh: "#", Do: "$", bu: "•", co: "©", rg: "®", tm: "™", de: "°", mu: "×", di: "÷",
  "+-": "±", "12": "½", "14": "¼", "34": "¾", "<=": "≤", ">=": "≥", "!=": "≠", "->": "→", "<-": "←",
  sc: "§", ps: "¶", ss: "ß", AE: "Æ", ae: "æ", OE: "Œ", oe: "œ", "/O": "Ø", "/o": "ø", "/L": "Ł",
  "/l": "ł", oA: "Å", oa: "å", ".i": "ı", "r?": "¿", "r!": "¡", Po: "£", Eu: "€", ct: "¢", Of: "ª",
  Om: "º", lh: "☜", rh: "☞", sl: "/", ul: "_", ba: "|", bv: "|", br: "|", or: "|", "'": "´", aa: "´",
  lB: "[", rB: "]", lC: "{", rC: "}", la: "<", ra: ">", eq: "=", pl: "+", mi: "-", if: "∞",
}; // biome-ignore format: a table of pairs reads better packed

/** `\[:a]` and `\(,c`: an accent and its letter, composed by Unicode normalisation. */
const accents: Record<string, string> = {
  ":": "\u0308",
  "'": "\u0301",
  "`": "\u0300",
  "^": "\u0302",
  "~": "\u0303",
  ",": "\u0327",
  v: "\u030c",
};

/** Predefined strings, `\*(lq`. */
const strings: Record<string, string> = { lq: "“", rq: "”", Aq: "'", R: "®", Tm: "™", "C+": "C++" };

const name = String.raw`(?:\[([^\]]*)\]|\((..)|(.))`;
const rules: [RegExp, string | ((match: string, ...groups: (string | undefined)[]) => string)][] = [
  // Comments, then what takes a name or a quoted argument and prints nothing.
  [/\\["#].*$/, ""],
  [new RegExp(String.raw`\\[fFmMgYV]${name}`, "gu"), ""],
  [/\\s(?:[+-]?\[[^\]]*\]|'[^']*'|[+-]?\([+-]?\d\d|[+-]?\d)/g, ""],
  [/\\n[+-]?(?:\[[^\]]*\]|\(..|.)/g, ""],
  [/\\[hvwlLDXZobSHRxABC]'[^']*'/g, ""],
  [/\\[kz](?:\[[^\]]*\]|\(..|.)/g, ""],
  [/\\\*(?:\[([^\]]*)\]|\((..)|(.))/g, (_, a, b, c) => strings[a ?? b ?? c ?? ""] ?? ""],
  // What prints something.
  [/\\N'(\d+)'/g, (_, code) => String.fromCodePoint(Number(code))],
  [/\\\[([^\]]*)\]|\\\((..)/g, (_, a, b) => glyph(a ?? b ?? "")],
  [/\\-/g, "-"],
  [/\\(?:~|0| )/g, " "],
  [/\\e/g, "\uE000"],
  [/\\([.'`])/g, "$1"],
  [/\\\\/g, "\uE000"],
  // Zero-width escapes and everything unknown.
  [/\\[|^&)%:/,c!{}pdurat?]/g, ""],
  [/\\/g, ""],
  [/\uE000/g, "\\"],
];

/** Replaces roff escapes in one line by the text they print: `\fBls\fP \(em 5\-10` to `ls — 5-10`. */
export function unescapeRoff(line: string): string {
  let text = line;
  for (const [pattern, replacement] of rules) {
    text =
      typeof replacement === "string"
        ? text.replace(pattern, replacement)
        : text.replace(pattern, replacement);
  }
  return text.normalize("NFC");
}

function glyph(glyphName: string): string {
  const known = glyphs[glyphName];
  if (known !== undefined) return known;
  const code = /^u([0-9A-F]{4,6})$/.exec(glyphName);
  if (code) return String.fromCodePoint(Number.parseInt(code[1]!, 16));
  const accent = accents[glyphName[0] ?? ""];
  return accent !== undefined && glyphName.length === 2 ? glyphName[1]! + accent : "";
}
