import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import type { FileSlice } from "./onnx-graph.js";

export interface BertConfig {
  readonly vocab_size: number;
  readonly hidden_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly intermediate_size: number;
  readonly max_position_embeddings: number;
  readonly layer_norm_eps: number;
}

export interface TensorEntry extends FileSlice {
  readonly shape: readonly number[];
}

/** A benchmark folder as the hand-written graphs read it: trusted, since `checkpoints.ts` made it. */
export interface CheckpointFile {
  readonly config: BertConfig;
  /** By key, in the order of the file. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
}

const WEIGHTS = "model.safetensors";

export function openCheckpoint(folder: string): CheckpointFile {
  const config = JSON.parse(readFileSync(join(folder, "config.json"), "utf8")) as BertConfig;
  const file = openSync(join(folder, WEIGHTS), "r");
  const headerLength = Number(readBytes(file, 0, 8).readBigUInt64LE());
  const header = JSON.parse(readBytes(file, 8, headerLength).toString()) as Record<
    string,
    { shape: number[]; data_offsets: [number, number] }
  >;
  closeSync(file);
  const tensors = Object.entries(header)
    .filter(([key]) => key !== "__metadata__")
    .map(
      ([
        key,
        {
          shape,
          data_offsets: [begin, end],
        },
      ]): [string, TensorEntry] => [
        key,
        { shape, file: WEIGHTS, offset: 8 + headerLength + begin, length: end - begin },
      ],
    );
  return { config, tensors: new Map(tensors) };
}

/** A copy of one fp32 tensor, into `target` where that is given. */
export function readTensor(folder: string, entry: TensorEntry, target?: Float32Array): Float32Array {
  const values = target ?? new Float32Array(entry.length / 4);
  const file = openSync(join(folder, entry.file), "r");
  readSync(
    file,
    new Uint8Array(values.buffer, values.byteOffset, entry.length),
    0,
    entry.length,
    entry.offset,
  );
  closeSync(file);
  return values;
}

function readBytes(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  readSync(file, bytes, 0, length, position);
  return bytes;
}
