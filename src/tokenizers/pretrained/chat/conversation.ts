import { TransformersError } from "../../../errors.js";
import { stripEnd } from "../../python-text/index.js";
import { chatTemplate, type Rendered } from "./template.js";

/** A message: who says it, and what; templates may ask for more. */
export interface ChatMessage {
  readonly role: string;
  readonly content?: unknown;
  readonly [field: string]: unknown;
}

/** What was said so far. */
export type Conversation = readonly ChatMessage[];

/** What a conversation is rendered with. */
export interface ChatContext {
  /** Whether to end with what begins an answer (default false). */
  add_generation_prompt?: boolean;
  /** Whether to end within the last message, for the model to go on with it (default false). */
  continue_final_message?: boolean;
  /** Functions that the model may call: their JSON schemas. */
  tools?: readonly object[] | null;
  /** What the model may look up: objects with `title` and `text`. */
  documents?: readonly object[] | null;
  /** Further names that the template may use. */
  readonly [name: string]: unknown;
}

/** Marks the end of a message that is gone on with. Its last character tells whether the template trims. */
const MARK = "CONTINUE_FINAL_MESSAGE_TAG ";

/**
 * The text of conversations by a template.
 * @throws TransformersError INVALID_ARGUMENT for options that contradict each other, and what templates throw.
 */
export function renderConversations(
  source: string,
  conversations: readonly Conversation[],
  context: ChatContext,
): Rendered[] {
  const { add_generation_prompt = false, continue_final_message = false, ...more } = context;
  const { tools = null, documents = null, ...names } = more;
  if (continue_final_message && add_generation_prompt) {
    throw invalid(
      "continue_final_message goes on with the last message, and add_generation_prompt begins another; choose one",
    );
  }
  for (const tool of tools ?? []) checkSchema(tool);
  for (const document of documents ?? []) {
    if (typeof document !== "object") throw invalid("documents are objects with a title and a text");
  }
  const template = chatTemplate(source);
  return conversations.map((conversation) => {
    if (!Array.isArray(conversation) || conversation.length === 0) {
      throw invalid("a conversation is a list of messages with role and content, and has at least one");
    }
    const shared = { ...names, tools, documents, add_generation_prompt };
    if (!continue_final_message) return template.render({ ...shared, messages: conversation });
    const { messages, text } = marked(conversation);
    return cutAtMark(template.render({ ...shared, messages }), text);
  });
}

function checkSchema(tool: unknown): void {
  if (typeof tool === "object" && tool !== null) return;
  throw invalid(
    `a tool is its JSON schema, not a ${typeof tool}: { type: "function", function: { name, description, parameters } }`,
  );
}

/** The conversation with the mark after its last text. */
function marked(conversation: Conversation): { messages: Conversation; text: string } {
  const last = conversation.at(-1)!;
  const { content } = last;
  if (typeof content === "string") {
    return { messages: [...conversation.slice(0, -1), { ...last, content: content + MARK }], text: content };
  }
  const parts = Array.isArray(content) ? (content as readonly Record<string, unknown>[]) : [];
  const at = parts.findLastIndex((part) => typeof part?.text === "string");
  if (at < 0) throw invalid("continue_final_message: the last message has no text to go on with");
  const text = parts[at]!.text as string;
  const blocks = parts.map((part, i) => (i === at ? { ...part, text: text + MARK } : part));
  return { messages: [...conversation.slice(0, -1), { ...last, content: blocks }], text };
}

function cutAtMark({ text, generations }: Rendered, final: string): Rendered {
  const at = text.lastIndexOf(MARK.trim());
  if (at < 0 || !text.includes(final.trim())) {
    throw invalid("continue_final_message: the template leaves the last message out, or changes it");
  }
  const isKept = text.startsWith(MARK, at);
  return { text: isKept ? text.slice(0, at) : stripEnd(text.slice(0, at)), generations };
}

/** A template, or several by name. */
export type ChatTemplates = string | Readonly<Record<string, string>>;

/** `chat_template` of tokenizer_config.json: a template, or a list of `{ name, template }`. */
export function readChatTemplates(value: unknown): ChatTemplates | null {
  if (value == null || typeof value === "string") return value ?? null;
  if (Array.isArray(value)) {
    return Object.fromEntries(
      value.map((entry: Record<string, unknown> | null) => {
        if (typeof entry?.name === "string" && typeof entry.template === "string")
          return [entry.name, entry.template];
        throw corrupt();
      }),
    );
  }
  if (typeof value === "object" && Object.values(value).every((each) => typeof each === "string")) {
    return value as Record<string, string>;
  }
  throw corrupt();
}

/** As tokenizer_config.json has it. */
export function writeChatTemplates(templates: ChatTemplates): unknown {
  if (typeof templates === "string") return templates;
  return Object.entries(templates).map(([name, template]) => ({ name, template }));
}

/**
 * Which template is meant: the one given, or named, or the tokenizer's own (of several, that for tools where there
 * are some), or the class's.
 */
export function chooseTemplate(
  own: ChatTemplates | null,
  given: string | null,
  tools: readonly object[] | null,
  fallback: () => string,
): string {
  if (own === null || typeof own === "string") return given ?? own ?? fallback();
  if (given !== null) return Object.hasOwn(own, given) ? own[given]! : given;
  const found = (tools !== null && own.tool_use) || own.default;
  if (found !== undefined) return found;
  throw invalid(
    `the tokenizer has several chat templates and none is the default; name one: ${Object.keys(own).join(", ")}`,
  );
}

function corrupt(): TransformersError {
  return new TransformersError(
    "CORRUPT_FILE",
    "chat_template must be a text, or a list of { name, template }",
  );
}

function invalid(message: string): TransformersError {
  return new TransformersError("INVALID_ARGUMENT", message);
}
