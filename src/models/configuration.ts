import { TransformersError } from "../errors.js";
import { type JsonObject, type JsonValue, publishText, readJsonObject } from "../hub/files.js";

/** The Transformers release whose files this library writes and reads. */
export const transformersVersion = "4.37.2";

/** A configuration's fields, all optional: what its constructor takes. */
export type ConfigFields<C> = {
  [F in keyof C as C[F] extends (...args: never[]) => unknown ? never : F]?: C[F];
} & {
  num_labels?: number;
};

export type ProblemType = "regression" | "single_label_classification" | "multi_label_classification";

/**
 * `config.json` as an object. Fields keep their names there; a family's class gives its fields' defaults; fields
 * that no class knows survive a round trip.
 */
export class PretrainedConfig {
  static readonly model_type: string = "";

  return_dict = true;
  output_hidden_states = false;
  output_attentions = false;
  torchscript = false;
  torch_dtype: string | null = null;
  use_bfloat16 = false;
  tf_legacy_loss = false;
  pruned_heads: Record<string, number[]> = {};
  tie_word_embeddings = true;
  chunk_size_feed_forward = 0;
  is_encoder_decoder = false;
  is_decoder = false;
  cross_attention_hidden_size: number | null = null;
  add_cross_attention = false;
  tie_encoder_decoder = false;
  architectures: string[] | null = null;
  finetuning_task: string | null = null;
  id2label: Record<number, string> = defaultLabels(2);
  label2id: Record<string, number> = reversed(defaultLabels(2));
  tokenizer_class: string | null = null;
  prefix: string | null = null;
  bos_token_id: number | null = null;
  pad_token_id: number | null = null;
  eos_token_id: number | number[] | null = null;
  sep_token_id: number | null = null;
  decoder_start_token_id: number | null = null;
  task_specific_params: JsonObject | null = null;
  problem_type: ProblemType | null = null;
  max_length = 20;
  min_length = 0;
  do_sample = false;
  early_stopping = false;
  num_beams = 1;
  num_beam_groups = 1;
  diversity_penalty = 0;
  temperature = 1;
  top_k = 50;
  top_p = 1;
  typical_p = 1;
  repetition_penalty = 1;
  length_penalty = 1;
  no_repeat_ngram_size = 0;
  encoder_no_repeat_ngram_size = 0;
  bad_words_ids: number[][] | null = null;
  num_return_sequences = 1;
  output_scores = false;
  return_dict_in_generate = false;
  forced_bos_token_id: number | null = null;
  forced_eos_token_id: number | null = null;
  remove_invalid_values = false;
  exponential_decay_length_penalty: [number, number] | null = null;
  suppress_tokens: number[] | null = null;
  begin_suppress_tokens: number[] | null = null;

  constructor(fields: ConfigFields<PretrainedConfig> = {}) {
    this.update(fields);
  }

  get model_type(): string {
    return (this.constructor as typeof PretrainedConfig).model_type;
  }

  /** How many classes a classifier has. Setting it renames the labels LABEL_0, LABEL_1 and so on. */
  get num_labels(): number {
    return Object.keys(this.id2label).length;
  }

  set num_labels(count: number) {
    if (count === this.num_labels) return;
    this.id2label = defaultLabels(count);
    this.label2id = reversed(this.id2label);
  }

  /**
   * Sets fields by name; unknown ones are kept. Subclasses call it at the end of their constructor. Throws
   * `CONFIG_INVALID` for a value that is not of its field's kind.
   */
  update(fields: object): this {
    const { num_labels, id2label, label2id, ...rest } = fields as ConfigFields<PretrainedConfig>;
    checkField(this, "num_labels", num_labels);
    checkField(this, "id2label", id2label);
    checkField(this, "label2id", label2id);
    for (const [name, value] of Object.entries(rest)) {
      if (value === undefined || name === "model_type" || name.startsWith("_")) continue;
      checkField(this, name, value);
      Object.defineProperty(this, name, { value, enumerable: true, configurable: true, writable: true });
    }
    if (num_labels !== undefined && id2label === undefined) this.num_labels = num_labels;
    if (id2label !== undefined) {
      if (num_labels !== undefined && Object.keys(id2label).length !== num_labels) {
        throw new TransformersError(
          "CONFIG_INVALID",
          `num_labels is ${num_labels}, but id2label has ${Object.keys(id2label).length} entries; give one of them`,
        );
      }
      this.id2label = id2label;
      this.label2id = label2id ?? reversed(id2label);
    } else if (label2id !== undefined) {
      this.label2id = label2id;
    }
    return this;
  }

  /** A copy of all fields, as they go into JSON. */
  to_dict(): JsonObject {
    return { ...structuredClone({ ...this }), model_type: this.model_type } as unknown as JsonObject;
  }

  /** The fields that differ from a plain PretrainedConfig's, and all that only this family has. */
  to_diff_dict(): JsonObject {
    const plain = new PretrainedConfig().to_dict();
    const family = new (this.constructor as new () => PretrainedConfig)().to_dict();
    const same = (a: JsonValue | undefined, b: JsonValue | undefined) =>
      JSON.stringify(a) === JSON.stringify(b);
    const kept = Object.entries(this.to_dict()).filter(([name, value]) => {
      if (!(name in plain) || name === "model_type") return true;
      return !same(value, plain[name]) || (name in family && !same(value, family[name]));
    });
    return Object.fromEntries([...kept, ["transformers_version", transformersVersion]]);
  }

  to_json_string(options: { use_diff?: boolean } = {}): string {
    const fields = (options.use_diff ?? true) ? this.to_diff_dict() : this.to_dict();
    return `${JSON.stringify(sortKeys(fields), null, 2)}\n`;
  }

  /** Writes `config.json` into a folder. */
  async save_pretrained(folder: string): Promise<void> {
    await publishText(folder, "config.json", this.to_json_string());
  }

  /** Reads `config.json` of a folder; `fields` take precedence. Throws `FILE_NOT_FOUND` or `CONFIG_INVALID`. */
  static async from_pretrained<C extends PretrainedConfig>(
    this: new (
      fields?: ConfigFields<C>,
    ) => C,
    folder: string,
    fields: ConfigFields<C> = {},
  ): Promise<C> {
    const stored = (await readJsonObject(folder, "config.json")) as ConfigFields<C>;
    let config: C;
    try {
      config = new this(stored);
    } catch (reason) {
      if (!(reason instanceof TransformersError)) throw reason;
      throw new TransformersError(reason.code, `${folder}/config.json: ${reason.message}`, { cause: reason });
    }
    return config.update(fields);
  }

  static from_dict<C extends PretrainedConfig>(
    this: new (
      fields?: ConfigFields<C>,
    ) => C,
    fields: JsonObject,
  ): C {
    return new this(fields as ConfigFields<C>);
  }
}

/** What sizes may be: whole numbers, and none that no network has. Other families' names for them can be added. */
const sizes: Readonly<Record<string, { least: number; most: number }>> = {
  num_hidden_layers: { least: 0, most: 10_000 },
  num_attention_heads: { least: 1, most: 2 ** 16 },
  hidden_size: { least: 1, most: 2 ** 20 },
  intermediate_size: { least: 1, most: 2 ** 20 },
  vocab_size: { least: 1, most: 2 ** 24 },
  max_position_embeddings: { least: 1, most: 2 ** 24 },
  type_vocab_size: { least: 0, most: 2 ** 24 },
  chunk_size_feed_forward: { least: 0, most: 2 ** 24 },
  num_labels: { least: 0, most: 2 ** 20 },
};

/** The fields of a class as they are before anything is set. */
const defaults = new WeakMap<object, Readonly<Record<string, unknown>>>();

function defaultsOf(configClass: new () => PretrainedConfig): Readonly<Record<string, unknown>> {
  let found = defaults.get(configClass);
  if (found === undefined) {
    found = { ...new configClass() };
    defaults.set(configClass, found);
  }
  return found;
}

/**
 * A field takes what its default is: a number, a text, true or false, a list or an object. null fits where the
 * default is null, and in the fields that every configuration has, since files of all ages hold it there.
 */
function checkField(config: PretrainedConfig, name: string, value: unknown): void {
  if (value === undefined) return;
  const size = sizes[name];
  if (size !== undefined && name in config) {
    const fits = Number.isInteger(value) && (value as number) >= size.least && (value as number) <= size.most;
    if (!fits) throw invalid(config, name, value, `a whole number from ${size.least} to ${size.most}`);
    return;
  }
  const usual = defaultsOf(config.constructor as new () => PretrainedConfig)[name];
  if (usual === undefined || usual === null || manyKinds.has(name)) return;
  if (value === null && name in defaultsOf(PretrainedConfig)) return;
  if (kindOf(value) !== kindOf(usual)) throw invalid(config, name, value, kindOf(usual));
}

/** Fields of which some families' values are of another kind than the default. */
const manyKinds: ReadonlySet<string> = new Set(["early_stopping", "eos_token_id"]);

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  const kinds: Record<string, string> = { string: "a text", boolean: "true or false", object: "an object" };
  return kinds[typeof value] ?? `a ${typeof value}`;
}

function invalid(config: PretrainedConfig, name: string, value: unknown, expected: string) {
  const given = JSON.stringify(value)?.slice(0, 40);
  return new TransformersError(
    "CONFIG_INVALID",
    `${config.constructor.name}: ${name} is ${given}; expected ${expected}`,
  );
}

function defaultLabels(count: number): Record<number, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [i, `LABEL_${i}`]));
}

function reversed(id2label: Record<number, string>): Record<string, number> {
  return Object.fromEntries(Object.entries(id2label).map(([id, label]) => [label, Number(id)]));
}

function sortKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => [name, sortKeys(item)]),
  );
}
