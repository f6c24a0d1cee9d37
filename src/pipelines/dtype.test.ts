import path from "node:path";
import { describe, expect, test } from "vitest";
import { AutoModelForMaskedLM, AutoTokenizer } from "../auto/index.js";
import { type LoadingOptions, pipeline } from "./index.js";

const fixture = (name: string) => path.join(import.meta.dirname, "fixtures", name);

describe("a pipeline in another dtype", () => {
  test.each<[LoadingOptions, string]>([
    [{ torch_dtype: "float16" }, "float16"],
    [{ dtype: "bfloat16" }, "bfloat16"],
    [{ torch_dtype: "auto" }, "float32"],
    [{ model_kwargs: { torch_dtype: "float16" } }, "float16"],
  ])("%j", async (options, dtype) => {
    const exact = await pipeline("text-classification", fixture("moods"));
    const narrow = await pipeline("text-classification", fixture("moods"), options);
    expect(narrow.model.dtype).toBe(dtype);
    const texts = ["The dog is happy.", "no"];
    const [before, after] = [await exact(texts), await narrow(texts)];
    expect(after.map(({ label }) => label)).toEqual(before.map(({ label }) => label));
    after.forEach(({ score }, i) => {
      expect(score).toBeCloseTo(before[i]!.score, dtype === "bfloat16" ? 2 : 3);
    });
  });

  test.each([
    ["token-classification", "entities", "Angela lives in Berlin."],
    ["feature-extraction", "moods", "The dog is happy."],
    ["fill-mask", "words", "Paris is the [MASK] of France."],
  ] as const)("every task reads narrow floats: %s", async (task, folder, text) => {
    const narrow = await pipeline(task, fixture(folder), { torch_dtype: "float16" });
    const numbers = JSON.stringify(await (narrow as (text: string) => Promise<unknown>)(text)).match(
      /\d\.\d+/g,
    );
    expect(numbers!.every((number) => Number.isFinite(Number(number)))).toBe(true);
  });

  test("question answering and zero-shot classification too", async () => {
    const answer = await pipeline("question-answering", fixture("answers"), { torch_dtype: "float16" });
    const found = await answer({ question: "Where?", context: "The dog lives in London." });
    expect(found).toMatchObject({ score: expect.any(Number), answer: expect.any(String) });
    const sort = await pipeline("zero-shot-classification", fixture("entailment"), {
      torch_dtype: "float16",
    });
    const { scores } = await sort("The dog is happy.", ["happy", "sad"]);
    expect(scores[0]! + scores[1]!).toBeCloseTo(1, 2);
  });

  test("is refused where it is asked for twice, is none, or comes too late", async () => {
    const code = "INVALID_ARGUMENT";
    const twice = { torch_dtype: "float16", model_kwargs: { dtype: "bfloat16" } } as const;
    await expect(pipeline("fill-mask", fixture("words"), twice)).rejects.toMatchObject({
      code,
      message: "pipeline: torch_dtype is given, and model_kwargs has dtype as well; give one of them",
    });
    const wrong = { torch_dtype: "float8" as never };
    await expect(pipeline("fill-mask", fixture("words"), wrong)).rejects.toMatchObject({ code });
    const model = await AutoModelForMaskedLM.from_pretrained(fixture("words"));
    const tokenizer = await AutoTokenizer.from_pretrained(fixture("words"));
    await expect(pipeline("fill-mask", model, { tokenizer, torch_dtype: "float16" })).rejects.toMatchObject({
      code,
      message: expect.stringContaining("torch_dtype says how a model is loaded"),
    });
  });
});
