import { type Budget, failure } from "./budget.js";
import { CONSTANTS, type Scope } from "./scope.js";
import type { Node } from "./syntax.js";
import { type Arguments, Dict, found, type Signature, Tuple, type Value } from "./values.js";

/** The arguments that a macro takes beside its parameters, where its body names them. */
const SPECIAL = ["caller", "kwargs", "varargs"] as const;
type Special = (typeof SPECIAL)[number];

const namedIn = new WeakMap<readonly Node[], ReadonlySet<Special>>();

/**
 * Gives a macro's parameters their values, as Jinja does.
 * @throws TransformersError TEMPLATE_FAILED for an argument that the macro does not take.
 */
export function bindParameters(
  macro: { readonly name: string; readonly parameters: readonly Node[]; readonly body: readonly Node[] },
  { positional, named }: Arguments,
  scope: Scope,
  evaluate: (node: Node) => Value,
  budget: Budget,
): void {
  const { name, parameters, body } = macro;
  const rest = new Map(named);
  for (const [i, parameter] of parameters.entries()) {
    const key = parameterName(parameter);
    const given = i < positional.length ? positional[i] : rest.get(key);
    if (i >= positional.length) rest.delete(key);
    const absent = parameter.type === "KeywordArgumentExpression" ? parameter.value : null;
    const value = given === undefined && absent !== null ? evaluate(absent) : given;
    scope.set(
      key,
      found(value, () => `parameter '${key}' was not provided`),
    );
  }
  const takes = specialNames(body, budget);
  const caller = rest.get("caller");
  if (takes.has("caller") && !parameters.some((each) => parameterName(each) === "caller")) {
    rest.delete("caller");
    scope.set(
      "caller",
      found(caller, () => "No caller defined"),
    );
  }
  if (takes.has("kwargs")) {
    const kwargs = new Dict();
    for (const [key, value] of rest) kwargs.set(key, value);
    scope.set("kwargs", kwargs);
  } else if (rest.size > 0) {
    throw failure(`macro '${name}' takes no keyword argument '${rest.keys().next().value}'`);
  }
  if (takes.has("varargs")) scope.set("varargs", new Tuple(positional.slice(parameters.length)));
  else if (positional.length > parameters.length) {
    throw failure(`macro '${name}' takes not more than ${parameters.length} argument(s)`);
  }
}

/** What a macro says of its parameters. */
export function signatureOf(
  { parameters, body }: { readonly parameters: readonly Node[]; readonly body: readonly Node[] },
  budget: Budget,
): Signature {
  const takes = specialNames(body, budget);
  const names = parameters.map(parameterName);
  return {
    arguments: new Tuple(names),
    catch_kwargs: takes.has("kwargs"),
    catch_varargs: takes.has("varargs"),
    caller: takes.has("caller") || names.includes("caller"),
  };
}

function parameterName(parameter: Node): string {
  const name = parameter.type === "KeywordArgumentExpression" ? parameter.key : parameter;
  if (name.type !== "Identifier" || CONSTANTS.has(name.value)) throw failure("a parameter must be a name");
  return name.value;
}

/** Which of the special arguments the body names. */
function specialNames(body: readonly Node[], budget: Budget): ReadonlySet<Special> {
  const known = namedIn.get(body);
  if (known !== undefined) return known;
  const names = new Set<Special>();
  const open: unknown[] = [...body];
  while (open.length > 0) {
    budget.step();
    const node = open.pop();
    if (typeof node !== "object" || node === null) continue;
    if (node instanceof Map) {
      open.push(...node.keys(), ...node.values());
      continue;
    }
    const { type, value } = node as { type?: string; value?: unknown };
    const special = type === "Identifier" && SPECIAL.find((each) => each === value);
    if (special) names.add(special);
    const isAttribute = type === "MemberExpression" && !(node as { computed?: boolean }).computed;
    for (const [key, child] of Object.entries(node)) {
      if (!(isAttribute && key === "property")) open.push(child);
    }
  }
  namedIn.set(body, names);
  return names;
}
