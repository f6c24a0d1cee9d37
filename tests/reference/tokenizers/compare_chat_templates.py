"""Renders chat templates that are at hand, and compares: for templates that are not this project's to keep.

    python tests/reference/tokenizers/compare_chat_templates.py templates.json rendered.json
    npx tsx tests/reference/tokenizers/compare_chat_templates.ts rendered.json

templates.json lists objects with `name` and `template`; versions as in record_chat_templates.py. Run on the 1177
different chat templates (1069 but for white space) that stand in 121 public repositories on GitHub and compile in
Jinja2: *.jinja files, tokenizer_config.json and other JSON and YAML, and strings in Python, C++, Rust, Swift and
TypeScript. Most come from huggingface/huggingface.js (those of the Hub's popular GGUF models among them),
openvinotoolkit/openvino.genai and model_server, llama.cpp (its copies Raudbjorn/ggml-llama.cpp and
acproject/seq2seq_llama.cpp), unslothai/unsloth, xorbitsai/inference, huggingface/trl, axolotl-ai-cloud/axolotl,
HabanaAI/vllm-fork, lightseekorg/smg, nomic-ai/gpt4all, withcatai/node-llama-cpp, mistralai/mistral-common,
huggingface/swift-jinja, allenai/open-instruct, contrapuntal/chat-template-patches, chujiezheng/chat_templates,
NVIDIA-NeMo/Automodel, huggingface/text-generation-inference, MeetKai/functionary, abetlen/llama-cpp-python,
aphrodite-engine/aphrodite-engine, oobabooga/text-generation-webui and EricLBuehler/mistral.rs; four are classes'
defaults in transformers 4.37.2. What came of it: compare_chat_templates.json, where `refused` counts the cases that
both refuse (a template refuses most conversations that it was not made for; 13 refuse all of these).
"""

import json
import pathlib
import sys

from chat_templates import CONVERSATIONS
from record_chat_templates import TOKENS, VARIANTS, render

CALLS = [
    {"id": "call_1", "type": "function", "function": {"name": "add", "arguments": "{\"a\": 1, \"b\": 2.5}"}},
    {"id": "call_2", "type": "function", "function": {"name": "weather", "arguments": "{\"city\": \"Oslo\"}"}},
]
# What the conversations of the fixtures leave out: calls whose arguments are text, content that is null, parts
# everywhere, roles beside the usual four, an empty system message, an answer that is begun.
FURTHER_CONVERSATIONS = [
    [
        {"role": "developer", "content": "Use the tools."},
        {"role": "user", "content": "Add, then look."},
        {"role": "assistant", "content": None, "tool_calls": CALLS},
        {"role": "tool", "content": "3.5", "tool_call_id": "call_1", "name": "add"},
        {"role": "tool", "content": {"rain": None}, "tool_call_id": "call_2", "name": "weather"},
        {"role": "user", "content": "And?"},
    ],
    [
        {"role": "system", "content": [{"type": "text", "text": "Look closely."}]},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "Compare "},
                {"type": "image_url", "image_url": {"url": "a.png"}},
                {"type": "video", "video": "b.mp4"},
                {"type": "audio", "audio": "c.wav"},
            ],
        },
        {"role": "assistant", "content": [{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": "The same."}]},
        {"role": "user", "content": [{"type": "text", "text": "Sure?"}]},
    ],
    [
        {"role": "system", "content": ""},
        {"role": "user", "content": "<b>1 < 2</b> & \"so\"\n\n", "name": "Ann"},
        {"role": "assistant", "content": "Yes", "thinking": "True.", "reasoning": "True."},
        {"role": "system", "content": "Now in French."},
        {"role": "user", "content": "And now? /no_think"},
        {"role": "assistant", "content": "Ou"},
    ],
]
# Some templates know no other schema than one of plain types; some ask for names that no others do.
PLAIN_TOOL = {
    "name": "add",
    "description": "Adds.",
    "parameters": {
        "type": "object",
        "properties": {"a": {"type": "number", "description": "first"}, "b": {"type": "array", "items": {"type": "string"}}},
        "required": ["a"],
    },
    "return": {"type": "number", "description": "the sum"},
    "parameter_definitions": {"a": {"type": "float", "description": "first", "required": True}},
}
FURTHER_VARIANTS = [
    {
        "tools": [{"type": "function", "function": PLAIN_TOOL, **PLAIN_TOOL}],
        "functions": "[]",
        "datetime": "5 March 2024",
        "pad_token": "<pad>",
        "sep_token": "<sep>",
        "cls_token": "<cls>",
        "name1": "Ann",
        "name2": "Ben",
    },
    {
        "add_generation_prompt": True,
        "enable_thinking": True,
        "thinking": True,
        "reasoning_effort": "high",
        "date_string": "5 March 2024",
        "builtin_tools": ["browser", "python"],
        "tools_in_user_message": False,
        "add_vision_id": True,
        "keep_past_thinking": True,
    },
]

cases = [
    {
        "name": f"{given['name']}, conversation {c}, variant {v}",
        "template": given["template"],
        "context": {"messages": conversation, "add_generation_prompt": False, "tools": None, "documents": None, **TOKENS, **variant},
        "rendered": render(given["template"], conversation, variant),
    }
    for given in json.loads(pathlib.Path(sys.argv[1]).read_text())
    for c, conversation in enumerate(CONVERSATIONS + FURTHER_CONVERSATIONS)
    for v, variant in enumerate(VARIANTS + FURTHER_VARIANTS)
]
pathlib.Path(sys.argv[2]).write_text(json.dumps(cases))
