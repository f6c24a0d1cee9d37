import { Tokenizer } from "../../src/tokenizers/index.js";
import {
  BpeTrainer,
  UnigramTrainer,
  WordLevelTrainer,
  WordPieceTrainer,
} from "../../src/tokenizers/trainers/index.js";

/** What tests/reference/tokenizers/record_training.py writes for a training. */
export interface RecordedTraining {
  readonly kind: "BPE" | "WordPiece" | "WordLevel" | "Unigram";
  readonly normalizer?: object | null;
  readonly pre_tokenizer?: object | null;
  readonly settings: {
    readonly special_tokens?: readonly string[];
    readonly continuing_subword_prefix?: string;
    readonly end_of_word_suffix?: string;
  };
  /** The only word of the texts. */
  readonly word?: string;
  readonly vocabulary?: readonly (string | readonly [string, number])[];
  readonly merges?: readonly (readonly [string, string])[];
  readonly pieces?: readonly (readonly [string, number])[];
  readonly unk_id?: number | null;
  /** Of vocabulary and merges, in their place. */
  readonly digest?: string;
  /** Characters with their prefix in the order of the vocabulary, in its place. */
  readonly continuing?: readonly string[];
}

/** How far scores may lie apart. */
const TOLERANCE = 1e-3;

/** Trains as was recorded: what came out and what should, to be compared by toEqual. */
export function retrain(
  recorded: RecordedTraining,
  texts: readonly string[],
): { result: object; expected: object } {
  const { kind, settings, vocabulary, merges } = recorded;
  const tokenizer = Tokenizer.from_json({
    normalizer: recorded.normalizer ?? null,
    pre_tokenizer: recorded.pre_tokenizer ?? null,
    model: { type: "WordLevel", vocab: {}, unk_token: "" },
  });
  const words = [...wordsInOrder(recorded), ...new WordLevelTrainer().countTexts(tokenizer, texts)];
  switch (kind) {
    case "BPE": {
      const { tokens, merges: pairs } = new BpeTrainer(settings).trainVocabulary(words);
      const joined = pairs.map(([first, second]) => [tokens[first], tokens[second]]);
      return { result: { vocabulary: tokens, merges: joined }, expected: { vocabulary, merges } };
    }
    case "WordPiece": {
      return {
        result: { vocabulary: new WordPieceTrainer(settings).trainVocabulary(words) },
        expected: { vocabulary },
      };
    }
    case "WordLevel": {
      const found = new WordLevelTrainer(settings).trainVocabulary(words);
      return { result: { vocabulary: [...found].sort(([, a], [, b]) => a - b) }, expected: { vocabulary } };
    }
    case "Unigram": {
      const { pieces, unk_id } = new UnigramTrainer(settings).trainVocabulary(words);
      return compareScores({ pieces, unk_id }, { pieces: recorded.pieces!, unk_id: recorded.unk_id! });
    }
  }
}

/** Words that occur no times and have the characters with prefix or suffix in the order that was recorded. */
function wordsInOrder({
  kind,
  vocabulary,
  continuing,
  word,
  settings,
}: RecordedTraining): [string, number][] {
  if (word !== undefined) return []; // there the order is given
  const { continuing_subword_prefix: prefix, end_of_word_suffix: suffix } = settings;
  const tokens = (continuing ?? vocabulary ?? []).map(String);
  if (suffix !== undefined) {
    const rests = tokens
      .filter((token) => token.endsWith(suffix))
      .map((token) => token.slice(0, -suffix.length));
    return rests.filter((rest) => [...rest].length === 1).map((rest) => [rest, 0]);
  }
  const start = prefix ?? (kind === "WordPiece" ? "##" : undefined);
  if (start === undefined) return [];
  const rests = tokens.filter((token) => token.startsWith(start)).map((token) => token.slice(start.length));
  const characters = rests.filter((rest) => [...rest].length === 1);
  return characters.length === 0 ? [] : [[characters[0]! + characters.join(""), 0]];
}

interface Scored {
  readonly pieces: readonly (readonly [string, number])[];
  readonly unk_id: number | null;
}

function compareScores(found: Scored, recorded: Scored): { result: object; expected: object } {
  const scores = new Map(recorded.pieces);
  // Characters that are only there because every character has to be share scores from the least one up, in steps of
  // 0.0001, in an order that changes from run to run.
  const singles = recorded.pieces.filter(([piece]) => [...piece].length === 1);
  const bound = Math.min(...singles.map(([, score]) => score)) + singles.length * 1e-4;
  const far = found.pieces.filter(([piece, score]) => {
    const other = scores.get(piece) ?? score;
    const isFiller = [...piece].length === 1 && score <= bound && other <= bound;
    return !isFiller && Math.abs(score - other) > TOLERANCE;
  });
  const names = (pieces: Scored["pieces"]) => pieces.map(([piece]) => piece).sort();
  return {
    result: { unk_id: found.unk_id, pieces: names(found.pieces), far },
    expected: { unk_id: recorded.unk_id, pieces: names(recorded.pieces), far: [] },
  };
}

/** The lines of a text with their newlines, as files are read. */
export function linesOf(text: string): string[] {
  return text.split(/(?<=\n)/);
}
