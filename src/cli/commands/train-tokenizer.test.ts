import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AutoTokenizer } from "../../auto/index.js";
import { type TrainTokenizerFlags, trainTokenizer } from "./train-tokenizer.js";

let folder: string;
let printed: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "train-tokenizer-"));
  await writeFile(
    path.join(folder, "a.txt"),
    "The lowest slope is slow.\nNewer and newer slopes widen.\n".repeat(40),
  );
  await writeFile(path.join(folder, "b.txt"), "Wider slopes are the widest of all.");
  printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

function train(flags: Partial<TrainTokenizerFlags> & Pick<TrainTokenizerFlags, "type">): Promise<void> {
  const files = ["a.txt", "b.txt"].map((name) => path.join(folder, name));
  return trainTokenizer(files, { out: path.join(folder, "out"), ...flags });
}

describe("train-tokenizer", () => {
  test.each([
    ["bpe", "320", "the widest slopes, über alles", "the widest slopes, über alles"],
    ["wordpiece", "90", "the widest slopes", "[CLS] the widest slopes [SEP]"],
    ["unigram", "60", "the widest slopes", "the widest slopes</s>"],
    ["wordlevel", "60", "the widest slopes", "the widest slopes"],
  ] as const)("%s: AutoTokenizer reads what it writes", async (type, vocabSize, text, decoded) => {
    await train({ type, vocabSize, lowercase: true });
    const out = path.join(folder, "out");
    expect(printed.split("\n")).toEqual(expect.arrayContaining([path.join(out, "tokenizer.json")]));
    const tokenizer = await AutoTokenizer.from_pretrained(out);
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(decoded);
    expect(tokenizer.length).toBeLessThanOrEqual(Number(vocabSize));
  });

  test("--json and special tokens of one's own", async () => {
    await train({ type: "bpe", vocabSize: "280", specialToken: ["<user>", "<bot>"], json: true });
    const { files, vocab_size } = JSON.parse(printed) as { files: string[]; vocab_size: number };
    expect(vocab_size).toBe(280);
    expect(files.map((file) => path.basename(file))).toContain("tokenizer_config.json");
    const { added_tokens } = JSON.parse(await readFile(path.join(folder, "out/tokenizer.json"), "utf8")) as {
      added_tokens: { content: string }[];
    };
    expect(added_tokens.map(({ content }) => content)).toEqual(["<|endoftext|>", "<user>", "<bot>"]);
  });

  test("what cannot be is said before anything is read", async () => {
    await expect(train({ type: "bpe", vocabSize: "many" })).rejects.toThrow(
      /--vocab-size must be a whole number/,
    );
    await expect(train({ type: "unigram", minFrequency: "2" })).rejects.toThrow(/--min-frequency/);
    await expect(trainTokenizer([path.join(folder, "c.txt")], { type: "bpe", out: folder })).rejects.toThrow(
      /c\.txt does not exist/,
    );
  });
});
