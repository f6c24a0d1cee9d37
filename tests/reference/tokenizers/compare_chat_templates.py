"""Renders chat templates that are at hand, and compares: for templates that are not this project's to keep.

    python tests/reference/tokenizers/compare_chat_templates.py templates.json rendered.json
    npx tsx tests/reference/tokenizers/compare_chat_templates.ts rendered.json

templates.json lists objects with `name` and `template`; versions as in record_chat_templates.py. Run on 53 templates
of models on the Hub, 47 of them different (those of the tests of @huggingface/jinja in huggingface.js at fe42e68): see
compare_chat_templates.json.
"""

import json
import pathlib
import sys

from chat_templates import CONVERSATIONS
from record_chat_templates import TOKENS, VARIANTS, render

cases = [
    {
        "name": f"{given['name']}, conversation {c}, variant {v}",
        "template": given["template"],
        "context": {"messages": conversation, "add_generation_prompt": False, "tools": None, "documents": None, **TOKENS, **variant},
        "rendered": render(given["template"], conversation, variant),
    }
    for given in json.loads(pathlib.Path(sys.argv[1]).read_text())
    for c, conversation in enumerate(CONVERSATIONS)
    for v, variant in enumerate(VARIANTS)
]
pathlib.Path(sys.argv[2]).write_text(json.dumps(cases))
