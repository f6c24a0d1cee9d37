import { TransformersError } from "../../../errors.js";
import { bind, textOf } from "./arguments.js";
import { Budget, beyond, LIMITS } from "./budget.js";
import { strftime } from "./dates.js";
import { Interpreter, type Stretch } from "./interpreter.js";
import { type Node, parseTemplate } from "./syntax.js";
import { Callable, fromJs, type Value } from "./values.js";

/** What a template wrote. */
export interface Rendered {
  readonly text: string;
  /** What its `{% generation %}` blocks wrote, in UTF-16 units of the text. */
  readonly generations: readonly Stretch[];
}

/**
 * A chat template: Jinja as Python's Transformers sets it up (a sandbox in which nothing can be changed, trim_blocks
 * and lstrip_blocks, loop controls, `raise_exception`, `strftime_now`, a `tojson` that leaves text as it is), with
 * limits on time and memory.
 */
export class ChatTemplate {
  readonly #program: Node;

  /** @throws TransformersError TEMPLATE_INVALID where it cannot be read, TEMPLATE_LIMIT where it is too long or deep. */
  constructor(source: string) {
    this.#program = parseTemplate(source);
  }

  /**
   * The text for `context`, of which only own data is visible. `now` is what `strftime_now` goes by.
   * @throws TransformersError TEMPLATE_FAILED with what the template says or does wrong, TEMPLATE_LIMIT.
   */
  render(context: Readonly<Record<string, unknown>>, now: () => Date = () => new Date()): Rendered {
    const budget = new Budget();
    const names = new Map<string, Value>();
    try {
      for (const [name, value] of Object.entries(context)) {
        if (value !== undefined && typeof value !== "function") names.set(name, fromJs(value, budget));
      }
      const interpreter = new Interpreter(budget, {
        strftime_now: new Callable("strftime_now", (args) =>
          strftime(now(), textOf("format", bind("strftime_now", args, ["format"]).format)),
        ),
      });
      const text = interpreter.render(this.#program, names);
      return { text, generations: interpreter.generations };
    } catch (reason) {
      if (reason instanceof TransformersError) throw reason;
      // The stack of the engine, or its longest string: the limits are meant to be reached before.
      if (reason instanceof RangeError) throw beyond("levels", LIMITS.depth);
      throw reason;
    }
  }
}

const compiled = new Map<string, ChatTemplate>();
/** As many templates are kept as programs use side by side. */
const KEPT = 32;

/** A template that has been read before, or is now. */
export function chatTemplate(source: string): ChatTemplate {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const made = new ChatTemplate(source);
  if (compiled.size >= KEPT) compiled.delete(compiled.keys().next().value!);
  compiled.set(source, made);
  return made;
}
