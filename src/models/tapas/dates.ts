import { decimalValue, digitSource, once, spaceSource } from "../../tokenizers/python-text/index.js";

/** What is known of a date. */
export interface PartialDate {
  readonly year: number | null;
  readonly month: number | null;
  readonly day: number | null;
}

const MONTHS = "january february march april may june july august september october november december".split(
  " ",
);
const DAYS = "monday tuesday wednesday thursday friday saturday sunday".split(" ");
/** Dates of other years are taken for something else. */
const [FIRST_YEAR, LAST_YEAR] = [1700, 2016];
/** The year of dates that have none, which decides whether there is a 29th of February. */
const NO_YEAR = 1900;

/** The forms of dates, in the order in which they are tried, in the letters of C's strptime. */
const FORMS = [
  "%B",
  "%Y",
  "%Ys",
  "%b %Y",
  "%B %Y",
  "%B %d",
  "%b %d",
  "%d %b",
  "%d %B",
  "%B %d, %Y",
  "%d %B %Y",
  "%m-%d-%Y",
  "%Y-%m-%d",
  "%Y-%m",
  "%d %b %Y",
  "%b %d, %Y",
  "%d.%m.%Y",
  "%A, %b %d",
  "%A, %B %d",
] as const;

const patterns = once(() => {
  const digit = `[${digitSource()}]`;
  const parts: Readonly<Record<string, string>> = {
    "%A": `(?:${DAYS.join("|")})`,
    "%B": `(?<month>${MONTHS.join("|")})`,
    "%b": `(?<month>${MONTHS.map((month) => month.slice(0, 3)).join("|")})`,
    "%Y": `(?<year>${digit}{4})`,
    "%d": `(?<day>3[01]|[12]${digit}|0[1-9]|[1-9])`,
    "%m": "(?<number>1[0-2]|0[1-9]|[1-9])",
  };
  return FORMS.map((form) => {
    const source = form
      .replaceAll(".", "\\.")
      .replaceAll("-", "\\x2d")
      .replaceAll(/%[ABbYdm]/g, (part) => parts[part]!)
      .replaceAll(" ", `[${spaceSource()}]+`);
    return new RegExp(`^${source}$`, "iu");
  });
});

/** The date that a text is, as TAPAS reads it; null where it is none. */
export function parseDate(text: string): PartialDate | null {
  const settled = text.replaceAll(/Sept\b/g, "Sep");
  for (const pattern of patterns()) {
    const found = pattern.exec(settled)?.groups;
    if (found === undefined) continue;
    const date = dateOf(found);
    if (date !== null) return date;
  }
  return null;
}

/** The date of what a pattern has found; null where there is no such day, or the year is not looked at. */
function dateOf(found: Readonly<Record<string, string | undefined>>): PartialDate | null {
  const year = found.year === undefined ? null : numberOf(found.year);
  const day = found.day === undefined ? null : numberOf(found.day);
  const name = found.month?.toLowerCase();
  const month =
    name !== undefined
      ? MONTHS.findIndex((one) => one.startsWith(name.slice(0, 3))) + 1
      : found.number === undefined
        ? null
        : numberOf(found.number);
  if (year !== null && (year < FIRST_YEAR || year > LAST_YEAR)) return null;
  if (month !== null && day !== null && day > daysOf(month, year ?? NO_YEAR)) return null;
  return { year, month, day };
}

function daysOf(month: number, year: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function numberOf(digits: string): number {
  return Number(asciiDigits(digits));
}

/** A text whose decimal digits of any script are those of ASCII. */
export function asciiDigits(text: string): string {
  return text.replaceAll(new RegExp(`[${digitSource()}]`, "gu"), (digit) =>
    String(decimalValue(digit.codePointAt(0)!)),
  );
}
