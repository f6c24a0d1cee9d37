import { defineConfig } from "rolldown";

// Node reads the package from few files: of the hundreds that tsc writes, finding and opening them would take longer
// than what they do at a start. Browsers' bundlers take tsc's (package.json, "exports" and "browser").

export default defineConfig({
  input: {
    index: "src/index.ts",
    tensor: "src/tensor/index.ts",
    nn: "src/nn/index.ts",
    optim: "src/optim/index.ts",
    tokenizers: "src/tokenizers/index.ts",
    trainers: "src/tokenizers/trainers/index.ts",
    models: "src/models/tokenizers.generated.ts",
    sentencepiece: "src/tokenizers/sentencepiece/index.ts",
    cli: "src/cli/main.ts",
    worker: "src/tokenizers/pool/worker.ts",
  },
  platform: "node",
  external: /^[^./]/,
  preserveEntrySignatures: "allow-extension", // what the grouping below asks for; tests hold the exports
  output: {
    dir: "dist/node",
    cleanDir: true,
    chunkFileNames: "[name]-[hash].js",
    codeSplitting: {
      // In a folder of its own, by which anomalies tell the engine's lines in a stack from those of models.
      groups: [{ name: "engine/engine", test: /\/src\/(?:tensor|onnx|nn|runtime)\// }],
      includeDependenciesRecursively: false,
    },
  },
});
