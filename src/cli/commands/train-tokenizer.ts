import { TransformersError } from "../../errors.js";
import {
  BertNormalizer,
  BertPreTokenizer,
  BPE,
  ByteLevel,
  ByteLevelDecoder,
  ByteLevelProcessing,
  Lowercase,
  Metaspace,
  MetaspaceDecoder,
  NFKC,
  NormalizerSequence,
  TemplateProcessing,
  Tokenizer,
  type TokenizerParts,
  Unigram,
  Whitespace,
  WordLevel,
  WordPiece,
  WordPieceDecoder,
} from "../../tokenizers/index.js";
import { PreTrainedTokenizer, type TokenizerConfig } from "../../tokenizers/pretrained/index.js";
import {
  BpeTrainer,
  type Trainer,
  type TrainingProgress,
  UnigramTrainer,
  WordLevelTrainer,
  WordPieceTrainer,
} from "../../tokenizers/trainers/index.js";
import { CliError } from "../errors.js";

/** The kinds of models that can be trained. */
export const trainedTypes = ["bpe", "wordpiece", "unigram", "wordlevel"] as const;
type TrainedType = (typeof trainedTypes)[number];

export interface TrainTokenizerFlags {
  readonly type: TrainedType;
  readonly out: string;
  readonly vocabSize?: string;
  readonly minFrequency?: string;
  readonly lowercase?: boolean;
  readonly specialToken?: readonly string[];
  readonly json?: boolean;
}

/** Trains a tokenizer on text files and writes tokenizer.json and tokenizer_config.json into a folder. */
export async function trainTokenizer(files: readonly string[], flags: TrainTokenizerFlags): Promise<void> {
  const vocabSize = wholeNumber("--vocab-size", flags.vocabSize, 1);
  const minFrequency = wholeNumber("--min-frequency", flags.minFrequency, 0);
  if (flags.type === "unigram" && minFrequency !== undefined) {
    throw new CliError(2, "--min-frequency is no option of unigram", "leave it out, or take another --type");
  }
  const bar = progressBar();
  const recipe = recipes[flags.type]({
    lowercase: flags.lowercase ?? false,
    further: flags.specialToken ?? [],
    options: {
      ...(vocabSize === undefined ? {} : { vocab_size: vocabSize }),
      ...(minFrequency === undefined ? {} : { min_frequency: minFrequency }),
      progress_callback: bar.show,
    },
  });
  try {
    await recipe.tokenizer.train(files, recipe.trainer);
  } catch (error) {
    if (!(error instanceof TransformersError) || error.code !== "FILE_NOT_FOUND") throw error;
    throw new CliError(1, error.message, "name text files in UTF-8 to train on");
  } finally {
    bar.end();
  }
  recipe.finish?.(recipe.tokenizer);
  const trained = new PreTrainedTokenizer(recipe.tokenizer, {
    ...recipe.config,
    ...(flags.specialToken === undefined ? {} : { additional_special_tokens: flags.specialToken }),
  });
  const written = await trained.save_pretrained(flags.out);
  process.stdout.write(
    flags.json
      ? `${JSON.stringify({ files: written, vocab_size: trained.length })}\n`
      : `${written.join("\n")}\n`,
  );
}

interface RecipeOptions {
  readonly lowercase: boolean;
  /** Special tokens on top of the usual ones. */
  readonly further: readonly string[];
  readonly options: {
    readonly vocab_size?: number;
    readonly min_frequency?: number;
    readonly progress_callback: (progress: TrainingProgress) => void;
  };
}

/** What is trained, and what stands around it. */
interface Recipe {
  readonly tokenizer: Tokenizer;
  readonly trainer: Trainer;
  readonly config: TokenizerConfig;
  /** What needs the ids of the trained vocabulary. */
  readonly finish?: (tokenizer: Tokenizer) => void;
}

const recipes: Readonly<Record<TrainedType, (options: RecipeOptions) => Recipe>> = {
  // As GPT-2.
  bpe({ lowercase, further, options }) {
    const parts: TokenizerParts = {
      normalizer: lowercase ? new Lowercase() : null,
      pre_tokenizer: new ByteLevel({ add_prefix_space: false }),
      post_processor: new ByteLevelProcessing({ trim_offsets: false }),
      decoder: new ByteLevelDecoder(),
    };
    const end = "<|endoftext|>";
    return {
      tokenizer: new Tokenizer(new BPE(new Map(), []), parts),
      trainer: new BpeTrainer({
        ...options,
        special_tokens: [end, ...further],
        initial_alphabet: ByteLevel.alphabet(),
      }),
      config: { bos_token: end, eos_token: end, unk_token: end },
    };
  },

  // As BERT.
  wordpiece({ lowercase, further, options }) {
    const [pad, unk, cls, sep, mask] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] as const;
    return {
      tokenizer: new Tokenizer(new WordPiece(new Map(), { unk_token: unk }), {
        normalizer: new BertNormalizer({ lowercase }),
        pre_tokenizer: new BertPreTokenizer(),
        decoder: new WordPieceDecoder(),
      }),
      trainer: new WordPieceTrainer({ ...options, special_tokens: [pad, unk, cls, sep, mask, ...further] }),
      config: { pad_token: pad, unk_token: unk, cls_token: cls, sep_token: sep, mask_token: mask },
      finish: (tokenizer) => {
        tokenizer.post_processor = new TemplateProcessing({
          single: `${cls} $A ${sep}`,
          pair: `${cls} $A ${sep} $B:1 ${sep}:1`,
          special_tokens: [cls, sep].map((token) => [token, tokenizer.token_to_id(token)!]),
        });
      },
    };
  },

  // As T5.
  unigram({ lowercase, further, options }) {
    const [pad, end, unk] = ["<pad>", "</s>", "<unk>"] as const;
    return {
      tokenizer: new Tokenizer(new Unigram([[unk, 0]], { unk_id: 0 }), {
        normalizer: lowercase ? new NormalizerSequence([new NFKC(), new Lowercase()]) : new NFKC(),
        pre_tokenizer: new Metaspace(),
        decoder: new MetaspaceDecoder(),
      }),
      trainer: new UnigramTrainer({
        ...options,
        special_tokens: [pad, end, unk, ...further],
        unk_token: unk,
      }),
      config: { pad_token: pad, eos_token: end, unk_token: unk },
      finish: (tokenizer) => {
        tokenizer.post_processor = new TemplateProcessing({
          single: `$A ${end}`,
          pair: `$A ${end} $B ${end}`,
          special_tokens: [[end, tokenizer.token_to_id(end)!]],
        });
      },
    };
  },

  wordlevel({ lowercase, further, options }) {
    const [unk, pad] = ["[UNK]", "[PAD]"] as const;
    return {
      tokenizer: new Tokenizer(new WordLevel(new Map(), { unk_token: unk }), {
        normalizer: lowercase ? new Lowercase() : null,
        pre_tokenizer: new Whitespace(),
      }),
      trainer: new WordLevelTrainer({ ...options, special_tokens: [unk, pad, ...further] }),
      config: { unk_token: unk, pad_token: pad },
    };
  },
};

function wholeNumber(flag: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new CliError(2, `${flag} must be a whole number from ${least}, not ${text}`, `such as ${flag} 8000`);
}

const barWidth = 24;
const redrawMilliseconds = 100;

/** A line on the terminal that says how far the training is; elsewhere nothing. */
function progressBar(): { show: (progress: TrainingProgress) => void; end: () => void } {
  const terminal = process.stderr;
  if (!terminal.isTTY) return { show: () => undefined, end: () => undefined };
  let drawn = 0;
  return {
    show({ stage, current, total }) {
      if (Date.now() - drawn < redrawMilliseconds) return;
      drawn = Date.now();
      const share = total === null || total === 0 ? 0 : Math.min(1, current / total);
      const bar = "━".repeat(Math.round(share * barWidth)).padEnd(barWidth);
      terminal.write(`\r\x1b[2K${stage.padEnd(12)} ${bar} ${String(Math.floor(share * 100)).padStart(3)} %`);
    },
    end: () => {
      if (drawn > 0) terminal.write("\r\x1b[2K");
    },
  };
}
