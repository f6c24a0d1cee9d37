"""Records what Transformers renders from the chat templates of chat_templates.py.

    python tests/reference/tokenizers/record_chat_templates.py      (transformers==4.57.1, Jinja2==3.1.6)

Transformers 4.37.2 knows neither tools nor documents nor the generation block, so that a later release is the
reference here. The date is 2024-03-05 07:08:09, a Tuesday.
"""

import datetime
import gzip
import json
import pathlib

import jinja2
import transformers
from chat_templates import CONVERSATIONS, DOCUMENTS_GIVEN, TEMPLATES, TOOLS
from transformers.utils import chat_template_utils

assert transformers.__version__ == "4.57.1", transformers.__version__
assert jinja2.__version__ == "3.1.6", jinja2.__version__
FIXTURES = pathlib.Path(__file__).parents[3] / "src/tokenizers/fixtures"


class FixedDate(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2024, 3, 5, 7, 8, 9)


chat_template_utils.datetime = FixedDate
TOKENS = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
VARIANTS = [
    {},
    {"add_generation_prompt": True},
    {"tools": TOOLS, "add_generation_prompt": True},
    {"documents": DOCUMENTS_GIVEN, "tools": TOOLS, "enable_thinking": False, "safety_mode": "none", "controls": {"length": "short"}},
]


def render(source, conversation, variant):
    tracked = "{% generation %}" in source
    try:
        rendered, spans = chat_template_utils.render_jinja_template(
            [conversation], chat_template=source, return_assistant_tokens_mask=tracked, **{**TOKENS, **variant}
        )
    except Exception as error:
        return {"error": type(error).__name__}
    found = {"text": rendered[0]}
    if tracked:
        found["spans"] = [rendered[0][start:end] for start, end in spans[0]]
    return found


def main():
    cases = [
        [name, c, v, render(source, conversation, variant)]
        for name, source in TEMPLATES.items()
        for c, conversation in enumerate(CONVERSATIONS)
        for v, variant in enumerate(VARIANTS)
    ]
    recorded = {"templates": TEMPLATES, "conversations": CONVERSATIONS, "variants": VARIANTS, "tokens": TOKENS, "cases": cases}
    text = json.dumps(recorded, ensure_ascii=True, separators=(",", ":"))
    path = FIXTURES / "chat-templates.json.gz"
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
    failed = {(name, found["error"]) for name, _, _, found in cases if "error" in found}
    print(len(TEMPLATES), len(cases), len(text), path.stat().st_size)
    for name, _, _, found in cases:
        if all("error" in other[3] for other in cases if other[0] == name):
            print("always fails:", name, found)
    print(sorted(failed))


main()
