import path from "node:path";
import { describe, expect, test } from "vitest";
import { readJson, readRecorded } from "../../tests/support/recorded.js";
import { type HostArray, Parameter, type TypedArray, tensor } from "../tensor/index.js";
import * as optim from "./index.js";

interface Setting {
  optimizer: string;
  name: string;
  groups: ({ parameters: number[] } & Record<string, unknown>)[];
  /** The first group's learning rate at each step, where it changes. */
  lr_of_step?: number[];
  /** What Adafactor's schedule gives after each step. */
  rates?: number[][];
}

type AnyOptimizer = optim.Optimizer<optim.CommonSettings>;
type Create = new (groups: object[], settings?: object) => AnyOptimizer;

const fixtures = path.join(import.meta.dirname, "fixtures");
const recorded = readJson<{
  steps: number;
  parameters: number;
  /** Steps at which parameters have no gradient. */
  no_gradient: [step: number, parameter: number][];
  defaults: Record<string, object>;
  settings: Setting[];
}>(fixtures, "optimizers.json");
const values = await readRecorded(path.join(fixtures, "optimizers.safetensors"));

const classOf = (name: string) => (optim as unknown as Record<string, Create>)[name]!;

/** One step's slice of stacked steps. */
function atStep(stacked: TypedArray, step: number): number[] {
  const size = stacked.length / recorded.steps;
  return [...stacked.slice(step * size, (step + 1) * size)].map(Number);
}

/** The largest difference, as a share of the largest of all expected elements. */
function relativeError(actual: readonly number[], expected: readonly number[]): number {
  if (actual.length !== expected.length) throw new Error(`got ${actual.length}, expected ${expected.length}`);
  const difference = Math.max(...expected.map((x, i) => Math.abs(x - actual[i]!)));
  return difference / Math.max(...expected.map(Math.abs));
}

function initialParameters(): Parameter[] {
  return Array.from({ length: recorded.parameters }, (_, i) => {
    const { data, dtype, shape } = values.get(`initial.${i}`)!;
    return new Parameter(shape as number[], { data: data.slice(), dtype, dims: shape as number[] });
  });
}

function create({ optimizer, groups }: Setting, parameters: readonly Parameter[]): AnyOptimizer {
  const settings = groups.map(({ parameters: numbers, ...own }) => ({
    params: numbers.map((i) => parameters[i]!),
    ...own,
  }));
  return new (classOf(optimizer))(settings);
}

/** Does some of the recorded steps, each with its gradients. */
async function train(
  setting: Setting,
  optimizer: AnyOptimizer,
  parameters: readonly Parameter[],
  [from, to]: readonly [number, number],
  after: (step: number) => void | Promise<void> = () => undefined,
): Promise<void> {
  for (let step = from; step < to; step++) {
    if (setting.lr_of_step) optimizer.param_groups[0]!.lr = setting.lr_of_step[step]!;
    parameters.forEach((parameter, i) => {
      const skipped = recorded.no_gradient.some(([at, which]) => at === step && which === i);
      const gradient = Float32Array.from(atStep(values.get(`gradients.${i}`)!.data, step));
      parameter.grad = skipped ? null : tensor(gradient, { shape: parameter.dims });
    });
    await optimizer.step();
    await after(step);
  }
}

/** Where the moments lie; but for the one element that Adafactor does not read before it writes it. */
function momentsOf(optimizer: AnyOptimizer, parameters: readonly Parameter[]): TypedArray[] {
  return parameters.flatMap((parameter) =>
    // biome-ignore lint/complexity/useLiteralKeys: a test may look at what is protected
    Object.entries(optimizer["kept"](parameter)!.moments)
      .filter(([name]) => name !== "RMS")
      .map(([, { data }]) => data),
  );
}

const numbersOf = (arrays: readonly TypedArray[]) => arrays.flatMap((array) => [...array].map(Number));

test.each(Object.entries(recorded.defaults))("%s has the reference's defaults", (name, defaults) => {
  const optimizer = new (classOf(name))([new Parameter([1], () => new Float32Array(1))]);
  expect(optimizer.defaults).toEqual(defaults);
});

test("every optimizer is recorded", () => {
  const own = Object.entries(optim).flatMap(([name, value]) =>
    typeof value === "function" && value.prototype instanceof optim.Optimizer ? [name] : [],
  );
  expect(new Set(recorded.settings.map(({ optimizer }) => optimizer))).toEqual(new Set(own));
});

describe.each(
  recorded.settings.map((setting, number) => [setting.optimizer, setting.name, setting, number] as const),
)("%s, %s", (_, __, setting, number) => {
  test(`follows the reference for ${recorded.steps} steps`, async () => {
    const parameters = initialParameters();
    const optimizer = create(setting, parameters);
    const order = setting.groups.flatMap(({ parameters: numbers }) => numbers);
    const schedule =
      optimizer instanceof optim.Adafactor ? optim.get_adafactor_schedule(optimizer) : undefined;
    let memory: TypedArray[] = [];
    let momentsInMemory: TypedArray[] = [];
    await train(setting, optimizer, parameters, [0, recorded.steps], async (step) => {
      const expected = parameters.map((_, i) => atStep(values.get(`${number}.${i}`)!.data, step));
      const error = relativeError(numbersOf(parameters.map(({ data }) => data)), expected.flat());
      expect(error, `parameters after step ${step}`).toBeLessThan(1e-6);

      schedule?.step();
      schedule
        ?.get_last_lr()
        .forEach((rate, i) => void expect(rate / setting.rates![step]![i]!).toBeCloseTo(1, 6));

      if (step === 2) {
        memory = parameters.map(({ data }) => data);
        momentsInMemory = momentsOf(optimizer, parameters);
      }
      const { state } = await optimizer.state_dict();
      const kept = new Map<string, HostArray | number | null | undefined>(
        order.flatMap((i, position) =>
          Object.entries(state[position] ?? {}).map(([name, value]) => [`${i}.${name}`, value] as const),
        ),
      );
      for (const [key, value] of values) {
        const [own, ...rest] = key.split(".");
        if (own !== String(number) || rest.length !== 3 || Number(rest[2]) !== step) continue;
        const [index, name] = rest as [string, string];
        const found = kept.get(`${index}.${name}`) as HostArray | undefined;
        // Without scale_parameter nothing reads the parameter's size.
        if (name === "RMS" && found === undefined && setting.groups[0]!.scale_parameter === false) continue;
        expect(found?.dims, key).toEqual(value.shape);
        expect(relativeError(numbersOf([found!.data]), numbersOf([value.data])), key).toBeLessThan(2e-6);
        kept.delete(`${index}.${name}`);
      }
      if (step === recorded.steps - 1) {
        const beyond = [...kept.keys()].filter((name) => !name.endsWith(".step"));
        expect(beyond, "state that the reference does not keep").toEqual([]);
      }
    });
    // New values are written over the old ones.
    expect(parameters.map(({ data }, i) => data === memory[i])).not.toContain(false);
    const moments = momentsOf(optimizer, parameters);
    expect(moments.map((data, i) => data === momentsInMemory[i])).not.toContain(false);
  });

  test("goes on bit for bit from a state stored in between", async () => {
    const whole = initialParameters();
    const optimizer = create(setting, whole);
    await train(setting, optimizer, whole, [0, 9]);
    const stored = structuredClone(await optimizer.state_dict());
    const resumed = whole.map(
      ({ data, dtype, dims }) => new Parameter(dims, { data: data.slice(), dtype, dims }),
    );
    await train(setting, optimizer, whole, [9, 14]);

    const successor = create(setting, resumed);
    successor.load_state_dict(stored);
    expect(await successor.state_dict()).toEqual(stored);
    await train(setting, successor, resumed, [9, 14]);
    expect(resumed.map(({ data }) => [...data])).toEqual(whole.map(({ data }) => [...data]));
    expect(await successor.state_dict()).toEqual(await optimizer.state_dict());
  });
});
