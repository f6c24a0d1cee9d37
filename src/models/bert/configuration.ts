import type { Size } from "../../tensor/index.js";
import { type ConfigFields, PretrainedConfig } from "../configuration.js";

/** The fields of config.json that BERT reads, with the defaults of bert-base. */
export class BertConfig extends PretrainedConfig {
  static override readonly model_type = "bert";

  vocab_size = 30522;
  hidden_size: Size<"hidden"> = 768;
  num_hidden_layers = 12;
  num_attention_heads: Size<"heads"> = 12;
  intermediate_size: Size<"intermediate"> = 3072;
  hidden_act = "gelu";
  hidden_dropout_prob = 0.1;
  attention_probs_dropout_prob = 0.1;
  max_position_embeddings = 512;
  type_vocab_size = 2;
  initializer_range = 0.02;
  layer_norm_eps = 1e-12;
  override pad_token_id: number | null = 0;
  position_embedding_type: "absolute" | "relative_key" | "relative_key_query" = "absolute";
  use_cache = true;
  /** Dropout in front of a classifier; hidden_dropout_prob where it is null. */
  classifier_dropout: number | null = null;

  constructor(fields: ConfigFields<BertConfig> = {}) {
    super();
    this.update(fields);
  }
}
