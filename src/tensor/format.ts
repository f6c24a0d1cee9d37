import { isFloat } from "../runtime/dtype.js";
import type { NestedList, Tensor } from "./tensor.js";

/** A tensor with more elements than this is shown by the ends of its axes. */
const summarized = 1000;
const edge = 3;

/** The elements as PyTorch prints them, or what is known of a tensor that has not been computed. */
export function formatTensor(tensor: Tensor): string {
  const { dtype, shape } = tensor;
  const { storage } = tensor.node.outputs[tensor.index]!;
  if (storage === null || !("data" in storage)) return `${tensor} (not computed)`;
  const count = storage.data.length;
  const values = count > summarized ? ends(tensor.tolist()) : tensor.tolist();
  const text = layout(values, numberFormat(values, isFloat(dtype)), "tensor(".length);
  const notes = [
    count === 0 && shape.length > 1 ? `, size=[${shape.join(", ")}]` : "",
    ["float32", "int64", "bool"].includes(dtype) ? "" : `, dtype=${dtype}`,
  ];
  return `tensor(${text}${notes.join("")})`;
}

/** Stands for what is left out of a list. */
const elided = Symbol("elided");
type Shown = number | boolean | bigint | typeof elided | Shown[];

function ends(values: NestedList): Shown {
  if (!Array.isArray(values)) return values;
  if (values.length <= 2 * edge) return values.map(ends);
  return [...values.slice(0, edge).map(ends), elided, ...values.slice(-edge).map(ends)];
}

function layout(values: Shown, format: (value: Shown) => string, indent: number): string {
  if (!Array.isArray(values)) return format(values);
  const inner = values.map((value) => layout(value, format, indent + 1));
  const depth = depthOf(values);
  return `[${inner.join(depth === 1 ? ", " : `,${"\n".repeat(depth - 1)}${" ".repeat(indent + 1)}`)}]`;
}

function depthOf(values: Shown): number {
  return Array.isArray(values) ? 1 + (values.length === 0 ? 0 : depthOf(values[0]!)) : 0;
}

function leavesOf(values: Shown): Shown[] {
  return Array.isArray(values) ? values.flatMap(leavesOf) : [values];
}

/** One way to write all numbers, equally wide. */
function numberFormat(values: Shown, floating: boolean): (value: Shown) => string {
  const all = leavesOf(values);
  const sizes = all
    .filter((value) => typeof value === "number" && Number.isFinite(value) && value !== 0)
    .map((value) => Math.abs(value as number));
  const isWhole = all.every(
    (value) => typeof value !== "number" || Number.isInteger(value) || !Number.isFinite(value),
  );
  const isWide = Math.max(...sizes) >= 1e5 || Math.min(...sizes) < 1e-4;
  const write = (value: Shown): string => {
    if (value === elided) return "...";
    if (typeof value !== "number" || !Number.isFinite(value)) return String(value);
    if (isWhole) return floating ? `${value}.` : String(value);
    return isWide ? value.toExponential(4) : value.toFixed(4);
  };
  const width = Math.max(0, ...all.filter((value) => value !== elided).map((value) => write(value).length));
  return (value) => (value === elided ? "..." : write(value).padStart(width));
}
