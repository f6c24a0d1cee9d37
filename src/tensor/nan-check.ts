import { TransformersError } from "../errors.js";
import type { Graph, Value } from "../onnx/graph.js";
import { isFloat } from "../runtime/dtype.js";
import { describeOrigin } from "./anomaly.js";
import { canonical } from "./gradient.js";
import type { Plan } from "./lower.js";
import type { Node } from "./node.js";
import type { Tensor } from "./tensor.js";

/** The floats of a plan, in the order in which they are there. */
export function checkedTensors({ leaves, nodes }: Plan): Tensor[] {
  return [...leaves, ...nodes.flatMap(({ outputs }) => outputs)].filter(({ dtype }) => isFloat(dtype));
}

/** How many NaNs each value holds: float32 [values.length]. */
export function countNaNs(graph: Graph, values: readonly Value[]): Value {
  const counts = values.map((value) => {
    const wide = value.dtype === "bfloat16" ? graph.cast(value, "float32") : value;
    const nan = graph.node("IsNaN", [wide], { dtype: "bool", shape: value.shape });
    const count = graph.node("ReduceSum", [graph.cast(nan, "float32")], {
      attributes: { keepdims: 0 },
      shape: [],
    });
    return graph.reshape(count, [1]);
  });
  return graph.node("Concat", counts, { attributes: { axis: 0 }, shape: [values.length] });
}

/** Throws `ANOMALY` where a root holds a NaN. `counts` are the NaNs of the tensors that `checkedTensors` gives. */
export function requireNoNaN(work: Plan, counts: ArrayLike<number>): void {
  const checked = checkedTensors(work);
  const holdsNaN = new Set(checked.filter((_, i) => counts[i]! > 0));
  const reached = new Set<Tensor>();
  const pending = work.roots.filter((root) => holdsNaN.has(root));
  for (let tensor = pending.pop(); tensor !== undefined; tensor = pending.pop()) {
    if (reached.has(tensor)) continue;
    reached.add(tensor);
    pending.push(...tensor.node.inputs.map(canonical).filter((input) => holdsNaN.has(input)));
  }
  const born = checked.find(
    (tensor) => reached.has(tensor) && !tensor.node.inputs.some((input) => holdsNaN.has(canonical(input))),
  );
  if (born !== undefined) throw new TransformersError("ANOMALY", describeBirth(born, work));
}

function describeBirth(born: Tensor, work: Plan): string {
  const { node } = born;
  if (!work.leaves.includes(born)) {
    return `NaN was born in ${signature(node)}: its result ${born} holds NaN, and nothing that it reads does${describeOrigin(node.origin)}`;
  }
  const what = node.owner === null ? "a value that was given" : "a parameter";
  const reader = work.nodes.find(({ inputs }) => inputs.some((input) => canonical(input) === born));
  const by = reader && `; the first to read it is ${signature(reader)}${describeOrigin(reader.origin)}`;
  return `${what}, ${born}, held NaN before anything was computed${by ?? ""}`;
}

/** An operation with the types of what it reads. */
function signature({ op, inputs }: Node): string {
  return `${op.name}(${inputs.join(", ")})`;
}
