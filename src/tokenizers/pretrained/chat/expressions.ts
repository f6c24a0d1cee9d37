import { beyond, invalid, LIMITS } from "./budget.js";
import { isName, type Token, token } from "./tokens.js";

// The parser of @huggingface/jinja takes much that Jinja refuses (`[1 2]`), and reads some of it in another way. So
// expressions are checked before it sees them, and what it would read otherwise is put in words that it does not.

/** What begins the operator of a comparison whose left side is another: `3 > 2 == 2`. */
export const CHAINED = "chained ";
/** What begins the name of a filter that stands for a test. */
export const TEST = "is ";
/** What stands behind a comma that ends a tuple, and is none of its elements. */
export const NOTHING = "nothing more";

/** What a bracket is around; `tag` is what no bracket is around. */
type Role = "tag" | "group" | "call" | "list" | "subscript" | "dict";

interface Level {
  readonly role: Role;
  readonly opener: Token | null;
  /** Whether these are the arguments of a filter. */
  readonly ofFilter: boolean;
  /** Where in the result the operand of `+`, `-` or what binds less begins, and whether it has a `~`. */
  start: number;
  joins: boolean;
  /** Whether an operand of what binds less than a comparison has had one. */
  isCompared: boolean;
  /** Whether an `if` waits for its `else`. */
  isConditional: boolean;
  hasComma: boolean;
}

const RESERVED: ReadonlySet<string> = new Set(["and", "or", "not", "in", "is", "if", "else"]);
const CLOSING: Readonly<Record<string, Token["type"]>> = {
  OpenParen: "CloseParen",
  OpenSquareBracket: "CloseSquareBracket",
  OpenCurlyBracket: "CloseCurlyBracket",
};
/** What a bracket that follows no operand is around. */
const OPENS: Readonly<Record<string, Role>> = {
  OpenParen: "group",
  OpenSquareBracket: "list",
  OpenCurlyBracket: "dict",
};
const LITERALS: ReadonlySet<string> = new Set(["StringLiteral", "NumericLiteral"]);

/**
 * What commas make that no bracket is around: nothing, a tuple, or names to be given values. In a condition there is
 * neither comma nor `if`.
 */
type Commas = "refused" | "tuple" | "names" | "condition";

/**
 * The tokens of an expression, for the parser: `a, b` becomes `(a, b)`, where commas may be.
 * @throws TransformersError TEMPLATE_INVALID for what is no expression of Jinja, TEMPLATE_LIMIT where it nests too deep.
 */
export function expression(tokens: readonly Token[], commas: Commas = "refused"): Token[] {
  const result = new Arrangement(tokens, commas).run();
  if (commas !== "tuple" || !result.hasComma) return result.tokens;
  return [token("(", "OpenParen"), ...result.tokens, token(")", "CloseParen")];
}

class Arrangement {
  readonly #tokens: readonly Token[];
  readonly #commas: Commas;
  /** Where brackets end, by the place where they open. */
  readonly #ends: ReadonlyMap<number, number>;
  /** Where the arguments end that are being read and have no parentheses. */
  readonly #argumentEnds: number[] = [];
  readonly #result: Token[] = [];
  readonly #levels: Level[] = [];
  #at = 0;
  /** Whether an operand has just ended, and whether its end is a filter, which nothing can be asked for. */
  #hasOperand = false;
  #isFilter = false;

  constructor(tokens: readonly Token[], commas: Commas) {
    this.#tokens = tokens;
    this.#commas = commas;
    this.#ends = groupEnds(tokens);
    this.#open("tag", null);
  }

  run(): { tokens: Token[]; hasComma: boolean } {
    for (; this.#at < this.#tokens.length; this.#at++) {
      this.#endArguments();
      const each = this.#tokens[this.#at]!;
      if (this.#hasOperand) this.#after(each);
      else this.#operand(each);
    }
    this.#endArguments();
    const level = this.#level;
    if (level.opener !== null) throw invalid(`${level.opener.value} is not closed${this.#place()}`);
    if (level.hasComma && !this.#hasOperand && this.#commas === "tuple")
      this.#result.push(token(NOTHING, "Identifier"));
    else if (!this.#hasOperand) throw invalid(`a value is missing at the end${this.#place()}`);
    this.#endOperand();
    return { tokens: this.#result, hasComma: level.hasComma };
  }

  get #takesCommas(): boolean {
    return this.#commas === "tuple" || this.#commas === "names";
  }

  get #level(): Level {
    return this.#levels.at(-1)!;
  }

  /** A token where an operand must begin. */
  #operand(each: Token): void {
    const before = this.#tokens[this.#at - 1];
    const { role } = this.#level;
    const isFirst = before === this.#level.opener || before?.type === "Comma";
    const opens = OPENS[each.type];
    if (LITERALS.has(each.type)) this.#end(each);
    else if (isName(each, "not") && (isFirst || this.#mayNegate(before))) this.#operator(each);
    else if (each.type === "Identifier" && !RESERVED.has(each.value)) this.#end(each);
    else if (each.value === "-" || each.value === "+") this.#result.push(each);
    else if (opens !== undefined) this.#open(opens, each);
    else if (role === "call" && isFirst && (each.value === "*" || each.value === "**")) this.#operator(each);
    else if (role === "subscript" && each.type === "Colon") this.#operator(each);
    else if (isFirst || (role === "subscript" && before?.type === "Colon")) this.#close(each, before);
    else throw this.#missing(each);
  }

  #mayNegate(before: Token | undefined): boolean {
    return (
      before === undefined ||
      before.type === "Colon" ||
      before.type === "Equals" ||
      isName(before, "and", "or", "not", "if", "else")
    );
  }

  /** A token behind an operand. */
  #after(each: Token): void {
    const level = this.#level;
    const next = this.#tokens[this.#at + 1];
    switch (each.type) {
      case "Identifier":
        this.#word(each, next);
        return;
      case "StringLiteral":
        // Strings beside each other are one.
        if (this.#tokens[this.#at - 1]?.type !== each.type) throw this.#unexpected(each);
        this.#result.push(each);
        return;
      case "Dot":
        if (this.#isFilter) throw this.#unexpected(each);
        if (next?.type !== "Identifier" && !/^\d+$/.test(next?.value ?? "")) throw this.#unexpected(each);
        this.#result.push(each, next!);
        this.#at++;
        return;
      case "Pipe":
        if (next?.type !== "Identifier") throw invalid(`the name of a filter is missing${this.#place()}`);
        this.#result.push(each, next);
        this.#isFilter = true;
        this.#at++;
        return;
      case "OpenParen":
        this.#open("call", each);
        return;
      case "OpenSquareBracket":
        if (this.#isFilter) throw this.#unexpected(each);
        this.#open("subscript", each);
        return;
      case "UnaryOperator":
        this.#operator(token(each.value, "AdditiveBinaryOperator"));
        return;
      case "AdditiveBinaryOperator":
        if (each.value !== "~") {
          this.#operator(each);
          return;
        }
        level.joins = true;
        this.#result.push(each);
        this.#hasOperand = false;
        return;
      case "MultiplicativeBinaryOperator":
      case "ExponentiationBinaryOperator":
        this.#result.push(each);
        this.#hasOperand = false;
        return;
      case "ComparisonBinaryOperator":
        this.#compare([each]);
        return;
      case "Comma":
        if (level.role === "subscript" || (level.role === "tag" && !this.#takesCommas))
          throw this.#unexpected(each);
        level.hasComma = true;
        this.#separator(each);
        return;
      case "Colon":
        if (level.role !== "dict" && level.role !== "subscript") throw this.#unexpected(each);
        this.#separator(each);
        return;
      case "Equals":
        if (level.role !== "call") throw this.#unexpected(each);
        this.#separator(each);
        return;
      default:
        this.#close(each, undefined);
    }
  }

  #word(each: Token, next: Token | undefined): void {
    const level = this.#level;
    switch (each.value) {
      case "and":
      case "or":
        level.isCompared = false;
        this.#operator(each);
        return;
      case "in":
        this.#compare([each]);
        return;
      case "not":
        if (!isName(next, "in")) throw this.#unexpected(each);
        this.#at++;
        this.#compare([each, next!]);
        return;
      case "is":
        this.#test();
        return;
      case "if":
      case "else":
        if (level.role === "tag" && this.#commas === "condition") throw this.#unexpected(each);
        // `a if b if c else d` is (a if b) if c else d to Jinja, and not to the parser.
        if (level.isConditional !== (each.value === "else")) throw this.#unexpected(each);
        level.isConditional = each.value === "if";
        level.isCompared = false;
        this.#operator(each);
        return;
      default:
        throw this.#unexpected(each);
    }
  }

  /** `is name`, `is not name(argument)`, `is name argument`: a filter of that name. */
  #test(): void {
    const isNegated = isName(this.#tokens[this.#at + 1], "not");
    this.#at += isNegated ? 2 : 1;
    const name = this.#tokens[this.#at];
    if (name?.type !== "Identifier") throw invalid(`the name of a test is missing${this.#place()}`);
    this.#result.push(
      token("|", "Pipe"),
      token(`${TEST}${isNegated ? "not " : ""}${name.value}`, "Identifier"),
    );
    this.#isFilter = true;
    const first = this.#at + 1;
    const end = this.#endOfArgument(first);
    if (end === first) return;
    this.#result.push(token("(", "OpenParen"));
    this.#hasOperand = false;
    this.#argumentEnds.push(end);
  }

  /** Whether an argument without parentheses ends here. */
  #endArguments(): void {
    while (this.#argumentEnds.at(-1) === this.#at) {
      this.#argumentEnds.pop();
      this.#result.push(token(")", "CloseParen"));
      this.#isFilter = true;
    }
  }

  /** Where the argument of a test ends that begins at `first` without a parenthesis; `first` where there is none. */
  #endOfArgument(first: number): number {
    const each = this.#tokens[first];
    if (each === undefined || each.type === "OpenParen" || isName(each, "and", "or", "else")) return first;
    if (each.type === "Identifier" && RESERVED.has(each.value)) throw this.#unexpected(each);
    const isGroup = CLOSING[each.type] !== undefined;
    if (each.type !== "Identifier" && !LITERALS.has(each.type) && !isGroup) return first;
    let end = isGroup ? this.#endOfGroup(first) : first + 1;
    while (each.type === "StringLiteral" && this.#tokens[end]?.type === each.type) end++;
    for (;;) {
      const next = this.#tokens[end]?.type;
      if (next === "Dot") end += 2;
      else if (next === "OpenParen" || next === "OpenSquareBracket") end = this.#endOfGroup(end);
      else return end;
    }
  }

  #endOfGroup(first: number): number {
    const end = this.#ends.get(first);
    if (end === undefined) throw invalid(`${this.#tokens[first]!.value} is not closed${this.#place()}`);
    return end;
  }

  #compare(operator: readonly Token[]): void {
    const level = this.#level;
    this.#endOperand();
    if (level.isCompared) {
      const value = operator.map((each) => each.value).join(" ");
      this.#result.push(token(CHAINED + value, "ComparisonBinaryOperator"));
    } else this.#result.push(...operator);
    level.isCompared = true;
    level.start = this.#result.length;
    this.#hasOperand = false;
  }

  /** What stands between elements. */
  #separator(each: Token): void {
    this.#level.isCompared = false;
    this.#level.isConditional = false;
    this.#operator(each);
  }

  /** An operator that binds less than `~`, before or behind its operand. */
  #operator(each: Token): void {
    this.#endOperand();
    this.#result.push(each);
    this.#level.start = this.#result.length;
    this.#hasOperand = false;
  }

  /** To Jinja `~` binds more than `+`, to the parser as much: what it joins comes into parentheses. */
  #endOperand(): void {
    const level = this.#level;
    if (!level.joins) return;
    this.#result.splice(level.start, 0, token("(", "OpenParen"));
    this.#result.push(token(")", "CloseParen"));
    level.joins = false;
  }

  #end(each: Token): void {
    this.#result.push(each);
    this.#hasOperand = true;
    this.#isFilter = false;
  }

  #open(role: Role, opener: Token | null): void {
    if (this.#levels.length > LIMITS.depth) throw beyond("levels", LIMITS.depth);
    if (opener !== null) this.#result.push(opener);
    this.#levels.push({
      role,
      opener,
      ofFilter: role === "call" && this.#isFilter,
      start: this.#result.length,
      joins: false,
      isCompared: false,
      isConditional: false,
      hasComma: false,
    });
    this.#hasOperand = false;
    this.#isFilter = false;
  }

  /** `before` is given where no operand has ended. */
  #close(each: Token, before: Token | undefined): void {
    const { role, opener, ofFilter } = this.#level;
    if (opener === null || each.type !== CLOSING[opener.type]) throw this.#unexpected(each);
    if (role === "subscript" && before === opener) throw this.#missing(each);
    this.#endOperand();
    if (role === "group" && before !== undefined) {
      const nothing = token(NOTHING, "Identifier");
      this.#result.push(...(before === opener ? [nothing, token(",", "Comma"), nothing] : [nothing]));
    }
    this.#result.push(each);
    this.#levels.pop();
    this.#hasOperand = true;
    this.#isFilter = ofFilter;
  }

  #missing(each: Token): Error {
    return invalid(`a value is missing before ${JSON.stringify(each.value)}${this.#place()}`);
  }

  #unexpected(each: Token): Error {
    return invalid(`${JSON.stringify(each.value)} cannot stand there${this.#place()}`);
  }

  #place(): string {
    const before = this.#tokens.slice(Math.max(this.#at - 6, 0), this.#at);
    if (before.length === 0) return "";
    return `, after ${JSON.stringify(before.map(({ value }) => value).join(" "))}`;
  }
}

/** The place behind each bracket's end. */
function groupEnds(tokens: readonly Token[]): Map<number, number> {
  const ends = new Map<number, number>();
  const open: number[] = [];
  for (const [at, { type }] of tokens.entries()) {
    if (CLOSING[type] !== undefined) open.push(at);
    else if (type.startsWith("Close") && open.length > 0) ends.set(open.pop()!, at + 1);
  }
  return ends;
}
