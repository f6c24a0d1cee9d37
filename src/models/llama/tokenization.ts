import { TransformersError } from "../../errors.js";
import type { Tokenizer } from "../../tokenizers/index.js";
import { A, B, type FramePiece, frame, SentencePieceTokenizer } from "../../tokenizers/pretrained/index.js";
import type { ModelProto, SpmConverter } from "../../tokenizers/sentencepiece/index.js";
import type { SentencePieceConfig } from "../../tokenizers/vocabulary-files/index.js";
import { llamaChatTemplate } from "./chat-template.js";
import { LlamaConverter } from "./converter.js";

/** Fields of tokenizer_config.json that Llama's tokenizer reads beside those of every one with a SentencePiece model. */
export interface LlamaTokenizerConfig extends SentencePieceConfig {
  /** Whether texts begin with `bos_token` (default true). */
  add_bos_token?: boolean;
  /** Whether texts end with `eos_token` (default false). */
  add_eos_token?: boolean;
  /** Whether conversations without a system message get Llama's own (default false). */
  use_default_system_prompt?: boolean;
  /** As in Python; only saved: the pipeline is the same one. */
  legacy?: boolean;
}

/**
 * Llama's tokenizer: byte-pair encoding over the pieces of a SentencePiece model, down to bytes; `<s> A`, padded on the
 * left. Defaults and results are those of Transformers 4.37.2's LlamaTokenizerFast.
 */
export class LlamaTokenizer extends SentencePieceTokenizer {
  static override readonly tokenizerClass: string = "LlamaTokenizer";
  static override readonly vocab_files_names = { vocab_file: "tokenizer.model" };
  static override readonly padding_side: "left" | "right" = "left";
  static override readonly defaults: LlamaTokenizerConfig = {
    clean_up_tokenization_spaces: false,
    unk_token: "<unk>",
    bos_token: "<s>",
    eos_token: "</s>",
    pad_token: null,
    add_bos_token: true,
    add_eos_token: false,
    use_default_system_prompt: false,
    spaces_between_special_tokens: false,
    sp_model_kwargs: {},
    legacy: true,
  };

  /** Whether conversations without a system message get Llama's own. */
  use_default_system_prompt: boolean;
  #addBos: boolean;
  #addEos: boolean;

  constructor(backend: Tokenizer, config: LlamaTokenizerConfig = {}) {
    super(backend, config);
    const complete = this.init_kwargs as LlamaTokenizerConfig;
    this.use_default_system_prompt = complete.use_default_system_prompt ?? false;
    this.#addBos = complete.add_bos_token ?? true;
    this.#addEos = complete.add_eos_token ?? false;
    this.update_post_processor();
  }

  protected static override converter(model: ModelProto, _config: LlamaTokenizerConfig): SpmConverter {
    return new LlamaConverter(model);
  }

  /** Whether texts begin with `bos_token`. */
  get add_bos_token(): boolean {
    return this.#addBos;
  }
  set add_bos_token(value: boolean) {
    this.#addBos = value;
    this.update_post_processor();
  }

  /** Whether texts end with `eos_token`. */
  get add_eos_token(): boolean {
    return this.#addEos;
  }
  set add_eos_token(value: boolean) {
    this.#addEos = value;
    this.update_post_processor();
  }

  /**
   * Frames texts by the present `bos_token` and `eos_token`: to be called after one of them has changed.
   * @throws TransformersError CONFIG_INVALID where one that is asked for is not set.
   */
  update_post_processor(): void {
    const single = this.#framed(A, 0);
    this.backend_tokenizer.post_processor = frame((token) => this.idOrUnknown(token), {
      single,
      pair: [...single, ...this.#framed(B, 1)],
    });
  }

  /** Llama 2's: instructions between `[INST]` and `[/INST]`, the system message within the first one. */
  override get default_chat_template(): string {
    return llamaChatTemplate(this.use_default_system_prompt);
  }

  protected override savedFields(): Record<string, unknown> {
    const { add_bos_token, add_eos_token, use_default_system_prompt } = this;
    return { ...super.savedFields(), add_bos_token, add_eos_token, use_default_system_prompt };
  }

  #framed(text: FramePiece, type: number): FramePiece[] {
    const token = (name: "bos_token" | "eos_token", isAsked: boolean): FramePiece[] => {
      if (!isAsked) return [];
      const content = this[name];
      if (content !== null) return [[content, type]];
      throw new TransformersError("CONFIG_INVALID", `add_${name} is true, and there is no ${name}`);
    };
    return [...token("bos_token", this.#addBos), text, ...token("eos_token", this.#addEos)];
  }
}

/** Python's name for the same class. */
export const LlamaTokenizerFast = LlamaTokenizer;
export type LlamaTokenizerFast = LlamaTokenizer;
