import { describe, expect, test } from "vitest";
import { CompiledFunction, checkpoint, no_grad, realize, type Tensor, tensor } from "../tensor/index.js";
import {
  BatchNorm1d,
  BatchNorm2d,
  GroupNorm,
  InstanceNorm2d,
  LayerNorm,
  type Module,
  RMSNorm,
  Sequential,
} from "./index.js";

const column = (...values: number[]) => tensor(Float32Array.from(values), { shape: [values.length, 1] });
// Mean 2, unbiased variance 2; then mean 6, unbiased variance 8.
const first = column(1, 3);
const second = column(4, 8);

const numbers = (x: Tensor) => Array.from(x.data as Float32Array, Number);

async function statistics(norm: BatchNorm1d) {
  const [mean, variance, count] = [norm.running_mean!, norm.running_var!, norm.num_batches_tracked!];
  await realize([mean, variance, count]);
  return { mean: mean.item(), variance: variance.item(), count: count.item() };
}

const closeTo = (mean: number, variance: number, count: number) => ({
  mean: expect.closeTo(mean, 5),
  variance: expect.closeTo(variance, 5),
  count,
});

describe("BatchNorm's running statistics", () => {
  test("are buffers under PyTorch's names", () => {
    const state = new BatchNorm2d(3).state_dict();
    expect([...state].map(([name, value]) => `${name} ${value}`)).toEqual([
      "weight float32[3]",
      "bias float32[3]",
      "running_mean float32[3]",
      "running_var float32[3]",
      "num_batches_tracked int64[]",
    ]);
    expect([...new BatchNorm2d(3, { affine: false, track_running_stats: false }).state_dict()]).toEqual([]);
  });

  test("move on when the result is computed, once however often that is", async () => {
    const norm = new BatchNorm1d(1).train();
    const output = norm(first);
    await realize([output.sum()]);
    expect(norm.running_mean!.item()).toBeCloseTo(0.2, 6);
    await output.realize();
    await realize([output.exp()]);
    expect(await statistics(norm)).toEqual(closeTo(0.2, 0.9 + 0.2, 1));
  });

  test("say that they are not computed until then, and can be computed by themselves", async () => {
    const norm = new BatchNorm1d(1).train();
    norm(first);
    expect(() => norm.running_mean!.data).toThrow(expect.objectContaining({ code: "NOT_REALIZED" }));
    expect(numbers(await norm.running_mean!.realize())).toEqual([expect.closeTo(0.2, 6)]);
    const loaded = await norm.num_batches_tracked!.load();
    expect(loaded.data[0]).toBe(1n);
  });

  test("count a batch whose result nobody computes before the next one's", async () => {
    const norm = new BatchNorm1d(1, { momentum: 0.5 }).train();
    norm(first);
    await norm(second).realize();
    expect(await statistics(norm)).toEqual(closeTo(0.5 * 1 + 0.5 * 6, 0.5 * 1.5 + 0.5 * 8, 2));
  });

  test("are right whichever of two results is computed first", async () => {
    const norm = new BatchNorm1d(1, { momentum: 0.5 }).train();
    const outputs = [norm(first), norm(second)];
    await outputs[0]!.realize();
    expect(() => norm.running_mean!.data).toThrow(expect.objectContaining({ code: "NOT_REALIZED" }));
    await outputs[1]!.realize();
    expect(norm.running_mean!.item()).toBeCloseTo(0.5 * 1 + 0.5 * 6, 5);
  });

  test("are the mean over all batches with momentum null", async () => {
    const norm = new BatchNorm1d(1, { momentum: null }).train();
    for (const batch of [first, second, second]) await norm(batch).realize();
    expect(await statistics(norm)).toEqual(closeTo((2 + 6 + 6) / 3, (2 + 8 + 8) / 3, 3));
  });

  test("move on without gradients too, and once within a checkpoint", async () => {
    const norm = new BatchNorm1d(1, { momentum: 0.5 }).train();
    await no_grad(() => norm(first)).realize();
    const loss = checkpoint((x: Tensor) => norm(x).square().sum(), second);
    loss.backward();
    await realize([loss, norm.weight!.grad!]);
    expect(await statistics(norm)).toEqual(closeTo(3.5, 4.75, 2));
  });

  test("are what evaluation normalises by, also where nothing else has computed them", async () => {
    const norm = new BatchNorm1d(1, { momentum: 1, eps: 0 }).train();
    norm(second);
    const output = await norm
      .eval()(column(6, 6 + Math.sqrt(8)))
      .realize();
    expect(numbers(output)).toEqual([expect.closeTo(0, 5), expect.closeTo(1, 5)]);
  });

  test("leave no computation behind once they are computed", async () => {
    const norm = new BatchNorm1d(1).train();
    for (const batch of [first, second, first]) await norm(batch).realize();
    expect(norm.running_mean!.node.inputs).toEqual([]);
    expect(norm.num_batches_tracked!.node.inputs).toEqual([]);
  });

  test("give way to values that are loaded before they are computed", async () => {
    const norm = new BatchNorm1d(1).train();
    const output = norm(first);
    norm.running_mean!.assign({ dtype: "float32", dims: [1], data: Float32Array.of(7) });
    await output.realize();
    expect(norm.running_mean!.item()).toBe(7);
  });

  test("without them evaluation normalises by the batch itself", async () => {
    const norm = new BatchNorm1d(1, { track_running_stats: false, eps: 0 });
    expect(numbers(await norm.eval()(first).realize())).toEqual([-1, 1]);
  });
});

describe("BatchNorm in a compiled function", () => {
  const compiled = (model: Module) => new CompiledFunction(({ x }: { x: Tensor }) => model(x) as Tensor);

  test("normalises by the statistics of now", async () => {
    const norm = new BatchNorm1d(1, { momentum: 1, eps: 0 });
    const predict = compiled(new Sequential(norm));
    const x = column(6);
    norm.train();
    norm(second);
    norm.eval();
    expect(numbers(await predict.call({ x }))).toEqual([expect.closeTo(0, 5)]);
    await norm.train()(first).realize();
    norm.eval();
    expect(numbers(await predict.call({ x }))).toEqual([expect.closeTo(4 / Math.sqrt(2), 5)]);
    norm.train();
    norm(second);
    norm.eval();
    expect(numbers(await predict.call({ x }))).toEqual([expect.closeTo(0, 5)]);
    await predict.release();
  });

  test("is refused while training, and keeps its statistics", async () => {
    const norm = new BatchNorm1d(1).train();
    const step = compiled(norm);
    await expect(step.call({ x: first })).rejects.toMatchObject({
      code: "UNSUPPORTED",
      message: expect.stringContaining("eval()"),
    });
    expect(await statistics(norm)).toEqual(closeTo(0, 1, 0));
  });
});

describe("what normalisation refuses", () => {
  test("inputs of another rank", () => {
    expect(() => new BatchNorm2d(1)(first)).toThrow(
      "BatchNorm2d: expected an input of 4 axes, got float32[2, 1]",
    );
    expect(() => new InstanceNorm2d(1)(first)).toThrow("InstanceNorm2d: expected an input of 3 or 4 axes");
  });

  test("one entry for each channel while training", () => {
    expect(() => new BatchNorm1d(1).train()(column(1))).toThrow(
      "batch_norm: training needs more than one entry for each channel, but the input is [1, 1]",
    );
  });

  test("groups that do not divide the channels", () => {
    expect(() => new GroupNorm(4, 6)).toThrow("num_groups 4 does not divide num_channels 6");
  });
});

describe("LayerNorm and RMSNorm", () => {
  test("have the parameters that the options leave", () => {
    const names = (module: Module) => [...module.state_dict().keys()];
    expect(names(new LayerNorm(2))).toEqual(["weight", "bias"]);
    expect(names(new LayerNorm(2, { bias: false }))).toEqual(["weight"]);
    expect(names(new LayerNorm(2, { elementwise_affine: false }))).toEqual([]);
    expect(names(new RMSNorm([2, 3]))).toEqual(["weight"]);
    expect(names(new RMSNorm(2, { elementwise_affine: false }))).toEqual([]);
  });

  test("RMSNorm divides by the root mean square", async () => {
    const x = tensor(Float32Array.of(3, 4), { shape: [1, 2] });
    const y = await new RMSNorm(2, { eps: 0 })(x).realize();
    expect(numbers(y)).toEqual([
      expect.closeTo(3 / Math.sqrt(12.5), 6),
      expect.closeTo(4 / Math.sqrt(12.5), 6),
    ]);
  });
});
