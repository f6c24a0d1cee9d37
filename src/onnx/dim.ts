import { TransformersError } from "../errors.js";

/** A size of a shape: a number, or a symbolic size such as `batch` or `past + sequence`. */
export type Dim = number | SymbolicDim;

/** The values that symbols take in one call. */
export type DimBindings = ReadonlyMap<string, number>;

/**
 * A polynomial with integer coefficients over named sizes, in canonical form, so that equal sizes have equal
 * keys: `sequence * batch` is `batch * sequence`. A quotient that is rounded down stands in it as a name of its own.
 * TypeScript refuses `+` on a Dim: use addDims and the like.
 */
export class SymbolicDim {
  /** Product of names, sorted and joined by `*` ("" for the constant), to its coefficient. Never empty. */
  readonly terms: ReadonlyMap<string, number>;
  /** Canonical text; two symbolic sizes are equal exactly when their keys are. */
  readonly key: string;

  private constructor(terms: ReadonlyMap<string, number>) {
    this.terms = terms;
    this.key = [...terms]
      .sort(([a], [b]) => (a < b ? 1 : -1)) // the constant last
      .map(([product, factor], i) => {
        const size = Math.abs(factor);
        const sign = factor < 0 ? (i === 0 ? "-" : " - ") : i === 0 ? "" : " + ";
        return `${sign}${product === "" ? size : size === 1 ? product : `${size}*${product}`}`;
      })
      .join("");
  }

  static symbol(name: string): SymbolicDim {
    if (!/^[A-Za-z_][\w.]*$/.test(name)) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `"${name}" cannot name a size: use letters, digits, "_" and "."`,
      );
    }
    return new SymbolicDim(new Map([[name, 1]]));
  }

  /** A number where no symbol is left. */
  static fromTerms(terms: Map<string, number>): Dim {
    for (const [product, factor] of terms) if (factor === 0) terms.delete(product);
    if (terms.size === 0) return 0;
    if (terms.size === 1 && terms.has("")) return terms.get("")!;
    return new SymbolicDim(terms);
  }

  /** The name if this is one name alone: a symbol's, or a quotient's. */
  get factor(): string | null {
    const [[product, factor]] = this.terms as unknown as [[string, number]];
    return this.terms.size === 1 && factor === 1 && !product.includes("*") ? product : null;
  }

  /** The symbol's name if this is one symbol alone. */
  get name(): string | null {
    const { factor } = this;
    return factor === null || quotients.has(factor) ? null : factor;
  }

  evaluate(bindings: DimBindings): number {
    let sum = 0;
    for (const [product, factor] of this.terms) {
      sum +=
        product === ""
          ? factor
          : product.split("*").reduce((value, name) => value * bound(name, bindings), factor);
    }
    return sum;
  }

  toString(): string {
    return this.key;
  }

  toJSON(): string {
    return this.key;
  }
}

/** A size divided by a whole number and rounded down. */
export interface Quotient {
  readonly dividend: SymbolicDim;
  readonly divisor: number;
}

const quotients = new Map<string, Quotient>();

/** What a factor of a size stands for, if it is not a symbol. */
export function quotientNamed(name: string): Quotient | undefined {
  return quotients.get(name);
}

function bound(name: string, bindings: DimBindings): number {
  const quotient = quotients.get(name);
  if (quotient !== undefined) return Math.floor(quotient.dividend.evaluate(bindings) / quotient.divisor);
  const value = bindings.get(name);
  if (value === undefined) {
    throw new TransformersError("SHAPE_MISMATCH", `no input of this call has the size "${name}"`);
  }
  return value;
}

function termsOf(dim: Dim): ReadonlyMap<string, number> {
  return typeof dim === "number" ? new Map([["", dim]]) : dim.terms;
}

/** A symbolic size of that name. */
export function symbol(name: string): SymbolicDim {
  return SymbolicDim.symbol(name);
}

export function evaluateDim(dim: Dim, bindings: DimBindings): number {
  return typeof dim === "number" ? dim : dim.evaluate(bindings);
}

export function dimsEqual(a: Dim, b: Dim): boolean {
  if (typeof a === "number" || typeof b === "number") return a === b;
  return a === b || a.key === b.key;
}

export function shapesEqual(a: readonly Dim[], b: readonly Dim[]): boolean {
  return a.length === b.length && a.every((dim, i) => dimsEqual(dim, b[i]!));
}

export function addDims(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return a + b;
  const terms = new Map(termsOf(a));
  for (const [product, factor] of termsOf(b)) terms.set(product, (terms.get(product) ?? 0) + factor);
  return SymbolicDim.fromTerms(terms);
}

export function subtractDims(a: Dim, b: Dim): Dim {
  return addDims(a, multiplyDims(b, -1));
}

export function multiplyDims(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return a * b;
  const terms = new Map<string, number>();
  for (const [p, f] of termsOf(a)) {
    for (const [q, g] of termsOf(b)) {
      const product = [...names(p), ...names(q)].sort().join("*");
      terms.set(product, (terms.get(product) ?? 0) + f * g);
    }
  }
  return SymbolicDim.fromTerms(terms);
}

function names(product: string): string[] {
  return product === "" ? [] : product.split("*");
}

/** The exact quotient, or null where the divisor does not divide: long division of polynomials. */
export function divideDims(a: Dim, b: Dim): Dim | null {
  const leading = (dim: Dim) =>
    [...termsOf(dim)].sort(([p], [q]) => names(q).length - names(p).length || (p < q ? -1 : 1))[0]!;
  const [product, factor] = leading(b);
  if (factor === 0) return null;
  let quotient: Dim = 0;
  for (let rest = a; rest !== 0; ) {
    const [restProduct, restFactor] = leading(rest);
    const left = without(names(restProduct), names(product));
    if (left === null || restFactor % factor !== 0) return null;
    const step = SymbolicDim.fromTerms(new Map([[left.join("*"), restFactor / factor]]));
    quotient = addDims(quotient, step);
    rest = subtractDims(rest, multiplyDims(step, b));
  }
  return quotient;
}

/**
 * floor(a / divisor). What the divisor divides is taken out of it, and a quotient of a quotient becomes one, so that
 * the same size, reached in different ways, is the same: the dividend keeps coefficients from 0 to the divisor - 1.
 */
export function floorDivideDims(a: Dim, divisor: number): Dim {
  if (typeof a === "number") return Math.floor(a / divisor);
  const whole = new Map<string, number>();
  const rest = new Map<string, number>();
  for (const [product, factor] of a.terms) {
    const quotient = Math.floor(factor / divisor);
    whole.set(product, quotient);
    rest.set(product, factor - quotient * divisor);
  }
  return addDims(SymbolicDim.fromTerms(whole), roundedQuotient(SymbolicDim.fromTerms(rest), divisor));
}

function roundedQuotient(dividend: Dim, divisor: number): Dim {
  if (typeof dividend === "number") return Math.floor(dividend / divisor);
  const constant = dividend.terms.get("") ?? 0;
  const variable = subtractDims(dividend, constant) as SymbolicDim;
  const common = [...variable.terms.values()].reduce(greatestCommonDivisor, divisor);
  if (common > 1) {
    const reduced = addDims(divideDims(variable, common)!, Math.floor(constant / common));
    return floorDivideDims(reduced, divisor / common);
  }
  const inner = variable.factor === null ? undefined : quotients.get(variable.factor);
  if (inner !== undefined) {
    const { dividend, divisor: first } = inner;
    return floorDivideDims(addDims(dividend, constant * first), first * divisor);
  }
  const name = `floor((${dividend.key.replaceAll("*", "·")})/${divisor})`;
  quotients.set(name, { dividend, divisor });
  return SymbolicDim.fromTerms(new Map([[name, 1]]));
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** The factors that remain when others are taken away, or null where one of those is not there. */
function without(factors: readonly string[], others: readonly string[]): string[] | null {
  const rest = [...factors];
  for (const name of others) {
    const at = rest.indexOf(name);
    if (at < 0) return null;
    rest.splice(at, 1);
  }
  return rest;
}

/** Whether a size is 0 for some sizes of its symbols: `past` may be, `past + 1` may not. */
export function mayBeZero(dim: Dim): boolean {
  if (typeof dim === "number") return dim === 0;
  return !((dim.terms.get("") ?? 0) > 0 && [...dim.terms.values()].every((factor) => factor > 0));
}

export function productOfDims(dims: readonly Dim[]): Dim {
  return dims.reduce<Dim>((product, dim) => multiplyDims(product, dim), 1);
}

/** How a shape stands in messages: `[batch, 128, 768]`. */
export function formatShape(shape: readonly Dim[]): string {
  return `[${shape.map(String).join(", ")}]`;
}
