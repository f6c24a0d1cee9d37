import { createRequire } from "node:module";
import { ownVersion } from "../../src/cli/version.js";

const require = createRequire(import.meta.url);
const versionOf = (manifest: string) => (require(manifest) as { version: string }).version;

/** Of this project and of what it computes with. */
export const version = `transformers-ts ${ownVersion()}, onnxruntime-node ${versionOf("onnxruntime-node/package.json")}`;
