import { BestPath, type ScoredPieces } from "../models/best-path.js";
import { PieceTrie } from "../models/piece-trie.js";
import type { IntBuffer } from "../text.js";
import type { SentencePiece } from "./model-proto.js";
import type { Segmenter } from "./segmenter.js";
import type { Vocabulary } from "./vocabulary.js";

/** How much worse an unknown character is than the worst piece. */
const UNKNOWN_PENALTY = 10;
/** What each byte but the first adds to the score of a user-defined symbol, so that a longer one wins. */
const BYTE_BONUS = 0.1;
const LARGEST_FLOAT = (2 - 2 ** -23) * 2 ** 127;

/** The most probable pieces. A user-defined symbol wins over whatever else covers its text. */
export class UnigramSegmenter implements Segmenter {
  readonly #pieces: ScoredPieces;
  readonly #path = new BestPath();

  constructor(vocabulary: Vocabulary) {
    const { pieces, unknownId } = vocabulary;
    const ids = pieces.flatMap(({ type }, id) => (type === "normal" || type === "user_defined" ? [id] : []));
    let worst = LARGEST_FLOAT;
    for (const { type, score } of pieces) if (type === "normal") worst = Math.min(worst, score);
    this.#pieces = {
      trie: new PieceTrie(
        ids.map((id) => pieces[id]!.piece),
        ids,
      ),
      scores: Float64Array.from(pieces, scoreOf),
      unknownScore: Math.fround(worst - UNKNOWN_PENALTY),
      unknownId,
      single: true,
    };
  }

  segment(units: Uint16Array, length: number, found: IntBuffer): void {
    const path = this.#path;
    const count = path.find(units, 0, length, this.#pieces);
    found.reserve(3 * count);
    for (let i = count - 1; i >= 0; i--) {
      found.push(path.starts[i]!);
      found.push(i === 0 ? length : path.starts[i - 1]!);
      found.push(path.ids[i]!);
    }
    path.shrink();
  }
}

function scoreOf({ piece, score, type }: SentencePiece): number {
  if (type !== "user_defined") return score;
  return Math.fround(BYTE_BONUS * (new TextEncoder().encode(piece).length - 1));
}
