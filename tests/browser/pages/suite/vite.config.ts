import path from "node:path";
import { defineConfig } from "vite";

// What the page shares with the tests that run in Node imports from src/; here it gets the published files instead.
const dist = path.join(import.meta.dirname, "../../../../dist");

export default defineConfig({
  resolve: { alias: [{ find: /^(?:\.\.\/)+src\/(.*)\.js$/, replacement: `${dist}/$1.js` }] },
});
