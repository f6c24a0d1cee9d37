import { BertForSequenceClassification } from "../../../../src/index.js";
import { AdamW, clip_grad_norm_, get_linear_schedule_with_warmup } from "../../../../src/optim/index.js";
import {
  type Device,
  manual_seed,
  rand,
  randn,
  realize,
  type Tensor,
  tensor,
} from "../../../../src/tensor/index.js";
import { largestError, readRecorded } from "../../../support/recorded-tensors.js";

type Recorded = ReadonlyMap<string, Tensor>;

/** The model's inputs, on the device. */
function inputsOf(recorded: Recorded, prefix: string, device: Device) {
  const named = (name: string) => recorded.get(`${prefix}.${name}`)!.to(device);
  return {
    input_ids: named("input_ids"),
    attention_mask: named("attention_mask"),
    token_type_ids: named("token_type_ids"),
  };
}

/** The largest error of a tiny classifier's logits against the recorded ones. */
export async function classifySequence(device: Device): Promise<number> {
  const model = await BertForSequenceClassification.from_pretrained("/bert/sequence-classification");
  model.to(device);
  const recorded = await readRecorded("/bert/sequence-classification/recorded.safetensors");
  const { logits } = await model(inputsOf(recorded, "input", device));
  return largestError(await logits.to("cpu").realize(), recorded.get("output.logits")!);
}

/** How far the logits of eight calls at once, of different shapes, are from those of calls in turn. */
export async function callAtOnce(device: Device): Promise<number[]> {
  const model = await BertForSequenceClassification.from_pretrained("/bert/sequence-classification");
  model.to(device);
  const logitsOf = async (length: number) => {
    const ids = Array.from({ length: 1 + (length % 3) }, () => Array.from({ length }, (_, i) => i % 10));
    const { logits } = await model({ input_ids: tensor(ids).to(device) });
    return logits.to("cpu").realize();
  };
  const lengths = [1, 2, 3, 4, 5, 6, 7, 8];
  const atOnce = await Promise.all(lengths.map(logitsOf));
  const errors: number[] = [];
  for (const [i, length] of lengths.entries()) {
    errors.push(largestError(atOnce[i]!, await logitsOf(length)));
  }
  return errors;
}

/** Uniform and normal numbers of a seed, drawn on the device. */
export async function draw(device: Device): Promise<number[][]> {
  manual_seed(1);
  const drawn = [rand([1000]), randn([1000])].map((x) => x.to(device).to("cpu"));
  await realize(drawn);
  return drawn.map((x) => x.tolist() as number[]);
}

interface Settings {
  readonly lr: number;
  readonly betas: [number, number];
  readonly eps: number;
  readonly weight_decay: number;
  readonly no_decay: readonly string[];
  readonly max_grad_norm: number;
  readonly num_warmup_steps: number;
  readonly num_training_steps: number;
}

/** The losses of the first steps of fine-tuning. */
export async function trainSteps(settings: Settings, count: number, device: Device): Promise<number[]> {
  const batches = await readRecorded("/finetune/batches.safetensors");
  const model = (
    await BertForSequenceClassification.from_pretrained("/finetune/initial", {
      problem_type: "single_label_classification",
    })
  ).train();
  model.to(device);
  const named = [...model.named_parameters()];
  const decays = (name: string) => !settings.no_decay.some((part) => name.includes(part));
  const { lr, betas, eps, weight_decay } = settings;
  const optimizer = new AdamW(
    [
      { params: named.filter(([name]) => decays(name)).map(([, parameter]) => parameter), weight_decay },
      { params: named.filter(([name]) => !decays(name)).map(([, parameter]) => parameter), weight_decay: 0 },
    ],
    { lr, betas, eps },
  );
  const schedule = get_linear_schedule_with_warmup(optimizer, settings);
  const losses: number[] = [];
  for (let step = 0; step < count; step++) {
    const labels = batches.get(`${step}.labels`)!.to(device);
    const { loss } = model({ ...inputsOf(batches, String(step), device), labels });
    optimizer.zero_grad();
    loss.backward();
    clip_grad_norm_(model.parameters(), settings.max_grad_norm);
    await optimizer.step();
    schedule.step();
    losses.push((await loss.to("cpu").realize()).item());
  }
  return losses;
}

/** Takes the GPU away; gives the code of what a computation throws then. */
export async function loseGpu(): Promise<string> {
  const { prototype } = (globalThis as unknown as { GPUAdapter: { prototype: Adapter } }).GPUAdapter;
  const { requestDevice } = prototype;
  const devices: GpuDevice[] = [];
  prototype.requestDevice = async function (...options) {
    const device = await requestDevice.apply(this, options);
    devices.push(device);
    return device;
  };
  const before = await tensor([1, 2]).to("webgpu").realize();
  for (const device of devices) {
    device.destroy();
    await device.lost;
  }
  return before
    .add(1)
    .to("cpu")
    .realize()
    .then(
      () => "none",
      (error: { code: string }) => error.code,
    );
}

interface Adapter {
  requestDevice(...options: unknown[]): Promise<GpuDevice>;
}

interface GpuDevice {
  readonly lost: Promise<unknown>;
  destroy(): void;
}
