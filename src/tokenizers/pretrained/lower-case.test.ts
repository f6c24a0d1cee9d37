import { describe, expect, it } from "vitest";
import {
  filesOf,
  type RecordedTokenizer,
  recordedTokenizers,
} from "../../../tests/support/recorded-tokenizer.js";
import { CanineTokenizer } from "../../models/canine/index.js";
import { ProphetNetTokenizer } from "../../models/prophetnet/index.js";
import { tokenizerClasses } from "../../models/registry.generated.js";
import { AddedToken } from "../index.js";
import { type FileContent, PythonTokenizer, type TokenizerConfig } from "./index.js";

// Which tokenizers lowercase texts: those whose class has an attribute `do_lower_case` in Transformers 4.37.2.

/** Those that have it: their folders, and the field of tokenizer_config.json that it is taken from. */
const LOWERCASING: Readonly<Record<string, readonly [folder: string, field: string]>> = {
  BertJapaneseTokenizer: ["bert-japanese", "do_lower_case"],
  ErnieMTokenizer: ["ernie_m", "do_lower_case"],
  FSMTTokenizer: ["fsmt", "do_lower_case"],
  GPTSw3Tokenizer: ["gpt-sw3", "do_lower_case"],
  Speech2TextTokenizer: ["speech_to_text", "do_lower_case"],
  Speech2Text2Tokenizer: ["speech_to_text_2", "do_lower_case"],
  TapasTokenizer: ["tapas", "do_lower_case"],
  TransfoXLTokenizer: ["transfo-xl", "lower_case"],
  Wav2Vec2CTCTokenizer: ["wav2vec2", "do_lower_case"],
  XLMTokenizer: ["xlm", "do_lowercase_and_remove_accent"],
};

/** Those that do not, and their folders; of FlauBERT's, which has it, it is always false. */
const OTHERS: Readonly<Record<string, string>> = {
  BartphoTokenizer: "bartpho",
  BertGenerationTokenizer: "bert-generation",
  BertweetTokenizer: "bertweet",
  BioGptTokenizer: "biogpt",
  BlenderbotSmallTokenizer: "blenderbot-small",
  ByT5Tokenizer: "byt5",
  CanineTokenizer: "canine",
  CTRLTokenizer: "ctrl",
  EsmTokenizer: "esm",
  FlaubertTokenizer: "flaubert",
  M2M100Tokenizer: "m2m_100",
  MarianTokenizer: "marian",
  PerceiverTokenizer: "perceiver",
  PhobertTokenizer: "phobert",
  PLBartTokenizer: "plbart",
  ProphetNetTokenizer: "prophetnet",
  SpeechT5Tokenizer: "speecht5",
  VitsTokenizer: "vits",
  Wav2Vec2PhonemeCTCTokenizer: "wav2vec2_phoneme",
  XLMProphetNetTokenizer: "xlm-prophetnet",
};

const TEXT = "The Fox JUMPS";

interface TestedClass {
  readonly prototype: unknown;
  fromFiles(files: ReadonlyMap<string, FileContent>, config: TokenizerConfig): PythonTokenizer;
}

async function classNamed(name: string): Promise<TestedClass> {
  return (await tokenizerClasses[name]!()) as unknown as TestedClass;
}

/** Makes tokenizers of a class from recorded files, with fields beside those of the files. */
async function maker(name: string, folder: string): Promise<(config?: TokenizerConfig) => PythonTokenizer> {
  const Class = await classNamed(name);
  const test = new URL(`../../models/${folder}/tokenization.test.ts`, import.meta.url).href;
  const found: unknown = recordedTokenizers(test);
  // TAPAS's fixture has more than tokenizers.
  const { cases } = (Array.isArray(found) ? { cases: found } : found) as { cases: RecordedTokenizer[] };
  const files = filesOf(cases[0]!);
  return (config = {}) => Class.fromFiles(files, config);
}

/** What a token becomes that is added. */
function added(tokenizer: PythonTokenizer, content: string): string[] {
  const before = tokenizer.get_added_vocab();
  tokenizer.add_tokens(new AddedToken(content, { normalized: true }));
  return [...tokenizer.get_added_vocab().keys()].filter((each) => !before.has(each));
}

describe.each(Object.entries(LOWERCASING))("%s", (name, [folder, field]) => {
  it(`lowercases texts and added tokens where ${field} says so`, async () => {
    const make = await maker(name, folder);
    const [lowers, keeps] = [make({ [field]: true }), make({ [field]: false })];
    const fields = [lowers, keeps] as readonly { do_lower_case?: boolean }[];
    expect(fields.map(({ do_lower_case }) => do_lower_case)).toEqual([true, false]);
    expect(lowers.tokenize(TEXT)).toEqual(lowers.tokenize(TEXT.toLowerCase()));
    expect([added(lowers, "NewToken"), added(keeps, "NewToken")]).toEqual([["newtoken"], ["NewToken"]]);
    expect(lowers.tokenize("NEWTOKEN")).toEqual(["newtoken"]);
    expect(keeps.tokenize("NEWTOKEN")).not.toContain("NewToken");
  });
});

describe.each(Object.entries(OTHERS))("%s", (name, folder) => {
  it("keeps do_lower_case as a field that it does not know", async () => {
    const make = await maker(name, folder);
    const tokenizer = make({ do_lower_case: true });
    expect(tokenizer.tokenize(TEXT)).toEqual(make().tokenize(TEXT));
    expect(added(tokenizer, "NewToken")).toEqual(["NewToken"]);
    const saved = JSON.parse(tokenizer.toFiles().get("tokenizer_config.json") as string);
    expect(saved.do_lower_case).toBe(true);
  });
});

it("CANINE's characters keep their case", () => {
  const tokenizer = new CanineTokenizer(null, { do_lower_case: true });
  expect(tokenizer.tokenize("AbC")).toEqual(["A", "b", "C"]);
  expect("do_lower_case" in tokenizer).toBe(false);
});

it("ProphetNet lowercases the words that it finds, and nothing else", () => {
  const tokens = ["[UNK]", "[SEP]", "[PAD]", "[X_SEP]", "[MASK]", "fox"];
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const tokenize = (config: TokenizerConfig) => new ProphetNetTokenizer(ids, config).tokenize("FOX");
  expect(tokenize({ do_lower_case: true })).toEqual(["fox"]);
  expect(tokenize({ do_lower_case: false })).toEqual(["[UNK]"]);
  expect(tokenize({ do_lower_case: true, do_basic_tokenize: false })).toEqual(["[UNK]"]);
});

it("every tokenizer with rules of its own is among these", async () => {
  const own: string[] = [];
  for (const name of Object.keys(tokenizerClasses)) {
    if ((await classNamed(name)).prototype instanceof PythonTokenizer) own.push(name);
  }
  expect(Object.keys({ ...LOWERCASING, ...OTHERS }).sort()).toEqual(own.sort());
});
