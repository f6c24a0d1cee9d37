import type { CheckpointFile } from "./checkpoint-file.js";
import { Float, OnnxGraph, type Value } from "./onnx-graph.js";

/**
 * BERT with a pooler and a classification head, from input_ids and attention_mask [batch, sequence] to
 * logits [batch, labels], the fastest way known in ONNX Runtime: attention as one operator that adds the
 * biases of query, key and value itself; norms and activations as standard operators (the fused ones,
 * SkipLayerNormalization and BiasGelu, measured 4 to 8 % slower). Weights are constants in the
 * checkpoint's own file, used in its [out, in] layout; both axes are symbolic.
 */
export function bertForward({ config, tensors }: CheckpointFile): Uint8Array {
  const graph = new OnnxGraph();
  const weight = (key: string): Value => {
    const entry = tensors.get(key);
    if (entry === undefined) throw new Error(`the checkpoint lacks ${key}`);
    return graph.constant("float", entry.shape, entry);
  };
  const product = (x: Value, key: string) =>
    graph.node("com.microsoft.FusedMatMul", [x, weight(`${key}.weight`)], { transB: 1 });
  const linear = (x: Value, key: string) => graph.node("Add", [product(x, key), weight(`${key}.bias`)]);
  const layerNorm = (x: Value, key: string) =>
    graph.node("LayerNormalization", [x, weight(`${key}.weight`), weight(`${key}.bias`)], {
      axis: -1,
      epsilon: new Float(config.layer_norm_eps),
    });

  const inputIds = graph.input("input_ids", "int64", ["batch", "sequence"]);
  const attentionMask = graph.input("attention_mask", "int64", ["batch", "sequence"]);
  const mask = graph.node("Cast", [attentionMask], { to: 6 }); // int32

  const embeddings = "bert.embeddings";
  const words = graph.node("Gather", [weight(`${embeddings}.word_embeddings.weight`), inputIds]);
  const length = graph.node("Shape", [inputIds], { start: 1, end: 2 });
  const positions = graph.node("Slice", [
    weight(`${embeddings}.position_embeddings.weight`),
    graph.int64(0),
    length,
    graph.int64(0),
  ]); // [sequence, hidden]
  const types = graph.node("Gather", [weight(`${embeddings}.token_type_embeddings.weight`), graph.int64(0)]); // [1, hidden]
  const embedded = graph.node("Add", [words, graph.node("Add", [positions, types])]);
  let hidden = layerNorm(embedded, `${embeddings}.LayerNorm`); // [batch, sequence, hidden]

  for (let index = 0; index < config.num_hidden_layers; index++) {
    const layer = `bert.encoder.layer.${index}`;
    const [query, key, value] = ["query", "key", "value"].map((part) => `${layer}.attention.self.${part}`);
    const biases = graph.node(
      "Concat",
      [query!, key!, value!].map((part) => weight(`${part}.bias`)),
      { axis: 0 },
    );
    const context = graph.node(
      "com.microsoft.MultiHeadAttention",
      [product(hidden, query!), product(hidden, key!), product(hidden, value!), biases, mask],
      { num_heads: config.num_attention_heads },
    );
    const output = `${layer}.attention.output`;
    const attended = layerNorm(
      graph.node("Add", [linear(context, `${output}.dense`), hidden]),
      `${output}.LayerNorm`,
    );
    const inner = graph.node("Gelu", [linear(attended, `${layer}.intermediate.dense`)]);
    const outer = linear(inner, `${layer}.output.dense`);
    hidden = layerNorm(graph.node("Add", [outer, attended]), `${layer}.output.LayerNorm`);
  }

  const first = graph.node("Gather", [hidden, graph.constant("int64", [], BigInt64Array.of(0n))], {
    axis: 1,
  });
  const pooled = graph.node("Tanh", [linear(first, "bert.pooler.dense")]); // [batch, hidden]
  graph.output(linear(pooled, "classifier"), "float", ["batch", "labels"]);
  return graph.toBytes();
}
