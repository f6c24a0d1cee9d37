import { beyond, invalid, LIMITS } from "./budget.js";
import { expression } from "./expressions.js";
import { isName, type Token, token } from "./tokens.js";

/** What the statement `{% generation %}` is read as: a block that is called under this name. */
export const GENERATION = "generation block";
/** What the condition of `{% for x in y if condition %}` is read as the argument of. */
export const CHOSEN = "chosen elements";

interface Block {
  readonly name: string;
  /** How many the parser has for this one. */
  readonly count: number;
  hasElse: boolean;
}

/** Blocks from which a loop around them cannot be left. */
const ENDS = ["if", "for", "macro", "call", "filter", "set", "generation"] as const;

/** The statements of a template, one after the other, and the blocks that are open. */
export class Blocks {
  readonly #open: Block[] = [];

  /**
   * The tokens of a statement, for the parser.
   * @throws TransformersError TEMPLATE_INVALID for what is no statement of Jinja, or does not belong there.
   */
  statement(tokens: readonly Token[]): Token[] {
    const [first, ...rest] = tokens;
    if (first?.type !== "Identifier") throw invalid("a tag has no name");
    const name = first.value;
    switch (name) {
      case "if":
        this.#begin(name);
        return tag([first, ...expression(rest, "condition")]);
      case "elif":
        if (this.#open.at(-1)?.name !== "if" || this.#open.at(-1)!.hasElse) throw misplaced(name);
        return tag([first, ...expression(rest, "condition")]);
      case "else":
        this.#alternative();
        return this.#bare(first, rest);
      case "for":
        this.#begin(name);
        return tag([first, ...loop(rest)]);
      case "set":
        return tag([first, ...this.#set(rest)]);
      case "macro":
        this.#begin(name);
        return tag([first, ...parameters(rest)]);
      case "call": {
        this.#begin(name);
        const end = rest[0]?.type === "OpenParen" ? endOfGroup(rest) : 0;
        const caller = [token("caller", "Identifier"), ...rest.slice(0, end)];
        return tag([first, ...parameters(caller).slice(1), ...expression(rest.slice(end))]);
      }
      case "filter": {
        const filters = split(rest, (each) => each.type === "Pipe").map((each) => expression(each));
        this.#begin(name, filters.length);
        return filters.reverse().flatMap((each) => tag([first, ...each]));
      }
      case "generation":
        this.#begin(name);
        this.#bare(first, rest);
        return tag([
          token("call", "Identifier"),
          token(GENERATION, "Identifier"),
          token("(", "OpenParen"),
          token(")", "CloseParen"),
        ]);
      case "break":
      case "continue":
        this.#leave(name);
        return this.#bare(first, rest);
      default:
        return this.#end(first, rest);
    }
  }

  /** @throws TransformersError TEMPLATE_INVALID where a block is still open. */
  finish(): void {
    const last = this.#open.at(-1);
    if (last !== undefined) throw invalid(`a block does not end: {% end${last.name} %} is missing`);
  }

  #begin(name: string, count = 1): void {
    if (this.#open.length >= LIMITS.depth) throw beyond("levels", LIMITS.depth);
    this.#open.push({ name, count, hasElse: false });
  }

  #end(first: Token, rest: readonly Token[]): Token[] {
    const ended = ENDS.find((each) => first.value === `end${each}`);
    if (ended === undefined) throw invalid(`there is no tag named ${JSON.stringify(first.value)}`);
    const block = this.#open.pop();
    if (block?.name !== ended) throw misplaced(first.value);
    this.#bare(first, rest);
    const end = tag([ended === "generation" ? token("endcall", "Identifier") : first]);
    return Array.from({ length: block.count }, () => end).flat();
  }

  #alternative(): void {
    const block = this.#open.at(-1);
    if (block === undefined || block.hasElse || (block.name !== "if" && block.name !== "for"))
      throw misplaced("else");
    block.hasElse = true;
  }

  #bare(first: Token, rest: readonly Token[]): Token[] {
    if (rest.length > 0) throw invalid(`nothing may follow ${JSON.stringify(first.value)} in its tag`);
    return tag([first]);
  }

  /** A loop is left from its own body alone: not from a macro in it, and not out of a text that is being written. */
  #leave(name: string): void {
    for (const block of this.#open.toReversed()) {
      if (block.name === "for" && !block.hasElse) return;
      if (block.name !== "if" && block.name !== "for") break;
    }
    throw invalid(`{% ${name} %} cannot stand there: it is in no loop that it could leave`);
  }

  #set(rest: readonly Token[]): Token[] {
    const [targets, ...values] = split(rest, (each) => each.type === "Equals");
    if (values.length === 0) {
      this.#begin("set");
      return expression(targets!);
    }
    if (values.length > 1) throw invalid("only one value can be set");
    const equals = token("=", "Equals");
    return [...expression(targets!, "names"), equals, ...expression(values[0]!, "tuple")];
  }
}

/** A name and its parameters, which do not end in a comma. */
function parameters(tokens: readonly Token[]): Token[] {
  if (tokens.at(-2)?.type === "Comma") throw invalid("a parameter is missing behind the last comma");
  return expression(tokens);
}

function loop(rest: readonly Token[]): Token[] {
  const [names, ...others] = split(rest, (each) => isName(each, "in"), 1);
  if (others.length === 0) throw invalid('a loop is written "for names in values"');
  const [values, ...conditions] = split(others[0]!, (each) => isName(each, "if"), 1);
  const result = [...expression(names!, "names"), token("in", "Identifier"), ...expression(values!, "tuple")];
  if (conditions.length === 0) return result;
  return [
    ...result,
    token("if", "Identifier"),
    token(CHOSEN, "Identifier"),
    token("(", "OpenParen"),
    ...expression(conditions[0]!),
    token(")", "CloseParen"),
  ];
}

/** What stands between tokens that no bracket is around, in no more than `most` + 1 pieces. */
function split(
  tokens: readonly Token[],
  at: (token: Token) => boolean,
  most = Number.POSITIVE_INFINITY,
): Token[][] {
  const pieces: Token[][] = [[]];
  let depth = 0;
  for (const each of tokens) {
    if (each.type.startsWith("Open")) depth++;
    else if (each.type.startsWith("Close")) depth--;
    if (depth === 0 && pieces.length <= most && at(each)) pieces.push([]);
    else pieces.at(-1)!.push(each);
  }
  return pieces;
}

function endOfGroup(tokens: readonly Token[]): number {
  let depth = 0;
  const end = tokens.findIndex(({ type }) => {
    if (type === "OpenParen") depth++;
    return type === "CloseParen" && --depth === 0;
  });
  return end < 0 ? tokens.length : end + 1;
}

function tag(tokens: readonly Token[]): Token[] {
  return [token("{%", "OpenStatement"), ...tokens, token("%}", "CloseStatement")];
}

function misplaced(name: string): Error {
  return invalid(`{% ${name} %} cannot stand there: it belongs to no block that is open`);
}
