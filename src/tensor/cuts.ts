import { topological } from "./gradient.js";
import type { Node } from "./node.js";
import type { Tensor } from "./tensor.js";

/**
 * Why no gradient leads from the roots to the nodes that `isTarget` names: the operations that cut the path, nearest to
 * the roots, or that there is none. `isCut` says what cuts beside operations without a gradient.
 */
export function describeCut(
  roots: readonly Tensor[],
  isTarget: (node: Node) => boolean,
  isCut: (node: Node) => boolean = () => false,
): string {
  const leading = new Set<Node>();
  for (const node of topological(roots)) {
    if (isTarget(node) || node.inputs.some((input) => leading.has(input.node))) leading.add(node);
  }
  const cuts = new Set<Node>();
  const passed = topological(roots, (node) => {
    if (!leading.has(node) || isTarget(node)) return [];
    if (node.op.gradient !== "none" && !isCut(node)) return node.inputs;
    cuts.add(node);
    return [];
  });
  const [first, ...others] = passed.filter((node) => cuts.has(node)).reverse();
  if (first === undefined) {
    return roots.some(({ node }) => leading.has(node))
      ? "what lies between passes no gradient on to it, as a checkpoint() to what is inside"
      : "nothing of it is computed from there";
  }
  const reason =
    first.op.gradient === "none" ? "which has no gradient" : "which was recorded within no_grad()";
  const more = others.length === 0 ? "" : `, and by ${others.length} more`;
  return `the path is cut by ${first.op.name}(${first.inputs.join(", ")}), ${reason}${more}`;
}
