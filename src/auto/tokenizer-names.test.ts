import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { BertTokenizer } from "../models/bert/index.js";
import { AutoTokenizer } from "./index.js";

/** A folder with these files. */
async function folder(files: Record<string, string>): Promise<AsyncDisposable & { path: string }> {
  const at = await mkdtemp(path.join(tmpdir(), "tokenizer-names-"));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(at, name), text);
  return { path: at, [Symbol.asyncDispose]: () => rm(at, { recursive: true }) };
}

const vocab = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n";

test("a model that is not known here can have a tokenizer that is", async () => {
  await using files = await folder({ "config.json": '{"model_type": "visual_bert"}', "vocab.txt": vocab });
  const tokenizer = await AutoTokenizer.from_pretrained(files.path);
  expect(tokenizer).toBeInstanceOf(BertTokenizer);
  expect(tokenizer("a").input_ids).toEqual([2, 5, 3]);
});

test("a model that nobody knows has none", async () => {
  await using files = await folder({ "config.json": '{"model_type": "nothing"}', "vocab.txt": vocab });
  await expect(AutoTokenizer.from_pretrained(files.path)).rejects.toMatchObject({ code: "UNKNOWN_MODEL" });
});
