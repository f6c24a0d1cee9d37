import { attributeOf, elementOf } from "./access.js";
import { numericOf } from "./arguments.js";
import { type Budget, failure } from "./budget.js";
import { floatText, integerText, repr, str } from "./printing.js";
import { type Arguments, Dict, Float, lengthOf, plain, Tuple, typeName, type Value } from "./values.js";

/** Python's `template % values`: %s, %r, %d, %i, %f, %x and %%, with flags, width and precision. */
export function formatPercent(template: string, values: Value, budget: Budget): string {
  const items = values instanceof Tuple ? values.items : [values];
  let next = 0;
  const result = template.replace(
    /%(?:\(([^)]*)\))?([-+ 0]*)(\d*)(?:\.(\d+))?(.|$)/gs,
    (
      whole,
      key: string | undefined,
      flags: string,
      width: string,
      precision: string | undefined,
      type: string,
    ) => {
      if (whole === "%%") return "%";
      const isPrecise = precision === undefined || "srf".includes(type);
      if (type === "" || !"srdifxX".includes(type) || !isPrecise) throw unsupported(whole);
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

function unsupported(format: string): Error {
  return failure(`${JSON.stringify(format)} is no format that is supported`);
}

function formatOne(value: Value, type: string, precision: string | undefined, budget: Budget): string {
  const digits = precision === undefined ? null : Number(precision);
  if (type === "s" || type === "r") {
    const text = type === "s" ? str(value, budget) : repr(value, budget);
    return digits === null ? text : Array.from(text).slice(0, digits).join("");
  }
  const number = numericOf(`%${type}`, value);
  if (type === "f") return fixed(number, digits ?? 6);
  if (value instanceof Float && type !== "d" && type !== "i") {
    throw failure(`%${type} format: an integer is required, not float`);
  }
  const whole = Math.trunc(number);
  if (!Number.isFinite(whole)) throw failure(`cannot convert float ${floatText(number)} to integer`);
  const text = type === "x" || type === "X" ? whole.toString(16) : integerText(whole);
  return type === "X" ? text.toUpperCase() : text;
}

/** Python's `'%.nf'`: decimal digits of the exact binary value, whose ties go to the even digit. */
export function fixed(value: number, digits: number): string {
  if (digits > 60) throw failure("a precision above 60 is not supported");
  if (!Number.isFinite(value)) return floatText(value);
  if (Math.abs(value) >= 1e21) return integerText(value) + (digits === 0 ? "" : `.${"0".repeat(digits)}`);
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const size = Math.abs(value);
  const text = size.toFixed(digits);
  const exact = size.toFixed(Math.min(digits + 40, 100));
  const rest = exact.slice(digits === 0 ? exact.indexOf(".") + 1 : text.length);
  const cut = digits === 0 ? exact.slice(0, exact.indexOf(".")) : exact.slice(0, text.length);
  return sign + (/^50*$/.test(rest) && Number(cut.at(-1)) % 2 === 0 ? cut : text);
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

/** Python's `template.format(...)`: {}, {0}, {name}, {0.name[key]}, with !r or !s, and what {@link formatField} knows. */
export function formatBraces(template: string, { positional, named }: Arguments, budget: Budget): string {
  let next = 0;
  let isNumbered: boolean | null = null;
  return template.replace(/\{\{|\}\}|\{([^{}]*)\}|[{}]/g, (whole, field: string | undefined) => {
    if (whole === "{{" || whole === "}}") return whole[0]!;
    const parts =
      field === undefined ? null : /^(\w*)((?:\.\w+|\[[^\]]+\])*)(?:!([rs]))?(?::(.*))?$/su.exec(field);
    if (parts === null) throw unsupported(whole);
    const [, name = "", path = "", conversion, spec = ""] = parts;
    if (name === "" || /^\d+$/.test(name)) {
      if (isNumbered !== null && isNumbered !== (name !== "")) {
        throw failure("a format numbers all of its fields, or none");
      }
      isNumbered = name !== "";
    }
    const given =
      name === "" ? positional[next++] : /^\d+$/.test(name) ? positional[Number(name)] : named.get(name);
    if (given === undefined) throw failure(`format has no argument ${JSON.stringify(name)}`);
    const value = Array.from(path.matchAll(/\.(\w+)|\[([^\]]+)\]/gu)).reduce<Value>(
      (object, [, attribute, key]) =>
        attribute !== undefined
          ? attributeOf(object, attribute, budget)
          : elementOf(object, /^\d+$/.test(key!) ? Number(key) : key!, budget),
      given,
    );
    if (conversion === "r") return formatField(repr(value, budget), spec, whole, budget);
    return formatField(conversion === "s" ? str(value, budget) : plain(value), spec, whole, budget);
  });
}

/** Python's `format(value, spec)`: strings and numbers with fill, alignment, sign, 0, width, commas and precision. */
function formatField(value: Value, spec: string, whole: string, budget: Budget): string {
  if (spec === "") return str(value, budget);
  const parts = /^(?:(.)?([<>^]))?([-+ ]?)(0?)(\d*)([,_]?)(?:\.(\d+))?([sdf]?)$/su.exec(spec);
  if (parts === null) throw unsupported(whole);
  const [, fill, align, sign = "", zero, width = "", group = "", precision, type = ""] = parts;
  let text: string;
  if (typeof value === "string") {
    if (sign !== "" || group !== "" || (type !== "" && type !== "s")) throw unsupported(whole);
    text = formatOne(value, "s", precision, budget);
  } else if (typeof value === "number" || value instanceof Float) {
    const isFloat = value instanceof Float || type === "f";
    const isKnown = isFloat
      ? type === "f" || (type === "" && precision === undefined)
      : type !== "s" && precision === undefined;
    if (!isKnown || (zero === "0" && (group !== "" || align !== undefined))) throw unsupported(whole);
    text = type === "" || type === "d" ? str(value, budget) : formatOne(value, type, precision, budget);
    if (group !== "")
      text = text.replace(/\d+/, (digits) => digits.replace(/(?<=\d)(?=(?:\d{3})+$)/g, group));
    if (sign !== "" && sign !== "-" && !text.startsWith("-")) text = sign + text;
    if (zero === "0") return pad(text, "0", Number(width), "d", budget);
  } else throw failure(`unsupported format string passed to ${typeName(value)}.__format__`);
  const missing = Number(width) - lengthOf(text);
  if (missing <= 0) return text;
  budget.characters(missing);
  const side = align ?? (typeof value === "string" ? "<" : ">");
  const left = side === ">" ? missing : side === "<" ? 0 : Math.floor(missing / 2);
  const filler = fill ?? (zero === "0" ? "0" : " ");
  return filler.repeat(left) + text + filler.repeat(missing - left);
}
