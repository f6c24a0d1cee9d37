import { describe, expect, it } from "vitest";
import { filesOf, itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import type { Conversation } from "../../tokenizers/pretrained/index.js";
import { LlamaTokenizer } from "./tokenization.js";

type Chats = [conversation: Conversation, text: string | null][];

interface Extra {
  conversations: Chats;
  prompted: Chats;
  framed: [bos: boolean, eos: boolean, pair: string | null, ids: number[]][];
}

const cases = recordedTokenizers<Extra | null>(import.meta.url);

describe.each(cases)("LlamaTokenizer, $name", (recorded) => {
  itMatchesPython(LlamaTokenizer, recorded);
});

describe("LlamaTokenizer", () => {
  const { conversations, prompted, framed } = cases[0]!.extra!;
  const make = (use_default_system_prompt = false) =>
    LlamaTokenizer.fromFiles(filesOf(cases[0]!), { use_default_system_prompt });

  it("writes conversations as Llama 2 reads them", () => {
    for (const [tokenizer, chats] of [
      [make(), conversations],
      [make(true), prompted],
    ] as const) {
      for (const [conversation, text] of chats) {
        const write = () => tokenizer.apply_chat_template(conversation, { tokenize: false });
        if (text === null) expect(write).toThrow(/roles/);
        else expect(write()).toBe(text);
      }
    }
  });

  it("frames texts as add_bos_token and add_eos_token say", () => {
    const tokenizer = make();
    for (const [bos, eos, text_pair, ids] of framed) {
      tokenizer.add_bos_token = bos;
      tokenizer.add_eos_token = eos;
      expect(tokenizer("one", { text_pair }).input_ids).toEqual(ids);
    }
  });

  it("follows a changed token when it is told to, and refuses to frame by none", () => {
    const tokenizer = make();
    tokenizer.bos_token = "</s>";
    tokenizer.update_post_processor();
    expect(tokenizer("one").input_ids[0]).toBe(tokenizer.eos_token_id);
    tokenizer.bos_token = null;
    expect(() => tokenizer.update_post_processor()).toThrow(/add_bos_token is true/);
  });
});
