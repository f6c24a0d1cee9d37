/** Abbreviations of the languages at hand after which no sentence ends, without the full stop. */
const abbreviations = new Set(
  (
    "e.g i.e etc cf vs resp viz approx z.b d.h u.a bzw ggf evtl usw ca vgl nr s.a z.t u.u p.ej ej pág ex p.ex " +
    "c.-à-d c-à-d art fig env tj tzn np tzw itp itd ok m.in dot m.a.w d.w.z bijv bv o.a enz nl f.eks fx bl.a osv " +
    "t.ex dvs bl.a m.m s.k d.v.s esim ym ts eli jne kts pl stb ill kb ld dll dsb yg mis т.е т.д т.п др напр см рис " +
    "тобто напр ін т.зв тзв нпр итд сл ör örn vb vs bkz no mr dr st dr.ing č např atd tzv popř příp mj tj resp apod"
  ).split(" "),
);

/**
 * Splits a paragraph into sentences at full stops, question and exclamation marks that are followed by
 * a blank and something that can begin a sentence, and at the full-width marks of Chinese and Japanese.
 * Sentences longer than `maximum` characters are split once more at semicolons and colons.
 */
export function splitSentences(paragraph: string, maximum = 300): string[] {
  const sentences: string[] = [];
  let start = 0;
  for (const match of paragraph.matchAll(/[.!?…]+["'»”’)\]]*(?= )|[。！？]+[」』）)"”]*/gu)) {
    const end = match.index + match[0].length;
    if (!endsSentence(paragraph, start, match.index, end)) continue;
    sentences.push(paragraph.slice(start, end));
    start = end;
  }
  sentences.push(paragraph.slice(start));
  return sentences.flatMap((sentence) => splitLong(sentence.trim(), maximum)).filter((text) => text !== "");
}

function endsSentence(text: string, start: number, mark: number, end: number): boolean {
  if (/[。！？]/u.test(text[mark]!)) return !/^[」』）)"”と]/u.test(text.slice(end, end + 1));
  if (!/^ ["'«“„‚‘([¿¡-]*[\p{Lu}\p{Lo}\d]/u.test(text.slice(end))) return false;
  const word = /[^\s("'«„“]*$/u.exec(text.slice(start, mark))![0].toLowerCase();
  if (text[mark] !== "." || /[.!?…]/.test(text[mark + 1] ?? "")) return true;
  // An initial, a number of a list, an abbreviation.
  return !/^(?:\p{L}|\d{1,2})$/u.test(word) && !abbreviations.has(word);
}

function splitLong(sentence: string, maximum: number): string[] {
  if ([...sentence].length <= maximum) return [sentence];
  return sentence.split(/(?<=[;:；：])\s*/u).map((part) => part.trim());
}

/** Removes what lists leave at the front of a sentence: bullets, dashes, numbers in brackets. */
export function trimBullet(sentence: string): string {
  return sentence
    .replace(/^(?:[-–—*•·◆○●・]+ ?|\(?\d{1,2}[.)] |[a-z]\) |[=:;,→]+ )+/u, "")
    .replace(/\s+([.,;:!?])$/u, "$1")
    .trim();
}
