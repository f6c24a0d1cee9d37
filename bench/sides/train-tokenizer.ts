import { readFileSync } from "node:fs";
import {
  BertNormalizer,
  BertPreTokenizer,
  BPE,
  ByteLevel,
  Metaspace,
  Tokenizer,
  Unigram,
  WordPiece,
} from "../../src/tokenizers/index.js";
import { BpeTrainer, UnigramTrainer, WordPieceTrainer } from "../../src/tokenizers/trainers/index.js";
import { readSideOptions, serve } from "../harness/serve.js";
import { version } from "./version.js";

const { sentences, spec } = readSideOptions();
const { model, vocab_size } = JSON.parse(spec) as {
  model: "BPE" | "WordPiece" | "Unigram";
  vocab_size: number;
};
const lines = JSON.parse(readFileSync(sentences, "utf8")) as string[];

// `peers/tokenizers/train_rust.py` does the same.
const train = {
  BPE() {
    const tokenizer = new Tokenizer(new BPE(new Map(), []), {
      pre_tokenizer: new ByteLevel({ add_prefix_space: false }),
    });
    tokenizer.train_from_iterator(
      lines,
      new BpeTrainer({ vocab_size, initial_alphabet: ByteLevel.alphabet() }),
    );
  },
  WordPiece() {
    const tokenizer = new Tokenizer(new WordPiece(new Map([["[UNK]", 0]])), {
      normalizer: new BertNormalizer(),
      pre_tokenizer: new BertPreTokenizer(),
    });
    tokenizer.train_from_iterator(lines, new WordPieceTrainer({ vocab_size, special_tokens: ["[UNK]"] }));
  },
  Unigram() {
    const tokenizer = new Tokenizer(new Unigram([["<unk>", 0]], { unk_id: 0 }), {
      pre_tokenizer: new Metaspace(),
    });
    tokenizer.train_from_iterator(
      lines,
      new UnigramTrainer({ vocab_size, unk_token: "<unk>", special_tokens: ["<unk>"] }),
    );
  },
}[model];

await serve({ version, check: [] }, async () => {
  const begin = performance.now();
  train();
  return (performance.now() - begin) / 1000;
});
