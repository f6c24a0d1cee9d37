import { cp, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BertForSequenceClassification } from "./bert/index.js";

const fixtures = path.join(import.meta.dirname, "bert", "fixtures", "loading");

describe("what cannot be loaded says what is wrong", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "loading-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** A copy of a good checkpoint, damaged. */
  async function damaged(name: string, damage: (copy: string) => Promise<void>, from = "same") {
    const copy = path.join(folder, name);
    await cp(path.join(fixtures, from), copy, { recursive: true });
    await damage(copy);
    return copy;
  }

  async function withConfig(name: string, change: Record<string, unknown>) {
    return damaged(name, async (copy) => {
      const config = JSON.parse(await readFile(path.join(copy, "config.json"), "utf8")) as object;
      await writeFile(path.join(copy, "config.json"), JSON.stringify({ ...config, ...change }));
    });
  }

  const loading = (copy: string) => BertForSequenceClassification.from_pretrained(copy);

  test("a folder that is not there", async () => {
    await expect(loading(path.join(folder, "nowhere"))).rejects.toMatchObject({
      code: "FILE_NOT_FOUND",
      message: expect.stringMatching(/nowhere is not there: expected the folder of a checkpoint/),
    });
  });

  test("a file in place of the folder", async () => {
    const file = path.join(fixtures, "same", "config.json");
    await expect(loading(file)).rejects.toMatchObject({
      code: "FILE_NOT_FOUND",
      message: expect.stringContaining("config.json is a file: expected the folder"),
    });
  });

  test("a folder without weights, and one without config.json", async () => {
    const weightless = await damaged("weightless", (copy) => rm(path.join(copy, "model.safetensors")));
    await expect(loading(weightless)).rejects.toMatchObject({
      code: "FILE_NOT_FOUND",
      message: expect.stringContaining("has none of model.safetensors"),
    });
    const plain = await damaged("no-config", (copy) => rm(path.join(copy, "config.json")));
    await expect(loading(plain)).rejects.toMatchObject({
      code: "FILE_NOT_FOUND",
      message: expect.stringContaining("no readable config.json"),
    });
  });

  test("an empty pytorch_model.bin, and one where safetensors are asked for", async () => {
    const pickled = await damaged("pickled", async (copy) => {
      await rm(path.join(copy, "model.safetensors"));
      await writeFile(path.join(copy, "pytorch_model.bin"), "");
    });
    await expect(loading(pickled)).rejects.toMatchObject({
      code: "CORRUPT_FILE",
      message: expect.stringContaining("pytorch_model.bin"),
    });
    const strict = BertForSequenceClassification.from_pretrained(pickled, { use_safetensors: true });
    await expect(strict).rejects.toMatchObject({
      code: "FILE_NOT_FOUND",
      message: expect.stringContaining("leave out use_safetensors"),
    });
  });

  test("a truncated model.safetensors", async () => {
    const cut = await damaged("cut", (copy) => truncate(path.join(copy, "model.safetensors"), 2000));
    await expect(loading(cut)).rejects.toMatchObject({
      code: expect.stringMatching(/^SAFETENSORS_/),
      message: expect.stringContaining("model.safetensors"),
    });
  });

  test("a shard that is missing, and an index that names a file elsewhere", async () => {
    const lacking = await damaged(
      "lacking-shard",
      (copy) => rm(path.join(copy, "model-00002-of-00002.safetensors")),
      "sharded",
    );
    await expect(loading(lacking)).rejects.toThrow("model-00002-of-00002.safetensors");
    const escaping = await damaged(
      "escaping-shard",
      (copy) =>
        writeFile(
          path.join(copy, "model.safetensors.index.json"),
          JSON.stringify({ weight_map: { x: "../same/model.safetensors" } }),
        ),
      "sharded",
    );
    await expect(loading(escaping)).rejects.toMatchObject({ code: "CORRUPT_FILE" });
  });

  test("a config.json that does not belong to the weights", async () => {
    await expect(loading(await withConfig("other-size", { hidden_size: 8 }))).rejects.toMatchObject({
      code: "KEYS_MISMATCH",
      message: expect.stringMatching(/is \[\d+,6\] in the checkpoint and \[\d+,8\] in the model/),
    });
  });

  test("a config.json that is no JSON, or no object", async () => {
    const cases = { text: "hidden_size: 6", list: "[]", cut: '{"hidden_size": 6' };
    for (const [name, text] of Object.entries(cases)) {
      const copy = await damaged(`no-json-${name}`, (copy) =>
        writeFile(path.join(copy, "config.json"), text),
      );
      await expect(loading(copy), name).rejects.toMatchObject({
        code: "CORRUPT_FILE",
        message: expect.stringContaining("config.json"),
      });
    }
  });

  test("an option that is neither the loader's nor the configuration's", async () => {
    const options = { torch_dtypes: "float16" };
    await expect(
      BertForSequenceClassification.from_pretrained(path.join(fixtures, "same"), options),
    ).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining('"torch_dtypes" is neither an option'),
    });
  });
});
