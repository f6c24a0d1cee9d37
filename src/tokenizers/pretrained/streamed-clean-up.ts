import { clean_up_tokenization } from "./clean-up.js";

/**
 * `clean_up_tokenization` of a text that comes in pieces: what a space, apostrophe or contraction may still be part
 * of is held back. Called with null at the end, it gives the rest.
 */
export function streamedCleanUp(): (text: string | null) => string {
  let held = "";
  return (text) => {
    if (text === null) {
      const rest = clean_up_tokenization(held);
      held = "";
      return rest;
    }
    const all = held + text;
    const end = settledEnd(all);
    held = all.slice(end);
    return clean_up_tokenization(all.slice(0, end));
  };
}

/**
 * Where the text ends that is cleaned the same whatever follows. In all that is replaced, nothing but a space, an
 * apostrophe, the n of " n't", and the v and r of "'ve" and "'re" is followed by anything.
 */
function settledEnd(text: string): number {
  let end = text.length;
  while (end > 0 && goesOn(text, end - 1)) end--;
  return end;
}

function goesOn(text: string, place: number): boolean {
  const character = text[place]!;
  if (character === " " || character === "'") return true;
  const before = text[place - 1];
  if (character === "n") return before === " ";
  return (character === "v" || character === "r") && before === "'";
}
