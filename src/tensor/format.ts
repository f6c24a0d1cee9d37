import { type DType, isFloat, type TypedArray } from "../runtime/dtype.js";
import { elementReader } from "../runtime/elements.js";
import { hostDevice } from "../runtime/index.js";
import { isLeaf } from "./node.js";
import type { Tensor } from "./tensor.js";

// PyTorch's defaults, torch.set_printoptions.
const precision = 4;
const lineWidth = 80;
/** A tensor with more elements than this is shown by the ends of its axes. */
const summarized = 1000;
const edge = 3;

/** The elements as PyTorch prints them, or what is known of a tensor whose elements are not at hand. */
export function formatTensor(tensor: Tensor): string {
  const { storage, lost, node } = tensor.node.outputs[tensor.index]!;
  const { device } = tensor;
  const place = device === hostDevice ? "" : ` on ${device}`;
  if (storage === null)
    return `${tensor}${place} (${lost === null ? "not computed" : "its elements are gone"})`;
  if ("download" in storage) return `${tensor} on ${storage.device}`;
  if ("load" in storage) return `${tensor} (in a file, not read yet)`;
  const printed = new Printer(tensor, storage.data);
  const notes = device === hostDevice ? [] : [`device=${device}`];
  if (printed.count === 0 && tensor.rank !== 1) notes.push(`size=(${tensor.shape.join(", ")})`);
  const isUsual =
    tensor.dtype === "float32" || (printed.count > 0 && ["int64", "bool"].includes(tensor.dtype));
  if (!isUsual) notes.push(`dtype=${tensor.dtype}`);
  if (node.requiresGrad) notes.push(isLeaf(node) ? "requires_grad=True" : `grad_fn=<${node.op.name}>`);
  return `${withNotes(`tensor(${printed}`, notes)})`;
}

/** Notes after the elements, each on a line of its own where the line would become too long. */
function withNotes(text: string, notes: readonly string[]): string {
  return notes.reduce((before, note) => {
    const last = before.length - before.lastIndexOf("\n");
    return last + note.length + 2 > lineWidth
      ? `${before},\n${" ".repeat("tensor(".length)}${note}`
      : `${before}, ${note}`;
  }, text);
}

/** The elements of one tensor as text, all in one format and equally wide. */
class Printer {
  readonly count: number;
  readonly #shape: readonly number[];
  readonly #isShortened: boolean;
  readonly #write: (element: number) => string;

  constructor({ dtype, shape }: Tensor, data: TypedArray) {
    this.#shape = shape as readonly number[];
    this.count = this.#shape.reduce((product, dim) => product * dim, 1);
    this.#isShortened = this.count > summarized;
    const elements = this.#shown(0, 0, this.count);
    if (isFloat(dtype)) {
      const read = elementReader(dtype, data);
      const format = floatFormat(elements.map(read));
      this.#write = (i) => format(read(i));
    } else {
      const text = plainText(dtype, data);
      const width = Math.max(0, ...elements.map((i) => text(i).length));
      this.#write = (i) => text(i).padStart(width);
    }
  }

  toString(): string {
    return this.count === 0 ? "[]" : this.#layout(0, 0, this.count, "tensor(".length);
  }

  /** The positions along an axis that are shown, null standing for those left out. */
  #positions(axis: number): (number | null)[] {
    const size = this.#shape[axis]!;
    const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
    if (!this.#isShortened || size <= 2 * edge) return range(0, size);
    return [...range(0, edge), null, ...range(size - edge, size)];
  }

  /** The elements that are shown. */
  #shown(axis: number, start: number, length: number): number[] {
    if (axis === this.#shape.length) return [start];
    const inner = length / Math.max(this.#shape[axis]!, 1);
    return this.#positions(axis).flatMap((i) =>
      i === null ? [] : this.#shown(axis + 1, start + i * inner, inner),
    );
  }

  #layout(axis: number, start: number, length: number, indent: number): string {
    const rest = this.#shape.length - axis;
    if (rest === 0) return this.#write(start);
    const inner = length / this.#shape[axis]!;
    const parts = this.#positions(axis).map((i) => {
      if (i === null) return rest === 1 ? " ..." : "...";
      return this.#layout(axis + 1, start + i * inner, inner, indent + 1);
    });
    const newLine = `,${"\n".repeat(Math.max(rest - 1, 1))}${" ".repeat(indent + 1)}`;
    if (rest > 1) return `[${parts.join(newLine)}]`;
    const perLine = Math.max(1, Math.floor((lineWidth - indent) / (parts[0]!.length + 2)));
    const lines = Array.from({ length: Math.ceil(parts.length / perLine) }, (_, line) =>
      parts.slice(line * perLine, (line + 1) * perLine).join(", "),
    );
    return `[${lines.join(newLine)}]`;
  }
}

function plainText(dtype: DType, data: TypedArray): (i: number) => string {
  if (dtype === "bool") return (i) => (data[i] ? "True" : "False");
  if (dtype === "int64") return (i) => String(data[i]); // a number would not hold all of its digits
  const read = elementReader(dtype, data);
  return (i) => String(read(i));
}

/** One way to write all of these numbers: whole, with a fraction, or by powers of ten where they lie far apart. */
function floatFormat(values: readonly number[]): (value: number) => string {
  const sizes = values.filter((value) => Number.isFinite(value) && value !== 0).map(Math.abs);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const isWhole = sizes.every(Number.isInteger);
  const isFar = most / least > 1000 || most > 1e8 || (!isWhole && least < 1e-4);
  const write = (value: number): string => {
    if (!Number.isFinite(value)) return String(value).toLowerCase().replace("infinity", "inf");
    if (isFar) return exponential(value);
    return isWhole ? `${Object.is(value, -0) ? "-0" : value}.` : fixed(value);
  };
  const counted = values.filter((value) => Number.isFinite(value) && value !== 0);
  const width = Math.max(0, ...counted.map((value) => write(value).length));
  return (value) => write(value).padStart(width);
}

/** With four digits after the point; halves go to the even digit, as C writes them. */
function fixed(value: number): string {
  const scaled = Math.abs(value) * 10 ** precision;
  const isTie = scaled % 1 === 0.5 && Math.floor(scaled) % 2 === 0;
  const text = isTie
    ? (Math.floor(scaled) / 10 ** precision).toFixed(precision)
    : Math.abs(value).toFixed(precision);
  return value < 0 || Object.is(value, -0) ? `-${text}` : text;
}

/** 1.5000e-07: the exponent has two digits or more. */
function exponential(value: number): string {
  const text = value.toExponential(precision).replace(/e([+-])(\d)$/, "e$10$2");
  return Object.is(value, -0) ? `-${text}` : text;
}
