"""Records the fast tokenizers of families with byte-pair encoding, into src/models/<folder>/fixtures/.

    python tests/reference/tokenizers/record_byte_pair_families.py [folder ...]

(transformers==4.37.2.) family_recording.py says what a fixture holds.
"""

import json
import pathlib
import sys
import tempfile

from family_recording import Case, record
from samples import SENTENCES
from tiny_vocabularies import bpe_merges, corpus_words, symbols_of
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import (
    BartTokenizerFast,
    BlenderbotTokenizerFast,
    BloomTokenizerFast,
    CLIPTokenizerFast,
    CodeGenTokenizerFast,
    DebertaTokenizerFast,
    GPT2TokenizerFast,
    GPTNeoXTokenizerFast,
    HerbertTokenizerFast,
    LEDTokenizerFast,
    LongformerTokenizerFast,
    MvpTokenizerFast,
    OpenAIGPTTokenizerFast,
    Qwen2TokenizerFast,
    RobertaTokenizerFast,
)

# What the vocabulary files alone leave to the class.
BARE = ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"]
ROBERTA = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]


def write(folder, vocab, merges, header=True):
    root = pathlib.Path(folder)
    (root / "vocab.json").write_text(json.dumps({token: index for index, token in enumerate(dict.fromkeys(vocab))}), encoding="utf-8")
    lines = "".join(f"{a} {b}\n" for a, b in merges)
    (root / "merges.txt").write_text(("#version: 0.2\n" if header else "") + lines, encoding="utf-8")
    return str(root / "vocab.json"), str(root / "merges.txt")


def byte_words(count, end="", lower=False):
    """Words of the samples with the space before them, as the characters of their bytes; merges over them."""
    split = pre_tokenizers.ByteLevel(add_prefix_space=False)
    sentences = [sentence.lower() if lower else sentence for sentence in SENTENCES]
    words = [word for sentence in sentences for word, _ in split.pre_tokenize_str(sentence)]
    if end:
        words = [word.lstrip("Ġ") for word in words]
        words = [word for word in words if word]
    merges = bpe_merges(words, count, end)
    bytes_ = sorted(pre_tokenizers.ByteLevel.alphabet())
    return [*bytes_, *[byte + end for byte in bytes_ if end], *("".join(pair) for pair in merges)], merges


def byte_level(cls, special, count=200, absent=(), **options):
    """With tokenizer.json, with other options, and from the vocabulary alone."""

    def cases(folder):
        symbols, merges = byte_words(count)
        files = write(folder, [*[token for token in special if token not in absent], *symbols], merges)
        yield Case("with tokenizer.json", cls(*files, **options), random=12)
        yield Case("with a space in front", cls(*files, add_prefix_space=True, **options), random=8)
        yield Case("from the vocabulary", cls(*files, **options), random=8, absent=BARE)

    return cases


def gpt2(folder):
    yield from byte_level(GPT2TokenizerFast, ["<|endoftext|>"])(folder)
    symbols, merges = byte_words(50)
    files = write(folder, symbols, merges)
    config = json.dumps({"add_bos_token": True, "pad_token": "<pad>", "bos_token": "<bos>"})
    yield Case("with a beginning", GPT2TokenizerFast(*files), random=4, absent=BARE[:1] + BARE[2:], files={"tokenizer_config.json": config})


def roberta(folder):
    yield from byte_level(RobertaTokenizerFast, ROBERTA)(folder)
    symbols, merges = byte_words(60)
    files = write(folder, symbols, merges)
    yield Case("tokens that the vocabulary lacks", RobertaTokenizerFast(*files), random=4, absent=BARE)
    yield Case("spaces in offsets", RobertaTokenizerFast(*files, trim_offsets=False), random=4)


def led(folder):
    yield from byte_level(LEDTokenizerFast, ROBERTA)(folder)


def clip(folder):
    symbols, merges = byte_words(150, "</w>", lower=True)
    files = write(folder, [*symbols, "<|startoftext|>", "<|endoftext|>"], merges)
    yield Case("with tokenizer.json", CLIPTokenizerFast(*files), random=12)
    yield Case("from the vocabulary", CLIPTokenizerFast(*files), random=8, absent=BARE)


def characters(cls, special, header, lower):
    def cases(folder):
        words = [word.strip(".,;:!?()'\"") for word in corpus_words()]
        words = [word.lower() if lower else word for word in words if word]
        merges = bpe_merges(words, 200)
        alphabet = sorted({character for word in words for character in word} | set(".,;:!?()'\"-$%&"))
        symbols = dict.fromkeys([*alphabet, *[letter + "</w>" for letter in alphabet], *symbols_of(words, merges)])
        files = write(folder, [*special, *symbols], merges, header)
        yield Case("with tokenizer.json", cls(*files), random=12)
        yield Case("from the vocabulary", cls(*files), random=8, absent=BARE)

    return cases


def qwen2(folder):
    symbols, merges = byte_words(200)
    files = write(folder, symbols, merges)
    texts = ["12 345 x1y2", "a\n\n b\r\n", "I'LL don't", "e\u0301 \u212b"]
    yield Case("with tokenizer.json", Qwen2TokenizerFast(*files), random=20, texts=texts)
    yield Case("from the vocabulary", Qwen2TokenizerFast(*files), random=8, texts=texts, absent=BARE)


def codegen(folder):
    symbols, merges = byte_words(100)
    files = write(folder, ["<|endoftext|>", *symbols], merges)
    tokenizer = CodeGenTokenizerFast(*files)
    programs = ["def f():\n  return 1\n\ndef g():\n  pass\n", "x = 1\nprint(x)\nprint(2)\n#end\n", "a\n# b\nc\n\n\nd", "nothing"]
    patterns = [["^#"], ["^#", "\n\n\n"], ["<\\|endoftext\\|>", "^'''"], []]
    truncated = [[program, some, tokenizer.decode(tokenizer(program)["input_ids"], truncate_before_pattern=some)] for program in programs for some in patterns]
    yield Case("with tokenizer.json", tokenizer, random=8, extra=truncated)


def pipeline(folder, special, steps):
    """A tokenizer.json of byte-level BPE, its path."""
    symbols, merges = byte_words(80)
    vocab = {token: index for index, token in enumerate(dict.fromkeys([*special, *symbols]))}
    tokenizer = Tokenizer(models.BPE(vocab, merges))
    tokenizer.pre_tokenizer = steps
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    tokenizer.save(f"{folder}/tokenizer.json")
    return f"{folder}/tokenizer.json"


def gpt_neox(folder):
    file = pipeline(folder, ["<|endoftext|>"], pre_tokenizers.ByteLevel(add_prefix_space=False))
    yield Case("plain", GPTNeoXTokenizerFast(tokenizer_file=file), random=8)
    yield Case("with a space in front", GPTNeoXTokenizerFast(tokenizer_file=file, add_prefix_space=True), random=4)


def bloom(folder):
    words = pre_tokenizers.Split(Regex(r" ?[^(\s|[.,!?…。，、।۔،])]+"), "isolated")
    steps = pre_tokenizers.Sequence([words, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    file = pipeline(folder, ["<unk>", "<s>", "</s>", "<pad>"], steps)
    yield Case("plain", BloomTokenizerFast(tokenizer_file=file), random=16)
    yield Case("with a space in front", BloomTokenizerFast(tokenizer_file=file, add_prefix_space=True), random=4)


FAMILIES = {
    "gpt2": gpt2,
    "gpt_neox": gpt_neox,
    "bloom": bloom,
    "codegen": codegen,
    "roberta": roberta,
    "bart": byte_level(BartTokenizerFast, ROBERTA),
    "led": led,
    "longformer": byte_level(LongformerTokenizerFast, ROBERTA, 80),
    "mvp": byte_level(MvpTokenizerFast, ROBERTA, 80),
    "blenderbot": byte_level(BlenderbotTokenizerFast, ROBERTA, 80),
    "deberta": byte_level(DebertaTokenizerFast, ["[CLS]", "[PAD]", "[SEP]", "[UNK]", "[MASK]"], 80),
    "clip": clip,
    "herbert": characters(HerbertTokenizerFast, ["<s>", "<pad>", "</s>", "<unk>", "<mask>"], False, False),
    "openai-gpt": characters(OpenAIGPTTokenizerFast, ["<unk>"], True, True),
    "qwen2": qwen2,
}


def main():
    for folder in sys.argv[1:] or FAMILIES:
        with tempfile.TemporaryDirectory() as work:
            record(folder, list(FAMILIES[folder](work)))


if __name__ == "__main__":
    main()
