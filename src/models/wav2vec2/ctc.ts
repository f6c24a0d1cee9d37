/** A character, and the time steps from `start_offset` up to `end_offset` at which it was heard. */
export interface CharOffset {
  char: string;
  start_offset: number;
  end_offset: number;
}

/** A word, and the time steps at which it was heard. */
export interface WordOffset {
  word: string;
  start_offset: number;
  end_offset: number;
}

/**
 * What a model that says one token at each time step has spelled: what is repeated counts once, where `group` says
 * so, and what is blank does not.
 * Source: Graves et al. 2006, Connectionist Temporal Classification, section 3.1.
 */
export function collapse(tokens: readonly string[], blank: string | null, group: boolean): CharOffset[] {
  const heard: CharOffset[] = [];
  for (const [time, char] of tokens.entries()) {
    const last = heard.at(-1);
    if (group && last !== undefined && last.char === char) last.end_offset = time + 1;
    else heard.push({ char, start_offset: time, end_offset: time + 1 });
  }
  return heard.filter(({ char }) => char !== blank);
}

/** The words between delimiters. */
export function wordsOf(heard: readonly CharOffset[], delimiter: string): WordOffset[] {
  const words: WordOffset[] = [];
  let isOpen = false;
  for (const { char, start_offset, end_offset } of heard) {
    const word = words.at(-1);
    if (char === delimiter) {
      isOpen = false;
    } else if (isOpen && word !== undefined) {
      word.word += char;
      word.end_offset = end_offset;
    } else {
      words.push({ word: char, start_offset, end_offset });
      isOpen = true;
    }
  }
  return words;
}
