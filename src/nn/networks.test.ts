import path from "node:path";
import { describe, expect, test } from "vitest";
import { largestError, readJson, readRecorded } from "../../tests/support/recorded.js";
import { SGD } from "../optim/index.js";
import {
  gelu,
  grad,
  max_pool2d,
  mse_loss,
  no_grad,
  Parameter,
  realize,
  relu,
  type Tensor,
  tensor,
} from "../tensor/index.js";
import * as nn from "./index.js";

// Layers and blocks of convolutional networks, against what tests/reference/networks.py recorded.

const fixtures = path.join(import.meta.dirname, "fixtures");
const recorded = await readRecorded(path.join(fixtures, "networks.safetensors"));
const tolerance = 1e-5;

function under(prefix: string): Map<string, Tensor> {
  return new Map(
    [...recorded].flatMap(([key, value]) =>
      key.startsWith(`${prefix}.`) ? [[key.slice(prefix.length + 1), value] as const] : [],
    ),
  );
}

/** The largest difference; of values beyond 1, as a share of the largest. */
function error(actual: Tensor, expected: Tensor): number {
  return (
    largestError(actual, expected) /
    Math.max(1, ...Array.from(expected.data as ArrayLike<number | bigint>, (x) => Math.abs(Number(x))))
  );
}

/** The recorded values of a module's own state. */
function stateUnder(prefix: string, module: nn.Module): Map<string, Tensor> {
  const own = module.state_dict();
  return new Map([...under(prefix)].filter(([key]) => own.has(key)));
}

function leaf({ data, shape }: Tensor): Tensor {
  return tensor(data, { shape: shape as number[], requires_grad: true });
}

const modes = ["zeros", "reflect", "replicate", "circular"] as const;
const layers: Readonly<Record<string, () => nn.Module>> = {
  ...Object.fromEntries(
    modes.flatMap((padding_mode) => [
      [`Conv1d ${padding_mode}`, () => new nn.Conv1d(2, 4, 3, { padding: 2, stride: 2, padding_mode })],
      [
        `Conv2d ${padding_mode}`,
        () => new nn.Conv2d(2, 4, [3, 2], { padding: [2, 1], groups: 2, padding_mode }),
      ],
      [
        `Conv2d same ${padding_mode}`,
        () => new nn.Conv2d(2, 2, [2, 3], { padding: "same", dilation: 2, padding_mode }),
      ],
    ]),
  ),
  ...Object.fromEntries(
    (["zeros", "replicate", "circular"] as const).map((padding_mode) => [
      `Conv3d ${padding_mode}`,
      () => new nn.Conv3d(1, 2, 2, { padding: 1, bias: false, padding_mode }),
    ]),
  ),
  ConvTranspose2d: () => new nn.ConvTranspose2d(2, 4, 3, { stride: [2, 3], padding: 1, groups: 2 }),
  ConvTranspose1d: () => new nn.ConvTranspose1d(2, 3, 3, { bias: false }),
  ConvTranspose3d: () => new nn.ConvTranspose3d(1, 2, 2, { stride: 2 }),
  InstanceNorm1d: () => new nn.InstanceNorm1d(3, { affine: true }),
  "InstanceNorm2d running": () =>
    new nn.InstanceNorm2d(2, { affine: true, track_running_stats: true, momentum: 0.3 }),
  GroupNorm: () => new nn.GroupNorm(2, 4),
  LocalResponseNorm: () => new nn.LocalResponseNorm(3, { alpha: 0.3 }),
};

describe("layers give PyTorch's values, gradients and running statistics", () => {
  test.each(Object.keys(layers))("%s", async (name) => {
    const module = layers[name]!().train();
    const values = under(name);
    const state = stateUnder(name, module);
    expect([...state.keys()].sort()).toEqual([...module.state_dict().keys()].sort());
    // The running statistics that were recorded are those after the call.
    const initial = new Map([...state].filter(([key]) => !key.startsWith("running")));
    await module.load_state_dict(initial, { strict: false });
    const x = leaf(values.get("input")!);
    const y = (name === "ConvTranspose2d" ? (module as nn.ConvTranspose2d)(x, [6, 5]) : module(x)) as Tensor;
    y.square().sum().backward();
    const gradients = [...module.named_parameters()].map(([key, { grad }]) => [key, grad!] as const);
    await realize([y, x.grad!, ...gradients.map(([, gradient]) => gradient)]);
    expect(error(y, values.get("output")!)).toBeLessThan(tolerance);
    expect(error(x.grad!, values.get("gradient.input")!)).toBeLessThan(tolerance);
    for (const [key, gradient] of gradients) {
      expect(error(gradient, values.get(`gradient.${key}`)!), key).toBeLessThan(tolerance);
    }
    for (const [key, variable] of module.state_dict()) {
      expect(error(variable, state.get(key)!), key).toBeLessThan(tolerance);
    }
  });
});

class Residual extends nn.Module {
  readonly conv1 = new nn.Conv2d(3, 4, 3, { padding: 1, bias: false });
  readonly bn1 = new nn.BatchNorm2d(4);
  readonly conv2 = new nn.Conv2d(4, 6, 3, { stride: 2, padding: 1, bias: false });
  readonly bn2 = new nn.BatchNorm2d(6, { momentum: null });
  readonly shortcut = new nn.Conv2d(3, 6, 1, { stride: 2 });
  readonly head = new nn.Linear(6, 2);

  forward(x: Tensor): Tensor {
    const inner = relu(this.bn1(this.conv1(x)));
    const outer = relu(this.bn2(this.conv2(inner)).add(this.shortcut(x)));
    return this.head(max_pool2d(outer, 3, { stride: 2, padding: 1 }).mean([2, 3]));
  }
}

interface CourseEvent {
  readonly kind: "step" | "no_grad" | "evaluate";
  readonly batches: readonly number[];
  readonly losses: readonly number[];
}

test("running statistics move on as PyTorch's do: over steps, accumulated batches, and without gradients", async () => {
  const model = new Residual();
  await model.load_state_dict(under("residual.initial"));
  const { images, targets } = Object.fromEntries(under("residual")) as Record<string, Tensor>;
  const optimizer = new SGD(model.parameters(), { lr: 0.05 });
  const losses = (batches: readonly number[]) =>
    batches.map((batch) => mse_loss(model(images!.select(0, batch)), targets!.select(0, batch)));

  for (const [number, event] of readJson<readonly CourseEvent[]>(fixtures, "networks.json").entries()) {
    model.train(event.kind !== "evaluate");
    let computed: Tensor[];
    if (event.kind === "step") {
      optimizer.zero_grad();
      computed = losses(event.batches);
      for (const loss of computed) loss.backward();
      await optimizer.step();
    } else {
      computed = no_grad(() => losses(event.batches));
      await realize(computed);
    }
    computed.forEach((loss, i) => {
      expect(loss.item(), `loss ${i} of event ${number}`).toBeCloseTo(event.losses[i]!, 5);
    });
    const buffers = under(`residual.${number}`);
    expect(buffers.size).toBe(6);
    for (const [name, expected] of buffers) {
      const buffer = model.state_dict().get(name)!;
      expect(error(buffer, expected), `${name} after event ${number}`).toBeLessThan(tolerance);
    }
  }
});

class ConvNext extends nn.Module<number> {
  readonly dwconv = new nn.Conv2d(this.config, this.config, 7, { padding: 3, groups: this.config });
  readonly layernorm = new nn.LayerNorm(this.config, { eps: 1e-6 });
  readonly pwconv1 = new nn.Linear(this.config, 4 * this.config);
  readonly pwconv2 = new nn.Linear(4 * this.config, this.config);
  readonly layer_scale = new Parameter([this.config], nn.init.ones_);

  forward(x: Tensor): Tensor {
    const normalized = this.layernorm(this.dwconv(x).permute([0, 2, 3, 1]));
    const y = this.pwconv2(gelu(this.pwconv1(normalized))).mul(this.layer_scale);
    return x.add(y.permute([0, 3, 1, 2]));
  }
}

test("a block of ConvNeXt has PyTorch's gradients, of second order too", async () => {
  const model = new ConvNext(4);
  await model.load_state_dict(stateUnder("convnext", model));
  const values = under("convnext");
  const x = leaf(values.get("input")!);
  const y = model(x);
  const wanted = new Map<string, Tensor>([["input", x], ...model.named_parameters()]);
  const first = grad(y.square().mean(), [...wanted.values()]);
  const squares = first.map((gradient) => gradient.square().sum()).reduce((a, b) => a.add(b));
  const second = grad(squares, [...wanted.values()]);
  await realize([y, ...first, ...second]);
  expect(error(y, values.get("output")!)).toBeLessThan(tolerance);
  [...wanted.keys()].forEach((name, i) => {
    expect(error(first[i]!, values.get(`first.${name}`)!), `first, ${name}`).toBeLessThan(tolerance);
    expect(error(second[i]!, values.get(`second.${name}`)!), `second, ${name}`).toBeLessThan(tolerance);
  });
});
