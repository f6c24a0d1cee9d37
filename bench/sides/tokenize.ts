import { readFileSync } from "node:fs";
import { Tokenizer } from "../../src/tokenizers/index.js";
import { PreTrainedTokenizerFast } from "../../src/tokenizers/pretrained/index.js";
import { readSideOptions, serve } from "../harness/serve.js";
import { version } from "./version.js";

const { folder, sentences, spec } = readSideOptions();
const { output } = JSON.parse(spec) as { output: "ids" | "encoding" | "batch" };
const documents = JSON.parse(readFileSync(sentences, "utf8")) as string[];
const megabytes = documents.reduce((sum, document) => sum + Buffer.byteLength(document), 0) / 1e6;
const tokenizer = Tokenizer.from_json(readFileSync(folder, "utf8"));
const pretrained = new PreTrainedTokenizerFast(Tokenizer.from_json(readFileSync(folder, "utf8")));

const work = {
  ids() {
    for (const document of documents) tokenizer.encode_ids(document);
  },
  encoding() {
    tokenizer.encode_batch(documents, { add_special_tokens: false });
  },
  batch() {
    pretrained(documents, { return_attention_mask: true, return_offsets_mapping: true });
  },
}[output];

const check = documents.slice(0, 20).flatMap((document) => Array.from(tokenizer.encode_ids(document)));
const warm = performance.now() + 2000;
while (performance.now() < warm) work();

await serve({ version, check }, async () => {
  // Long enough that a single pause does not decide the round.
  const begin = performance.now();
  let passes = 0;
  let seconds: number;
  do {
    work();
    passes++;
    seconds = (performance.now() - begin) / 1000;
  } while (seconds < 0.3);
  return (passes * megabytes) / seconds;
});
