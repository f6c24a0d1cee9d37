import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { AutoModelForSequenceClassification, AutoTokenizer } from "../auto/index.js";
import type { ErrorCode } from "../errors.js";
import { BertForMaskedLM, BertForSequenceClassification } from "../models/bert/index.js";
import { type Classification, type FilledMask, pipeline, type TextClassificationPipeline } from "./index.js";
import { softmax } from "./scores.js";

const fixture = (name: string) => path.join(import.meta.dirname, "fixtures", name);
const texts = [
  "The dog is happy.",
  "no",
  "She loves the blue house and the old tree.",
  "Cold rain in London, again!",
  "",
];

const warn = vi.spyOn(console, "warn");
beforeEach(() => void warn.mockReset().mockImplementation(() => undefined));

let classify: TextClassificationPipeline;
beforeAll(async () => {
  classify = await pipeline("text-classification", fixture("moods"));
});
afterAll(() => classify.release());

const failure = (code: ErrorCode, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

async function toList<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of stream) list.push(item);
  return list;
}

function expectSameScores(actual: readonly Classification[], expected: readonly Classification[]): void {
  expect(actual.map(({ label }) => label)).toEqual(expected.map(({ label }) => label));
  actual.forEach(({ score }, i) => {
    expect(score).toBeCloseTo(expected[i]!.score, 6);
  });
}

describe("lists", () => {
  test("every batch size gives the same results, in the order of the inputs", async () => {
    const inputs = Array.from({ length: 23 }, (_, i) => texts[i % texts.length]!);
    const alone = await classify(inputs, { batch_size: 1 });
    for (const batch_size of [undefined, 2, 3, 50]) {
      expectSameScores(await classify(inputs, { batch_size }), alone);
    }
  });

  test("a list longer than what is encoded at once keeps its order", async () => {
    const inputs = Array.from({ length: 2500 }, (_, i) => texts[(i * i) % texts.length]!);
    const each = new Map<string, Classification>();
    for (const text of texts) each.set(text, (await classify(text))[0]);
    expectSameScores(
      await classify(inputs),
      inputs.map((text) => each.get(text)!),
    );
  });

  test("texts and pairs mix", async () => {
    const pair = { text: "The cat sleeps.", text_pair: "It is not here now." };
    const mixed = await classify([texts[0]!, pair, { text: texts[1]! }]);
    expectSameScores(mixed, [
      (await classify(texts[0]!))[0],
      await classify(pair),
      (await classify("no"))[0],
    ]);
  });

  test("inputs are padded on the tokenizer's side", async () => {
    const fill = await pipeline("fill-mask", fixture("words"));
    const inputs = ["The [MASK] sleeps.", "She loves the blue house and the old [MASK]."];
    const encoded = fill.tokenizer(inputs, { padding: true, padding_side: "left" });
    const logits = (await fill.model(encoded)).logits.tolist() as number[][][];
    const filled = await fill(inputs, {
      top_k: 1,
      batch_size: 2,
      tokenizer_kwargs: { padding_side: "left" },
    });
    (filled as FilledMask[][]).forEach(([best], i) => {
      const mask = encoded.input_ids[i]!.indexOf(fill.tokenizer.mask_token_id!);
      expect(best!.score).toBeCloseTo(softmax(logits[i]![mask]!)[best!.token]!, 6);
    });
  });
});

describe("streams", () => {
  async function* source(log: string[] = []) {
    try {
      for (const text of texts) {
        log.push(text);
        yield text;
      }
    } finally {
      log.push("closed");
    }
  }

  test.each([undefined, 1, 2, 50])("of batch size %s give what the list gives", async (batch_size) => {
    expectSameScores(await toList(classify(source(), { batch_size })), await classify(texts));
  });

  test("a generator is one", async () => {
    expectSameScores(await toList(classify(texts.values())), await classify(texts));
  });

  test("read no further than asked, and close their source", async () => {
    const log: string[] = [];
    for await (const { label } of classify(source(log))) {
      expect(label).toBe("positive");
      break;
    }
    expect(log).toEqual([texts[0], "closed"]);
  });

  test("say what is wrong when they are read", async () => {
    const stream = classify(source(), { top_k: 0 });
    await expect(stream.next()).rejects.toEqual(
      failure("INVALID_ARGUMENT", /top_k must be a whole number from 1/),
    );
  });
});

describe("errors name what is wrong", () => {
  const fails = (run: () => unknown, code: ErrorCode, message: RegExp) =>
    expect(Promise.resolve().then(run)).rejects.toEqual(failure(code, message));

  test("an unknown task", () => {
    // @ts-expect-error there is no such task
    const run = () => pipeline("text-classifcation");
    return fails(run, "UNKNOWN_TASK", /tasks are feature-extraction, fill-mask, ner, question-answering/);
  });

  test("an unknown option", async () => {
    // @ts-expect-error there is no such option
    const call = () => classify("a", { topk: 2 });
    await fails(
      call,
      "INVALID_ARGUMENT",
      /no option topk; options are batch_size, signal, progress_callback, top_k/,
    );
    // @ts-expect-error there is no such option
    const make = () => pipeline("fill-mask", fixture("words"), { topk: 2 });
    await fails(make, "INVALID_ARGUMENT", /no option topk; options are tokenizer, config/);
  });

  test("an option that only Python has", () => {
    // @ts-expect-error there is no such option
    const make = () => pipeline("fill-mask", fixture("words"), { num_workers: 2 });
    return fails(make, "UNSUPPORTED", /num_workers is not supported \(inputs are prepared/);
  });

  test("no model where none is shipped", () =>
    fails(
      () => pipeline("fill-mask"),
      "INVALID_ARGUMENT",
      /no model is shipped for this task; pass the folder/,
    ));

  test("a folder that is not there", () =>
    fails(() => pipeline("fill-mask", "./nowhere"), "FILE_NOT_FOUND", /nowhere is not there/));

  test("a repository that is not in the cache, offline", () =>
    fails(() => pipeline("fill-mask", "nobody/nowhere"), "OFFLINE", /no folder "nobody\/nowhere" here/));

  test("a loaded model without a tokenizer, or for another task", async () => {
    const model = await BertForMaskedLM.from_pretrained(fixture("words"));
    await fails(() => pipeline("fill-mask", model), "INVALID_ARGUMENT", /pass options.tokenizer/);
    await fails(
      () => pipeline("text-classification", model, { tokenizer: fixture("words") }),
      "INVALID_ARGUMENT",
      /needs a model of AutoModelForSequenceClassification, such as BertForSequenceClassification, not BertForMaskedLM/,
    );
  });

  test("inputs that are no texts", async () => {
    // @ts-expect-error a number is no text
    const number = () => classify(["a", 3]);
    await fails(number, "INVALID_ARGUMENT", /input 1 must be a text or \{ text, text_pair \}, not number/);
    // @ts-expect-error a question is no text
    const question = () => classify({ question: "a" });
    await fails(question, "INVALID_ARGUMENT", /not object with question/);
  });

  test("a text that is too long", async () => {
    const long = "the old man and the red horse ".repeat(9);
    await fails(() => classify(long), "SHAPE_MISMATCH", /65 tokens .* the 24 positions .* truncation: true/);
    expect(await classify(long, { truncation: true })).toHaveLength(1);
  });

  test("an option of the tokenizer without effect", () =>
    fails(
      () => classify("a", { padding: true, max_length: 4 }),
      "INVALID_ARGUMENT",
      /max_length has no effect/,
    ));

  test("masks that are missing, were never there, or were cut off", async () => {
    const fill = await pipeline("fill-mask", fixture("words"));
    await fails(
      () => fill(["a [MASK]", "no mask"]),
      "INVALID_ARGUMENT",
      /input 1 has no \[MASK\]: "no mask"/,
    );
    const cut = { tokenizer_kwargs: { truncation: true, max_length: 3 } };
    await fails(() => fill("the old [MASK]", cut), "INVALID_ARGUMENT", /no \[MASK\] left after truncation/);
    await fails(() => fill("a [MASK]", { top_k: 999 }), "INVALID_ARGUMENT", /the model knows 240 tokens/);
  });
});

describe("what a pipeline is made of", () => {
  test("options of the call go before those of the pipeline", async () => {
    const two = await pipeline("sentiment-analysis", fixture("moods"), { top_k: 2, truncation: true });
    expect(await two(["no"])).toEqual([[expect.anything(), expect.anything()]]);
    expect(await two(["no"], { top_k: 1 })).toEqual([[expect.anything()]]);
  });

  test("a loaded model with its tokenizer", async () => {
    const model = await AutoModelForSequenceClassification.from_pretrained(fixture("moods"));
    const tokenizer = await AutoTokenizer.from_pretrained(fixture("moods"));
    const pipe = await pipeline("text-classification", model, { tokenizer });
    expect(pipe.model).toBe(model);
    expect(pipe.tokenizer).toBe(tokenizer);
    expect(pipe.task).toBe("text-classification");
    expectSameScores(await pipe("no"), await classify("no"));
  });

  test("config.task_specific_params", async () => {
    const model = await BertForSequenceClassification.from_pretrained(fixture("moods"));
    model.config.task_specific_params = {
      "text-classification": { problem_type: "multi_label_classification" },
    };
    const pipe = await pipeline("sentiment-analysis", model, { tokenizer: fixture("moods") });
    const scores = await pipe("The dog is happy.", { top_k: null });
    expect(scores[0]!.score).toBeCloseTo(0.644806, 5);
  });

  test("what is saved makes the same pipeline", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "pipeline-"));
    try {
      await classify.save_pretrained(folder);
      const again = await pipeline("text-classification", folder);
      expectSameScores(await again(texts), await classify(texts));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("release() frees the sessions", async () => {
    const pipe = await pipeline("text-classification", fixture("moods"));
    await pipe("no");
    expect(pipe.model.compiledSignatures).toBe(1);
    await pipe[Symbol.asyncDispose]();
    expect(pipe.model.compiledSignatures).toBe(0);
  });
});

test("result types follow the task, the input and the options", () => {
  async function* stream() {
    yield "a";
  }
  // Never called: only the types are asked.
  const _types = async () => {
    const plain = await pipeline("text-classification");
    expectTypeOf(plain("a")).resolves.toEqualTypeOf<[Classification]>();
    expectTypeOf(plain(["a", "b"])).resolves.toEqualTypeOf<[Classification, Classification]>();
    expectTypeOf(plain(texts)).resolves.toEqualTypeOf<Classification[]>();
    expectTypeOf(plain({ text: "a", text_pair: "b" })).resolves.toEqualTypeOf<Classification>();
    expectTypeOf(plain("a", { top_k: 2 })).resolves.toEqualTypeOf<Classification[]>();
    expectTypeOf(plain(texts, { top_k: null })).resolves.toEqualTypeOf<Classification[][]>();
    expectTypeOf(plain(stream())).toEqualTypeOf<AsyncGenerator<Classification, void, undefined>>();
    expectTypeOf(plain(texts, { top_k: 2 as number | undefined })).resolves.toEqualTypeOf<
      (Classification | Classification[])[]
    >();

    const ranked = await pipeline("sentiment-analysis", "folder", { top_k: 2 });
    expectTypeOf(ranked("a")).resolves.toEqualTypeOf<[Classification[]]>();
    expectTypeOf(ranked(texts)).resolves.toEqualTypeOf<Classification[][]>();

    const fill = await pipeline("fill-mask", "folder");
    expectTypeOf(fill("a [MASK]")).resolves.toEqualTypeOf<FilledMask[]>();
    expectTypeOf(fill("a <mask> <mask>")).resolves.toEqualTypeOf<FilledMask[][]>();
    expectTypeOf(fill(["a [MASK]"])).resolves.toEqualTypeOf<FilledMask[]>();
    expectTypeOf(fill(["a [MASK]", "[MASK] [MASK]"])).resolves.toEqualTypeOf<
      [FilledMask[], FilledMask[][]]
    >();
    expectTypeOf(fill(texts[0]!)).resolves.toEqualTypeOf<FilledMask[] | FilledMask[][]>();
  };
  expect(_types).toBeTypeOf("function");
});
