import { parse, tokenize } from "@huggingface/jinja";
import { beyond, invalid, LIMITS } from "./budget.js";
import { cutTemplate, type Part } from "./source.js";

/** A node of a template's tree, as the parser of @huggingface/jinja makes it. */
export type Node =
  | { readonly type: "Program"; readonly body: readonly Node[] }
  | {
      readonly type: "If";
      readonly test: Node;
      readonly body: readonly Node[];
      readonly alternate: readonly Node[];
    }
  | ForNode
  | { readonly type: "Break" | "Continue" | "Comment" }
  | {
      readonly type: "Set";
      readonly assignee: Node;
      readonly value: Node | null;
      readonly body: readonly Node[];
    }
  | MacroNode
  | {
      readonly type: "MemberExpression";
      readonly object: Node;
      readonly property: Node;
      readonly computed: boolean;
    }
  | CallNode
  | IdentifierNode
  | { readonly type: "IntegerLiteral" | "FloatLiteral"; readonly value: number }
  | { readonly type: "StringLiteral"; readonly value: string }
  | { readonly type: "ArrayLiteral" | "TupleLiteral"; readonly value: readonly Node[] }
  | { readonly type: "ObjectLiteral"; readonly value: ReadonlyMap<Node, Node> }
  | {
      readonly type: "BinaryExpression";
      readonly operator: Operator;
      readonly left: Node;
      readonly right: Node;
    }
  | { readonly type: "FilterExpression"; readonly operand: Node; readonly filter: IdentifierNode | CallNode }
  | {
      readonly type: "FilterStatement";
      readonly filter: IdentifierNode | CallNode;
      readonly body: readonly Node[];
    }
  | { readonly type: "SelectExpression"; readonly lhs: Node; readonly test: Node }
  | {
      readonly type: "TestExpression";
      readonly operand: Node;
      readonly negate: boolean;
      readonly test: IdentifierNode;
    }
  | { readonly type: "UnaryExpression"; readonly operator: Operator; readonly argument: Node }
  | {
      readonly type: "SliceExpression";
      readonly start: Node | undefined;
      readonly stop: Node | undefined;
      readonly step: Node | undefined;
    }
  | { readonly type: "KeywordArgumentExpression"; readonly key: IdentifierNode; readonly value: Node }
  | { readonly type: "SpreadExpression" | "KeywordSpreadExpression"; readonly argument: Node }
  | CallStatementNode
  | { readonly type: "Ternary"; readonly condition: Node; readonly trueExpr: Node; readonly falseExpr: Node };

interface Operator {
  readonly value: string;
}

export interface IdentifierNode {
  readonly type: "Identifier";
  readonly value: string;
}

export interface CallNode {
  readonly type: "CallExpression";
  readonly callee: Node;
  readonly args: readonly Node[];
}

export interface ForNode {
  readonly type: "For";
  readonly loopvar: Node;
  readonly iterable: Node;
  readonly body: readonly Node[];
  readonly defaultBlock: readonly Node[];
}

export interface MacroNode {
  readonly type: "Macro";
  readonly name: IdentifierNode;
  readonly args: readonly Node[];
  readonly body: readonly Node[];
}

export interface CallStatementNode {
  readonly type: "CallStatement";
  readonly call: CallNode;
  readonly callerArgs: readonly Node[] | null;
  readonly body: readonly Node[];
}

/** What the statement `{% generation %}` is read as: a block that is called under this name. */
export const GENERATION = "__generation__";
/** What begins the name of a filter that stands for a test with arguments. */
export const TEST = "is ";

type Token = ReturnType<typeof tokenize>[number];

/**
 * The tree of a template.
 * @throws TransformersError TEMPLATE_INVALID where it cannot be read, TEMPLATE_LIMIT where it nests too deep or is too long.
 */
export function parseTemplate(template: string): Node {
  if (template.length > LIMITS.template) throw beyond("characters of source", LIMITS.template);
  const tokens = cutTemplate(template).flatMap(tokensOf);
  try {
    return parse(tokens) as unknown as Node;
  } catch (reason) {
    if (reason instanceof RangeError) throw beyond("levels", LIMITS.depth);
    throw invalid((reason as Error).message);
  }
}

function tokensOf({ kind, content, strings }: Part): Token[] {
  if (kind === "text") return [token(content, "Text")];
  const statement = content.trim();
  if (kind === "statement" && (statement === "generation" || statement === "endgeneration")) {
    return tokenize(statement === "generation" ? `{% call ${GENERATION}() %}` : "{% endcall %}");
  }
  const [open, close] = kind === "expression" ? ["{{", "}}"] : ["{%", "%}"];
  let tokens: Token[];
  try {
    tokens = tokenize(`${open} ${content} ${close}`);
  } catch (reason) {
    throw invalid(`${(reason as Error).message} in ${JSON.stringify(content.slice(0, 60))}`);
  }
  checkNesting(tokens);
  const found = tokens.map((each) =>
    each.type === "StringLiteral" ? token(strings[Number(each.value)]!, "StringLiteral") : each,
  );
  return withTestArguments(found);
}

function token(value: string, type: Token["type"]): Token {
  return { value, type };
}

/** Names that end a test rather than being its argument. */
const AFTER_TEST: ReadonlySet<string> = new Set(["and", "or", "else", "if", "in", "not", "is"]);
const CLOSING: Readonly<Record<string, Token["type"]>> = {
  OpenParen: "CloseParen",
  OpenSquareBracket: "CloseSquareBracket",
};

/** Turns `x is divisibleby(3)` and `x is divisibleby 3`, which the parser does not know, into a filter of that name. */
function withTestArguments(tokens: readonly Token[]): Token[] {
  const result: Token[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const isTest = isName(tokens[at], "is") && tokens[at - 1]?.type !== "Dot";
    const negated = isTest && isName(tokens[at + 1], "not");
    const name = tokens[at + (negated ? 2 : 1)];
    const first = at + (negated ? 3 : 2);
    const end = isTest && name?.type === "Identifier" ? endOfArgument(tokens, first) : first;
    if (end === first) {
      result.push(tokens[at]!);
      continue;
    }
    const inner = withTestArguments(tokens.slice(first, end));
    const isCall = tokens[first]!.type === "OpenParen";
    result.push(
      token("|", "Pipe"),
      token(`${TEST}${negated ? "not " : ""}${name!.value}`, "Identifier"),
      ...(isCall ? inner : [token("(", "OpenParen"), ...inner, token(")", "CloseParen")]),
    );
    at = end - 1;
  }
  return result;
}

/** Where the argument of a test ends that begins at `first`; `first` where there is none. */
function endOfArgument(tokens: readonly Token[], first: number): number {
  const token = tokens[first];
  if (token === undefined) return first;
  if (token.type === "StringLiteral" || token.type === "NumericLiteral") return first + 1;
  const close = CLOSING[token.type];
  if (close !== undefined) {
    for (let at = first, depth = 0; at < tokens.length; at++) {
      if (tokens[at]!.type === token.type) depth++;
      if (tokens[at]!.type === close && --depth === 0) return at + 1;
    }
    return first;
  }
  if (token.type !== "Identifier" || AFTER_TEST.has(token.value)) return first;
  let end = first + 1;
  while (tokens[end]?.type === "Dot" && tokens[end + 1]?.type === "Identifier") end += 2;
  return end;
}

function isName(token: Token | undefined, name: string): boolean {
  return token?.type === "Identifier" && token.value === name;
}

/** Brackets nest no deeper than evaluation may, so that the parser's own stack does. */
function checkNesting(tokens: readonly Token[]): void {
  let depth = 0;
  for (const { type } of tokens) {
    if (/^Open(Paren|SquareBracket|CurlyBracket)$/.test(type)) depth++;
    else if (/^Close(Paren|SquareBracket|CurlyBracket)$/.test(type)) depth--;
    if (depth > LIMITS.depth) throw beyond("levels", LIMITS.depth);
  }
}
