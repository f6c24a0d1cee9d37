import { TransformersError } from "../errors.js";
import { Generator, hostUniform, type Initializer } from "../tensor/index.js";

/**
 * Initialisers of parameters, after torch.nn.init: `new Parameter([out, in], kaiming_uniform_({ a: 1 }))`. Each
 * takes its key from the generator when it is made, and draws when the parameter is first read; the sizes that it
 * needs (fan in, rows, columns) are those of the parameter.
 */

export function constant_(value: number): Initializer {
  return (count) => new Float32Array(count).fill(value);
}

export const zeros_ = constant_(0);
export const ones_ = constant_(1);

/** Ones on the diagonal of a matrix, zeros elsewhere. */
export const eye_: Initializer = (count, dims) => {
  const [rows, columns] = matrix("eye_", dims);
  const values = new Float32Array(count);
  for (let i = 0; i < Math.min(rows, columns); i++) values[i * columns + i] = 1;
  return values;
};

/**
 * A convolution that passes its input channels on: weight [out, in, ...] of 1 to 3 dimensions, with a one in the
 * middle of kernel i of channel i, in each of `groups`.
 */
export function dirac_(groups = 1): Initializer {
  return (count, dims) => {
    if (dims.length < 3 || dims.length > 5) throw unfit("dirac_", dims, "3, 4 or 5 axes");
    const [out, channels, ...kernel] = dims as [number, number, ...number[]];
    if (out % groups !== 0) throw unfit("dirac_", dims, `a first axis that ${groups} groups divide`);
    const values = new Float32Array(count);
    const size = kernel.reduce((product, dim) => product * dim, 1);
    const middle = kernel.reduce((offset, dim) => offset * dim + Math.floor(dim / 2), 0);
    const each = out / groups;
    for (let group = 0; group < groups; group++) {
      for (let i = 0; i < Math.min(each, channels); i++)
        values[((group * each + i) * channels + i) * size + middle] = 1;
    }
    return values;
  };
}

/** Uniform numbers in [low, high). */
export function uniform_(low = 0, high = 1, generator = Generator.default): Initializer {
  if (!(low <= high)) throw refused("uniform_", `low ${low} must not lie above high ${high}`);
  const random = hostUniform(generator.nextKey());
  return (count) => Float32Array.from({ length: count }, (_, i) => low + (high - low) * random(i));
}

/** Normal numbers by Box and Muller's transform. */
export function normal_(mean = 0, std = 1, generator = Generator.default): Initializer {
  requireDeviation("normal_", std);
  const random = hostUniform(generator.nextKey());
  return (count) => normals(random, new Float32Array(count), mean, std);
}

/** Normal numbers of which none lies below `a` or above `b`, two values of the result (not deviations). */
export function trunc_normal_(mean = 0, std = 1, a = -2, b = 2, generator = Generator.default): Initializer {
  if (!(std > 0)) throw refused("trunc_normal_", `std is ${std}; expected more than 0`);
  if (!(a <= b)) throw refused("trunc_normal_", `a ${a} must not lie above b ${b}`);
  const random = hostUniform(generator.nextKey());
  return (count) =>
    Float32Array.from({ length: count }, (_, i) => {
      let draws = 0;
      const next = () => random(i + count * draws++);
      return mean + std * truncatedNormal((a - mean) / std, (b - mean) / std, next);
    });
}

/** Normal with one row of zeros: the padding entry of an embedding. */
export function normalExceptRow(row: number | null, std: number, generator = Generator.default): Initializer {
  const fill = normal_(0, std, generator);
  return (count, dims) => {
    const values = fill(count, dims);
    const width = count / dims[0]!;
    if (row !== null) (values as Float32Array).fill(0, row * width, (row + 1) * width);
    return values;
  };
}

/** Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010. */
export function xavier_uniform_(gain = 1, generator = Generator.default): Initializer {
  const fill = uniform_(-1, 1, generator);
  return scaled(fill, (dims) => gain * Math.sqrt(6 / sumOfFans("xavier_uniform_", dims)));
}

/** The same with normal numbers. */
export function xavier_normal_(gain = 1, generator = Generator.default): Initializer {
  const fill = normal_(0, 1, generator);
  return scaled(fill, (dims) => gain * Math.sqrt(2 / sumOfFans("xavier_normal_", dims)));
}

/** What a weight feeds, as far as the size of its start depends on it. */
export type Nonlinearity =
  | "linear"
  | `conv${1 | 2 | 3}d`
  | `conv_transpose${1 | 2 | 3}d`
  | "sigmoid"
  | "tanh"
  | "relu"
  | "leaky_relu"
  | "selu";

export interface KaimingOptions {
  /** Slope of the leaky_relu that follows, below 0. Default 0. */
  a?: number;
  /** Which variance is kept: that of the forward pass ("fan_in", the default) or of the backward pass. */
  mode?: "fan_in" | "fan_out";
  /** Default "leaky_relu". */
  nonlinearity?: Nonlinearity;
}

/** Source: He et al., "Delving Deep into Rectifiers", 2015. */
export function kaiming_uniform_(options: KaimingOptions = {}, generator = Generator.default): Initializer {
  const deviation = kaimingDeviation("kaiming_uniform_", options);
  return scaled(uniform_(-1, 1, generator), (dims) => Math.sqrt(3) * deviation(dims));
}

/** The same with normal numbers. */
export function kaiming_normal_(options: KaimingOptions = {}, generator = Generator.default): Initializer {
  return scaled(normal_(0, 1, generator), kaimingDeviation("kaiming_normal_", options));
}

/**
 * A matrix (all axes but the first taken as one) whose rows, or columns where those are fewer, are orthonormal times
 * `gain`; evenly distributed among all such matrices.
 *
 * Source: Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks", 2013.
 */
export function orthogonal_(gain = 1, generator = Generator.default): Initializer {
  const random = hostUniform(generator.nextKey());
  return (count, dims) => {
    if (dims.length < 2) throw unfit("orthogonal_", dims, "at least 2 axes");
    const rows = dims[0]!;
    const columns = count / rows;
    const values = new Float32Array(count);
    if (count === 0) return values;
    const [many, length] = rows <= columns ? [rows, columns] : [columns, rows];
    const vectors = orthonormalize(normals(random, new Float64Array(count), 0, 1), many, length);
    for (let i = 0; i < count; i++) {
      const [row, column] = [Math.floor(i / columns), i % columns];
      values[i] = gain * vectors[rows <= columns ? i : column * length + row]!;
    }
    return values;
  };
}

/**
 * A matrix with normal numbers, in each of whose columns a share `sparsity` (rounded up to whole rows) is zero.
 * Source: Martens, "Deep learning via Hessian-free optimization", 2010.
 */
export function sparse_(sparsity: number, std = 0.01, generator = Generator.default): Initializer {
  if (!(sparsity >= 0 && sparsity <= 1)) throw refused("sparse_", `sparsity is ${sparsity}; expected 0 to 1`);
  const fill = normal_(0, std, generator);
  const random = hostUniform(generator.nextKey());
  return (count, dims) => {
    const [rows, columns] = matrix("sparse_", dims);
    const values = fill(count, dims);
    const zeros = Math.ceil(sparsity * rows);
    for (let column = 0; column < columns; column++) {
      // The first steps of Fisher and Yates' shuffle.
      const order = Array.from({ length: rows }, (_, row) => row);
      for (let i = 0; i < zeros; i++) {
        const j = i + Math.floor(random(column * rows + i) * (rows - i));
        [order[i], order[j]] = [order[j]!, order[i]!];
        values[order[i]! * columns + column] = 0;
      }
    }
    return values;
  };
}

/** By how much a weight before `nonlinearity` is started larger; `param` is leaky_relu's slope, 0.01 unless given. */
export function calculate_gain(nonlinearity: Nonlinearity, param?: number): number {
  if (param !== undefined && nonlinearity !== "leaky_relu")
    throw refused("calculate_gain", `${nonlinearity} has no param; only leaky_relu has one, its slope`);
  if (nonlinearity === "tanh") return 5 / 3;
  if (nonlinearity === "relu") return Math.SQRT2;
  if (nonlinearity === "leaky_relu") return Math.sqrt(2 / (1 + (param ?? 0.01) ** 2));
  if (nonlinearity === "selu") return 3 / 4;
  if (
    nonlinearity === "linear" ||
    nonlinearity === "sigmoid" ||
    /^conv(_transpose)?[123]d$/.test(nonlinearity)
  )
    return 1;
  throw refused(
    "calculate_gain",
    `unknown nonlinearity "${nonlinearity}"; known are linear, conv1d to conv3d, conv_transpose1d to conv_transpose3d, sigmoid, tanh, relu, leaky_relu, selu`,
  );
}

function kaimingDeviation(name: string, options: KaimingOptions): (dims: readonly number[]) => number {
  const { a = 0, mode = "fan_in", nonlinearity = "leaky_relu" } = options;
  if (mode !== "fan_in" && mode !== "fan_out")
    throw refused(name, `mode is "${mode}"; expected "fan_in" or "fan_out"`);
  const gain = calculate_gain(nonlinearity, nonlinearity === "leaky_relu" ? a : undefined);
  return (dims) => gain / Math.sqrt(fans(name, dims)[mode]);
}

/** How many elements enter one output of a weight [out, in, ...], and how many outputs one element enters. */
function fans(name: string, dims: readonly number[]): { fan_in: number; fan_out: number } {
  if (dims.length < 2)
    throw unfit(name, dims, "at least 2 axes, which say how many inputs and outputs there are");
  const [out, channels, ...kernel] = dims as [number, number, ...number[]];
  const field = kernel.reduce((product, dim) => product * dim, 1);
  return { fan_in: channels * field, fan_out: out * field };
}

function sumOfFans(name: string, dims: readonly number[]): number {
  const { fan_in, fan_out } = fans(name, dims);
  return fan_in + fan_out;
}

function scaled(fill: Initializer, factor: (dims: readonly number[]) => number): Initializer {
  return (count, dims) => {
    const size = factor(dims);
    const values = fill(count, dims) as Float32Array;
    for (let i = 0; i < count; i++) values[i] = values[i]! * size;
    return values;
  };
}

function normals<Values extends Float32Array | Float64Array>(
  random: (index: number) => number,
  values: Values,
  mean: number,
  std: number,
): Values {
  for (let i = 0; i < values.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random(i)));
    const angle = 2 * Math.PI * random(i + 1);
    values[i] = mean + std * radius * Math.cos(angle);
    if (i + 1 < values.length) values[i + 1] = mean + std * radius * Math.sin(angle);
  }
  return values;
}

/**
 * A standard normal number from `low` to `high`, by accepting or rejecting one of a simpler distribution: normal or
 * even around 0, even or exponential in a tail. Source: Robert, "Simulation of truncated normal variables", 1995.
 */
function truncatedNormal(low: number, high: number, random: () => number): number {
  if (high < 0) return -truncatedNormal(-high, -low, random);
  const aroundZero = low <= 0;
  const root = Math.sqrt(low * low + 4);
  const rate = (low + root) / 2;
  const wide = aroundZero
    ? high - low > Math.sqrt(2 * Math.PI)
    : high - low > Math.exp(0.5 + (low * (low - root)) / 4) / rate;
  for (;;) {
    if (!wide) {
      const x = low + (high - low) * random();
      const nearest = aroundZero ? 0 : low;
      if (random() < Math.exp((nearest * nearest - x * x) / 2)) return x;
    } else if (aroundZero) {
      const x = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      if (x >= low && x <= high) return x;
    } else {
      const x = low - Math.log(1 - random()) / rate;
      if (x <= high && random() < Math.exp(-((x - rate) ** 2) / 2)) return x;
    }
  }
}

/** Gram and Schmidt's process on `many` vectors that lie one after another, twice each, against rounding. */
function orthonormalize(values: Float64Array, many: number, length: number): Float64Array {
  const vectors = Array.from({ length: many }, (_, i) => values.subarray(i * length, (i + 1) * length));
  const dot = (x: Float64Array, y: Float64Array) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  vectors.forEach((vector, i) => {
    for (let pass = 0; pass < 2; pass++) {
      for (const before of vectors.slice(0, i)) {
        const share = dot(vector, before);
        for (let k = 0; k < length; k++) vector[k] = vector[k]! - share * before[k]!;
      }
    }
    const norm = Math.sqrt(dot(vector, vector));
    for (let k = 0; k < length; k++) vector[k] = vector[k]! / norm;
  });
  return values;
}

function matrix(name: string, dims: readonly number[]): [rows: number, columns: number] {
  if (dims.length !== 2) throw unfit(name, dims, "2 axes");
  return dims as unknown as [number, number];
}

function unfit(name: string, dims: readonly number[], expected: string): TransformersError {
  return new TransformersError(
    "SHAPE_MISMATCH",
    `init.${name}: the parameter is [${dims.join(", ")}]; expected ${expected}`,
  );
}

function refused(name: string, message: string): TransformersError {
  return new TransformersError("INVALID_ARGUMENT", `init.${name}: ${message}`);
}

function requireDeviation(name: string, std: number): void {
  if (!(std >= 0)) throw refused(name, `std is ${std}; expected 0 or more`);
}
