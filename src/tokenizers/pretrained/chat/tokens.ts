import { tokenize } from "@huggingface/jinja";
import { invalid } from "./budget.js";
import type { Part } from "./source.js";

/** A token as the parser of @huggingface/jinja reads it. */
export type Token = ReturnType<typeof tokenize>[number];

export function token(value: string, type: Token["type"]): Token {
  return { value, type };
}

export function isName(token: Token | undefined, ...names: readonly string[]): boolean {
  return token?.type === "Identifier" && names.includes(token.value);
}

/**
 * The tokens of what stands in a tag.
 * @throws TransformersError TEMPLATE_INVALID for a character or number that Jinja does not know.
 */
export function tokensOf({ content, strings }: Part): Token[] {
  const numbers: string[] = [];
  const numbered = content.replace(NUMBERS, (literal) => `${numbers.push(readNumber(literal)) - 1} `);
  let tokens: Token[];
  try {
    tokens = tokenize(`{{ ${numbered} }}`).slice(1, -1);
  } catch (reason) {
    throw invalid(`${(reason as Error).message} in ${JSON.stringify(content.slice(0, 60))}`);
  }
  return tokens.flatMap((each, i) => {
    if (each.type === "StringLiteral") return token(strings[Number(each.value)]!, each.type);
    if (each.type !== "NumericLiteral" || tokens[i - 1]?.type === "Dot") return each;
    // To Jinja -1[0] is -(1[0]): a sign is no part of a number.
    const [, sign = "", place] = /^([+-]?)(\d+)$/.exec(each.value)!;
    const number = numbers[Number(place)];
    if (number === undefined)
      throw invalid(`a number is no number in ${JSON.stringify(content.slice(0, 60))}`);
    const literal = token(number, each.type);
    return sign === "" ? literal : [token(sign, "UnaryOperator"), literal];
  });
}

/** Numbers as Jinja's lexer finds them: not in the place of a string, and no attribute. */
const NUMBERS = new RegExp(
  `(?<![\\w.']|\\. )(?:${[
    /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+/,
    /(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/,
    /\d(?:_?\d)*/,
  ]
    .map(({ source }) => source)
    .join("|")})`,
  "gi",
);

/** A number as the parser reads it: one with a point is a float. */
function readNumber(literal: string): string {
  const digits = literal.replaceAll("_", "");
  if (/^0\d*[1-9]\d*$/.test(digits)) throw invalid(`${literal} is no number: it begins with 0`);
  if (/^\d+$|^0[xob]/i.test(digits)) return BigInt(digits).toString();
  return digits.includes(".") ? digits : digits.replace(/e/i, ".0e");
}
