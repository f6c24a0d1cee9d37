// @huggingface/tokenizers, the library in JavaScript that transformers.js has become.
import { readFileSync } from "node:fs";
import { Tokenizer } from "@huggingface/tokenizers";
import { readDocuments, readOptions, serveThroughput, versionOf } from "./serve.mjs";

const { folder, sentences } = readOptions();
const { documents, megabytes } = readDocuments(sentences);
const tokenizer = new Tokenizer(JSON.parse(readFileSync(folder, "utf8")), {});
const ids = (text) => tokenizer.encode(text, { add_special_tokens: false }).ids;

await serveThroughput(
  versionOf("@huggingface/tokenizers"),
  documents.slice(0, 20).flatMap(ids),
  megabytes,
  () => {
    for (const document of documents) ids(document);
  },
);
