import { attributeOf, elementOf, globals } from "./access.js";
import { defined } from "./arguments.js";
import { CHOSEN, GENERATION } from "./blocks.js";
import { type Budget, beyond, failure, LIMITS } from "./budget.js";
import { CHAINED, NOTHING, TEST } from "./expressions.js";
import { filterNamed } from "./filters.js";
import { loopOver } from "./loop.js";
import { binary, signed, sliced } from "./operators.js";
import { Output } from "./output.js";
import { bindParameters, signatureOf } from "./parameters.js";
import { str } from "./printing.js";
import { CONSTANTS, Scope } from "./scope.js";
import type {
  BinaryNode,
  CallNode,
  CallStatementNode,
  ForNode,
  IdentifierNode,
  MacroNode,
  Node,
  SetNode,
} from "./syntax.js";
import { passes } from "./tests.js";
import {
  type Arguments,
  Callable,
  Dict,
  Float,
  found,
  iterate,
  Macro,
  Namespace,
  plain,
  Tuple,
  truth,
  typeName,
  Undefined,
  type Value,
} from "./values.js";

/** What ends a turn of a loop early. */
type Leap = "break" | "continue" | null;

/** A stretch of the text that a template writes. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Runs the tree of a template as Python's Jinja does, and counts what that takes. */
export class Interpreter {
  readonly #budget: Budget;
  readonly #globals: Scope;
  readonly #top: Output;
  /** What `{% generation %}` blocks wrote. */
  readonly generations: Stretch[] = [];

  constructor(budget: Budget, more: Readonly<Record<string, Value>>) {
    this.#budget = budget;
    this.#globals = new Scope();
    this.#top = new Output(budget);
    const given = globals(budget, LIMITS.range, () => beyond("elements of a range", LIMITS.range));
    for (const [name, value] of Object.entries({ ...given, ...more })) this.#globals.set(name, value);
  }

  /** What the template writes. */
  render(program: Node, context: ReadonlyMap<string, Value>): string {
    const scope = new Scope(this.#globals);
    for (const [name, value] of context) if (!CONSTANTS.has(name)) scope.set(name, value);
    scope.set("self", SELF);
    if (program.type === "Program") this.#block(program.body, scope, this.#top);
    return this.#top.text();
  }

  #block(nodes: readonly Node[], scope: Scope, output: Output): Leap {
    for (const node of nodes) {
      const leap = this.#statement(node, scope, output);
      if (leap !== null) return leap;
    }
    return null;
  }

  #statement(node: Node, scope: Scope, output: Output): Leap {
    this.#budget.step();
    switch (node.type) {
      case "Comment":
        return null;
      case "Break":
        return "break";
      case "Continue":
        return "continue";
      case "If":
        return this.#budget.deeper(() =>
          this.#block(truth(this.#evaluate(node.test, scope)) ? node.body : node.alternate, scope, output),
        );
      case "For":
        return this.#budget.deeper(() => this.#loop(node, scope, output));
      case "Set":
        this.#set(node, scope);
        return null;
      case "Macro":
        scope.set(node.name.value, this.#macro(node, scope));
        return null;
      case "CallStatement":
        this.#callBlock(node, scope, output);
        return null;
      case "FilterStatement": {
        const text = this.#written(node.body, new Scope(scope));
        output.write(str(this.#filtered(node.filter, text, scope), this.#budget));
        return null;
      }
      default:
        output.write(str(this.#evaluate(node, scope), this.#budget));
        return null;
    }
  }

  /** What statements write, as a string. */
  #written(nodes: readonly Node[], scope: Scope): string {
    const output = new Output(this.#budget);
    this.#budget.deeper(() => this.#block(nodes, scope, output));
    return output.text();
  }

  #loop(node: ForNode, outer: Scope, output: Output): Leap {
    if (namesOf(node.loopvar).includes("loop")) throw failure("a loop cannot go by the name loop");
    const { values, condition } = chosen(node.iterable);
    const all = iterate(this.#evaluate(values, outer), this.#budget);
    const items =
      condition === null
        ? all
        : all.filter((item) => truth(this.#evaluate(condition, this.#turn(node, item, outer))));
    const loop = loopOver(items, this.#budget);
    // To Jinja a loop is empty of which no turn comes to its end.
    let isEmpty = true;
    for (const [i, item] of items.entries()) {
      this.#budget.step();
      const scope = this.#turn(node, item, outer);
      scope.set("loop", loop(i));
      const leap = this.#block(node.body, scope, output);
      if (leap === "break") break;
      if (leap === null) isEmpty = false;
    }
    return isEmpty ? this.#block(node.defaultBlock, new Scope(outer), output) : null;
  }

  /** The scope of one turn of a loop. */
  #turn(node: ForNode, item: Value, outer: Scope): Scope {
    const scope = new Scope(outer);
    this.#assign(node.loopvar, item, scope);
    return scope;
  }

  /** `{% set names = value %}`, or `{% set name | filter %}` around what is written. */
  #set({ assignee, value, body }: SetNode, scope: Scope): void {
    if (value !== null) {
      this.#assign(assignee, this.#evaluate(value, scope), scope);
      return;
    }
    const filters: (IdentifierNode | CallNode)[] = [];
    let target = assignee;
    for (; target.type === "FilterExpression"; target = target.operand) filters.unshift(target.filter);
    const text = this.#written(body, new Scope(scope));
    const filtered = filters.reduce<Value>((result, each) => this.#filtered(each, result, scope), text);
    this.#assign(target, filtered, scope);
  }

  #assign(target: Node, value: Value, scope: Scope): void {
    if (target.type === "Identifier") {
      scope.set(target.value, value);
      return;
    }
    if (target.type === "TupleLiteral") {
      const items = iterate(value, this.#budget);
      const names = membersOf(target.value);
      if (items.length !== names.length) {
        throw failure(`cannot unpack ${items.length} values into ${names.length} names`);
      }
      for (const [i, name] of names.entries()) this.#assign(name, items[i]!, scope);
      return;
    }
    if (target.type === "MemberExpression" && !target.computed && target.property.type === "Identifier") {
      const object = this.#evaluate(target.object, scope);
      if (!(object instanceof Namespace)) throw failure("cannot assign attribute on non-namespace object");
      object.attributes.set(target.property.value, value);
      return;
    }
    throw failure("only names and attributes of a namespace can be set");
  }

  #macro(node: MacroNode, scope: Scope): Macro {
    return this.#function(node.name.value, node.args, node.body, scope);
  }

  /** A macro, or the `caller` of a call block, which has no name. */
  #function(name: string | null, parameters: readonly Node[], body: readonly Node[], scope: Scope): Macro {
    const definition = { name: name ?? "caller", parameters, body };
    const run = (args: Arguments) => {
      const inner = new Scope(scope);
      const evaluate = (node: Node) => this.#evaluate(node, inner);
      bindParameters(definition, args, inner, evaluate, this.#budget);
      return this.#written(body, inner);
    };
    return new Macro(name, signatureOf(definition, this.#budget), run);
  }

  #callBlock(node: CallStatementNode, scope: Scope, output: Output): void {
    const { callee } = node.call;
    const block = this.#function(null, node.callerArgs ?? [], node.body, scope);
    if (callee.type === "Identifier" && callee.value === GENERATION) {
      const start = this.#top.length;
      const text = str(block.call({ positional: [], named: new Map() }), this.#budget);
      // Transformers' tracker takes itself for asleep as long as nothing has been written.
      if (this.#top.isBegun) this.generations.push({ start, end: start + text.length });
      output.write(text);
      return;
    }
    const { positional, named } = this.#arguments(node.call.args, scope);
    const args = { positional, named: new Map([...named, ["caller", block as Value]]) };
    output.write(str(this.#call(this.#evaluate(callee, scope), args), this.#budget));
  }

  #evaluate(node: Node, scope: Scope): Value {
    this.#budget.step();
    switch (node.type) {
      case "StringLiteral":
        return node.value;
      case "IntegerLiteral":
        if (!Number.isSafeInteger(node.value)) throw beyond("as a whole number", Number.MAX_SAFE_INTEGER);
        return node.value;
      case "FloatLiteral":
        return new Float(node.value);
      case "Identifier":
        if (CONSTANTS.has(node.value)) return CONSTANTS.get(node.value)!;
        return found(scope.get(node.value), () => `'${node.value}' is undefined`);
      default:
        return this.#budget.deeper(() => this.#compound(node, scope));
    }
  }

  #compound(node: Node, scope: Scope): Value {
    const budget = this.#budget;
    switch (node.type) {
      case "ArrayLiteral":
        return node.value.map((item) => this.#evaluate(item, scope));
      case "TupleLiteral":
        return new Tuple(membersOf(node.value).map((item) => this.#evaluate(item, scope)));
      case "ObjectLiteral": {
        const dict = new Dict();
        for (const [key, value] of node.value)
          dict.set(this.#evaluate(key, scope), this.#evaluate(value, scope));
        return dict;
      }
      case "MemberExpression":
        return this.#member(this.#evaluate(node.object, scope), node.property, node.computed, scope);
      case "CallExpression": {
        const callee = this.#evaluate(node.callee, scope);
        return this.#call(callee, this.#arguments(node.args, scope));
      }
      case "UnaryExpression": {
        const value = this.#evaluate(node.argument, scope);
        return node.operator.value === "not" ? !truth(value) : signed(node.operator.value, value);
      }
      case "BinaryExpression": {
        const { value: operator } = node.operator;
        if (operator.startsWith(CHAINED)) return this.#comparison(node, scope).holds;
        const left = this.#evaluate(node.left, scope);
        if (operator === "and") return truth(left) ? this.#evaluate(node.right, scope) : left;
        if (operator === "or") return truth(left) ? left : this.#evaluate(node.right, scope);
        return binary(operator, left, this.#evaluate(node.right, scope), budget);
      }
      case "Ternary":
        return this.#evaluate(
          truth(this.#evaluate(node.condition, scope)) ? node.trueExpr : node.falseExpr,
          scope,
        );
      case "SelectExpression":
        return truth(this.#evaluate(node.test, scope))
          ? this.#evaluate(node.lhs, scope)
          : new Undefined("the inline if-expression has no else and its condition is false");
      case "FilterExpression":
        return this.#filtered(node.filter, this.#evaluate(node.operand, scope), scope);
      default:
        throw failure(`${node.type} is no expression`);
    }
  }

  /** A comparison, whose left side may be another: `a < b < c` is `a < b and b < c`, and b is evaluated once. */
  #comparison(node: BinaryNode, scope: Scope): { holds: Value; right: Value } {
    this.#budget.step();
    return this.#budget.deeper(() => {
      const { value: operator } = node.operator;
      const isChained = operator.startsWith(CHAINED) && node.left.type === "BinaryExpression";
      const before = isChained ? this.#comparison(node.left, scope) : null;
      if (before !== null && !truth(before.holds)) return before;
      const left = before === null ? this.#evaluate(node.left, scope) : before.right;
      const right = this.#evaluate(node.right, scope);
      const plain = isChained ? operator.slice(CHAINED.length) : operator;
      return { holds: binary(plain, left, right, this.#budget), right };
    });
  }

  #member(object: Value, property: Node, computed: boolean, scope: Scope): Value {
    if (!computed) {
      return property.type === "Identifier"
        ? attributeOf(object, property.value, this.#budget)
        : elementOf(object, this.#evaluate(property, scope), this.#budget);
    }
    if (property.type !== "SliceExpression") {
      return elementOf(object, this.#evaluate(property, scope), this.#budget);
    }
    const bounds = [property.start, property.stop, property.step].map((bound) =>
      bound === undefined ? undefined : this.#evaluate(bound, scope),
    );
    return sliced(defined(object), bounds, this.#budget);
  }

  #arguments(nodes: readonly Node[], scope: Scope): Arguments {
    const positional: Value[] = [];
    const named = new Map<string, Value>();
    for (const node of nodes) {
      if (node.type === "KeywordArgumentExpression")
        named.set(node.key.value, this.#evaluate(node.value, scope));
      else if (node.type === "SpreadExpression") {
        positional.push(...iterate(this.#evaluate(node.argument, scope), this.#budget));
      } else if (node.type === "KeywordSpreadExpression") {
        const dict = this.#evaluate(node.argument, scope);
        if (!(dict instanceof Dict))
          throw failure(`the argument after ** must be a dict, not ${typeName(dict)}`);
        for (const [key, value] of dict.entries()) named.set(String(key), value);
      } else positional.push(this.#evaluate(node, scope));
    }
    return { positional, named };
  }

  #call(callee: Value, args: Arguments): Value {
    if (callee instanceof Callable) return this.#budget.deeper(() => callee.call(args));
    defined(callee);
    throw failure(`'${typeName(callee)}' object is not callable`);
  }

  #filtered(filter: IdentifierNode | CallNode, value: Value, scope: Scope): Value {
    if (filter.type === "Identifier") return this.#filter(filter.value, value, NO_ARGUMENTS);
    if (filter.callee.type !== "Identifier") throw failure("what a filter gives cannot be called there");
    return this.#filter(filter.callee.value, value, this.#arguments(filter.args, scope));
  }

  #filter(name: string, value: Value, args: Arguments): Value {
    this.#budget.step();
    if (name.startsWith(TEST)) {
      const negated = name.startsWith(`${TEST}not `);
      const test = name.slice(TEST.length + (negated ? 4 : 0));
      return passes(test, value, args, this.#budget) !== negated;
    }
    return filterNamed(name)(value, args, {
      budget: this.#budget,
      attribute: (item, path) => this.#path(item, path),
      filter: (each, item, rest) => this.#filter(each, item, rest),
      test: (each, item, rest) => passes(each, item, rest, this.#budget),
    });
  }

  #path(item: Value, given: Value): Value {
    const path = plain(given);
    if (typeof path !== "string") return elementOf(item, path, this.#budget);
    return path
      .split(".")
      .reduce(
        (value, part) => elementOf(value, /^\d+$/.test(part) ? Number(part) : part, this.#budget),
        item,
      );
  }
}

/** What a loop goes through, and the condition for it. */
function chosen(iterable: Node): { values: Node; condition: Node | null } {
  const test = iterable.type === "SelectExpression" ? iterable.test : null;
  const isChoice =
    test?.type === "CallExpression" && test.callee.type === "Identifier" && test.callee.value === CHOSEN;
  if (iterable.type !== "SelectExpression" || !isChoice) return { values: iterable, condition: null };
  return { values: iterable.lhs, condition: test.args[0]! };
}

function namesOf(target: Node): string[] {
  if (target.type === "Identifier") return [target.value];
  return target.type === "TupleLiteral" ? target.value.flatMap(namesOf) : [];
}

/** The elements of a tuple, which may end in a comma. */
function membersOf(nodes: readonly Node[]): readonly Node[] {
  return nodes.filter((node) => !(node.type === "Identifier" && node.value === NOTHING));
}

/** What a template calls itself: it has its blocks, and here no template has any. */
const SELF: Value = {
  kind: "attributes",
  name: "TemplateReference",
  text: "<TemplateReference None>",
  get: () => undefined,
};
const NO_ARGUMENTS: Arguments = { positional: [], named: new Map() };
