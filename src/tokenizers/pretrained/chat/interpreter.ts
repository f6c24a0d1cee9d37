import { attributeOf, elementOf, globals } from "./access.js";
import { defined } from "./arguments.js";
import { type Budget, beyond, failure, LIMITS } from "./budget.js";
import { filterNamed } from "./filters.js";
import { loopOf } from "./loop.js";
import { binary, signed, sliced } from "./operators.js";
import { bindParameters } from "./parameters.js";
import { str } from "./printing.js";
import { Scope } from "./scope.js";
import {
  type CallNode,
  type CallStatementNode,
  type ForNode,
  GENERATION,
  type IdentifierNode,
  type MacroNode,
  type Node,
  TEST,
} from "./syntax.js";
import { passes } from "./tests.js";
import {
  type Arguments,
  Callable,
  Dict,
  Float,
  found,
  iterate,
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
    for (const name of ["true", "True"]) this.#globals.set(name, true);
    for (const name of ["false", "False"]) this.#globals.set(name, false);
    for (const name of ["none", "None"]) this.#globals.set(name, null);
  }

  /** What the template writes. */
  render(program: Node, context: ReadonlyMap<string, Value>): string {
    const scope = new Scope(this.#globals);
    for (const [name, value] of context) scope.set(name, value);
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
        this.#assign(
          node.assignee,
          node.value === null
            ? this.#written(node.body, new Scope(scope))
            : this.#evaluate(node.value, scope),
          scope,
        );
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
    const select = node.iterable.type === "SelectExpression" ? node.iterable : null;
    const all = iterate(this.#evaluate(select?.lhs ?? node.iterable, outer), this.#budget);
    const items =
      select === null
        ? all
        : all.filter((item) => truth(this.#evaluate(select.test, this.#turn(node, item, outer))));
    for (const [i, item] of items.entries()) {
      this.#budget.step();
      const scope = this.#turn(node, item, outer);
      scope.set("loop", loopOf(items, i));
      if (this.#block(node.body, scope, output) === "break") break;
    }
    return items.length === 0 ? this.#block(node.defaultBlock, outer, output) : null;
  }

  /** The scope of one turn of a loop. */
  #turn(node: ForNode, item: Value, outer: Scope): Scope {
    const scope = new Scope(outer);
    this.#assign(node.loopvar, item, scope);
    return scope;
  }

  #assign(target: Node, value: Value, scope: Scope): void {
    if (target.type === "Identifier") {
      scope.set(target.value, value);
      return;
    }
    if (target.type === "TupleLiteral") {
      const items = iterate(value, this.#budget);
      if (items.length !== target.value.length) {
        throw failure(`cannot unpack ${items.length} values into ${target.value.length} names`);
      }
      for (const [i, name] of target.value.entries()) this.#assign(name, items[i]!, scope);
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

  #macro(node: MacroNode, scope: Scope): Callable {
    return this.#function(node.name.value, node.args, node.body, scope);
  }

  /** A macro, or the `caller` of a call block. */
  #function(name: string, parameters: readonly Node[], body: readonly Node[], scope: Scope): Callable {
    return new Callable(name, (args) => {
      const inner = new Scope(scope);
      const evaluate = (node: Node) => this.#evaluate(node, inner);
      bindParameters({ name, parameters, body }, args, inner, evaluate, this.#budget);
      return this.#written(body, inner);
    });
  }

  #callBlock(node: CallStatementNode, scope: Scope, output: Output): void {
    const { callee } = node.call;
    const block = this.#function("caller", node.callerArgs ?? [], node.body, scope);
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
        return new Tuple(node.value.map((item) => this.#evaluate(item, scope)));
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
        const left = this.#evaluate(node.left, scope);
        const { value: operator } = node.operator;
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
      case "TestExpression":
        return passes(node.test.value, this.#evaluate(node.operand, scope), [], budget) !== node.negate;
      case "FilterExpression":
        return this.#filtered(node.filter, this.#evaluate(node.operand, scope), scope);
      default:
        throw failure(`${node.type} is no expression`);
    }
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
    if (filter.callee.type !== "Identifier") throw failure("a filter must be a name");
    return this.#filter(filter.callee.value, value, this.#arguments(filter.args, scope));
  }

  #filter(name: string, value: Value, args: Arguments): Value {
    this.#budget.step();
    if (name.startsWith(TEST)) {
      const negated = name.startsWith(`${TEST}not `);
      const test = name.slice(TEST.length + (negated ? 4 : 0));
      return passes(test, value, args.positional, this.#budget) !== negated;
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

/** What a template calls itself: it has its blocks, and here no template has any. */
const SELF: Value = { kind: "attributes", name: "TemplateReference None", get: () => undefined };
const NO_ARGUMENTS: Arguments = { positional: [], named: new Map() };

/** Collects what is written. */
class Output {
  readonly #parts: string[] = [];
  readonly #budget: Budget;
  length = 0;
  /** Whether anything was written, if only an empty string. */
  isBegun = false;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  write(text: string): void {
    this.isBegun = true;
    if (text === "") return;
    this.length += text.length;
    this.#budget.text(this.length);
    this.#parts.push(text);
  }

  text(): string {
    this.#budget.characters(this.length);
    return this.#parts.join("");
  }
}
