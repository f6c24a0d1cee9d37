"""Records what Transformers renders from the chat templates of chat_templates.py.

    python tests/reference/tokenizers/record_chat_templates.py      (transformers==4.57.1, Jinja2==3.1.6)

Transformers 4.37.2 knows neither tools nor documents nor the generation block, so that a later release is the
reference here. The date is 2024-03-05 07:08:09, a Tuesday.
"""

import datetime
import gzip
import json
import pathlib
import tempfile

import jinja2
import transformers
from chat_templates import CONVERSATIONS, DOCUMENTS_GIVEN, PROBES, TEMPLATES, TOOLS
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


APPLIED = [
    {"tokenize": False},
    {"add_generation_prompt": True},
    {"return_dict": True},
    {"return_dict": True, "return_assistant_tokens_mask": True},
    {"return_dict": True, "return_assistant_tokens_mask": True, "truncation": True, "max_length": 12},
    {"continue_final_message": True, "tokenize": False},
    {"continue_final_message": True},
    {"padding": "max_length", "max_length": 40, "return_dict": True},
    {"tokenizer_kwargs": {"return_token_type_ids": False}, "return_dict": True},
    {"documents": DOCUMENTS_GIVEN, "tokenize": False},
    {"bos_token": "<other>", "tokenize": False},
]
BATCHED = [{}, {"padding": True, "return_dict": True}, {"padding": True, "return_dict": True, "return_assistant_tokens_mask": True}, {"tokenize": False}]


def record_applied():
    """What apply_chat_template gives with BERT's tokenizer over the vocabulary of record.py."""
    vocab = json.loads(gzip.decompress((FIXTURES / "small.json.gz").read_bytes()))["vocab"]
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "vocab.txt"
        path.write_text("".join(f"{token}\n" for token in vocab), encoding="utf-8")
        tokenizer = transformers.BertTokenizerFast(str(path))
    cases = []
    for name in ["chatml", "documents", "masked", "generation_loop", "phi"]:
        tokenizer.chat_template = TEMPLATES[name]
        given = [(c, CONVERSATIONS[c], options) for c in range(3) for options in APPLIED]
        given += [(None, CONVERSATIONS[:3], options) for options in BATCHED]
        for which, conversation, options in given:
            try:
                found = tokenizer.apply_chat_template(conversation, **options)
                found = dict(found) if isinstance(found, transformers.BatchEncoding) else found
            except Exception as error:
                found = {"error": type(error).__name__}
            cases.append([name, which, options, found])
    return cases


def main():
    cases = [
        [name, c, v, render(source, conversation, variant)]
        for name, source in TEMPLATES.items()
        for c, conversation in enumerate(CONVERSATIONS)
        for v, variant in enumerate(VARIANTS)
    ]
    probes = [[source, render(source, CONVERSATIONS[0], {})] for source in PROBES]
    recorded = {"templates": TEMPLATES, "conversations": CONVERSATIONS, "variants": VARIANTS, "tokens": TOKENS, "cases": cases, "probes": probes, "applied": record_applied()}
    text = json.dumps(recorded, ensure_ascii=True, separators=(",", ":"))
    path = FIXTURES / "chat-templates.json.gz"
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
    failed = {(name, found["error"]) for name, _, _, found in cases if "error" in found}
    print(len(TEMPLATES), len(cases), len(probes), len(text), path.stat().st_size)
    for name in TEMPLATES:
        if all("error" in found for other, _, _, found in cases if other == name):
            print("always fails:", name)
    print(sorted(failed))


if __name__ == "__main__":
    main()
