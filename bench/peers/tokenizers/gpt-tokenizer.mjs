// gpt-tokenizer with the ranks that it ships. Its ids are not always those of the others.
import { readDocuments, readOptions, serveThroughput, versionOf } from "./serve.mjs";

const { sentences, spec } = readOptions();
const { documents, megabytes } = readDocuments(sentences);
const { encode } = await import(
  `gpt-tokenizer/encoding/${spec.name === "gpt2" ? "r50k_base" : "cl100k_base"}`
);

await serveThroughput(versionOf("gpt-tokenizer"), null, megabytes, () => {
  for (const document of documents) encode(document);
});
