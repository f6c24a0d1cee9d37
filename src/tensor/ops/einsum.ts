import { TransformersError } from "../../errors.js";
import { type Dim, dimsEqual, formatShape, productOfDims } from "../../onnx/dim.js";
import { normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { diagonal } from "./diagonal.js";
import { permute, reshape } from "./movement.js";

/** A tensor and the label of each of its axes. */
interface Term {
  readonly x: Tensor;
  readonly labels: readonly string[];
}

/**
 * Sums of products of elements, by Einstein's convention: `einsum("bij,bjk->bik", [a, b])`. Each letter names an
 * axis; one that the output lacks is summed over, and one that stands twice for one operand takes its diagonal.
 * "..." stands for all axes without a letter, which broadcast. Without "->" the output has "..." and then the
 * letters that occur once, in alphabetical order. Operands are contracted in pairs from left to right, each pair
 * as one batched matmul.
 *
 * Source: PyTorch documentation, torch.einsum.
 */
export function einsum(equation: string, operands: readonly Tensor[]): Tensor {
  const { inputs, output } = parse(equation, operands);
  const sizes = sizesOf(equation, operands, inputs);
  const strangers = output.filter((label, i) => !sizes.has(label) || output.indexOf(label) !== i);
  if (strangers.length > 0) {
    throw refused(
      equation,
      `the output's subscript ${strangers[0]} must stand for one of the operands, and once in the output`,
    );
  }
  const terms = inputs.map((labels, i) => withDiagonals(operands[i]!, labels));
  const [first, ...rest] = terms as [Term, ...Term[]];
  const product = rest.reduce((left, right, i) => {
    const later = new Set([...output, ...rest.slice(i + 1).flatMap(({ labels }) => labels)]);
    return contract(left, right, later);
  }, first);
  const kept = summedOver(product, (label) => output.includes(label));
  return permute(
    kept.x,
    output.map((label) => kept.labels.indexOf(label)),
  );
}

function refused(equation: string, problem: string): TransformersError {
  return new TransformersError("INVALID_ARGUMENT", `einsum("${equation}"): ${problem}`);
}

/** Labels of each operand's axes and of the output's. The axes of "..." get labels of their own, from the last on. */
function parse(equation: string, operands: readonly Tensor[]) {
  const [left, right, ...others] = equation.replaceAll(/\s/g, "").split("->");
  const texts = left!.split(",");
  for (const text of [...texts, right ?? ""]) {
    if (others.length > 0 || !/^[A-Za-z]*(\.\.\.)?[A-Za-z]*$/.test(text)) {
      throw refused(equation, `expected letters and at most one "..." between "," and "->", got "${text}"`);
    }
  }
  if (texts.length !== operands.length) {
    throw refused(equation, `${texts.length} lists of subscripts for ${operands.length} operands`);
  }
  const inputs = texts.map((text, i) => {
    const letters = text.replace("...", "").length;
    const { rank } = operands[i]!;
    if (text.includes("...") ? letters > rank : letters !== rank) {
      throw refused(equation, `"${text}" does not fit operand ${i}, ${operands[i]}, which has ${rank} axes`);
    }
    return labelsOf(text, rank - letters);
  });
  const all = inputs.flat();
  const broadcast = Math.max(0, ...inputs.map((labels) => labels.filter(isBroadcast).length));
  const once = [...new Set(all)].filter((label) => all.indexOf(label) === all.lastIndexOf(label));
  const letters = once.filter((label) => !isBroadcast(label)).sort();
  const output =
    right === undefined ? [...labelsOf("...", broadcast), ...letters] : labelsOf(right, broadcast);
  return { inputs, output };
}

const isBroadcast = (label: string) => label.startsWith(".");

/** The letters of a list, "..." as labels ".n", ..., ".1" for so many axes. */
function labelsOf(text: string, broadcast: number): string[] {
  const [before, after] = text.split("...") as [string, string | undefined];
  if (after === undefined) return [...before];
  return [...before, ...Array.from({ length: broadcast }, (_, i) => `.${broadcast - i}`), ...after];
}

/** The size that each label stands for; an axis of size 1 goes with every other size. */
function sizesOf(equation: string, operands: readonly Tensor[], inputs: readonly (readonly string[])[]) {
  const sizes = new Map<string, { size: Dim; operand: number }>();
  inputs.forEach((labels, operand) => {
    labels.forEach((label, axis) => {
      const size = operands[operand]!.shape[axis]!;
      const known = sizes.get(label);
      if (known === undefined || (dimsEqual(known.size, 1) && known.operand !== operand)) {
        sizes.set(label, { size, operand });
        return;
      }
      const fits = dimsEqual(size, known.size) || (dimsEqual(size, 1) && known.operand !== operand);
      if (fits) return;
      const name = isBroadcast(label) ? 'an axis of "..."' : `subscript ${label}`;
      const [a, b] = [operands[known.operand]!, operands[operand]!];
      throw new TransformersError(
        "SHAPE_MISMATCH",
        `einsum("${equation}"): ${name} has size ${known.size} in operand ${known.operand} ${formatShape(a.shape)} and ${size} in operand ${operand} ${formatShape(b.shape)}`,
      );
    });
  });
  return sizes;
}

/** Axes that share a label become their diagonal. */
function withDiagonals(x: Tensor, labels: readonly string[]): Term {
  const first = labels.findIndex((label, i) => labels.indexOf(label, i + 1) >= 0);
  if (first < 0) return { x, labels };
  const second = labels.indexOf(labels[first]!, first + 1);
  const others = labels.filter((_, axis) => axis !== first && axis !== second);
  return withDiagonals(diagonal(x, { dim1: first, dim2: second }), [...others, labels[first]!]);
}

function summedOver({ x, labels }: Term, keep: (label: string) => boolean): Term {
  const axes = labels.flatMap((label, axis) => (keep(label) ? [] : [axis]));
  if (axes.length === 0) return { x, labels };
  return { x: x.sum(axes), labels: labels.filter(keep) };
}

/** The product of two terms, summed over the labels that nothing needs later. */
function contract(left: Term, right: Term, later: ReadonlySet<string>): Term {
  const common = left.labels.filter((label) => right.labels.includes(label) && !later.has(label));
  // Beside an axis of size 1 the other side's may be summed on its own.
  const summed = common.filter((label) => !dimsEqual(sizeIn(left, label), sizeIn(right, label)));
  const inner = common.filter((label) => !summed.includes(label));
  const a = summedOver(left, (label) => later.has(label) || inner.includes(label));
  const b = summedOver(right, (label) => later.has(label) || inner.includes(label));

  const batch = a.labels.filter((label) => b.labels.includes(label) && later.has(label));
  const rows = a.labels.filter((label) => !b.labels.includes(label));
  const columns = b.labels.filter((label) => !a.labels.includes(label));
  const labels = [...batch, ...rows, ...columns];
  if (inner.length === 0) {
    return { x: spread(a, labels).mul(spread(b, labels)), labels };
  }
  const lead = (term: Term) => batch.map((label) => sizeIn(term, label));
  const product = merged(a, [batch, rows, inner]).matmul(merged(b, [batch, inner, columns]));
  const shape = [
    ...product.shape.slice(0, lead(a).length),
    ...rows.map((label) => sizeIn(a, label)),
    ...columns.map((label) => sizeIn(b, label)),
  ];
  return { x: reshape(product, shape), labels };
}

function sizeIn({ x, labels }: Term, label: string): Dim {
  return x.shape[labels.indexOf(label)]!;
}

/** The term's axes in the order of `labels`, with size 1 for those that it lacks. */
function spread({ x, labels }: Term, target: readonly string[]): Tensor {
  const order = target.filter((label) => labels.includes(label));
  const sorted = permute(
    x,
    order.map((label) => labels.indexOf(label)),
  );
  return reshape(
    sorted,
    target.map((label) => (labels.includes(label) ? x.shape[labels.indexOf(label)]! : 1)),
  );
}

/** The term as a batch of matrices: batch axes as they are, then the other groups, each merged into one axis. */
function merged(term: Term, [batch, ...groups]: [string[], string[], string[]]): Tensor {
  const order = [...batch, ...groups.flat()];
  const sorted = permute(
    term.x,
    order.map((label) => term.labels.indexOf(label)),
  );
  const sizes = groups.map((group) => productOfDims(group.map((label) => sizeIn(term, label))));
  return reshape(sorted, [...batch.map((label) => sizeIn(term, label)), ...sizes]);
}

/**
 * Products of elements summed over axes of both tensors: over the last `axes` of the first and the first `axes` of
 * the second, or over two lists of axes. The axes that are left come in order.
 */
export function tensordot(
  a: Tensor,
  b: Tensor,
  axes: number | readonly [readonly number[], readonly number[]] = 2,
): Tensor {
  const [ofA, ofB] =
    typeof axes === "number"
      ? [a.shape.map((_, i) => i).slice(a.rank - axes), b.shape.map((_, i) => i).slice(0, axes)]
      : axes.map((list, side) => list.map((axis) => normalizeAxis("tensordot", axis, (side ? b : a).rank)));
  if (ofA!.length !== ofB!.length || (typeof axes === "number" && !(axes >= 0 && ofA!.length === axes))) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `tensordot: expected as many axes of both, got ${JSON.stringify(axes)} for ${a} and ${b}`,
    );
  }
  const left = { x: a, labels: a.shape.map((_, axis) => `a${axis}`) };
  const right = {
    x: b,
    labels: b.shape.map((_, axis) => (ofB!.includes(axis) ? `a${ofA![ofB!.indexOf(axis)]}` : `b${axis}`)),
  };
  ofA!.forEach((axis, i) => {
    const [size, other] = [a.shape[axis]!, b.shape[ofB![i]!]!];
    if (dimsEqual(size, other) || dimsEqual(size, 1) || dimsEqual(other, 1)) return;
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `tensordot: axis ${axis} of ${formatShape(a.shape)} (${size}) against axis ${ofB![i]} of ${formatShape(b.shape)} (${other})`,
    );
  });
  const free = [...left.labels, ...right.labels].filter(
    (label) => !(left.labels.includes(label) && right.labels.includes(label)),
  );
  return contract(left, right, new Set(free)).x;
}
