import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type CallProgress, pipeline } from "./index.js";

const moods = path.join(import.meta.dirname, "fixtures/moods");
const texts = Array.from({ length: 10 }, (_, i) => `The dog is happy${" happy".repeat(i % 3)}.`);
let classify: Awaited<ReturnType<typeof load>>;
const load = () => pipeline("text-classification", moods);

beforeAll(async () => {
  classify = await load();
});

describe("a call", () => {
  test("tells how many inputs are done after each batch", async () => {
    const seen: CallProgress[] = [];
    await classify(texts, { batch_size: 4, progress_callback: (progress) => void seen.push(progress) });
    expect(seen).toEqual([4, 8, 10].map((done) => ({ done, total: 10 })));
  });

  test("stops between two batches when its signal says so", async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const call = classify(texts, {
      batch_size: 2,
      signal: controller.signal,
      progress_callback: ({ done }) => {
        seen.push(done);
        if (done === 4) controller.abort(new Error("enough"));
      },
    });
    await expect(call).rejects.toMatchObject({
      code: "ABORTED",
      message: expect.stringContaining("text-classification"),
      cause: expect.objectContaining({ message: "enough" }),
    });
    expect(seen).toEqual([2, 4]);
    expect(await classify(texts)).toHaveLength(10); // and the pipeline goes on working
  });

  test("with a signal that was aborted before does nothing", async () => {
    const seen: CallProgress[] = [];
    const call = classify(texts, {
      signal: AbortSignal.abort(),
      progress_callback: (progress) => void seen.push(progress),
    });
    await expect(call).rejects.toMatchObject({ code: "ABORTED" });
    expect(seen).toEqual([]);
  });

  test("on a stream tells what is done of it, and stops", async () => {
    async function* stream() {
      yield* texts;
    }
    const controller = new AbortController();
    const seen: CallProgress[] = [];
    const results = classify(stream(), {
      batch_size: 3,
      signal: controller.signal,
      progress_callback: (progress) => void seen.push(progress),
    });
    let count = 0;
    const reading = (async () => {
      for await (const _ of results) if (++count === 6) controller.abort();
    })();
    await expect(reading).rejects.toMatchObject({ code: "ABORTED" });
    expect(count).toBe(6);
    expect(seen).toEqual([3, 6].map((done) => ({ done, total: null })));
  });

  test("refuses what is no signal or no function", async () => {
    const code = "INVALID_ARGUMENT";
    await expect(classify(texts, { signal: "stop" as never })).rejects.toMatchObject({ code });
    await expect(classify(texts, { progress_callback: 3 as never })).rejects.toMatchObject({ code });
  });
});

test("what pipeline() is given is for loading: a signal stops that, and calls go on", async () => {
  const seen: unknown[] = [];
  const made = await pipeline("text-classification", moods, {
    signal: new AbortController().signal,
    progress_callback: (progress) => void seen.push(progress),
  });
  await made(texts);
  expect(seen).toEqual([]); // nothing was downloaded
});

test("a text in several parts is done when its last part is", async () => {
  const sort = await pipeline("zero-shot-classification", moods);
  const seen: number[] = [];
  await sort(["The dog is happy.", "The cat is sad."], ["happy", "sad", "neutral"], {
    batch_size: 2,
    progress_callback: ({ done }) => void seen.push(done),
  });
  expect(seen.at(-1)).toBe(2);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(seen.length).toBe(3);
});
