import { TransformersError } from "../../errors.js";
import { addDims, type Dim, dimsEqual, formatShape, multiplyDims } from "../../onnx/dim.js";
import { Graph, type Value } from "../../onnx/graph.js";
import { Subgraph } from "../../onnx/model-proto.js";
import type { DType } from "../../runtime/dtype.js";
import { apply, defineOp } from "../node.js";
import type { Tensor } from "../tensor.js";
import { where } from "./choice.js";
import { logical_and, logical_or } from "./comparison.js";
import { arange, full, tensor, zeros } from "./creation.js";
import { cat, stack } from "./joining.js";
import { type LossReduction, reduced } from "./loss-reduction.js";
import { requireFloat } from "./operands.js";
import { logsumexp } from "./reduce.js";

const never = Number.NEGATIVE_INFINITY;

/**
 * The forward variables of all alignments: for each time, sequence and state the logarithm of the probability of all ways
 * to be there by then,
 *
 *     alpha[t, s] = emissions[t, s] + log(exp alpha[t-1, s] + exp alpha[t-1, s-1] + exp(alpha[t-1, s-2] + skips[s])),
 *
 * from alpha[-1] = start. emissions: [time, batch, states], skips (0, or -infinity where no state may be left out) and
 * start: [batch, states]. One step after the other, as a loop inside the session: any time compiles alike.
 */
const latticeOp = defineOp("ctc_lattice", {
  infer: ([emissions]) => emissions!,
  onnx: (graph, [emissions, skips, start]) => {
    const { dtype, shape } = emissions!;
    const body = latticeStep(dtype, shape!.slice(1));
    const [, , alphas] = graph.nodeWithOutputs("Scan", [start!, skips!, emissions!], 3, {
      attributes: { body, num_scan_inputs: 1 },
      shape: shape!,
      isPrecise: true,
    });
    return alphas!;
  },
  gradient: "none",
});

/** One step of the loop: (alpha, skips; emissions) to (alpha, skips; alpha). */
function latticeStep(dtype: DType, shape: readonly Dim[]): Subgraph {
  const graph = new Graph("cpu", "step");
  const [alpha, skips, emissions] = ["alpha", "skips", "emissions"].map((name) =>
    graph.input(dtype, shape, `step_${name}`),
  ) as [Value, Value, Value];
  const padded = graph.node("Pad", [alpha, graph.ints([0, 2, 0, 0]), graph.scalar(dtype, never)]);
  const from = (states: number) => {
    const [start, end] = [2 - states, -states].map((at) => graph.ints([at])) as [Value, Value];
    return graph.node("Slice", [padded, start, end, graph.ints([1])], { shape });
  };
  const ways = [alpha, from(1), graph.node("Add", [from(2), skips], { shape })];
  // Where there is no way at all, minus infinity is not taken from itself.
  const largest = graph.node("Max", [...ways, graph.scalar(dtype, -1e30)], { shape });
  const shares = ways.map((way) =>
    graph.node("Exp", [graph.node("Sub", [way, largest], { shape })], { shape }),
  );
  const logarithm = graph.node("Log", [graph.node("Sum", shares, { shape })], { shape });
  const next = graph.node("Sum", [logarithm, largest, emissions], { shape });
  for (const value of [next, skips, next]) {
    const copy = graph.node("Identity", [value], { shape, distinct: true });
    graph.output(copy, dtype, shape);
  }
  return new Subgraph(`ctc_lattice of ${dtype}`, graph.finish());
}

/** alphas, or from the ends of sequences backwards betas: [time, batch, states]. */
function lattice(emissions: Tensor, skips: Tensor, start: Tensor): Tensor {
  return apply(latticeOp, [emissions, skips, start], {});
}

/** The first `lengths` entries of each sequence in reverse, the rest as they are. x: [time, batch, ...]. */
const reverseSequenceOp = defineOp("reverse_sequence", {
  infer: ([x]) => x!,
  onnx: (graph, [x, lengths]) =>
    graph.node("ReverseSequence", [x!, lengths!], {
      attributes: { time_axis: 0, batch_axis: 1 },
      shape: x!.shape,
    }),
  gradient: ([dy], [, lengths]) => [reverseSequence(dy!, lengths!), null],
});

function reverseSequence(x: Tensor, lengths: Tensor): Tensor {
  return apply(reverseSequenceOp, [x, lengths], {});
}

/**
 * The losses as they are, with the gradient that PyTorch gives them: that of softmax's input rather than of
 * log-probabilities which need not sum to 1, softmax - (share of alignments that are in the class at that time). Inputs:
 * log_probs [time, batch, classes], losses [batch], alphas, emissions [time, batch, states], skips [batch, states],
 * classes of the states [batch, states], input and target lengths [batch].
 *
 * Source: Graves et al., "Connectionist Temporal Classification", 2006, equation 16.
 */
const ctcLossOp = defineOp<{ zeroInfinity: boolean }>("ctc_loss", {
  infer: ([, losses]) => losses!,
  onnx: (_graph, [, losses]) => losses!,
  gradient: (
    [dy],
    [logProbs, losses, alphas, emissions, skips, classes, inputLengths, targetLengths],
    _outputs,
    { zeroInfinity },
  ) => {
    const [time, batch, states] = emissions!.shape as [Dim, Dim, Dim];
    // Backwards a state is left out where forwards the one two further on leaves it out.
    const behind = full([batch, 2], never, { dtype: skips!.dtype });
    const backwards = cat([skips!, behind], 1).slice(1, 2);
    const last = targetLengths!.mul(2).unsqueeze(1);
    const end = where(arange(states).eq(last), 0, never).to(skips!.dtype);
    const mirrored = lattice(
      reverseSequence(emissions!, inputLengths!).flip([2]),
      backwards.flip([1]),
      end.flip([1]),
    );
    const betas = reverseSequence(mirrored.flip([2]), inputLengths!);
    const possible = emissions!.gt(never);
    const shares = alphas!
      .add(betas)
      .sub(where(possible, emissions!, 0))
      .add(losses!.unsqueeze(1));
    const inClass = zeros(logProbs!.shape, { dtype: logProbs!.dtype }).scatter_add(
      2,
      classes!.unsqueeze(0).expand([time, batch, states]),
      where(possible, shares, never).exp(),
    );
    const heard = arange(time).unsqueeze(1).lt(inputLengths!).unsqueeze(2);
    // The slope of an infinite loss is NaN, or 0 where such a loss does not count.
    const isInfinite = losses!.eq(Number.POSITIVE_INFINITY);
    const counted = zeroInfinity ? logical_and(heard, isInfinite.logical_not().unsqueeze(1)) : heard;
    const factor = zeroInfinity ? dy! : where(isInfinite, Number.NaN, dy!);
    const slope = logProbs!.exp().sub(inClass).mul(factor.unsqueeze(1));
    return [where(counted, slope, 0), null, null, null, null, null, null, null];
  },
});

export interface CtcLossOptions {
  /** The class that says nothing. Default 0. */
  blank?: number;
  /** "mean" (default): of each sequence's loss by its target's length; "sum", or "none" for one loss a sequence. */
  reduction?: LossReduction;
  /** Whether the loss of a target that fits nowhere, which is infinite, and its gradient count as 0. Default false. */
  zero_infinity?: boolean;
}

/** Sizes of sequences: known numbers, or a tensor of them, int64 or int32 [batch]. */
export type Lengths = readonly number[] | Tensor;

/**
 * The loss of sequences of labels whose places in time are not known, as torch.nn.functional.ctc_loss. log_probs: [time,
 * batch, classes], or [time, classes] of one sequence; targets: class numbers [batch, longest], padded with anything, or
 * those of all sequences one after the other [sum of target_lengths], whose lengths must then be given as numbers.
 * The gradient is PyTorch's: that of softmax's input.
 *
 * Source: Graves et al., "Connectionist Temporal Classification", 2006.
 */
export function ctc_loss(
  log_probs: Tensor,
  targets: Tensor,
  input_lengths: Lengths,
  target_lengths: Lengths,
  options: CtcLossOptions = {},
): Tensor {
  const { blank = 0, reduction = "mean", zero_infinity = false } = options;
  requireFloat("ctc_loss", log_probs);
  requireClasses(log_probs, targets, blank);
  if (log_probs.rank === 2) {
    const unbatched = ctc_loss(
      log_probs.unsqueeze(1),
      targets.unsqueeze(0),
      ofOne(input_lengths),
      ofOne(target_lengths),
      { ...options, reduction: reduction === "mean" ? "mean" : "sum" },
    );
    return unbatched;
  }
  const [time, batch] = log_probs.shape as [Dim, Dim, Dim];
  const inputs = lengthsTensor("input_lengths", input_lengths, batch, time);
  const table = targets.rank === 2 ? targets : paddedTargets(targets, target_lengths);
  const lengths = lengthsTensor("target_lengths", target_lengths, batch, table.shape[1]!);
  if (!dimsEqual(table.shape[0]!, batch)) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `ctc_loss: log_probs ${formatShape(log_probs.shape)} are of ${batch} sequences, targets ${formatShape(targets.shape)} of ${table.shape[0]}`,
    );
  }
  const wide = log_probs.dtype === "float64" ? log_probs : log_probs.to("float32");
  const losses = sequenceLosses(wide, table.to("int64"), inputs, lengths, blank, zero_infinity).to(
    log_probs.dtype,
  );
  if (reduction !== "mean") return reduced("ctc_loss", losses, reduction);
  return losses.div(lengths.maximum(1).to(losses.dtype)).mean();
}

function sequenceLosses(
  logProbs: Tensor,
  targets: Tensor,
  inputLengths: Tensor,
  targetLengths: Tensor,
  blank: number,
  zeroInfinity: boolean,
): Tensor {
  const [time, batch] = logProbs.shape as [Dim, Dim, Dim];
  const longest = targets.shape[1]!;
  const states = addDims(multiplyDims(2, longest), 1);
  // A blank before, between and after the labels; what pads a target is taken for blanks.
  const labels = where(arange(longest).lt(targetLengths.unsqueeze(1)), targets, blank);
  const blanks = full([batch, longest], blank, { dtype: "int64" });
  const pairs = stack([blanks, labels], -1).reshape([batch, multiplyDims(2, longest)]);
  const classes = cat([pairs, full([batch, 1], blank, { dtype: "int64" })], 1);
  // The blank between two labels may be left out unless they are the same.
  const nothing = full([batch, 2], -1, { dtype: "int64" });
  const twoBefore = cat([nothing, classes], 1).slice(1, 0, states);
  const skips = where(logical_and(twoBefore.ne(classes), twoBefore.ge(0)), 0, never).to(logProbs.dtype);
  const start = where(arange(states).eq(0), 0, never).to(logProbs.dtype).expand([batch, states]);
  const emissions = logProbs.gather(2, classes.unsqueeze(0).expand([time, batch, states]));

  const alphas = lattice(emissions, skips, start);
  const end = inputLengths.sub(1).maximum(0).reshape([1, batch, 1]).expand([1, batch, states]);
  const last = targetLengths.mul(2).unsqueeze(1);
  const isFinal = logical_or(arange(states).eq(last), arange(states).eq(last.sub(1)));
  const heard = logsumexp(where(isFinal, alphas.gather(0, end).squeeze(0), never), 1).neg();
  // Of no time at all nothing but an empty target can be read.
  const silent = where(targetLengths.eq(0), 0, Number.POSITIVE_INFINITY).to(logProbs.dtype);
  const losses = where(inputLengths.eq(0), silent, heard);
  const operands = [logProbs, losses, alphas, emissions, skips, classes, inputLengths, targetLengths];
  const result = apply(ctcLossOp, operands, { zeroInfinity });
  return zeroInfinity ? where(losses.eq(Number.POSITIVE_INFINITY), 0, result) : result;
}

function ofOne(lengths: Lengths): Lengths {
  return Array.isArray(lengths) ? lengths : (lengths as Tensor).reshape([1]);
}

/** Lengths as int64 [batch]. Those known are checked against the longest there is room for. */
function lengthsTensor(name: string, lengths: Lengths, batch: Dim, most: Dim): Tensor {
  const given = isNumbers(lengths)
    ? tensor(BigInt64Array.from(lengths, (length) => BigInt(length)))
    : lengths;
  if (given.rank !== 1 || !dimsEqual(given.shape[0]!, batch) || !["int64", "int32"].includes(given.dtype)) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `ctc_loss: ${name} must be whole numbers, one for each of the ${batch} sequences, got ${given}`,
    );
  }
  const wrong = isNumbers(lengths)
    ? lengths.find((length) => length < 0 || (typeof most === "number" && length > most))
    : undefined;
  if (wrong !== undefined) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `ctc_loss: ${name} ${wrong} is not between 0 and ${most}`,
    );
  }
  return given.to("int64");
}

function isNumbers(lengths: Lengths): lengths is readonly number[] {
  return Array.isArray(lengths);
}

/** Targets one after the other as a row for each sequence. */
function paddedTargets(targets: Tensor, lengths: Lengths): Tensor {
  const total = isNumbers(lengths) ? lengths.reduce((sum, length) => sum + length, 0) : null;
  if (!isNumbers(lengths) || !dimsEqual(targets.shape[0]!, total!)) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `ctc_loss: targets ${formatShape(targets.shape)} one after the other need target_lengths as numbers that sum to their count; or pad them to [batch, longest]`,
    );
  }
  const longest = Math.max(0, ...lengths);
  let start = 0;
  const positions = lengths.flatMap((length) => {
    const row = Array.from({ length: longest }, (_, i) => BigInt(start + (i < length ? i : 0)));
    start += length;
    return row;
  });
  if (total === 0) return full([lengths.length, 0], 0, { dtype: targets.dtype });
  // Rows of no labels, the last one above all, may point behind the end.
  const within = positions.map((position) => (position < total! ? position : 0n));
  return targets.index_select(0, tensor(BigInt64Array.from(within), { shape: [lengths.length, longest] }));
}

function requireClasses(logProbs: Tensor, targets: Tensor, blank: number): void {
  const classes = logProbs.shape.at(-1);
  if (logProbs.rank < 2 || logProbs.rank > 3 || targets.rank < 1 || targets.rank > logProbs.rank - 1) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `ctc_loss: log_probs [time, batch, classes] go with targets [batch, longest] or [all labels], got ${formatShape(logProbs.shape)} and ${formatShape(targets.shape)}`,
    );
  }
  if (targets.dtype !== "int64" && targets.dtype !== "int32") {
    throw new TransformersError(
      "DTYPE_MISMATCH",
      `ctc_loss: targets are class numbers (int64), got ${targets.dtype}`,
    );
  }
  if (!(Number.isInteger(blank) && blank >= 0 && (typeof classes !== "number" || blank < classes))) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `ctc_loss: blank must be one of the ${classes} classes, not ${blank}`,
    );
  }
}
