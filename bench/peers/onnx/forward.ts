import { createRequire } from "node:module";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { fixedInput } from "../../harness/fixed-input.js";
import { meanMilliseconds, readSideOptions, serve } from "../../harness/serve.js";
import { bertForward } from "./bert-forward.js";
import { openCheckpoint } from "./checkpoint-file.js";

const { folder, batch, sequence, threads, calls } = readSideOptions();
const checkpoint = openCheckpoint(folder);
const session = await InferenceSession.create(bertForward(checkpoint), {
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
  // Named by folder, the weights are mapped into memory and not copied.
  extra: { session: { model_external_initializers_file_folder_path: folder } },
});

const { inputIds, attentionMask } = fixedInput(batch, sequence, checkpoint.config.vocab_size);
const feeds = {
  input_ids: new Tensor("int64", inputIds, [batch, sequence]),
  attention_mask: new Tensor("int64", attentionMask, [batch, sequence]),
};
const call = async () => (await session.run(feeds))[session.outputNames[0]!]!.data as Float32Array;

const logits = await call();
for (let i = 0; i < 3; i++) await call();
const { version } = createRequire(import.meta.url)("onnxruntime-node/package.json") as { version: string };
await serve({ version: `onnxruntime-node ${version}`, check: Array.from(logits) }, () =>
  meanMilliseconds(calls, call),
);
