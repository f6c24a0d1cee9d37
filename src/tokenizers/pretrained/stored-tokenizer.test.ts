import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AutoTokenizer } from "../../auto/index.js";
import { BertTokenizer } from "../../models/bert/index.js";
import { ElectraTokenizer } from "../../models/electra/index.js";
import { MT5Tokenizer } from "../../models/mt5/index.js";
import { PreTrainedTokenizer } from "./index.js";

describe("reading the files of another class", () => {
  const tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a"];
  const bert = BertTokenizer.fromVocab(new Map(tokens.map((token, id) => [token, id])));
  const json = bert.backend_tokenizer.to_json();
  let folder: string;
  let warnings: string[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "stored-tokenizer-"));
    await write("tokenizer.json", json);
    warnings = [];
    vi.spyOn(console, "warn").mockImplementation((message) => void warnings.push(message));
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await rm(folder, { recursive: true });
  });

  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  const filesOf = (tokenizer_class: string | null) =>
    new Map([
      ["tokenizer.json", json],
      ["tokenizer_config.json", JSON.stringify({ tokenizer_class })],
    ]);

  it("is warned of, and done", () => {
    const tokenizer = ElectraTokenizer.fromFiles(filesOf("BertTokenizerFast"));
    expect(tokenizer.encode("a")).toEqual([2, 5, 3]);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^The files are those of BertTokenizerFast, and ElectraTokenizer reads them: .*AutoTokenizer/,
      ),
    ]);
    PreTrainedTokenizer.fromFiles(filesOf("BertTokenizer"));
    BertTokenizer.fromFiles(filesOf("PreTrainedTokenizerFast"));
    expect(warnings.slice(1)).toEqual([
      expect.stringContaining("those of BertTokenizer, and PreTrainedTokenizerFast reads them"),
      expect.stringContaining("those of PreTrainedTokenizerFast, and BertTokenizer reads them"),
    ]);
  });

  it("is not warned of where the class is the one that they name, with or without Fast, or they name none", () => {
    for (const name of ["BertTokenizer", "BertTokenizerFast", null]) BertTokenizer.fromFiles(filesOf(name));
    PreTrainedTokenizer.fromFiles(filesOf("PreTrainedTokenizerFast"));
    // In Python, MT5Tokenizer is T5Tokenizer.
    for (const name of ["T5Tokenizer", "MT5TokenizerFast"]) MT5Tokenizer.fromFiles(filesOf(name));
    // A field that is given goes before the file's.
    ElectraTokenizer.fromFiles(filesOf("BertTokenizer"), { tokenizer_class: "ElectraTokenizer" });
    expect(warnings).toEqual([]);
  });

  it("is warned of where config.json names the class, unless tokenizer_config.json does", async () => {
    await write("config.json", '{"tokenizer_class": "BertTokenizer", "model_type": "electra"}');
    await ElectraTokenizer.from_pretrained(folder);
    expect(warnings).toEqual([expect.stringContaining("those of BertTokenizer, and ElectraTokenizer")]);
    await write("tokenizer_config.json", '{"tokenizer_class": "ElectraTokenizer"}');
    await ElectraTokenizer.from_pretrained(folder);
    expect(warnings).toHaveLength(1);
  });

  it("does not ask for a config.json that can be read", async () => {
    await write("config.json", "{");
    expect((await BertTokenizer.from_pretrained(folder)).encode("a")).toEqual([2, 5, 3]);
    expect(warnings).toEqual([]);
  });

  it("is nothing that AutoTokenizer does", async () => {
    const read = async () => (await AutoTokenizer.from_pretrained(folder)).constructor;
    expect(await read()).toBe(PreTrainedTokenizer);
    await write("config.json", '{"model_type": "electra"}');
    expect(await read()).toBe(ElectraTokenizer);
    await write("config.json", '{"tokenizer_class": "BertTokenizer", "model_type": "electra"}');
    expect(await read()).toBe(BertTokenizer);
    await write("tokenizer_config.json", '{"tokenizer_class": "ElectraTokenizerFast"}');
    expect(await read()).toBe(ElectraTokenizer);
    expect(warnings).toEqual([]);
  });
});
