/** What Llama 2 was trained to be told. Source: llama/generation.py of Meta's repository, as Transformers has it. */
const DEFAULT_SYSTEM_PROMPT =
  "You are a helpful, respectful and honest assistant. Always answer as helpfully as possible, while being safe. " +
  "Your answers should not include any harmful, unethical, racist, sexist, toxic, dangerous, or illegal content. " +
  "Please ensure that your responses are socially unbiased and positive in nature.\n\n" +
  "If a question does not make any sense, or is not factually coherent, explain why instead of answering something " +
  "not correct. If you don't know the answer to a question, please don't share false information.";

/**
 * The template of Llama 2's conversations: `<s>[INST] question [/INST] answer </s>`, with the system message in front of
 * the first question. `withDefaultPrompt`: one is put there where there is none.
 */
export function llamaChatTemplate(withDefaultPrompt: boolean): string {
  const prompt = withDefaultPrompt
    ? `(none if '<<SYS>>' in messages[0].content else ${JSON.stringify(DEFAULT_SYSTEM_PROMPT)})`
    : "none";
  return [
    "{% set begins_with_system = messages[0].role == 'system' %}",
    `{% set system = messages[0].content if begins_with_system else ${prompt} %}`,
    "{% for message in (messages[1:] if begins_with_system else messages) %}",
    "{% if (message.role == 'user') != (loop.index0 % 2 == 0) %}",
    "{{ raise_exception('the roles of messages must be user, assistant, user, assistant, ...') }}",
    "{% endif %}",
    "{% set is_told = loop.first and system is not none %}",
    "{% set content = ('<<SYS>>\\n' ~ system ~ '\\n<</SYS>>\\n\\n' if is_told else '') ~ message.content %}",
    "{% if message.role == 'user' %}",
    "{{ bos_token ~ '[INST] ' ~ content.strip() ~ ' [/INST]' }}",
    "{% elif message.role == 'system' %}",
    "{{ '<<SYS>>\\n' ~ content.strip() ~ '\\n<</SYS>>\\n\\n' }}",
    "{% elif message.role == 'assistant' %}",
    "{{ ' ' ~ content.strip() ~ ' ' ~ eos_token }}",
    "{% endif %}",
    "{% endfor %}",
  ].join("");
}
