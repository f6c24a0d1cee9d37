import { defineConfig } from "vite";

// A page with these headers is cross-origin isolated, and ONNX Runtime may compute with several threads.
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  // The page serves the model that comes with the package, as /language-identification.
  publicDir: "node_modules/transformers-ts/assets",
  // Pre-bundling would part onnxruntime-web from its .wasm files, which it looks for beside itself.
  optimizeDeps: { exclude: ["onnxruntime-web"] },
  // The package is a link to the folder two above this one.
  server: { headers, fs: { allow: ["../.."] } },
  preview: { headers },
});
