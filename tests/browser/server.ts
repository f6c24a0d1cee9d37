import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

const contentTypes: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
};

export interface Site {
  readonly url: string;
  close(): void;
}

/**
 * Serves folders under the first part of a path: `/models/x` is `x` in the folder "models". With the two headers a
 * page is cross-origin isolated, which threads need.
 */
export async function serve(folders: Readonly<Record<string, string>>): Promise<Site> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const [, first = "", ...rest] = decodeURIComponent(pathname).split("/");
    const folder = folders[first];
    const file = folder === undefined ? null : path.join(folder, ...rest.map((part) => part || "index.html"));
    const bytes = file?.startsWith(folder!) ? await readFile(file).catch(() => null) : null;
    response.writeHead(bytes === null ? 404 : 200, {
      "Content-Type": contentTypes[path.extname(file ?? "")] ?? "application/octet-stream",
      "Content-Length": bytes?.length ?? 0,
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
    });
    response.end(request.method === "HEAD" ? undefined : bytes);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
