import path from "node:path";
import { describe, expect, test } from "vitest";
import { largestError, readJson, readRecorded } from "../../tests/support/recorded.js";
import { Parameter, type Tensor, tensor } from "../tensor/index.js";
import {
  Conv1D,
  Dropout,
  Identity,
  init,
  Linear,
  Module,
  ModuleDict,
  ModuleList,
  ParameterList,
  ReLU,
  Sequential,
  Tanh,
} from "./index.js";

const fixtures = path.join(import.meta.dirname, "fixtures");
const recorded = readJson<{ names: string[]; modules: string[] }>(fixtures, "containers.json");
const values = await readRecorded(path.join(fixtures, "containers.safetensors"));

class Containers extends Module {
  readonly numbered = new Sequential(new Linear(4, 5), new ReLU(), new Identity(), new Linear(5, 4));
  readonly named = new Sequential({ dense: new Linear(4, 4, { bias: false }), activation: new Tanh() });
  readonly listed = new ModuleList(Array.from({ length: 11 }, () => new Conv1D(4, 4)));
  readonly chosen = new ModuleDict({ en_XX: new Linear(4, 4), de_DE: new Linear(4, 4) });
  readonly scales = new ParameterList([new Parameter([4], init.ones_), new Parameter([1], init.ones_)]);

  forward(input: Tensor): Tensor {
    let x = this.named(this.numbered(input));
    for (const layer of this.listed) x = layer(x).tanh();
    for (const scale of this.scales) x = x.mul(scale);
    return this.chosen.get("de_DE")(x);
  }
}

test("a module of containers has the recorded names, and gives the recorded output", async () => {
  const module = new Containers();
  expect([...module.state_dict().keys()]).toEqual(recorded.names);
  expect([...module.named_modules()].map(([name]) => name)).toEqual(recorded.modules);
  await module.load_state_dict(
    new Map(recorded.names.map((name) => [name, values.get(`state.${name}`)!] as const)),
  );
  const output = await module(values.get("input")!).realize();
  expect(largestError(output, values.get("output")!)).toBeLessThan(1e-5);
});

describe("a ModuleList", () => {
  test("is counted, walked through and indexed, from the end too", () => {
    const list = new ModuleList([new Dropout(0.1), new Dropout(0.2), new Dropout(0.3)]);
    expect(list.size).toBe(3);
    expect([...list].map(({ p }) => p)).toEqual([0.1, 0.2, 0.3]);
    expect(list.at(-1).p).toBe(0.3);
    expect(() => list.at(3)).toThrow("ModuleList: there is no module 3 among 3");
    expect([...new ModuleList([])]).toEqual([]);
  });

  test("keeps the order of its modules beyond ten", () => {
    const list = new ModuleList(Array.from({ length: 12 }, (_, i) => new Dropout(i / 20)));
    expect([...list.named_children()].map(([name]) => name)).toEqual([...Array(12).keys()].map(String));
  });

  test("grows at its end and in between, and gives parts of itself", () => {
    const list = new ModuleList([new Dropout(0.1)]).append(new Dropout(0.2)).extend([new Dropout(0.3)]);
    list.insert(1, new Dropout(0.9));
    expect([...list].map(({ p }) => p)).toEqual([0.1, 0.9, 0.2, 0.3]);
    expect([...list.named_children()].map(([name]) => name)).toEqual(["0", "1", "2", "3"]);
    const some = list.slice(-2);
    expect([...some].map(({ p }) => p)).toEqual([0.2, 0.3]);
    expect(some.at(0)).toBe(list.at(2));
  });

  test("cannot be called", () => {
    expect(() => (new ModuleList([]) as unknown as () => void)()).toThrow(
      "a ModuleList has no forward of its own: call its modules",
    );
  });
});

describe("a Sequential", () => {
  test("of nothing gives what it is given", async () => {
    const x = tensor([1, 2.5]);
    expect(new Sequential()(x)).toBe(x);
  });

  test("keeps a Map's order, even of names that are numbers", () => {
    const named = new Sequential(
      new Map<string, Module>([
        ["b", new Tanh()],
        ["a", new ReLU()],
      ]),
    );
    expect([...named.named_children()].map(([name]) => name)).toEqual(["b", "a"]);
    expect(named.at(1)).toBeInstanceOf(ReLU);
    expect(named.append(new Identity()).at(-1)).toBeInstanceOf(Identity);
    expect(named.state_dict().size).toBe(0);
    expect([...named].length).toBe(3);
  });

  test("gives a sequence of some of its modules, which share their parameters", async () => {
    const whole = new Sequential(new Linear(2, 2), new Tanh(), new Linear(2, 2));
    const head = whole.slice(0, 2);
    expect(head.size).toBe(2);
    const x = tensor([[0.5, -1]]);
    expect(head(x)).toBe(whole.at(0)(x) && (whole.at(1)(whole.at(0)(x)) as Tensor));
  });

  test("hands on what is no tensor too", () => {
    class Pair extends Module {
      forward(x: number): [number, number] {
        return [x, x + 1];
      }
    }
    class Sum extends Module {
      forward([a, b]: [number, number]): number {
        return a + b;
      }
    }
    expect(new Sequential<number, number>(new Pair(), new Sum())(3)).toBe(7);
  });

  test("switches its modules between training and evaluation", () => {
    const sequence = new Sequential(new Dropout(0.5)).train();
    expect((sequence.at(0) as Dropout).training).toBe(true);
  });
});

describe("a ModuleDict", () => {
  const dict = () => new ModuleDict({ b: new Dropout(0.1), a: new Dropout(0.2) });

  test("has its modules by name, in order", () => {
    expect([...dict().keys()]).toEqual(["b", "a"]);
    expect([...dict().values()].map(({ p }) => p)).toEqual([0.1, 0.2]);
    expect([...dict()].map(([name, { p }]) => [name, p])).toEqual([
      ["b", 0.1],
      ["a", 0.2],
    ]);
    expect([dict().size, dict().has("a"), dict().has("size"), dict().get("a").p]).toEqual([
      2,
      true,
      false,
      0.2,
    ]);
    expect(() => dict().get("c")).toThrow('there is no module "c" among b, a');
    expect(() => new ModuleDict().get("c")).toThrow('there is no module "c" among none');
  });

  test("takes a module in the place of another", () => {
    const own = dict().set("b", new Dropout(0.7));
    expect([...own].map(([name, { p }]) => [name, p])).toEqual([
      ["b", 0.7],
      ["a", 0.2],
    ]);
  });

  test.each(["forward", "size", "training", "config", "", "a.b"])("refuses the name %j", (name) => {
    expect(() => dict().set(name, new Dropout(0))).toThrow("name the part otherwise");
  });

  test("cannot be called", () => {
    expect(() => (dict() as unknown as () => void)()).toThrow("a ModuleDict has no forward of its own");
  });
});

describe("a ParameterList", () => {
  test("has its parameters by number", () => {
    const [one, two] = [new Parameter([1], init.ones_), new Parameter([2], init.ones_)];
    const list = new ParameterList([one]).append(two);
    expect([list.size, list.at(-1), [...list]]).toEqual([2, two, [one, two]]);
    expect([...list.named_parameters()]).toEqual([
      ["0", one],
      ["1", two],
    ]);
    expect(() => list.at(2)).toThrow("ParameterList: there is no parameter 2 among 2");
    expect(() => (list as unknown as () => void)()).toThrow("use its parameters");
  });
});
