// The Rust library through its Node binding.
import { readDocuments, readOptions, serveThroughput, versionOf } from "./serve.mjs";

const { Tokenizer } = await import("tokenizers");
const { folder, sentences, spec } = readOptions();
const { documents, megabytes } = readDocuments(sentences);
const tokenizer = Tokenizer.fromFile(folder);
const options = { addSpecialTokens: spec.output === "batch" };

const encode = async () => {
  const encodings = await tokenizer.encodeBatch(documents, options);
  if (spec.output === "ids") return encodings.map((encoding) => encoding.getIds());
  if (spec.output === "encoding") return encodings;
  return encodings.map((encoding) => [encoding.getIds(), encoding.getAttentionMask(), encoding.getOffsets()]);
};
const first = await tokenizer.encodeBatch(documents.slice(0, 20), { addSpecialTokens: false });
const check = first.flatMap((encoding) => encoding.getIds());
await serveThroughput(versionOf("tokenizers"), check, megabytes, encode);
