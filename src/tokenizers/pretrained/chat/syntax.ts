import { parse } from "@huggingface/jinja";
import { TransformersError } from "../../../errors.js";
import { Blocks } from "./blocks.js";
import { beyond, invalid, LIMITS } from "./budget.js";
import { expression } from "./expressions.js";
import { cutTemplate } from "./source.js";
import { type Token, token, tokensOf } from "./tokens.js";

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
  | SetNode
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
  | BinaryNode
  | { readonly type: "FilterExpression"; readonly operand: Node; readonly filter: IdentifierNode | CallNode }
  | {
      readonly type: "FilterStatement";
      readonly filter: IdentifierNode | CallNode;
      readonly body: readonly Node[];
    }
  | { readonly type: "SelectExpression"; readonly lhs: Node; readonly test: Node }
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

export interface SetNode {
  readonly type: "Set";
  readonly assignee: Node;
  readonly value: Node | null;
  readonly body: readonly Node[];
}

export interface BinaryNode {
  readonly type: "BinaryExpression";
  readonly operator: Operator;
  readonly left: Node;
  readonly right: Node;
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

/**
 * The tree of a template.
 * @throws TransformersError TEMPLATE_INVALID where it cannot be read, TEMPLATE_LIMIT where it nests too deep or is too long.
 */
export function parseTemplate(template: string): Node {
  if (template.length > LIMITS.template) throw beyond("characters of source", LIMITS.template);
  try {
    return parse(tokensFor(template)) as unknown as Node;
  } catch (reason) {
    if (reason instanceof TransformersError) throw reason;
    if (reason instanceof RangeError) throw beyond("levels", LIMITS.depth);
    throw invalid(inWords(reason as Error));
  }
}

function tokensFor(template: string): Token[] {
  const blocks = new Blocks();
  const tokens = cutTemplate(template).flatMap((part) => {
    if (part.kind === "text") return [token(part.content, "Text")];
    if (part.kind === "statement") return blocks.statement(tokensOf(part));
    const inner = expression(tokensOf(part), "tuple");
    return [token("{{", "OpenExpression"), ...inner, token("}}", "CloseExpression")];
  });
  blocks.finish();
  return tokens;
}

/** What the parser says, without the names of its tokens; where it fell over, it had come to the end. */
function inWords(reason: Error): string {
  if (reason instanceof TypeError) return "it ends where more is expected";
  return reason.message.replace(/^Parser Error: /, "").replace(/(?:, got .*|\. \w+ !== \w+\.)$/, "");
}
