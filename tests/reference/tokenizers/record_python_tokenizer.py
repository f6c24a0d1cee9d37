"""Records what a small tokenizer on Transformers 4.37.2's own (slow) PreTrainedTokenizer says, and its Trie.

    python tests/reference/tokenizers/record_python_tokenizer.py      (transformers==4.37.2)

The same family is written again in src/tokenizers/pretrained/python-tokenizer.test.ts.
"""

import gzip
import json
import logging
import pathlib
import random
import string

import transformers
from transformers import AddedToken, PreTrainedTokenizer
from transformers.tokenization_utils import Trie

assert transformers.__version__ == "4.37.2", transformers.__version__
logging.disable(logging.CRITICAL)
FIXTURES = pathlib.Path(__file__).parents[3] / "src/tokenizers/fixtures"
SPECIAL = ["<pad>", "<unk>", "<cls>", "<sep>"]
VOCAB = {
    token: id
    for id, token in enumerate(SPECIAL + [mark + letter for mark in ("_", "") for letter in string.ascii_lowercase + "ÉéσςΣß.,!?'"])
}


class Letters(PreTrainedTokenizer):
    """Words of letters; the first of each word is marked."""

    vocab_files_names = {}

    def __init__(self, framed=True, do_lower_case=False, **kwargs):
        self.encoder = dict(VOCAB)
        self.letters = {id: token for token, id in VOCAB.items()}
        self.do_lower_case = do_lower_case
        self.framed = framed
        super().__init__(**kwargs)

    @property
    def vocab_size(self):
        return len(self.encoder)

    def get_vocab(self):
        return {**self.encoder, **self.added_tokens_encoder}

    def _tokenize(self, text):
        return [token for word in text.split() for token in ["_" + word[0], *word[1:]]]

    def _convert_token_to_id(self, token):
        return self.encoder.get(token, self.encoder["<unk>"])

    def _convert_id_to_token(self, index):
        return self.letters.get(index, self.unk_token)

    def convert_tokens_to_string(self, tokens):
        return "".join(tokens).replace("_", " ").strip()

    def prepare_for_tokenization(self, text, is_split_into_words=False, shout=False, **kwargs):
        return (text + " !" if shout else text, kwargs)

    def build_inputs_with_special_tokens(self, token_ids_0, token_ids_1=None):
        if not self.framed:
            return super().build_inputs_with_special_tokens(token_ids_0, token_ids_1)
        cls, sep = [self.cls_token_id], [self.sep_token_id]
        return cls + token_ids_0 + sep + (token_ids_1 + sep if token_ids_1 is not None else [])

    def get_special_tokens_mask(self, token_ids_0, token_ids_1=None, already_has_special_tokens=False):
        if already_has_special_tokens or not self.framed:
            return super().get_special_tokens_mask(token_ids_0, token_ids_1, already_has_special_tokens)
        return [1] + [0] * len(token_ids_0) + [1] + ([0] * len(token_ids_1) + [1] if token_ids_1 is not None else [])

    def create_token_type_ids_from_sequences(self, token_ids_0, token_ids_1=None):
        if not self.framed:
            return super().create_token_type_ids_from_sequences(token_ids_0, token_ids_1)
        return [0] * (len(token_ids_0) + 2) + ([1] * (len(token_ids_1) + 1) if token_ids_1 is not None else [])


NAMES = {"pad_token": "<pad>", "unk_token": "<unk>", "cls_token": "<cls>", "sep_token": "<sep>"}
WORDS = ["the", "quick", "Fox", "it's", "ÉTÉ", "σς", "ΑΣ", "a", "b!", "x,y", "straße", "No.", "4", "😀", "<", ">", "_"]
ADDED = ["<x>", "<xy>", "xy", "NEW", "new tok", "<sep>", "<l>", "<r>", "word", "é", "\n"]


def make(setting, added):
    tokenizer = Letters(**setting, **NAMES)
    counts = []
    for content, flags, special in added:
        token = content if flags is None else AddedToken(content, **flags)
        counts.append(tokenizer.add_tokens([token], special_tokens=special))
    return tokenizer, counts


def draw_added(rng):
    found = []
    for content in rng.sample(ADDED, rng.randint(0, 6)):
        flags = None
        if rng.random() < 0.7:
            flags = {name: rng.random() < 0.35 for name in ("single_word", "lstrip", "rstrip", "normalized", "special")}
        found.append([content, flags, rng.random() < 0.3])
    return found


def draw_text(rng):
    parts = [rng.choice(WORDS + ADDED + SPECIAL) for _ in range(rng.randint(0, 9))]
    return "".join(part + rng.choice([" ", " ", "", "  ", "\t", "\u00a0"]) for part in parts)


def draw_call(rng, one):
    batched, paired = rng.random() < 0.5, rng.random() < 0.4
    size = rng.randint(1, 4)
    first = [one() for _ in range(size)] if batched else one()
    second = ([one() for _ in range(size)] if batched else one()) if paired else None
    options = {"add_special_tokens": rng.random() < 0.8}
    padding = rng.choice([False, True, "max_length"])
    truncation = rng.choice([None, False, True, "only_first", "only_second"])
    max_length = rng.choice([None, 12, 16, 24])
    options.update(padding=padding, truncation=truncation)
    truncates = truncation not in (None, False) or (truncation is None and max_length and not padding)
    if max_length and (truncates or padding == "max_length"):
        options["max_length"] = max_length
    if truncates and rng.random() < 0.4:
        options["stride"] = rng.randint(1, 3)
    if padding and rng.random() < 0.3:
        options["pad_to_multiple_of"] = 4
    for flag in ["overflowing_tokens", "special_tokens_mask", "length"]:
        if rng.random() < 0.4:
            options[f"return_{flag}"] = True
    for flag in ["token_type_ids", "attention_mask"]:
        if rng.random() < 0.2:
            options[f"return_{flag}"] = False
    return first, second, options


def record_tokenizers(rng):
    groups = []
    for _ in range(60):
        setting = {"framed": rng.random() < 0.6, "do_lower_case": rng.random() < 0.4, "split_special_tokens": rng.random() < 0.15}
        sides = {"padding_side": rng.choice(["left", "right"]), "truncation_side": rng.choice(["left", "right"])}
        added = draw_added(rng)
        tokenizer, counts = make({**setting, **sides, "model_max_length": 40}, added)
        texts = [draw_text(rng) for _ in range(12)]
        calls = []
        while len(calls) < 8:
            split = rng.random() < 0.2
            one = (lambda: rng.choices(WORDS + ADDED, k=rng.randint(1, 6))) if split else (lambda: draw_text(rng))
            first, second, options = draw_call(rng, one)
            if split:
                options["is_split_into_words"] = True
            try:
                expected = dict(tokenizer(first, second, verbose=False, **options))
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt):
                    raise
                expected = None
            calls.append({"text": first, "text_pair": second, "options": options, "expected": expected})
        ids = [[rng.randrange(len(tokenizer) + 3) for _ in range(rng.randint(0, 9))] for _ in range(6)]
        decoded = []
        for row in ids:
            for skip in (False, True):
                for spaces in (False, True):
                    text = tokenizer.decode(row, skip_special_tokens=skip, spaces_between_special_tokens=spaces)
                    decoded.append([row, skip, spaces, text])
        groups.append({
            "setting": {**setting, **sides},
            "added": added,
            "counts": counts,
            "length": len(tokenizer),
            "special": tokenizer.all_special_tokens,
            "added_vocab": tokenizer.get_added_vocab(),
            "tokenized": [[text, tokenizer.tokenize(text)] for text in texts],
            "shouted": tokenizer.tokenize(texts[0], shout=True),
            "calls": calls,
            "decoded": decoded,
        })
    return groups


def record_trie(rng):
    cases = []
    for _ in range(400):
        trie = Trie()
        words = ["".join(rng.choices("abc😀", k=rng.randint(1, 5))) for _ in range(rng.randint(0, 5))]
        for word in words:
            trie.add(word)
        for _ in range(5):
            text = "".join(rng.choices("abcd😀", k=rng.randint(0, 14)))
            cases.append([words, text, trie.split(text)])
    return cases


def main():
    rng = random.Random(53)
    recorded = {"vocab": VOCAB, "groups": record_tokenizers(rng), "trie": record_trie(rng)}
    text = json.dumps(recorded, ensure_ascii=True, separators=(",", ":"))
    path = FIXTURES / "python-tokenizer.json.gz"
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(len(text), path.stat().st_size)


main()
