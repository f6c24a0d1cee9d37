import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { largestError } from "../../tests/support/recorded.js";
import { AdamW } from "../optim/index.js";
import { explain, manual_seed, no_grad, Tensor, tensor } from "../tensor/index.js";
import {
  BertConfig,
  BertForMaskedLM,
  BertForSequenceClassification,
  BertLMHeadModel,
  BertModel,
} from "./bert/index.js";

const sizes = {
  vocab_size: 31,
  hidden_size: 12,
  num_hidden_layers: 2,
  num_attention_heads: 3,
  intermediate_size: 10,
  max_position_embeddings: 24,
  num_labels: 3,
  initializer_range: 0.3,
};

let model: BertForSequenceClassification;
beforeEach(() => {
  manual_seed(3);
  model = new BertForSequenceClassification(new BertConfig(sizes));
});
afterEach(() => model.release());

/** Token numbers of a batch, and a mask that hides some positions of every second row. */
function batch(rows: number, length: number, shift = 0) {
  const ids = Array.from({ length: rows }, (_, i) =>
    Array.from({ length }, (_, j) => 1 + ((7 * i + 3 * j + shift) % 30)),
  );
  const mask = ids.map((row, i) => row.map((_, j) => (i % 2 === 1 && j > length / 2 ? 0 : 1)));
  return { input_ids: tensor(ids), attention_mask: tensor(mask) };
}

/** The same by a graph of its own, without the compiled function. */
async function separately(inputs: ReturnType<typeof batch>): Promise<Tensor> {
  return no_grad(() => ({ ...model(inputs) }).logits).realize();
}

describe("inputs", () => {
  test("may be nested lists", async () => {
    const inputs = batch(2, 5);
    const lists = {
      input_ids: inputs.input_ids.tolist() as number[][],
      attention_mask: inputs.attention_mask.tolist() as number[][],
    };
    const fromLists = await model(lists);
    expect(largestError(fromLists.logits, (await model(inputs)).logits)).toBe(0);
  });

  test("may be lazy tensors", async () => {
    const { input_ids } = batch(2, 5);
    const lazy = input_ids.mul(1).add(0);
    const { logits } = await model({ input_ids: lazy });
    expect(largestError(logits, (await model({ input_ids })).logits)).toBe(0);
  });

  test("that are undefined are left out", async () => {
    const { input_ids } = batch(1, 4);
    const { logits } = await model({ input_ids, attention_mask: undefined });
    expect(largestError(logits, (await model({ input_ids })).logits)).toBe(0);
  });

  test("of an unknown name are refused, naming the known ones", () => {
    const { input_ids } = batch(1, 4);
    const misspelt = { input_ids, atention_mask: input_ids };
    expect(() => model(misspelt)).toThrow(
      /BertForSequenceClassification takes no input "atention_mask"; its inputs are input_ids, attention_mask, .*labels and the options output_attentions/,
    );
  });

  test("must be one object", () => {
    const call = model as unknown as (inputs?: unknown) => unknown;
    for (const given of [undefined, null, tensor([[1]]), [[1]], "text"]) {
      expect(() => call(given)).toThrow("is called with one object of inputs, such as { input_ids");
    }
  });

  test("must be tensors or lists of numbers", () => {
    const call = model as unknown as (inputs: object) => unknown;
    expect(() => call({ input_ids: "hello" })).toThrow(
      "input_ids: expected a tensor or nested lists of numbers, got string",
    );
    expect(() => call({ input_ids: [[1], ["hello"]] })).toThrow(
      "input_ids: expected a tensor or nested lists of numbers, got string",
    );
    expect(() => call({ input_ids: [[1, 2], [3]] })).toThrow(/\[2, 2\]|ragged|length/);
  });

  test("are missing: either ids or embeddings are needed, and not both", async () => {
    const { input_ids, attention_mask } = batch(1, 4);
    await expect(model({ attention_mask })).rejects.toThrow("either input_ids or inputs_embeds");
    const inputs_embeds = tensor(new Float32Array(4 * 12), { shape: [1, 4, 12] });
    await expect(model({ input_ids, inputs_embeds })).rejects.toThrow("either input_ids or inputs_embeds");
  });

  test("that disagree on a size are refused, both shapes named", async () => {
    const { input_ids } = batch(2, 5);
    const { attention_mask } = batch(2, 4);
    await expect(model({ input_ids, attention_mask })).rejects.toMatchObject({
      code: "SHAPE_MISMATCH",
      message: expect.stringMatching(
        /attention_mask has shape \[2, 4\], but axis 1 \(sequence\) should be 5, as in input_ids \[2, 5\]/,
      ),
    });
  });

  test("with token numbers that the vocabulary lacks are refused", async () => {
    expect(() => model({ input_ids: [[1, 31]] })).toThrow(
      "input_ids holds 31, but the vocabulary has the tokens 0 to 30",
    );
    expect(() => model({ input_ids: [[-1, 3]] })).toThrow("input_ids holds -1");
    await expect(model({ input_ids: [[0, 30]] })).resolves.toBeDefined();
  });

  test("longer than the positions are refused, and so is a sequence without a batch", () => {
    expect(() => model(batch(1, 25))).toThrow("25 tokens is longer than the 24 positions of this model");
    expect(() => model({ input_ids: [1, 2, 3] })).toThrow("put a single sequence into a list");
  });

  test("return_dict: false is refused, true is what happens anyway", async () => {
    const { input_ids } = batch(1, 4);
    const asTuple = { input_ids, return_dict: false };
    expect(() => model(asTuple)).toThrow("return_dict: false has no tuples to give");
    const asObject = { input_ids, return_dict: true };
    expect(Object.keys(await model(asObject))).toEqual(["logits"]);
  });

  test("return_dict: false in a configuration is refused too, and not passed over", () => {
    model.config.return_dict = false;
    try {
      expect(() => model(batch(1, 4))).toThrow("says return_dict: false");
    } finally {
      model.config.return_dict = true;
    }
  });
});

describe("an awaited call", () => {
  test("gives realised tensors, cut from their graph", async () => {
    const output = await model({ ...batch(2, 5), labels: tensor([0, 2]) });
    expect(Object.keys(output)).toEqual(["loss", "logits"]);
    expect(output.logits).toBeInstanceOf(Tensor);
    expect(output.logits.shape).toEqual([2, 3]);
    expect(Number.isFinite(output.loss.item())).toBe(true);
    expect(() => output.loss.backward()).toThrow(
      /call the model without await and read the loss from what it returns/,
    );
  });

  test("can be awaited twice, and runs once", async () => {
    const call = model(batch(1, 4));
    const [first, second] = [await call, await call];
    expect(second).toBe(first);
    expect(await Promise.all([call, call])).toEqual([first, first]);
  });

  test("fails as a promise does", async () => {
    const { input_ids } = batch(2, 5);
    const call = model({ input_ids, attention_mask: tensor([[1]]).slice(1, 0, 0) });
    await expect(call).rejects.toThrow();
    await expect(Promise.resolve(call).catch(() => "caught")).resolves.toBe("caught");
  });

  test("equals the same call by a graph of its own", async () => {
    const inputs = batch(3, 7);
    expect(largestError((await model(inputs)).logits, await separately(inputs))).toBeLessThan(1e-6);
  });

  test("after a field was read gives that very tensor its value", async () => {
    const call = model(batch(2, 5));
    const { logits } = call;
    expect(() => logits.data).toThrow("has not been computed");
    expect((await call).logits).toBe(logits);
    expect(logits.data.length).toBe(6);
  });
});

describe("a lazy call", () => {
  test("has the fields of its output", () => {
    const call = model({ ...batch(2, 5), labels: tensor([0, 2]) });
    expect(Object.keys(call)).toEqual(["loss", "logits"]);
    expect("loss" in call).toBe(true);
    expect("pooler_output" in call).toBe(false);
    expect(call.logits).toBe(call.logits);
    expect(model.compiledSignatures).toBe(0);
  });

  test("has a loss from which backward() records gradients", async () => {
    const { loss } = model({ ...batch(2, 5), labels: [0, 2] });
    loss.backward();
    const optimizer = new AdamW(model.parameters(), { lr: 0.05 });
    await optimizer.step();
    const before = loss.item();
    const after = (await model({ ...batch(2, 5), labels: [0, 2] })).loss.item();
    expect(after).toBeLessThan(before);
  });

  test("in training gives an awaited loss that still has its graph", async () => {
    model.train();
    const { loss } = await model({ ...batch(2, 5), labels: [0, 2] });
    expect(Number.isFinite(loss.item())).toBe(true);
    loss.backward();
    expect(model.classifier.weight.grad).not.toBeNull();
  });
});

describe("options", () => {
  test("output_attentions and output_hidden_states come from the call", async () => {
    const inputs = batch(2, 5);
    const output = await model({ ...inputs, output_attentions: true, output_hidden_states: true });
    expect(output.attentions!.map(({ shape }) => shape)).toEqual([
      [2, 3, 5, 5],
      [2, 3, 5, 5],
    ]);
    expect(output.hidden_states!.map(({ shape }) => shape)).toEqual(Array(3).fill([2, 5, 12]));
    expect(largestError(output.logits, (await model(inputs)).logits)).toBeLessThan(1e-6);
  });

  test("or from the configuration, which a later change of counts at once", async () => {
    const inputs = batch(2, 5);
    expect(await model(inputs)).not.toHaveProperty("attentions");
    model.config.output_attentions = true;
    expect((await model(inputs)).attentions!.length).toBe(2);
    expect(await model({ ...inputs, output_attentions: false })).not.toHaveProperty("attentions");
  });

  test("use_cache gives past_key_values that a next call takes", async () => {
    const config = new BertConfig({ ...sizes, is_decoder: true });
    const decoder = new BertLMHeadModel(config);
    const { input_ids } = batch(2, 6);
    const whole = await decoder({ input_ids });
    const start = await decoder({ input_ids: await input_ids.slice(1, 0, 4).realize() });
    const rest = await decoder({
      input_ids: await input_ids.slice(1, 4).realize(),
      past_key_values: start.past_key_values!,
    });
    expect(rest.past_key_values![0]![0]!.shape).toEqual([2, 3, 6, 4]);
    const expected = await whole.logits.slice(1, 4).realize();
    expect(largestError(rest.logits, expected)).toBeLessThan(1e-5);
    expect(await decoder({ input_ids, use_cache: false })).not.toHaveProperty("past_key_values");
    await decoder.release();
  });
});

describe("compiled sessions", () => {
  const shapes = [1, 2, 3, 4].flatMap((rows) => [1, 2, 5, 9, 16].map((length) => [rows, length] as const));

  test("twenty shapes need one", async () => {
    expect(shapes.length).toBe(20);
    for (const [rows, length] of shapes) {
      const { logits } = await model(batch(rows, length));
      expect(logits.shape).toEqual([rows, 3]);
      expect(model.compiledSignatures).toBe(1);
    }
    for (const [rows, length] of [shapes[0]!, shapes[7]!, shapes[19]!]) {
      const inputs = batch(rows, length);
      expect(largestError((await model(inputs)).logits, await separately(inputs))).toBeLessThan(1e-6);
    }
  });

  test("with and without attention_mask are two; so are other dtypes and options", async () => {
    const { input_ids, attention_mask } = batch(2, 5);
    await model({ input_ids, attention_mask });
    await model({ input_ids });
    expect(model.compiledSignatures).toBe(2);
    await model({ input_ids: input_ids.to("int32") });
    expect(model.compiledSignatures).toBe(3);
    await model({ input_ids, output_attentions: true });
    expect(model.compiledSignatures).toBe(4);
    await model({ attention_mask, input_ids });
    expect(model.compiledSignatures, "the order of the inputs says nothing").toBe(4);
  });

  test("twenty calls at once, of different shapes, are all right", async () => {
    const inputs = shapes.map(([rows, length], i) => batch(rows, length, i));
    const outputs = await Promise.all(inputs.map((given) => model(given)));
    expect(model.compiledSignatures).toBe(1);
    for (const [i, { logits }] of outputs.entries()) {
      expect(largestError(logits, await separately(inputs[i]!))).toBeLessThan(1e-6);
    }
  });

  test("are explained with symbolic sizes and the parameters' names; a lazy call with its own sizes", async () => {
    const inputs = batch(2, 5);
    const explanation = await explain(model, inputs);
    expect(explanation.recorded).toContain("int64[batch, sequence]  input input_ids");
    expect(explanation.onnx).toContain("parameter bert.encoder.layer.1.output.dense.weight");
    expect(explanation.operators.LayerNormalization).toBe(5);
    const lazy = explain(model(inputs));
    expect(lazy.recorded).toContain("int64[2, 5]  given");
    expect(lazy.onnx).toMatch(/output {2}v\d+: float32\[2, 3\]/);
    expect(model.compiledSignatures, "nothing is compiled for it").toBe(0);
    await expect(explain(model, { ids: [[1]] } as never)).rejects.toThrow('takes no input "ids"');
  });

  test("can be released; the next call compiles anew", async () => {
    const inputs = batch(2, 5);
    const { logits } = await model(inputs);
    await model.release();
    expect(model.compiledSignatures).toBe(0);
    expect(largestError((await model(inputs)).logits, logits)).toBe(0);
    expect(model.compiledSignatures).toBe(1);
    await model.release();
    await model.release();
  });

  test("released while calls run end when those have ended", async () => {
    const inputs = batch(2, 5);
    const { logits } = await model(inputs);
    const calls = Array.from({ length: 8 }, () => model(inputs));
    const results = Promise.all(calls);
    await model.release();
    for (const result of await results) expect(largestError(result.logits, logits)).toBe(0);
  });

  test.each([0, 1, 2, 3, 5, 8, 13, 21, "longer"] as const)(
    "see a parameter that changes while one is being compiled, %s ticks after the call",
    async (ticks) => {
      const inputs = batch(2, 5);
      const change = (value: number) => {
        model.classifier.bias!.assign({ dtype: "float32", dims: [3], data: new Float32Array(3).fill(value) });
      };
      change(0);
      const { logits } = await model(inputs);
      change(10);
      const running = model(inputs).then((output) => output.logits);
      if (ticks === "longer") await new Promise(setImmediate);
      else for (let tick = 0; tick < ticks; tick++) await null;
      change(20);
      await running;
      const after = (await model(inputs)).logits;
      expect(largestError(after, await logits.add(20).realize())).toBeLessThan(1e-5);
      expect(model.compiledSignatures).toBe(1);
    },
  );

  test("`await using` releases a model", async () => {
    let outer: BertModel;
    {
      await using inner = new BertModel(new BertConfig(sizes));
      outer = inner;
      await inner(batch(1, 3));
      expect(inner.compiledSignatures).toBe(1);
    }
    expect(outer.compiledSignatures).toBe(0);
  });

  test("of a loaded checkpoint read its file; training then works on the weights in memory", async () => {
    const folder = path.join(import.meta.dirname, "bert", "fixtures", "masked-lm");
    const loaded = await BertForMaskedLM.from_pretrained(folder);
    const inputs = { input_ids: [[5, 6, 7, 8]], labels: [[5, -100, 7, 8]] };
    const first = (await loaded(inputs)).loss.item();
    const { loss } = loaded(inputs);
    loss.backward();
    await new AdamW(loaded.parameters(), { lr: 0.05 }).step();
    expect(loss.item()).toBeCloseTo(first, 5);
    expect((await loaded(inputs)).loss.item()).toBeLessThan(first);
    const again = await BertForMaskedLM.from_pretrained(folder);
    expect((await again(inputs)).loss.item()).toBe(first);
  });
});
