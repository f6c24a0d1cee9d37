import { TransformersError } from "../errors.js";
import { type JsonObject, type JsonValue, publishText, readJsonObject } from "../hub/files.js";
import { type HubOptions, type SourceArgument, splitHubOptions } from "../hub/source.js";
import { openSource } from "../hub/storage/index.js";
import { type CommitInfo, type PushOptions, uploadToHub } from "../hub/upload.js";
import { checkField, checkLabels, isReserved } from "./configuration-checks.js";

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
  /** Names that other families use for a field, and the field's own: `{ hidden_size: "n_embd" }`. Both can be used. */
  static readonly attribute_map: Readonly<Record<string, string>> = {};
  /** Whether it is made of the configurations of several models, and has no defaults of its own. */
  static readonly is_composition: boolean = false;
  /** Outputs that are left out when predictions are gathered. */
  static readonly keys_to_ignore_at_inference: readonly string[] = [];

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
    for (const [alias, name] of Object.entries(this.self.attribute_map)) {
      const fieldsByName = this as unknown as Record<string, unknown>;
      Object.defineProperty(this, alias, {
        get: () => fieldsByName[name],
        set: (value) => {
          fieldsByName[name] = value;
        },
        configurable: true,
        enumerable: false,
      });
    }
    this.update(fields);
  }

  private get self(): typeof PretrainedConfig {
    return this.constructor as typeof PretrainedConfig;
  }

  get model_type(): string {
    return this.self.model_type;
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

  /** Whether outputs are objects with named fields. */
  get use_return_dict(): boolean {
    return this.return_dict && !this.torchscript;
  }

  /**
   * Sets fields by name; unknown ones are kept. Subclasses call it at the end of their constructor. Names that begin
   * with "_" are dropped, and so is, with a warning, what names code to be run. Throws `CONFIG_INVALID` for a value that
   * is not of its field's kind.
   */
  update(fields: object): this {
    const { num_labels, id2label, label2id, ...rest } = fields as ConfigFields<PretrainedConfig>;
    checkField(this, "num_labels", num_labels);
    checkLabels(this, id2label, label2id);
    const dropped = Object.keys(rest).filter((name) => namesCode.test(name));
    if (dropped.length > 0) {
      console.warn(
        `${this.constructor.name}: ${dropped.join(", ")} ignored: a configuration selects no code, all that is run is this library's own.`,
      );
    }
    for (const [given, value] of Object.entries(rest)) {
      if (value === undefined || given === "model_type" || given.startsWith("_") || namesCode.test(given))
        continue;
      const name = this.#fieldNamed(given);
      checkField(this, name, value);
      Object.defineProperty(this, name, {
        value: name === "pruned_heads" ? (value ?? {}) : value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    if (num_labels !== undefined && !id2label) this.num_labels = num_labels;
    if (id2label) {
      if (num_labels !== undefined && Object.keys(id2label).length !== num_labels) {
        throw new TransformersError(
          "CONFIG_INVALID",
          `num_labels is ${num_labels}, but id2label has ${Object.keys(id2label).length} entries; give one of them`,
        );
      }
      this.id2label = id2label;
      this.label2id = label2id ?? reversed(id2label);
    } else if (label2id) {
      this.label2id = label2id;
    }
    return this;
  }

  /** The field that a name means. Throws `CONFIG_INVALID` for one that is a method's. */
  #fieldNamed(given: string): string {
    const map = this.self.attribute_map;
    const name = Object.hasOwn(map, given) ? map[given]! : given;
    if (isReserved(this, name)) {
      throw new TransformersError(
        "CONFIG_INVALID",
        `${this.constructor.name}: "${name}" is a member of every configuration and cannot be a field; rename it`,
      );
    }
    return name;
  }

  /**
   * Sets fields from a text such as "n_embd=10,resid_pdrop=0.2,scale_attn_weights=false". Throws `INVALID_ARGUMENT` for
   * what is no field, and for a value that is not of the kind that the field has now.
   */
  update_from_string(text: string): this {
    const fields: Record<string, unknown> = {};
    for (const part of text.split(",")) {
      const [name = "", value, ...more] = part.split("=");
      const old = (this as unknown as Readonly<Record<string, unknown>>)[name];
      if (value === undefined || more.length > 0 || old === undefined || typeof old === "function") {
        throw new TransformersError(
          "INVALID_ARGUMENT",
          `update_from_string: ${JSON.stringify(part)} sets no field of ${this.constructor.name}; expected name=value, with commas in between`,
        );
      }
      fields[name] = parsedAs(old, name, value);
    }
    return this.update(fields);
  }

  /** A copy of all fields, as they go into JSON. */
  to_dict(): JsonObject {
    const fields = Object.entries(this).map(([name, value]) => [name, plain(value)] as const);
    return {
      ...(Object.fromEntries(fields) as JsonObject),
      model_type: this.model_type,
      transformers_version: transformersVersion,
    };
  }

  /** The fields that differ from a plain PretrainedConfig's, and all that only this family has. */
  to_diff_dict(): JsonObject {
    const plain = new PretrainedConfig().to_dict();
    const family = this.self.is_composition
      ? {}
      : new (this.constructor as new () => PretrainedConfig)().to_dict();
    const kept = Object.entries(this.to_dict()).filter(([name, value]) => {
      if (!(name in plain) || name === "model_type" || name === "transformers_version") return true;
      return !same(value, plain[name]) || (name in family && !same(value, family[name]));
    });
    return Object.fromEntries(kept);
  }

  to_json_string(options: { use_diff?: boolean } = {}): string {
    const fields = (options.use_diff ?? true) ? this.to_diff_dict() : this.to_dict();
    return `${JSON.stringify(sortKeys(fields), null, 2)}\n`;
  }

  toString(): string {
    return `${this.constructor.name} ${this.to_json_string()}`;
  }

  /** Writes `config.json` into a folder. */
  async save_pretrained(folder: string): Promise<void> {
    await publishText(folder, "config.json", this.to_json_string());
  }

  /** Uploads `config.json` to a repository of the Hub, which is made where there is none. Throws `UPLOAD_FAILED` and others. */
  push_to_hub(repo_id: string, options: PushOptions = {}): Promise<CommitInfo> {
    const file = { path: "config.json", content: this.to_json_string() };
    return uploadToHub(repo_id, this.constructor.name, [file], options);
  }

  /** Reads `config.json` of a folder; `fields` take precedence. Throws `FILE_NOT_FOUND` or `CONFIG_INVALID`. */
  static async from_pretrained<C extends PretrainedConfig>(
    this: new (
      fields?: ConfigFields<C>,
    ) => C,
    from: SourceArgument,
    options: ConfigFields<C> & HubOptions = {} as ConfigFields<C>,
  ): Promise<C> {
    const [hub, fields] = splitHubOptions(options);
    const source = await openSource(from, hub);
    const stored = (await readJsonObject(source, "config.json")) as ConfigFields<C>;
    let config: C;
    try {
      config = new this(withAgreeingLabels(stored as JsonObject) as ConfigFields<C>);
    } catch (reason) {
      if (!(reason instanceof TransformersError)) throw reason;
      throw new TransformersError(reason.code, `${source.name}/config.json: ${reason.message}`, {
        cause: reason,
      });
    }
    return config.update(fields as ConfigFields<C>);
  }

  static from_dict<C extends PretrainedConfig>(
    this: new (
      fields?: ConfigFields<C>,
    ) => C,
    fields: JsonObject,
  ): C {
    return new this(withAgreeingLabels(fields) as ConfigFields<C>);
  }
}

/** Fields that name code, or an implementation, that whoever loads the file is to run. */
const namesCode = /^(?:auto_map|custom_pipelines|trust_remote_code|_?attn_implementation.*)$/;

/** Of a file whose num_labels and id2label disagree, as the reference reads it: the labels count. */
function withAgreeingLabels(stored: JsonObject): JsonObject {
  const { num_labels, ...fields } = stored;
  const { id2label } = fields;
  if (num_labels === undefined || id2label === null || typeof id2label !== "object") return stored;
  if (Object.keys(id2label).length === num_labels) return stored;
  console.warn(
    `The configuration says num_labels: ${JSON.stringify(num_labels)}, but id2label has ${Object.keys(id2label).length} entries, which count.`,
  );
  return fields;
}

/** A field's value as JSON has it; a configuration within another goes without the version. */
function plain(value: unknown): JsonValue {
  if (!(value instanceof PretrainedConfig)) return structuredClone(value) as JsonValue;
  const { transformers_version, ...fields } = value.to_dict();
  return fields;
}

/** Whether two values are equal, in whatever order the names of an object stand. */
function same(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return JSON.stringify(a && sortKeys(a)) === JSON.stringify(b && sortKeys(b));
}

/** A text as a value of the kind of another. */
function parsedAs(old: unknown, name: string, text: string): unknown {
  if (typeof old === "string") return text;
  const number = text.trim() === "" ? Number.NaN : Number(text);
  if (typeof old === "number" && Number.isFinite(number)) return number;
  const word = text.toLowerCase();
  if (typeof old === "boolean" && ["true", "1", "y", "yes"].includes(word)) return true;
  if (typeof old === "boolean" && ["false", "0", "n", "no"].includes(word)) return false;
  throw new TransformersError(
    "INVALID_ARGUMENT",
    `update_from_string: ${name} is ${JSON.stringify(old)} and cannot become ${JSON.stringify(text)}; numbers, texts, true and false can be set`,
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
