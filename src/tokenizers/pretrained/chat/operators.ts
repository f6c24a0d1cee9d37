import { defined } from "./arguments.js";
import { type Budget, beyond, failure, LIMITS } from "./budget.js";
import { formatPercent } from "./formatting.js";
import { escaped, escapedFields, marked } from "./markup.js";
import { str } from "./printing.js";
import {
  compare,
  Dict,
  equal,
  Float,
  Generator,
  itemsOf,
  iterate,
  Markup,
  numberOf,
  plain,
  Range,
  Tuple,
  typeName,
  Undefined,
  type Value,
  View,
} from "./values.js";

/** `left operator right` for the operators that need both sides. */
export function binary(operator: string, left: Value, right: Value, budget: Budget): Value {
  switch (operator) {
    case "==":
      return equal(left, right, budget);
    case "!=":
      return !equal(left, right, budget);
    case "in":
      return member(left, right, budget);
    case "not in":
      return !member(left, right, budget);
    case "~": {
      const [a, b] = [str(left, budget), str(right, budget)];
      return concatenated(a, b, budget);
    }
    case "<":
      return compare(defined(left), defined(right), budget) < 0;
    case ">":
      return compare(defined(left), defined(right), budget) > 0;
    case "<=":
      return compare(defined(left), defined(right), budget) <= 0;
    case ">=":
      return compare(defined(left), defined(right), budget) >= 0;
  }
  defined(left);
  defined(right);
  if (left instanceof Markup || right instanceof Markup) return ofMarkup(operator, left, right, budget);
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== null && b !== null) {
    return arithmetic(operator, a, b, left instanceof Float || right instanceof Float);
  }
  if (operator === "+") return sum(left, right, budget);
  if (operator === "*" && (a !== null || b !== null)) {
    return a === null ? repeated(left, right, budget) : repeated(right, left, budget);
  }
  if (operator === "%" && typeof left === "string") return formatPercent(left, right, budget);
  throw unsupported(operator, left, right);
}

/** Operators of which one side is marked text. */
function ofMarkup(operator: string, left: Value, right: Value, budget: Budget): Value {
  const isText = typeof plain(left) === "string" && typeof plain(right) === "string";
  if (operator === "+" && isText) {
    return new Markup(concatenated(escaped(left, budget).text, escaped(right, budget).text, budget));
  }
  if (operator === "%" && left instanceof Markup) {
    return new Markup(formatPercent(left.text, escapedFields(right, budget), budget));
  }
  return marked(binary(operator, plain(left), plain(right), budget));
}

/** `value in container` */
export function member(value: Value, container: Value, budget: Budget): boolean {
  if (value instanceof Markup || container instanceof Markup) {
    return member(plain(value), plain(container), budget);
  }
  if (typeof container === "string") {
    if (typeof value !== "string") {
      throw failure(`'in <string>' requires string as left operand, not ${typeName(defined(value))}`);
    }
    budget.characters(container.length);
    return container.includes(value);
  }
  if (container instanceof Dict) return container.get(value) !== undefined;
  if (container instanceof Undefined) return false;
  const items =
    container instanceof Generator || container instanceof View
      ? iterate(container, budget)
      : itemsOf(container);
  if (items === null) throw failure(`argument of type '${typeName(container)}' is not iterable`);
  return items.some((item) => equal(item, value, budget));
}

/** `-value`, `+value` */
export function signed(operator: string, value: Value): Value {
  const number = numberOf(defined(value));
  if (number === null) throw failure(`bad operand type for unary ${operator}: '${typeName(value)}'`);
  const result = operator === "-" ? -number : number;
  return value instanceof Float ? new Float(result) : result + 0;
}

function arithmetic(operator: string, a: number, b: number, isFloat: boolean): Value {
  const number = (result: number) => (isFloat ? new Float(result) : whole(result));
  switch (operator) {
    case "+":
      return number(a + b);
    case "-":
      return number(a - b);
    case "*":
      return number(a * b);
    case "/":
      return new Float(a / nonZero(b));
    case "//":
      return number(divided(a, nonZero(b)).quotient);
    case "%":
      return number(divided(a, nonZero(b)).remainder);
    case "**":
      return !isFloat && b >= 0 ? whole(a ** b) : new Float(a ** b);
    default:
      throw failure(`there is no operator ${operator}`);
  }
}

/** Python's `divmod`: the remainder has the sign of the divisor. */
function divided(a: number, b: number): { quotient: number; remainder: number } {
  const rest = a % b;
  const isAdjusted = rest !== 0 && rest < 0 !== b < 0;
  const exact = (a - rest) / b - (isAdjusted ? 1 : 0);
  const floor = Math.floor(exact);
  const remainder = isAdjusted ? rest + b : rest === 0 ? Math.sign(b) * 0 : rest;
  return {
    quotient: exact === 0 ? Math.sign(a / b) * 0 : exact - floor > 0.5 ? floor + 1 : floor,
    remainder,
  };
}

function nonZero(divisor: number): number {
  if (divisor === 0) throw failure("division by zero");
  return divisor;
}

/** Whole numbers are exact up to 2^53, which is enough to count what a template may have. */
function whole(value: number): number {
  if (!Number.isSafeInteger(value)) throw beyond("as a whole number", Number.MAX_SAFE_INTEGER);
  return value + 0;
}

function concatenated(a: string, b: string, budget: Budget): string {
  budget.text(a.length + b.length);
  return a + b;
}

function sum(left: Value, right: Value, budget: Budget): Value {
  if (typeof left === "string" && typeof right === "string") return concatenated(left, right, budget);
  if (Array.isArray(left) && Array.isArray(right)) {
    budget.step(left.length + right.length);
    return [...left, ...right];
  }
  if (left instanceof Tuple && right instanceof Tuple) {
    budget.step(left.items.length + right.items.length);
    return new Tuple([...left.items, ...right.items]);
  }
  throw unsupported("+", left, right);
}

function repeated(value: Value, times: Value, budget: Budget): Value {
  if (typeof times !== "number" && typeof times !== "boolean") throw unsupported("*", value, times);
  const count = Math.max(Number(times), 0);
  if (typeof value === "string") {
    budget.characters(value.length * count);
    return value.repeat(count);
  }
  const items = itemsOf(value);
  if (items === null || value instanceof Range) throw unsupported("*", value, times);
  if (!(items.length * count <= LIMITS.steps)) throw beyond("steps", LIMITS.steps);
  budget.step(items.length * count);
  const all = Array.from({ length: items.length * count }, (_, i) => items[i % items.length]!);
  return value instanceof Tuple ? new Tuple(all) : all;
}

function unsupported(operator: string, left: Value, right: Value): Error {
  if (operator === "+" && typeof left === "string") {
    return failure(`can only concatenate str (not "${typeName(right)}") to str`);
  }
  return failure(`unsupported operand types for ${operator}: '${typeName(left)}' and '${typeName(right)}'`);
}

/** The elements [start, stop) of a string or list in steps, as Python counts them. */
export function sliced(value: Value, bounds: readonly (Value | undefined)[], budget: Budget): Value {
  if (value instanceof Markup) return marked(sliced(value.text, bounds, budget));
  const [start, stop, step] = bounds.map((bound) => {
    if (bound === undefined || bound === null) return null;
    const place = typeof bound === "boolean" ? Number(bound) : bound;
    if (typeof place === "number") return place;
    throw failure("slice indices must be integers or None");
  });
  const items = typeof value === "string" ? iterate(value, budget) : itemsOf(defined(value));
  if (items === null) throw failure(`'${typeName(value)}' object cannot be sliced`);
  const stride = step ?? 1;
  if (stride === 0) throw failure("slice step cannot be zero");
  const { length } = items;
  const [least, most] = stride > 0 ? [0, length] : [-1, length - 1];
  const clip = (place: number) => Math.min(Math.max(place < 0 ? place + length : place, least), most);
  const from = start == null ? (stride > 0 ? 0 : length - 1) : clip(start);
  const to = stop == null ? (stride > 0 ? length : -1) : clip(stop);
  if (value instanceof Range) {
    const { start: first, step: by } = value;
    return new Range(first + from * by, first + to * by, by * stride);
  }
  const found: Value[] = [];
  for (let i = from; stride > 0 ? i < to : i > to; i += stride) found.push(items[i]!);
  budget.step(found.length);
  if (typeof value === "string") return found.join("");
  return value instanceof Tuple ? new Tuple(found) : found;
}
