import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { TransformersError } from "../../../errors.js";
import { ChatTemplate } from "./template.js";

// What Transformers 4.57.1 rendered with Jinja2 3.1.6: tests/reference/tokenizers/record_chat_templates.py.

type Found = { text: string; spans?: string[] } | { error: string };

const file = new URL("../../fixtures/chat-templates.json.gz", import.meta.url);
const recorded = JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")) as {
  templates: Record<string, string>;
  conversations: object[][];
  variants: Record<string, unknown>[];
  tokens: Record<string, string>;
  cases: [template: string, conversation: number, variant: number, found: Found][];
  probes: [source: string, found: Found][];
};

/** What every template is given, unless options say otherwise. */
const given = { add_generation_prompt: false, tools: null, documents: null, ...recorded.tokens };
const now = () => new Date(2024, 2, 5, 7, 8, 9);

describe("chat templates", () => {
  for (const [name, source] of Object.entries(recorded.templates)) {
    it(`${name}: writes what Python writes`, () => {
      const template = new ChatTemplate(source);
      for (const [which, conversation, variant, found] of recorded.cases) {
        if (which !== name) continue;
        const messages = recorded.conversations[conversation];
        const options = recorded.variants[variant]!;
        const context = { ...given, ...options, messages };
        const what = `conversation ${conversation}, variant ${variant}`;
        if ("error" in found) {
          expect(() => template.render(context, now), what).toThrow(TransformersError);
          continue;
        }
        const { text, generations } = template.render(context, now);
        expect(text, what).toBe(found.text);
        const spans = generations.map(({ start, end }) => text.slice(start, end));
        if (found.spans !== undefined) expect(spans, what).toEqual(found.spans);
      }
    });
  }
});

describe("a small template", () => {
  const context = { ...given, messages: recorded.conversations[0] };
  for (const [source, found] of recorded.probes) {
    const render = () => new ChatTemplate(source).render(context, now).text;
    if ("text" in found) {
      it(`writes what Python writes: ${source}`, () => {
        expect(render()).toBe(found.text);
      });
    } else {
      it(`is refused in words, as in Python: ${source}`, () => {
        expect(render).toThrow(TransformersError);
        expect(render).not.toThrow(/Cannot read|Parser Error|!==|\$\{|Paren|Bracket|Literal/);
      });
    }
  }
});
