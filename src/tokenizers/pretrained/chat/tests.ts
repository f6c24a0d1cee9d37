import { numericOf, textOf } from "./arguments.js";
import { type Budget, failure } from "./budget.js";
import { isFilter } from "./filters.js";
import { isAll } from "./letter-case.js";
import { member } from "./operators.js";
import { str } from "./printing.js";
import {
  type Arguments,
  Callable,
  compare,
  Dict,
  equal,
  Float,
  Generator,
  itemsOf,
  Markup,
  plain,
  Tuple,
  Undefined,
  type Value,
  View,
} from "./values.js";

type Test = (value: Value, args: readonly Value[], budget: Budget) => boolean;

const equalTo: Test = (value, [other], budget) => equal(value, given(other), budget);
const ordered =
  (test: (order: number) => boolean): Test =>
  (value, [other], budget) =>
    test(compare(value, given(other), budget));

/** Jinja's tests: `value is name`. */
const TESTS: Readonly<Record<string, Test>> = {
  defined: (value) => !(value instanceof Undefined),
  undefined: (value) => value instanceof Undefined,
  none: (value) => value === null,
  boolean: (value) => typeof value === "boolean",
  true: (value) => value === true,
  false: (value) => value === false,
  integer: (value) => typeof value === "number",
  float: (value) => value instanceof Float,
  number: (value) => typeof value === "number" || typeof value === "boolean" || value instanceof Float,
  string: (value) => typeof plain(value) === "string",
  mapping: (value) => value instanceof Dict,
  iterable: (value) => isSequence(value) || value instanceof Generator || value instanceof View,
  sequence: isSequence,
  callable: (value) => value instanceof Callable || value instanceof Undefined,
  escaped: (value) => value instanceof Markup,
  odd: (value) => Math.abs(numericOf("odd", value) % 2) === 1,
  even: (value) => numericOf("even", value) % 2 === 0,
  divisibleby: (value, [by]) => {
    const divisor = numericOf("divisibleby", given(by));
    if (divisor === 0) throw failure("division by zero");
    return numericOf("divisibleby", value) % divisor === 0;
  },
  lower: (value, _args, budget) => isAll("lower", counted(str(value, budget), budget)),
  upper: (value, _args, budget) => isAll("upper", counted(str(value, budget), budget)),
  filter: (value) => isFilter(textOf("the name of a filter", value)),
  test: (value) => isTest(textOf("the name of a test", value)),
  in: (value, [container], budget) => member(value, given(container), budget),
  sameas: (value, [other]) => value === other || (value instanceof Tuple && value === other),
  eq: equalTo,
  equalto: equalTo,
  "==": equalTo,
  ne: (value, args, budget) => !equalTo(value, args, budget),
  "!=": (value, args, budget) => !equalTo(value, args, budget),
  gt: ordered((order) => order > 0),
  greaterthan: ordered((order) => order > 0),
  ">": ordered((order) => order > 0),
  ge: ordered((order) => order >= 0),
  ">=": ordered((order) => order >= 0),
  lt: ordered((order) => order < 0),
  lessthan: ordered((order) => order < 0),
  "<": ordered((order) => order < 0),
  le: ordered((order) => order <= 0),
  "<=": ordered((order) => order <= 0),
};

/** Tests that take an argument; others take none. */
const TAKES_ONE: ReadonlySet<string> = new Set(
  "divisibleby in sameas eq equalto == ne != gt greaterthan > ge >= lt lessthan < le <=".split(" "),
);

/**
 * Whether a value passes a test.
 * @throws TransformersError TEMPLATE_FAILED where there is no test of that name, or it does not take the arguments.
 */
export function passes(
  name: string,
  value: Value,
  { positional, named }: Arguments,
  budget: Budget,
): boolean {
  budget.step();
  if (!isTest(name)) throw failure(`there is no test named ${JSON.stringify(name)}`);
  const count = TAKES_ONE.has(name) ? 1 : 0;
  if (positional.length !== count || named.size > 0) {
    throw failure(
      `the test ${JSON.stringify(name)} takes ${count === 1 ? "one argument, and none by name" : "no arguments"}`,
    );
  }
  return TESTS[name]!(value, positional, budget);
}

function isTest(name: string): boolean {
  return Object.hasOwn(TESTS, name);
}

function isSequence(value: Value): boolean {
  return (
    typeof plain(value) === "string" ||
    itemsOf(value) !== null ||
    value instanceof Dict ||
    value instanceof Undefined
  );
}

/** The text, which is read as a whole. */
function counted(text: string, budget: Budget): string {
  budget.characters(text.length);
  return text;
}

function given(value: Value | undefined): Value {
  if (value === undefined) throw failure("the test needs an argument");
  return value;
}
