/** A node of the trie: what follows by character, and whether a word ends here. */
class Node {
  readonly next = new Map<string, Node>();
  isEnd = false;
}

/** A word that may have begun at `start`: `node` is how far it goes. */
interface Candidate {
  readonly start: number;
  node: Node;
}

/**
 * Cuts a text at the words that it was given, as the `Trie` of Python's tokenizers does: the first word that is
 * complete wins, unless one that began before it or at the same place can be completed, of which the longest counts.
 */
export class TokenTrie {
  readonly #root = new Node();

  add(word: string): void {
    if (word === "") return;
    let node = this.#root;
    for (const character of word) {
      let next = node.next.get(character);
      if (next === undefined) {
        next = new Node();
        node.next.set(character, next);
      }
      node = next;
    }
    node.isEnd = true;
  }

  /** The text in parts: words that were added, and what stands between them. */
  split(text: string): string[] {
    if (this.#root.next.size === 0) return text === "" ? [] : [text];
    const characters = Array.from(text);
    const cuts = [0];
    let candidates: Candidate[] = [];
    let resume = 0;
    for (const [place, character] of characters.entries()) {
      if (place < resume) continue;
      const found = advance(candidates, characters, place);
      if (found.match !== null) {
        cuts.push(...found.match);
        resume = Math.max(resume, found.match[1]);
      }
      candidates = found.alive;
      const first = this.#root.next.get(character);
      if (place >= resume && first !== undefined) candidates.push({ start: place, node: first });
    }
    const last = candidates.find(({ node }) => node.isEnd);
    if (last !== undefined) cuts.push(last.start);
    return partsBetween(characters, cuts);
  }
}

/** Takes the candidates over one character, or finds the word that is complete before it. */
function advance(
  candidates: readonly Candidate[],
  characters: readonly string[],
  place: number,
): { match: [start: number, end: number] | null; alive: Candidate[] } {
  const alive: Candidate[] = [];
  for (const [i, candidate] of candidates.entries()) {
    if (candidate.node.isEnd) {
      return { match: longestOf(candidates.slice(0, i + 1), characters, place), alive: [] };
    }
    const next = candidate.node.next.get(characters[place]!);
    if (next === undefined) continue;
    candidate.node = next;
    alive.push(candidate);
  }
  return { match: null, alive };
}

/**
 * The match of the first candidate that has one. The last one is complete before `place`; those before it have been
 * taken over the character there. Python does so with those that it did not fit as well, which this does too.
 */
function longestOf(
  candidates: readonly Candidate[],
  characters: readonly string[],
  place: number,
): [start: number, end: number] {
  for (const [i, { start, node: reached }] of candidates.entries()) {
    let end = -1;
    let node: Node | undefined = reached;
    for (let at = i === candidates.length - 1 ? place : place + 1; node !== undefined; at++) {
      if (node.isEnd) end = at;
      node = at < characters.length ? node.next.get(characters[at]!) : undefined;
    }
    if (end >= 0) return [start, end];
  }
  throw new Error("the last candidate is complete");
}

function partsBetween(characters: readonly string[], cuts: readonly number[]): string[] {
  const parts: string[] = [];
  let start = 0;
  for (const end of [...cuts, characters.length]) {
    if (end <= start) continue;
    parts.push(characters.slice(start, end).join(""));
    start = end;
  }
  return parts;
}
