// Compares with what compare_chat_templates.py rendered, which says how to run both.
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { ChatTemplate } from "../../../src/tokenizers/pretrained/chat/template.js";

interface Case {
  readonly name: string;
  readonly template: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly rendered: { readonly text?: string; readonly spans?: readonly string[]; readonly error?: string };
}
const cases = JSON.parse(readFileSync(process.argv[2]!, "utf8")) as readonly Case[];
const now = () => new Date(2024, 2, 5, 7, 8, 9);

function outcome({ template, context }: Case): { text?: string; spans?: string[]; error?: unknown } {
  try {
    const { text, generations } = new ChatTemplate(template).render(context, now);
    return { text, spans: generations.map(({ start, end }) => text.slice(start, end)) };
  } catch (error) {
    return { error };
  }
}

const tally = {
  templates: new Set(cases.map(({ template }) => template)).size,
  equal: 0,
  refused: 0,
  differ: 0,
};
for (const each of cases) {
  const found = outcome(each);
  const { text, spans } = each.rendered;
  const isSame =
    text === undefined
      ? found.error !== undefined
      : found.text === text && (spans === undefined || isDeepStrictEqual(found.spans, spans));
  if (!isSame) {
    tally.differ++;
    console.error(each.name, "expected", each.rendered, "found", found);
  } else if (found.text === undefined) tally.refused++;
  else tally.equal++;
}
console.log(JSON.stringify(tally));
if (tally.differ > 0) process.exitCode = 1;
