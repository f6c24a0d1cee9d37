import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { BertTokenizer } from "../../../models/bert/tokenization.js";
import { Tensor } from "../../../tensor/index.js";
import type { ChatOptions, Conversation } from "../index.js";

// What Transformers 4.57.1 said: tests/reference/tokenizers/record_chat_templates.py.

function fixture<T>(name: string): T {
  const file = new URL(`../../fixtures/${name}.json.gz`, import.meta.url);
  return JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")) as T;
}

const recorded = fixture<{
  templates: Record<string, string>;
  conversations: Conversation[];
  applied: [template: string, conversation: number | null, options: ChatOptions, found: unknown][];
}>("chat-templates");
const vocab = new Map(Object.entries(fixture<{ vocab: Record<string, number> }>("small").vocab));
const CHAT: Conversation = [
  { role: "user", content: "The quick fox" },
  { role: "assistant", content: "jumps" },
];

describe("apply_chat_template", () => {
  it("gives the text, ids, columns and masks of Python", () => {
    const tokenizer = BertTokenizer.fromVocab(vocab);
    for (const [name, which, options, found] of recorded.applied) {
      tokenizer.chat_template = recorded.templates[name]!;
      const given = which === null ? recorded.conversations.slice(0, 3) : recorded.conversations[which]!;
      const apply = (): unknown => tokenizer.apply_chat_template(given, options);
      const what = JSON.stringify([name, which, options]);
      if (typeof found === "object" && found !== null && "error" in found) {
        expect(apply, what).toThrow();
        continue;
      }
      const result = apply();
      const isColumns = typeof found === "object" && !Array.isArray(found);
      expect(isColumns ? { ...(result as object) } : result, what).toEqual(found);
    }
    expect(recorded.applied.length).toBeGreaterThan(180);
  });

  it("chooses among named templates, and takes the class's where there is none", () => {
    const tokenizer = BertTokenizer.fromVocab(vocab, {
      chat_template: [
        { name: "default", template: "d{{ messages[0].content }}" },
        { name: "tool_use", template: "t{{ tools | length }}" },
      ],
    });
    const text = (options: ChatOptions) =>
      tokenizer.apply_chat_template(CHAT, { tokenize: false, ...options });
    expect(text({})).toBe("dThe quick fox");
    expect(text({ tools: [{}] })).toBe("t1");
    expect(text({ chat_template: "tool_use", tools: [] })).toBe("t0");
    expect(text({ chat_template: "x" })).toBe("x");
    expect(tokenizer.get_chat_template({ tools: [{}] })).toBe("t{{ tools | length }}");
    const again = BertTokenizer.fromFiles(tokenizer.toFiles());
    expect(again.chat_template).toEqual(tokenizer.chat_template);
    expect(JSON.parse(tokenizer.toFiles().get("tokenizer_config.json") as string).chat_template).toHaveLength(
      2,
    );
    again.chat_template = null;
    expect(again.apply_chat_template(CHAT, { tokenize: false, add_generation_prompt: true })).toBe(
      "<|im_start|>user\nThe quick fox<|im_end|>\n<|im_start|>assistant\njumps<|im_end|>\n<|im_start|>assistant\n",
    );
    expect(JSON.parse(again.toFiles().get("tokenizer_config.json") as string)).not.toHaveProperty(
      "chat_template",
    );
  });

  it("gives tensors, and passes what it does not know to the template", () => {
    const tokenizer = BertTokenizer.fromVocab(vocab, {
      chat_template: "{{ mood }} {{ messages[0].content }}",
    });
    const ids = tokenizer.apply_chat_template(CHAT, { return_tensors: true, mood: "calm" });
    expect(ids).toBeInstanceOf(Tensor);
    expect(ids.shape[0]).toBe(1);
    expect(tokenizer.apply_chat_template([CHAT, CHAT], { tokenize: false, mood: "x" })).toEqual([
      "x The quick fox",
      "x The quick fox",
    ]);
  });

  it("reads chat_template.jinja beside the configuration", () => {
    const files = new Map(BertTokenizer.fromVocab(vocab).toFiles());
    files.set("chat_template.jinja", "own file");
    expect(BertTokenizer.fromFiles(files).get_chat_template()).toBe("own file");
  });

  it("refuses what contradicts itself, and tools that are functions", () => {
    const tokenizer = BertTokenizer.fromVocab(vocab);
    const apply = (options: object) => () => tokenizer.apply_chat_template(CHAT, options as ChatOptions);
    expect(apply({ return_dict: true, tokenize: false })).toThrow(/return_dict/);
    expect(apply({ return_assistant_tokens_mask: true })).toThrow(/needs return_dict/);
    expect(apply({ continue_final_message: true, add_generation_prompt: true })).toThrow(/choose one/);
    expect(apply({ tools: [() => 1] })).toThrow(/JSON schema/);
    expect(() => tokenizer.apply_chat_template([], {})).toThrow(/at least one/);
    expect(() => BertTokenizer.fromVocab(vocab, { chat_template: [1] })).toThrow(/chat_template must be/);
  });
});
