import { numericOf } from "./arguments.js";
import { type Budget, failure } from "./budget.js";
import { repr, str } from "./printing.js";
import { type Arguments, Dict, Float, lengthOf, Tuple, type Value } from "./values.js";

/** Python's `template % values`: %s, %r, %d, %i, %f, %x and %%, with flags, width and precision. */
export function formatPercent(template: string, values: Value, budget: Budget): string {
  const items = values instanceof Tuple ? values.items : [values];
  let next = 0;
  const result = template.replace(
    /%(?:\(([^)]*)\))?([-+ 0#]*)(\d*)(?:\.(\d+))?(.)/gs,
    (
      whole,
      key: string | undefined,
      flags: string,
      width: string,
      precision: string | undefined,
      type: string,
    ) => {
      if (type === "%") return "%";
      if (!"srdifxX".includes(type)) throw failure(`${JSON.stringify(whole)} is no format that is supported`);
      const value = key === undefined ? items[next++] : values instanceof Dict ? values.get(key) : undefined;
      if (value === undefined) throw failure("not enough arguments for format string");
      const text = pad(formatOne(value, type, precision, budget), flags, Number(width), type, budget);
      budget.characters(text.length);
      return text;
    },
  );
  if (next < items.length && !(values instanceof Dict)) {
    throw failure("not all arguments converted during string formatting");
  }
  return result;
}

function formatOne(value: Value, type: string, precision: string | undefined, budget: Budget): string {
  const digits = precision === undefined ? null : Number(precision);
  if (digits !== null && digits > 100) throw failure("a precision above 100 is not supported");
  if (type === "s" || type === "r") {
    const text = type === "s" ? str(value, budget) : repr(value, budget);
    return digits === null ? text : Array.from(text).slice(0, digits).join("");
  }
  const number = numericOf(`%${type}`, value);
  if (type === "f") return number.toFixed(digits ?? 6);
  const whole = Math.trunc(number);
  const text = type === "x" || type === "X" ? whole.toString(16) : BigInt(whole).toString();
  return type === "X" ? text.toUpperCase() : text;
}

function pad(text: string, flags: string, width: number, type: string, budget: Budget): string {
  const isNumber = !"sr".includes(type);
  const signed =
    isNumber && !text.startsWith("-") && /[+ ]/.test(flags) ? (flags.includes("+") ? "+" : " ") + text : text;
  const missing = width - lengthOf(signed);
  if (missing <= 0) return signed;
  budget.characters(missing);
  if (flags.includes("-")) return signed + " ".repeat(missing);
  if (!isNumber || !flags.includes("0")) return " ".repeat(missing) + signed;
  const sign = /^[-+ ]/.exec(signed)?.[0] ?? "";
  return sign + "0".repeat(missing) + signed.slice(sign.length);
}

/** Python's `template.format(...)` of plain fields: {}, {0}, {name}, with :width and alignment. No attributes. */
export function formatBraces(template: string, { positional, named }: Arguments, budget: Budget): string {
  let next = 0;
  return template.replace(/\{\{|\}\}|\{([^{}]*)\}|[{}]/g, (whole, field: string | undefined) => {
    if (whole === "{{" || whole === "}}") return whole[0]!;
    const parts =
      field === undefined
        ? null
        : /^(\w*)(?:!([rs]))?(?::(?:(.)?([<>^]))?(0?)(\d*)(?:\.(\d+))?([sdf]?))?$/su.exec(field);
    if (parts === null) throw failure(`${JSON.stringify(whole)} is no format that is supported`);
    const [, name = "", conversion, fill = " ", align, zero, width = "", precision, type = ""] = parts;
    const value =
      name === "" ? positional[next++] : /^\d+$/.test(name) ? positional[Number(name)] : named.get(name);
    if (value === undefined) throw failure(`format has no argument ${JSON.stringify(name)}`);
    const isNumber = conversion === undefined && (typeof value === "number" || value instanceof Float);
    const kind =
      conversion === "r" ? "r" : type !== "" ? type : isNumber && precision !== undefined ? "f" : "s";
    const text = formatOne(value, kind, precision, budget);
    const missing = Number(width) - lengthOf(text);
    if (missing <= 0) return text;
    budget.characters(missing);
    const side = align ?? (isNumber ? ">" : "<");
    const filler = zero === "0" && align === undefined && isNumber ? "0" : fill;
    const left = side === ">" ? missing : side === "<" ? 0 : Math.floor(missing / 2);
    return filler.repeat(left) + text + filler.repeat(missing - left);
  });
}
