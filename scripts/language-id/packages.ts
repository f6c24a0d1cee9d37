import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Language } from "./languages.js";

/** One manual page as it lies in its package. */
export interface SourcePage {
  /** Path below `usr/share/man`, without `.gz`: `de/man1/ls.1`. */
  path: string;
  /** The name that all translations share, without the section: `ls`. */
  name: string;
  /** The roff source. */
  source: string;
}

/**
 * Downloads the packages of `languages` with `apt-get download` (needs no root) and unpacks them with
 * `dpkg -x`. What is there already is left alone; a package that the release lacks is left out.
 *
 * @returns the folder that holds the languages' folders (`usr/share/man`)
 * @throws when none of the packages can be downloaded
 */
export function fetchPages(languages: Language[], folder: string): string {
  const packages = join(folder, "packages");
  const tree = join(folder, "tree");
  mkdirSync(packages, { recursive: true });
  const names = languages.flatMap((language) => language.packages);
  const missing: string[] = [];
  for (const name of names) {
    if (findPackage(packages, name)) continue;
    try {
      execFileSync("apt-get", ["download", name], { cwd: packages, stdio: ["ignore", "ignore", "pipe"] });
    } catch {
      missing.push(name);
    }
  }
  if (missing.length === names.length) {
    throw new Error(
      "apt-get download found none of the manpages packages: run `apt-get update` as root first",
    );
  }
  if (missing.length > 0) console.error(`not in this release: ${missing.join(", ")}`);

  for (const name of names) {
    const file = findPackage(packages, name);
    if (file === undefined) continue;
    const done = join(packages, `${file}.unpacked`);
    if (existsSync(done)) continue;
    execFileSync("dpkg", ["-x", join(packages, file), tree]);
    writeFileSync(done, "");
  }
  return join(tree, "usr/share/man");
}

function findPackage(folder: string, name: string): string | undefined {
  return readdirSync(folder).find((file) => file.startsWith(`${name}_`) && file.endsWith(".deb"));
}

/**
 * Reads the pages of one language folder (`""` for the untranslated ones). Symbolic links, stubs that
 * only name another page (`.so man1/x.1`) and files that are not UTF-8 are left out.
 */
export function readPages(man: string, folder: string): SourcePage[] {
  const root = join(man, folder);
  if (!existsSync(root)) return [];
  const pages: SourcePage[] = [];
  for (const section of readdirSync(root)
    .filter((entry) => /^man\d/.test(entry))
    .sort()) {
    for (const entry of readdirSync(join(root, section), { withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const bytes = readFileSync(join(root, section, entry.name));
      const source = decode(entry.name.endsWith(".gz") ? gunzipSync(bytes) : bytes);
      if (source === undefined || (source.length < 300 && /^\.so\s/m.test(source))) continue;
      const file = basename(entry.name, ".gz");
      pages.push({ path: join(folder, section, file), name: pageName(file), source });
    }
  }
  return pages.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Commands whose pages are largely those of another command count as one page. */
const twins = new Map([
  ["dir", "ls"],
  ["vdir", "ls"],
]);

/** `ls.1` and `ls.1p` are both `ls`. */
function pageName(file: string): string {
  const name = file.replace(/\.\d\w*$/, "").toLowerCase();
  return twins.get(name) ?? name;
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
