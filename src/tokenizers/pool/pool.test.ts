import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Encoding } from "../encoding.js";
import { BertNormalizer, BertPreTokenizer, Tokenizer, TokenizerPool, WordPiece } from "../index.js";
import { pack, unpack } from "./packed.js";

function makeTokenizer(): Tokenizer {
  const letters = [..."abcdefghijklmnopqrstuvwxyz"].flatMap((letter) => [letter, `##${letter}`]);
  const vocab = new Map(["[PAD]", "[UNK]", ...letters].map((token, id) => [token, id]));
  return new Tokenizer(new WordPiece(vocab, { unk_token: "[UNK]" }), {
    normalizer: new BertNormalizer(),
    pre_tokenizer: new BertPreTokenizer(),
  });
}

const texts = Array.from(
  { length: 200 },
  (_, i) => `number ${"abc ".repeat(i % 17)} 😀 é ${String.fromCharCode(97 + (i % 26))}`,
);

const plain = (encoding: Encoding): unknown => ({
  ids: encoding.ids,
  tokens: encoding.tokens,
  offsets: encoding.columns.spans === null ? null : encoding.offsets,
  word_ids: encoding.word_ids,
  type_ids: encoding.type_ids,
  mask: encoding.attention_mask,
  special: encoding.special_tokens_mask,
  sequences: encoding.sequence_ids,
  overflowing: encoding.overflowing.map(plain),
});

describe("TokenizerPool", () => {
  it("gives on threads what the tokenizer gives: order, padding, pairs, overflow, offsets in either unit", async () => {
    const tokenizer = makeTokenizer();
    tokenizer.enable_padding({ pad_id: 0 });
    await using pool = new TokenizerPool(tokenizer, { threads: 2, least_characters: 1 });
    const pairs = texts.map((text, i) => ({ text, pair: i % 2 ? "a pair" : null }));
    const options = { truncation: { max_length: 9, stride: 2 }, offset_unit: "codepoint" } as const;
    expect((await pool.encode_batch(texts)).map(plain)).toEqual(tokenizer.encode_batch(texts).map(plain));
    expect((await pool.encode_batch(pairs, options)).map(plain)).toEqual(
      tokenizer.encode_batch(pairs, options).map(plain),
    );
    expect((await pool.encode_batch_fast(texts, { padding: null })).map(plain)).toEqual(
      tokenizer.encode_batch_fast(texts, { padding: null }).map(plain),
    );
    tokenizer.add_tokens(["abc"]);
    expect((await pool.encode_batch(texts)).map(plain)).toEqual(tokenizer.encode_batch(texts).map(plain));
    const impossible = { truncation: { max_length: 1, strategy: "only_second" } } as const;
    await expect(pool.encode_batch(texts, impossible)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    const fails = expect(pool.encode_batch(texts)).rejects.toMatchObject({ code: "RUNTIME_FAILED" });
    await pool.close();
    await fails;
    expect(await pool.encode_batch(["a", "b"])).toHaveLength(2);
  });

  it("encodes small batches where it is called, without threads", async () => {
    const tokenizer = makeTokenizer();
    const pool = new TokenizerPool(tokenizer);
    const encodings = await pool.encode_batch(["a b", "c"]);
    expect(encodings.map(plain)).toEqual(tokenizer.encode_batch(["a b", "c"]).map(plain));
    expect(() => new TokenizerPool(tokenizer, { threads: 0 })).toThrow(/threads must be/);
  });
});

it("encodings are packed without loss", () => {
  const tokenizer = makeTokenizer();
  tokenizer.enable_truncation({ max_length: 5, stride: 1 });
  const encodings = tokenizer.encode_batch([...texts.slice(0, 20), "", { text: "a b c d", pair: "e f g" }]);
  expect(unpack(pack(encodings), (id) => tokenizer.id_to_token(id)).map(plain)).toEqual(encodings.map(plain));
});

it("a tokenizer is saved to a file and read from it", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "tokenizer-"));
  try {
    const tokenizer = makeTokenizer();
    await tokenizer.save(path.join(folder, "tokenizer.json"));
    for (const again of [
      await Tokenizer.from_file(path.join(folder, "tokenizer.json")),
      await Tokenizer.from_pretrained(folder),
    ]) {
      expect(again.to_json()).toBe(tokenizer.to_json());
    }
    await expect(Tokenizer.from_file(path.join(folder, "none.json"))).rejects.toMatchObject({
      code: "FILE_NOT_FOUND",
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
