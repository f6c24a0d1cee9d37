/** The script that a language's pages are written in, as far as the filters need to know. */
export type Script = "Latin" | "Cyrillic" | "Greek" | "Japanese" | "Chinese" | "Korean";

export interface Language {
  /** ISO 639-1 code: the label of the classifier. */
  label: string;
  script: Script;
  /** Debian packages that carry pages in this language. */
  packages: string[];
  /** Folders below `usr/share/man`; the empty string stands for the untranslated pages. */
  folders: string[];
}

/** A language whose packages are `manpages-<name>`, with `manpages-<name>-dev` where that exists. */
function translated(label: string, script: Script, options: Partial<Language> & { dev?: boolean } = {}) {
  const { dev = false, packages = [`manpages-${label}`], folders = [label] } = options;
  return { label, script, packages: [...packages, ...(dev ? [`${packages[0]}-dev`] : [])], folders };
}

/** Every candidate; which of them are kept is decided by the number of clean sentences they yield. */
export const languages: Language[] = [
  { label: "en", script: "Latin", packages: ["manpages", "manpages-dev"], folders: [""] },
  translated("cs", "Latin", { dev: true }),
  translated("da", "Latin", { dev: true }),
  translated("de", "Latin", { dev: true }),
  translated("el", "Greek"),
  translated("es", "Latin", { dev: true }),
  translated("fi", "Latin"),
  translated("fr", "Latin", { dev: true }),
  translated("hu", "Latin"),
  translated("id", "Latin"),
  translated("it", "Latin", { dev: true }),
  translated("ja", "Japanese", { dev: true }),
  translated("ko", "Korean"),
  translated("mk", "Cyrillic"),
  translated("nb", "Latin"),
  translated("nl", "Latin", { dev: true }),
  translated("pl", "Latin", { dev: true }),
  translated("pt", "Latin", { dev: true, packages: ["manpages-pt-br"], folders: ["pt_BR", "pt"] }),
  translated("ro", "Latin"),
  translated("ru", "Cyrillic", { dev: true }),
  translated("sr", "Cyrillic"),
  translated("sv", "Latin"),
  translated("tr", "Latin"),
  translated("uk", "Cyrillic", { dev: true }),
  translated("vi", "Latin"),
  translated("zh", "Chinese", { folders: ["zh_CN", "zh_TW"] }),
];

const letterOf: Record<Script, RegExp> = {
  Latin: /\p{Script=Latin}/u,
  Cyrillic: /\p{Script=Cyrillic}/u,
  Greek: /\p{Script=Greek}/u,
  Japanese: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー々]/u,
  Chinese: /\p{Script=Han}/u,
  Korean: /[\p{Script=Hangul}\p{Script=Han}]/u,
};

/** The share of the letters of `text` that belong to `script`; 0 where there is no letter. */
export function scriptShare(text: string, script: Script): number {
  const letters = [...text].filter((character) => /\p{L}/u.test(character));
  return letters.filter((letter) => letterOf[script].test(letter)).length / Math.max(1, letters.length);
}

/** Whether `script` is written without spaces between words. */
export function isUnspaced(script: Script): boolean {
  return script === "Japanese" || script === "Chinese";
}
