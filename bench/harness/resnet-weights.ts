import { elements } from "./operator-spec.js";

/** A convolution of ResNet-50 without bias, and the batch norm after it. */
export interface ConvolutionWeights {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
  /** [outputs, inputs, kernel, kernel] */
  readonly weight: Float32Array;
  readonly norm: {
    readonly weight: Float32Array;
    readonly bias: Float32Array;
    readonly running_mean: Float32Array;
    readonly running_var: Float32Array;
  };
}

export interface BottleneckWeights {
  readonly reduce: ConvolutionWeights;
  readonly middle: ConvolutionWeights;
  readonly grow: ConvolutionWeights;
  readonly shortcut: ConvolutionWeights | null;
}

export interface ResnetWeights {
  readonly stem: ConvolutionWeights;
  readonly blocks: readonly BottleneckWeights[];
  readonly classifier: { readonly weight: Float32Array; readonly bias: Float32Array };
}

/** The weights that `peers/pytorch/resnet50.py` makes, in the same order. */
export function resnetWeights(): ResnetWeights {
  let seed = 0;
  const convolution = (inputs: number, outputs: number, kernel: number, stride = 1): ConvolutionWeights => {
    const fanIn = inputs * kernel * kernel;
    const weight = elements(outputs * fanIn, seed, Math.sqrt(6 / fanIn));
    seed += 4;
    const norm = {
      weight: elements(outputs, seed, 0.2).map((x) => 0.6 + x),
      bias: elements(outputs, seed + 1, 0.1),
      running_mean: elements(outputs, seed + 2, 0.1),
      running_var: elements(outputs, seed + 3, 0.5).map((x) => 1.5 + x),
    };
    seed += 4;
    return { inputs, outputs, kernel, stride, weight, norm };
  };
  const stem = convolution(3, 64, 7, 2);
  const blocks: BottleneckWeights[] = [];
  let inputs = 64;
  [3, 4, 6, 3].forEach((depth, stage) => {
    const width = 64 << stage;
    for (let i = 0; i < depth; i++) {
      const stride = i === 0 && stage > 0 ? 2 : 1;
      const [reduce, middle, grow] = [
        convolution(inputs, width, 1),
        convolution(width, width, 3, stride),
        convolution(width, 4 * width, 1),
      ];
      const shortcut = i === 0 ? convolution(inputs, 4 * width, 1, stride) : null;
      blocks.push({ reduce, middle, grow, shortcut });
      inputs = 4 * width;
    }
  });
  const classifier = { weight: elements(2048 * 1000, seed, 0.02), bias: elements(1000, seed + 1, 0.02) };
  return { stem, blocks, classifier };
}

/** Images [batch, 3, 224, 224]. */
export function images(batch: number): Float32Array {
  return elements(batch * 3 * 224 * 224, 12345);
}
