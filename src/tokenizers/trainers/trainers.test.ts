import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BPE, ByteLevel, Tokenizer, Unigram, Whitespace, WordLevel, WordPiece } from "../index.js";
import {
  BpeTrainer,
  type TrainingProgress,
  UnigramTrainer,
  WordLevelTrainer,
  WordPieceTrainer,
} from "./index.js";

const TEXTS = ["low lower lowest", "new newer newest", "wide wider widest", "low new wide"];

describe("training", () => {
  it("counts words as the model would see them, each once", () => {
    const tokenizer = new Tokenizer(new WordLevel(new Map()), { pre_tokenizer: new Whitespace() });
    const words = new WordLevelTrainer().countTexts(tokenizer, ["to be, or not to be", ["that", "is to be"]]);
    expect(new Map(words)).toEqual(
      new Map([
        ["to", 3],
        ["be", 3],
        [",", 1],
        ["or", 1],
        ["not", 1],
        ["that", 1],
        ["is", 1],
      ]),
    );
    expect(words.size).toBe(7);
  });

  it("counts many different words, and long ones", () => {
    const tokenizer = new Tokenizer(new WordLevel(new Map()));
    const texts = Array.from({ length: 20_000 }, (_, i) => "ab".repeat(i % 50) + i);
    const words = new WordLevelTrainer().countTexts(tokenizer, [
      ...texts,
      ...texts.slice(0, 100),
      "x".repeat(200_000),
    ]);
    expect(words.size).toBe(20_001);
    expect([...words].filter(([, count]) => count === 2)).toHaveLength(100);
  });

  it("keeps what the model says beside its vocabulary", () => {
    const options = { unk_token: "?", fuse_unk: true };
    const { model: bpe } = new BpeTrainer().train([["low", 2]], new BPE(new Map(), [], options));
    expect(bpe.options).toMatchObject(options);
    const before = new WordPiece(new Map(), { unk_token: "?", max_input_chars_per_word: 7 });
    const { model: wordPiece } = new WordPieceTrainer({ continuing_subword_prefix: "@" }).train([], before);
    expect(wordPiece.options).toEqual({
      unk_token: "?",
      max_input_chars_per_word: 7,
      continuing_subword_prefix: "@",
    });
    const { model: wordLevel } = new WordLevelTrainer().train(
      [],
      new WordLevel(new Map(), { unk_token: "?" }),
    );
    expect(wordLevel.unk_token).toBe("?");
  });

  it("makes tokenizers of every kind that encode what they were trained on", async () => {
    async function* arriving() {
      for (const text of TEXTS) yield text;
    }
    for (const [model, trainer] of [
      [new BPE(new Map(), []), new BpeTrainer({ vocab_size: 40 })],
      [new WordPiece(new Map()), new WordPieceTrainer({ vocab_size: 40, special_tokens: ["[UNK]"] })],
      [new WordLevel(new Map()), new WordLevelTrainer({ special_tokens: ["<unk>"] })],
      [new Unigram([]), new UnigramTrainer({ vocab_size: 40, unk_token: "<unk>" })],
    ] as const) {
      const tokenizer = new Tokenizer(model, { pre_tokenizer: new Whitespace() });
      tokenizer.train_from_iterator(TEXTS, trainer);
      const json = tokenizer.to_json();
      const { tokens } = tokenizer.encode("lowest wide");
      expect(tokens.join("").replaceAll("##", ""), json).toBe("lowestwide");
      const again = new Tokenizer(model, { pre_tokenizer: new Whitespace() });
      await again.train_from_iterator(arriving(), trainer);
      expect(again.to_json()).toBe(json);
    }
  });

  it("tells how far it is", () => {
    const seen: TrainingProgress[] = [];
    const progress_callback = (progress: TrainingProgress) => seen.push(progress);
    const tokenizer = new Tokenizer(new Unigram([]), { pre_tokenizer: new Whitespace() });
    const trainer = new UnigramTrainer({ vocab_size: 30, progress_callback });
    tokenizer.train_from_iterator(TEXTS, trainer, { length: 4 });
    expect(new Set(seen.map(({ stage }) => stage))).toEqual(
      new Set(["count words", "find pieces", "fit pieces"]),
    );
    expect(seen.at(0)).toEqual({ stage: "count words", current: 4, total: 4 });
    expect(seen.at(-1)!.current).toBe(seen.at(-1)!.total);
  });

  it("refuses options that it does not know, and numbers that cannot be", () => {
    expect(() => new BpeTrainer({ show_progress: false } as object)).toThrow(
      /BpeTrainer has no option show_progress; progress_callback tells/,
    );
    expect(() => new WordPieceTrainer({ max_token_length: 3 } as object)).toThrow(
      /no option max_token_length/,
    );
    expect(() => new WordLevelTrainer({ vocab_size: -1 })).toThrow(
      /vocab_size must be a whole number from 0/,
    );
    expect(() => new UnigramTrainer({ shrinking_factor: 1 })).toThrow(/shrinking_factor must be above 0/);
    expect(() => new UnigramTrainer({ vocab_size: 2 }).trainVocabulary([["abc", 1]])).toThrow(
      /vocab_size 2 leaves no room for 3 characters/,
    );
  });

  it("takes texts that are hard on it", () => {
    const long = "a".repeat(100_000);
    expect(new BpeTrainer({ vocab_size: 30 }).trainVocabulary([[long, 1]]).tokens.at(-1)).toMatch(/^a+$/);
    expect(new UnigramTrainer({ vocab_size: 30 }).trainVocabulary([[long, 3]]).pieces.length).toBeLessThan(
      31,
    );
    expect(new UnigramTrainer().trainVocabulary([]).pieces).toEqual([]);
    expect(new BpeTrainer().trainVocabulary([]).tokens).toEqual([]);
  });
});

describe("train", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "trainers-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("reads files line by line, newlines included", async () => {
    const files = [path.join(folder, "a.txt"), path.join(folder, "b.txt")];
    await writeFile(files[0]!, "low lower\nlow\n");
    await writeFile(files[1]!, "lowest");
    const stages: TrainingProgress[] = [];
    const trainer = new BpeTrainer({
      vocab_size: 20,
      progress_callback: (progress) => stages.push(progress),
    });
    const tokenizer = new Tokenizer(new BPE(new Map(), []), {
      pre_tokenizer: new ByteLevel({ add_prefix_space: false }),
    });
    await tokenizer.train(files, trainer);
    const lines = ["low lower\n", "low\n", "lowest"];
    const other = new Tokenizer(new BPE(new Map(), []), { pre_tokenizer: tokenizer.pre_tokenizer });
    other.train_from_iterator(lines, new BpeTrainer({ vocab_size: 20 }));
    expect(tokenizer.to_json()).toBe(other.to_json());
    expect(stages.slice(0, 2)).toEqual([
      { stage: "count words", current: 14, total: 20 },
      { stage: "count words", current: 20, total: 20 },
    ]);
  });
});
