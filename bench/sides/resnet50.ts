import { BatchNorm2d, Conv2d, Linear, MaxPool2d, Module, ModuleList } from "../../src/nn/index.js";
import { CompiledFunction, type Tensor, tensor } from "../../src/tensor/index.js";
import {
  type BottleneckWeights,
  type ConvolutionWeights,
  images,
  resnetWeights,
} from "../harness/resnet-weights.js";
import { meanMilliseconds, readSideOptions, serve } from "../harness/serve.js";
import { version } from "./version.js";

/** A convolution without bias and its batch norm. */
class Convolution extends Module {
  readonly convolution: Conv2d;
  readonly normalization: BatchNorm2d;

  constructor({ inputs, outputs, kernel, stride, weight, norm }: ConvolutionWeights) {
    super();
    this.convolution = new Conv2d(inputs, outputs, kernel, {
      stride,
      padding: (kernel - 1) / 2,
      bias: false,
    });
    const set = (parameter: { dims: readonly number[]; assign(value: object): void }, data: Float32Array) =>
      parameter.assign({ dtype: "float32", dims: parameter.dims, data });
    this.normalization = new BatchNorm2d(outputs);
    set(this.convolution.weight as never, weight);
    set(this.normalization.weight as never, norm.weight);
    set(this.normalization.bias as never, norm.bias);
    set(this.normalization.running_mean as never, norm.running_mean);
    set(this.normalization.running_var as never, norm.running_var);
  }

  forward(x: Tensor): Tensor {
    return this.normalization(this.convolution(x));
  }
}

class Bottleneck extends Module {
  readonly reduce: Convolution;
  readonly middle: Convolution;
  readonly grow: Convolution;
  readonly shortcut: Convolution | null;

  constructor({ reduce, middle, grow, shortcut }: BottleneckWeights) {
    super();
    this.reduce = new Convolution(reduce);
    this.middle = new Convolution(middle);
    this.grow = new Convolution(grow);
    this.shortcut = shortcut && new Convolution(shortcut);
  }

  forward(x: Tensor): Tensor {
    const inner = this.grow(this.middle(this.reduce(x).relu()).relu());
    return inner.add(this.shortcut === null ? x : this.shortcut(x)).relu();
  }
}

class ResNet extends Module {
  readonly stem: Convolution;
  readonly pool = new MaxPool2d(3, { stride: 2, padding: 1 });
  readonly blocks: ModuleList<Bottleneck>;
  readonly classifier = new Linear(2048, 1000);

  constructor() {
    super();
    const { stem, blocks, classifier } = resnetWeights();
    this.stem = new Convolution(stem);
    this.blocks = new ModuleList(blocks.map((block) => new Bottleneck(block)));
    this.classifier.weight.assign({ dtype: "float32", dims: [1000, 2048], data: classifier.weight });
    this.classifier.bias!.assign({ dtype: "float32", dims: [1000], data: classifier.bias });
  }

  forward(x: Tensor): Tensor {
    let hidden = this.pool(this.stem(x).relu());
    for (const block of this.blocks) hidden = block(hidden);
    return this.classifier(hidden.mean([2, 3]));
  }
}

const { batch, calls } = readSideOptions();
const model = new ResNet().eval();
const compiled = new CompiledFunction((x: Tensor) => model(x));
const input = tensor(images(batch), { shape: [batch, 3, 224, 224] });
const call = () => compiled.call(input);

const logits = await call();
await call();
await serve({ version, check: Array.from(logits.data, Number) }, () => meanMilliseconds(calls, call));
