import type { Dim } from "./dim.js";
import type { Graph, NodeOptions, Value } from "./graph.js";
import { firstOperand } from "./kernels.js";
import type { Attribute, Float } from "./model-proto.js";

// Where the kernels of ONNX Runtime's WebGPU provider fail or are wrong; tests/browser finds such places.

/** What a node is made of, as far as a kernel's choice depends on it. */
interface Step {
  readonly sources: readonly (Value | null)[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** Operators with cases that the processor has to compute, and which these are. */
const onProcessor: Readonly<Record<string, (step: Step) => boolean>> = {
  // WGSL promises 11 bits of them between -pi and pi and nothing beyond, where positions' angles lie.
  Sin: () => true,
  Cos: () => true,
  Tan: () => true,
  // WGSL leaves log(0) and NaN open, and log(1 + x) has no small x left.
  Log: () => true,
  ReduceLogSum: () => true,
  ReduceLogSumExp: () => true,
  TopK: () => true,
  // At most three spatial axes, and with three no groups.
  Conv: ({ sources: [x], attributes: { group = 1 } }) => {
    const rank = x!.shape?.length ?? 0;
    return rank > 5 || (rank === 5 && group !== 1);
  },
  // Wrong where groups of several channels give one each.
  ConvTranspose: ({ sources: [x, weight], attributes: { group = 1 } }) => {
    const [channels, each] = weight!.shape ?? [];
    return (x!.shape?.length ?? 0) > 4 || (group !== 1 && each === 1 && channels !== group);
  },
  // Indices of the largest elements are not given.
  MaxPool: ({ outputs }) => outputs.length > 1,
  // As exp2(y log2(x)) it is wrong where x is 0, and its shader does not compile where one operand is read four
  // elements at a time and the other one by one.
  Pow: () => true,
};

/** Whether the processor has to compute a node; the provider copies what it reads and gives. */
export function needsProcessor(
  opType: string,
  step: Step,
  { dtype, shape, isPrecise }: NodeOptions,
): boolean {
  if (isPrecise || onProcessor[opType]?.(step)) return true;
  // Of an int64 the shaders see 32 bits.
  const operand = step.sources[firstOperand(opType)]!;
  if (operand.dtype === "int64" || (dtype === "int64" && !givesPlaces.has(opType))) return true;
  // Most shaders cannot be started, or bound, for nothing.
  return isEmpty(shape) || step.sources.some((source) => isEmpty(source?.shape));
}

/** Operators whose int64 results are places in a tensor, which 32 bits hold. */
const givesPlaces = new Set(["ArgMax", "ArgMin", "MaxPool", "Shape", "Size"]);

function isEmpty(shape: readonly Dim[] | null | undefined): boolean {
  return shape?.includes(0) ?? false;
}

type Rewriting = (graph: Graph, sources: readonly Value[], count: number, options: NodeOptions) => Value[];

/** Operators written so that the kernels are right; null where there is nothing to better. */
export function rewritten(
  graph: Graph,
  opType: string,
  sources: readonly (Value | null)[],
  count: number,
  options: NodeOptions,
): Value[] | null {
  return rewritings[opType]?.(graph, sources as readonly Value[], count, options) ?? null;
}

const rewritings: Readonly<Record<string, Rewriting>> = {
  /** Max and Min give NaN for NaN, Clip and Relu a bound. */
  Clip: (graph, [x, min, max], _, options) => {
    const raised = min ? graph.node("Max", [x!, min], options) : x!;
    return [max ? graph.node("Min", [raised, max], options) : raised];
  },
  Relu: (graph, [x], _, options) => [graph.node("Max", [x!, graph.scalar(x!.dtype, 0)], options)],

  /** The kernel's variance, E[x^2] - E[x]^2, loses what a mean far from 0 takes: it is given x - E[x]. */
  LayerNormalization: (graph, [x, ...rest], count, options) => {
    const first = Number(options.attributes?.axis ?? -1);
    const axes = Array.from({ length: first < 0 ? -first : x!.shape!.length - first }, (_, i) => -1 - i);
    const mean = graph.node("ReduceMean", [x!, graph.ints(axes)], { attributes: { keepdims: 1 } });
    const centred = graph.node("Sub", [x!, mean], { shape: x!.shape });
    const own = { ...options, asWritten: true };
    const [y, rest_, scale] = graph.nodeWithOutputs("LayerNormalization", [centred, ...rest], count, own);
    if (rest_ === undefined) return [y!];
    const whole = graph.node("Add", [mean, rest_], { shape: rest_.shape });
    return scale === undefined ? [y!, whole] : [y!, whole, scale];
  },

  /** The kernel does not give its second result, 1 / sqrt(E[x^2] + epsilon). */
  SimplifiedLayerNormalization: (graph, [x, ...rest], count, options) => {
    const y = graph.node("SimplifiedLayerNormalization", [x!, ...rest], { ...options, asWritten: true });
    if (count === 1) return [y];
    const axes = Array.from({ length: -Number(options.attributes!.axis) }, (_, i) => -1 - i);
    const { value } = options.attributes!.epsilon as Float;
    const square = graph.node("Mul", [x!, x!], { shape: x!.shape });
    const mean = graph.node("ReduceMean", [square, graph.ints(axes)], { attributes: { keepdims: 1 } });
    const root = graph.node("Sqrt", [graph.node("Add", [mean, graph.scalar(x!.dtype, value)])]);
    return [y, graph.node("Reciprocal", [root])];
  },
};
