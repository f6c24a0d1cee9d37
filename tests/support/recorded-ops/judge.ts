import {
  type Device,
  type DType,
  grad,
  isFloat,
  type NestedList,
  realize,
  type Tensor,
  tensor,
} from "../../../src/tensor/index.js";
import { callRecorded, type RecordedCase } from "./index.js";

/** How far a case is from what PyTorch recorded: of a value of size 1; of larger values, the share. */
export interface Verdict {
  readonly valueError: number;
  /** null where the case has no gradient. */
  readonly gradientError: number | null;
  /** What is further away than `tolerance`, or of another dtype or shape. */
  readonly wrong: readonly string[];
}

export const tolerance = 1e-5;

/** WGSL lets functions and divisions be off by several units in the last place. */
const toleranceOnGpu = 1e-4;

/** Of float64 more is asked. Of half floats two units in the last place: PyTorch rounds between other steps. */
const toleranceOf: Partial<Readonly<Record<DType, number>>> = {
  float64: 1e-12,
  float16: 2 ** -9,
  bfloat16: 2 ** -6,
};

/** Cases where PyTorch's own rounding is larger, and why. */
const looser: Readonly<Record<string, number>> = {
  // x * rstd - mean * rstd, which PyTorch computes, is not 0 for a row of one element.
  "layer_norm: [1, 1], last 1": 1e-4,
  "layer_norm: [1, 1], last 1, weight": 1e-4,
  // Rounding of values near 100 stands before the subtraction of the mean.
  "layer_norm: far from zero": 1e-4,
  // Gradients of gradients of long sums: the order of summation differs from one processor to the next.
  "second order: residual block": 1e-4,
  // PyTorch's slope of 1/6 is a float32.
  "hardsigmoid: float64": 1e-7,
  // One unit of float16, in which the scalar's gradient is summed.
  "mul: float16 and float32 of rank 0": 1e-3,
};

/** Cases whose call is refused, and with which code. */
export const refused: Readonly<Record<string, string>> = {
  // The result's shape would depend on the indices' values, which are not known when the op is recorded.
  "one_hot: classes inferred": "INVALID_ARGUMENT",
};

/** Computes a case, on another device than the host's where one is given, and compares it with what PyTorch gave. */
export async function judge(
  recorded: RecordedCase,
  tensors: ReadonlyMap<string, Tensor>,
  device?: Device,
): Promise<Verdict> {
  const { outputs, gradients } = record(recorded, tensors, device);
  await realize([...outputs, ...gradients.filter((gradient) => gradient !== null)]);
  const wrong: string[] = [];
  const compare = (actual: Tensor | undefined, key: string, what: string) => {
    const expected = tensors.get(key)!;
    if (String(actual) !== String(expected)) {
      wrong.push(`${what} is ${actual}, PyTorch gave ${expected}`);
      return Number.POSITIVE_INFINITY;
    }
    const worst = worstElement(actual!, expected);
    const usual = device === "webgpu" ? toleranceOnGpu : tolerance;
    const allowed = looser[recorded.name] ?? toleranceOf[expected.dtype] ?? usual;
    if (worst.error > (isFloat(expected.dtype) ? allowed : 0)) {
      wrong.push(`${what}[${worst.at}] is ${worst.actual}, PyTorch gave ${worst.expected}`);
    }
    return worst.error;
  };
  const valueErrors = recorded.outputs.map((key, i) => compare(outputs[i], key, `output ${i}`));
  const gradientErrors = recorded.gradients.flatMap((key, i) =>
    key === null ? [] : [compare(gradients[i] ?? undefined, key, `gradient ${i}`)],
  );
  if (outputs.length !== recorded.outputs.length) wrong.push(`${outputs.length} outputs`);
  return {
    valueError: Math.max(0, ...valueErrors),
    gradientError: gradientErrors.length === 0 ? null : Math.max(...gradientErrors),
    wrong,
  };
}

/** The case's outputs and gradients, not computed yet: made on the device, and brought to the host. */
export function record(
  recorded: RecordedCase,
  tensors: ReadonlyMap<string, Tensor>,
  device: Device = "cpu",
): { outputs: Tensor[]; gradients: (Tensor | null)[] } {
  const leaf = (key: string, requires_grad = false) => {
    const { data, dtype, shape } = tensors.get(key)!;
    return tensor(data, { dtype, shape: shape as number[], requires_grad });
  };
  const inputs = recorded.inputs.map((key, i) =>
    key === null ? null : leaf(key, recorded.gradients[i] !== null),
  );
  const computed = callRecorded(
    recorded,
    inputs.map((input) => input?.to(device) ?? null),
  );
  const outputs = computed.map((output) => output.to("cpu"));
  const targets = inputs.filter((input): input is Tensor => input?.requires_grad === true);
  if (targets.length === 0) return { outputs, gradients: inputs.map(() => null) };

  const roots = computed.filter((_, i) => recorded.cotangents[i] != null);
  const gradOutputs = recorded.cotangents.filter((key) => key !== null).map((key) => leaf(key).to(device));
  let found = grad(roots, targets, { gradOutputs });
  if (recorded.order === 2) {
    const squares = found.map((gradient) => gradient.square().sum()).reduce((a, b) => a.add(b));
    found = grad(squares, targets);
  }
  return { outputs, gradients: inputs.map((input) => found[targets.indexOf(input!)] ?? null) };
}

function worstElement(actual: Tensor, expected: Tensor) {
  const values = elements(actual);
  const references = elements(expected);
  const worst = { error: 0, at: 0, actual: values[0], expected: references[0] };
  values.forEach((value, at) => {
    const reference = references[at]!;
    if (Object.is(value, reference) || value === reference) return;
    const difference = distance(value, reference) / Math.max(1, Math.abs(Number(reference)));
    const error = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
    if (error > worst.error) Object.assign(worst, { error, at, actual: value, expected: reference });
  });
  return worst;
}

function distance(a: number | bigint, b: number | bigint): number {
  return Math.abs(typeof a === "bigint" && typeof b === "bigint" ? Number(a - b) : Number(a) - Number(b));
}

/** One after the other; int64 with all their digits. */
function elements(x: Tensor): readonly (number | bigint)[] {
  if (x.data instanceof BigInt64Array) return Array.from(x.data);
  const numbers = (list: NestedList): number[] =>
    Array.isArray(list) ? list.flatMap(numbers) : [Number(list)];
  return numbers(x.tolist());
}
