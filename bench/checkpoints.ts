import { spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { benchData, python, root } from "./harness/paths.js";

// The folders that all sides of a benchmark read: made once, with the same random weights everywhere.

const vocabulary = join(root, "../shared/data/tokenizers/bert_vocab.txt");

export interface BertSize {
  readonly vocab_size: number;
  readonly hidden_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly intermediate_size: number;
}

const BERT_BASE: BertSize = {
  vocab_size: 30522,
  hidden_size: 768,
  num_hidden_layers: 12,
  num_attention_heads: 12,
  intermediate_size: 3072,
};

/** So small that a call is nearly all overhead. */
const BERT_TINY: BertSize = {
  vocab_size: 1000,
  hidden_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 128,
};

const MAX_POSITIONS = 512;

const baseFolder = join(benchData, "bert-base");

/**
 * BERT-base with a classification head of two labels, 438 MB of fp32: with safetensors, as the ONNX graph that
 * transformers.js reads, and in a folder of its own with pytorch_model.bin. PyTorch makes the latter two.
 */
export const bertBase = {
  folder: baseFolder,
  exported: join(baseFolder, "onnx/model.onnx"),
  binFolder: join(benchData, "bert-base-bin"),
  make: () => makeBert("bert-base", BERT_BASE),
  export: () => makeWithPython(bertBase.exported, "export_onnx.py", bertBase.folder),
  makeBin: () => makeWithPython(bertBase.binFolder, "save_bin.py", bertBase.folder, bertBase.binFolder),
};
export const bertTiny = {
  folder: join(benchData, "bert-tiny"),
  make: () => makeBert("bert-tiny", BERT_TINY),
};

/** Runs a script, unless what it makes is there; without Python the sides that need it are left out. */
function makeWithPython(target: string, script: string, ...args: readonly string[]): void {
  if (existsSync(target) || !existsSync(python)) return;
  const file = join(root, "bench/peers/pytorch", script);
  const { status, stderr } = spawnSync(python, [file, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${script} failed: ${stderr}`);
}

/** Writes the folder, unless it is there: config.json, model.safetensors and the tokenizer's files. */
function makeBert(name: string, size: BertSize): void {
  const folder = join(benchData, name);
  if (existsSync(folder)) return;
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  const writeJson = (file: string, value: object) =>
    writeFileSync(join(unfinished, file), `${JSON.stringify(value, null, 2)}\n`);

  writeJson("config.json", {
    architectures: ["BertForSequenceClassification"],
    model_type: "bert",
    ...size,
    hidden_act: "gelu",
    max_position_embeddings: MAX_POSITIONS,
    type_vocab_size: 2,
    layer_norm_eps: 1e-12,
    hidden_dropout_prob: 0.1,
    attention_probs_dropout_prob: 0.1,
    initializer_range: 0.02,
    pad_token_id: 0,
    position_embedding_type: "absolute",
    id2label: { 0: "LABEL_0", 1: "LABEL_1" },
    label2id: { LABEL_0: 0, LABEL_1: 1 },
  });
  writeWeights(join(unfinished, "model.safetensors"), bertShapes(size));

  const tokens = readVocabulary(size.vocab_size);
  writeFileSync(join(unfinished, "vocab.txt"), `${tokens.join("\n")}\n`);
  writeJson("tokenizer.json", wordPieceTokenizer(tokens));
  writeJson("tokenizer_config.json", {
    tokenizer_class: "BertTokenizer",
    do_lower_case: true,
    model_max_length: MAX_POSITIONS,
    pad_token: "[PAD]",
    unk_token: "[UNK]",
    cls_token: "[CLS]",
    sep_token: "[SEP]",
    mask_token: "[MASK]",
  });
  renameSync(unfinished, folder);
}

/** The state dict of BertForSequenceClassification: every key with its shape. */
function bertShapes(size: BertSize): Map<string, readonly number[]> {
  const { vocab_size, hidden_size: hidden, intermediate_size: intermediate } = size;
  const shapes = new Map<string, readonly number[]>();
  const linear = (name: string, inputs: number, outputs: number) =>
    shapes.set(`${name}.weight`, [outputs, inputs]).set(`${name}.bias`, [outputs]);
  const layerNorm = (name: string) => shapes.set(`${name}.weight`, [hidden]).set(`${name}.bias`, [hidden]);

  shapes.set("bert.embeddings.word_embeddings.weight", [vocab_size, hidden]);
  shapes.set("bert.embeddings.position_embeddings.weight", [MAX_POSITIONS, hidden]);
  shapes.set("bert.embeddings.token_type_embeddings.weight", [2, hidden]);
  layerNorm("bert.embeddings.LayerNorm");
  for (let index = 0; index < size.num_hidden_layers; index++) {
    const layer = `bert.encoder.layer.${index}`;
    for (const part of ["query", "key", "value"]) linear(`${layer}.attention.self.${part}`, hidden, hidden);
    linear(`${layer}.attention.output.dense`, hidden, hidden);
    layerNorm(`${layer}.attention.output.LayerNorm`);
    linear(`${layer}.intermediate.dense`, hidden, intermediate);
    linear(`${layer}.output.dense`, intermediate, hidden);
    layerNorm(`${layer}.output.LayerNorm`);
  }
  linear("bert.pooler.dense", hidden, hidden);
  linear("classifier", hidden, 2);
  return shapes;
}

/** Streams a safetensors file: normal(0, 0.02), LayerNorm's weights near 1, all from one seed. */
function writeWeights(path: string, shapes: ReadonlyMap<string, readonly number[]>): void {
  const header: Record<string, unknown> = { __metadata__: { format: "pt" } };
  let offset = 0;
  for (const [key, shape] of shapes) {
    const end = offset + count(shape) * 4;
    header[key] = { dtype: "F32", shape, data_offsets: [offset, end] };
    offset = end;
  }
  const json = Buffer.from(JSON.stringify(header));
  const padded = Buffer.alloc(Math.ceil(json.length / 8) * 8, " ");
  json.copy(padded);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));

  const file = openSync(path, "w");
  writeSync(file, length);
  writeSync(file, padded);
  const normal = normalNumbers(20240101);
  for (const [key, shape] of shapes) {
    const mean = key.endsWith("LayerNorm.weight") ? 1 : 0;
    const values = Float32Array.from({ length: count(shape) }, () => mean + 0.02 * normal());
    writeSync(file, new Uint8Array(values.buffer));
  }
  closeSync(file);
}

function count(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

/** Normally distributed numbers by Box and Muller's method, over Marsaglia's xorshift32. */
function normalNumbers(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** BERT's real vocabulary where it is at hand, else single characters and fillers, which will do for timing. */
function readVocabulary(size: number): string[] {
  const real = existsSync(vocabulary) ? readFileSync(vocabulary, "utf8").trimEnd().split("\n") : [];
  if (real.length === size) return real;
  const letters = [..."abcdefghijklmnopqrstuvwxyz0123456789.,!?'-"];
  const known = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    ...letters,
    ...letters.map((letter) => `##${letter}`),
  ];
  return Array.from({ length: size }, (_, id) => known[id] ?? `[unused${id}]`);
}

/** tokenizer.json of an uncased BERT. */
function wordPieceTokenizer(tokens: readonly string[]): object {
  const id = (token: string) => tokens.indexOf(token);
  const special = (token: string, typeId: number) => ({ SpecialToken: { id: token, type_id: typeId } });
  const single = [special("[CLS]", 0), { Sequence: { id: "A", type_id: 0 } }, special("[SEP]", 0)];
  const added = (content: string) => ({
    id: id(content),
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  const template = (token: string) => [token, { id: token, ids: [id(token)], tokens: [token] }];
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].map(added).sort((a, b) => a.id - b.id),
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: {
      type: "TemplateProcessing",
      single,
      pair: [...single, { Sequence: { id: "B", type_id: 1 } }, special("[SEP]", 1)],
      special_tokens: Object.fromEntries(["[CLS]", "[SEP]"].map(template)),
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(tokens.map((token, index) => [token, index])),
    },
  };
}
