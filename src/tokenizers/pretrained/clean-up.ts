const REPLACEMENTS = [
  [" .", "."],
  [" ?", "?"],
  [" !", "!"],
  [" ,", ","],
  [" ' ", "'"],
  [" n't", "n't"],
  [" 'm", "'m"],
  [" 's", "'s"],
  [" 've", "'ve"],
  [" 're", "'re"],
] as const;

/** Takes out the spaces that tokenization put in front of English punctuation and contractions. */
export function clean_up_tokenization(text: string): string {
  let cleaned = text;
  for (const [from, to] of REPLACEMENTS) cleaned = cleaned.replaceAll(from, to);
  return cleaned;
}
