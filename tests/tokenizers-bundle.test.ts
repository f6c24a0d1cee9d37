import path from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { expect, test } from "vitest";

// What a page loads that uses only transformers-ts/tokenizers.

const source = path.join(import.meta.dirname, "../src");
/**
 * Gzipped: every component, the regular expressions of Rust's library, and the frozen tables of Unicode, which are a
 * quarter of it. What reads tokenizer.json needs all components, so that less cannot be left out.
 */
const MOST_BYTES = 60_000;

async function bundle(entry: string): Promise<readonly Rolldown.OutputChunk[]> {
  const id = "virtual:entry";
  const result = await build({
    configFile: false,
    logLevel: "silent",
    root: source,
    plugins: [
      {
        name: "entry",
        // Before Vite finds the files of Node itself.
        enforce: "pre",
        resolveId(name, importer) {
          if (name === id) return id;
          // What package.json's "browser" field says of dist/.
          if (name === "./threads.js" && importer?.includes("tokenizers/pool"))
            return path.join(source, "tokenizers/pool/threads-web.ts");
          if (
            name.endsWith("/hub/storage/index.js") ||
            (name === "./storage/index.js" && importer?.includes("/hub/"))
          ) {
            return path.join(source, "hub/storage/web.ts");
          }
          if (name === "./worker-web.js") return path.join(source, "tokenizers/pool/worker-web.ts");
          return null;
        },
        load: (name) => (name === id ? entry : null),
      },
    ],
    build: {
      write: false,
      minify: true,
      target: "es2022",
      rollupOptions: { input: id, preserveEntrySignatures: "strict" },
    },
  });
  const { output } = result as Rolldown.RolldownOutput;
  return output.filter((file): file is Rolldown.OutputChunk => file.type === "chunk");
}

/** The entry and what it imports, without what is loaded when it is asked for. */
function loadedAtOnce(chunks: readonly Rolldown.OutputChunk[]): Rolldown.OutputChunk[] {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const found = new Set<Rolldown.OutputChunk>();
  const visit = (chunk: Rolldown.OutputChunk) => {
    if (found.has(chunk)) return;
    found.add(chunk);
    for (const name of chunk.imports) visit(byName.get(name)!);
  };
  for (const chunk of chunks) if (chunk.isEntry) visit(chunk);
  return [...found];
}

test(`all of transformers-ts/tokenizers is below ${MOST_BYTES} bytes gzipped, and nothing of other rooms but errors`, async () => {
  const chunks = loadedAtOnce(await bundle(`export * from "${source}/tokenizers/index.ts";`));
  const code = chunks.map((chunk) => chunk.code).join("\n");
  const modules = chunks
    .flatMap((chunk) => Object.keys(chunk.modules))
    .filter((name) => name.startsWith(source));
  const strangers = modules
    .map((name) => path.relative(source, name))
    .filter((name) => !name.startsWith("tokenizers/") && name !== "errors.ts");
  expect(strangers).toEqual([]);
  const bytes = gzipSync(code).length;
  console.info(`transformers-ts/tokenizers: ${(bytes / 1000).toFixed(1)} KB gzipped`);
  expect(bytes).toBeLessThan(MOST_BYTES);
}, 60_000);
