import { TransformersError } from "../../errors.js";
import { decimalValue, digitSource, once, wordSource } from "../../tokenizers/python-text/index.js";

const ONES = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(" ");
const TENS = ["", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const THOUSANDS =
  " thousand million billion trillion quadrillion quintillion sextillion septillion octillion nonillion decillion".split(
    " ",
  );

/** Currency signs and how amounts in them are read, in the order in which a number may have them before it. */
const CURRENCIES: readonly (readonly [sign: string, name: string])[] = [
  ["$", "dollars"],
  ["€", "euros"],
  ["£", "pounds"],
  ["¢", "cents"],
  ["¥", "japanese yen"],
  ["₹", "indian rupees"],
  ["₽", "russian rubles"],
  ["฿", "thai baht"],
  ["₺", "turkish liras"],
  ["₴", "ukrainian hryvnia"],
  ["₣", "swiss francs"],
  ["₡", "costa rican colon"],
  ["₱", "philippine peso"],
  ["₪", "israeli shekels"],
  ["₮", "mongolian tögrög"],
  ["₩", "south korean won"],
  ["₦", "nigerian naira"],
  ["₫", "vietnamese Đồng"],
  ["﷼", "saudi riyal"],
];

const patterns = once(() => {
  const digit = `[${digitSource()}]`;
  const signs = CURRENCIES.map(([sign]) => `${sign === "$" ? "\\$" : sign}?`).join("");
  const number = `-?${signs}${digit}+(?:\\.${digit}{1,2})?%?`;
  return {
    grouped: new RegExp(`(?<!${digit})${digit}+,${digit}+`, "gu"),
    number: new RegExp(`(?<![${wordSource()}])${number}(?![${wordSource()}])`, "gu"),
  };
});

/**
 * A text whose numbers, percentages and amounts of money are spelled out in English, as SpeechT5's models want them.
 * @throws TransformersError INVALID_ARGUMENT for a number of more than 36 digits, or with two currency signs.
 */
export function spellNumbers(text: string): string {
  const { grouped, number } = patterns();
  return text
    .replace(grouped, (match) => match.replaceAll(",", ""))
    .replace(number, spellNumber)
    .replace(/ +/g, " ");
}

/** A number with its signs: `-$1234.50`, `5%`. */
function spellNumber(number: string): string {
  const percent = number.endsWith("%") ? " percent" : "";
  const [whole = "", decimals = "00"] = number.replace("%", "").split(".");
  const minus = whole.startsWith("-") ? "minus " : "";
  const unsigned = whole.slice(minus === "" ? 0 : 1);
  const [sign, name] = CURRENCIES.find(([one]) => unsigned.startsWith(one)) ?? ["", ""];
  const currency = name === "" ? "" : ` ${name}`;
  const digits = Array.from(unsigned.slice(sign.length), digitValue);
  if (digits.length > 36 || digits.includes(-1)) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `the number ${number} cannot be spelled out: it may have 36 digits and one currency sign`,
    );
  }
  const integer = spellInteger(digits);
  if (decimals === "00") return `${minus}${integer}${percent}${currency}`;
  const spelled = Array.from(decimals, (digit) => ONES[digitValue(digit)] || "zero").join(" ");
  return `${minus}${integer} point ${spelled}${percent}${currency}`;
}

/** Zero is spelled by nothing. */
function spellInteger(digits: readonly number[]): string {
  const padded = [...new Array((3 - (digits.length % 3)) % 3).fill(0), ...digits] as number[];
  const parts: string[] = [];
  for (let i = 0; i < padded.length; i += 3) {
    const part = spellHundreds(padded[i]!, padded[i + 1]!, padded[i + 2]!);
    const unit = THOUSANDS[(padded.length - i) / 3 - 1]!;
    if (part !== "") parts.push(unit === "" ? part : `${part} ${unit}`);
  }
  return parts.join(" ");
}

function spellHundreds(hundreds: number, tens: number, ones: number): string {
  const rest = tens === 1 ? TEENS[ones]! : [TENS[tens]!, ONES[ones]!].filter((word) => word !== "").join(" ");
  if (hundreds === 0) return rest;
  return `${ONES[hundreds]} hundred${rest === "" ? "" : ` and ${rest}`}`;
}

function digitValue(digit: string): number {
  return decimalValue(digit.codePointAt(0)!);
}
