import { Generator, hostUniform, type Initializer } from "../tensor/index.js";

/** Initialisers of parameters, after torch.nn.init. Each draws from the global generator when it is made. */

export function constant_(value: number): Initializer {
  return (count) => new Float32Array(count).fill(value);
}

export const zeros_ = constant_(0);
export const ones_ = constant_(1);

export function uniform_(low: number, high: number, generator = Generator.default): Initializer {
  const random = hostUniform(generator.nextKey());
  return (count) => Float32Array.from({ length: count }, (_, i) => low + (high - low) * random(i));
}

/** Normal numbers by Box and Muller's transform. */
export function normal_(mean = 0, std = 1, generator = Generator.default): Initializer {
  const random = hostUniform(generator.nextKey());
  return (count) => {
    const values = new Float32Array(count);
    for (let i = 0; i < count; i += 2) {
      const radius = Math.sqrt(-2 * Math.log(1 - random(i)));
      const angle = 2 * Math.PI * random(i + 1);
      values[i] = mean + std * radius * Math.cos(angle);
      if (i + 1 < count) values[i + 1] = mean + std * radius * Math.sin(angle);
    }
    return values;
  };
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

/** Source: He et al., "Delving Deep into Rectifiers", 2015; `a` is the slope that follows. */
export function kaiming_uniform_(
  fanIn: number,
  a = Math.sqrt(5),
  generator = Generator.default,
): Initializer {
  const bound = Math.sqrt(6 / ((1 + a * a) * fanIn));
  return uniform_(-bound, bound, generator);
}

/** Source: Glorot and Bengio, 2010. */
export function xavier_uniform_(
  fanIn: number,
  fanOut: number,
  gain = 1,
  generator = Generator.default,
): Initializer {
  const bound = gain * Math.sqrt(6 / (fanIn + fanOut));
  return uniform_(-bound, bound, generator);
}
