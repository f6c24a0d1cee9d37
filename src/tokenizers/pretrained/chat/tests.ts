import { isSpace, lower, upper } from "../../python-text/index.js";
import { numericOf, wholeOf } from "./arguments.js";
import { type Budget, failure } from "./budget.js";
import { member } from "./operators.js";
import {
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
  divisibleby: (value, [by]) => numericOf("divisibleby", value) % wholeOf("divisibleby", by) === 0,
  lower: (value) => cased(String(plain(value)), lower),
  upper: (value) => cased(String(plain(value)), upper),
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

/** Whether a value passes a test. @throws TransformersError TEMPLATE_FAILED where there is no test of that name. */
export function passes(name: string, value: Value, args: readonly Value[], budget: Budget): boolean {
  budget.step();
  if (!Object.hasOwn(TESTS, name)) throw failure(`there is no test named ${JSON.stringify(name)}`);
  return TESTS[name]!(value, args, budget);
}

function isSequence(value: Value): boolean {
  return (
    typeof plain(value) === "string" ||
    itemsOf(value) !== null ||
    value instanceof Dict ||
    value instanceof Undefined
  );
}

function cased(text: string, change: (text: string) => string): boolean {
  const hasLetters = Array.from(text).some(
    (each) => !isSpace(each.codePointAt(0)!) && lower(each) !== upper(each),
  );
  return hasLetters && text === change(text);
}

function given(value: Value | undefined): Value {
  if (value === undefined) throw failure("the test needs an argument");
  return value;
}
