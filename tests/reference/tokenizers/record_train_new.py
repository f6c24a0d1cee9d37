"""Records what `train_new_from_iterator` of Transformers makes of small tokenizers.

    python tests/reference/tokenizers/record_train_new.py      (transformers==4.37.2)

writes src/tokenizers/fixtures/train-new.json.gz: the files of tokenizers, the arguments, and the files that
save_pretrained writes after training. Tokenizers are trained on the same sentences; a WordPiece model's continuing
characters are numbered in an order that changes from run to run, so that its vocabulary is recorded sorted.
"""

import gzip
import json
import pathlib
import tempfile

import transformers
from samples import SENTENCES
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

assert transformers.__version__ == "4.37.2", transformers.__version__
FIXTURE = pathlib.Path(__file__).parents[3] / "src/tokenizers/fixtures/train-new.json.gz"
TEXTS = [SENTENCES[:8], SENTENCES[8:20], SENTENCES[:3] * 3]


def byte_level_bpe():
    alphabet = {character: id + 2 for id, character in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    tokenizer = Tokenizer(models.BPE({"<s>": 0, "</s>": 1, **alphabet}, [], ignore_merges=False, fuse_unk=True))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 1), ("<s>", 0))
    tokenizer.add_special_tokens(["<s>", "</s>"])
    return tokenizer, dict(bos_token="<s>", eos_token="</s>", cls_token="<s>", sep_token="</s>")


def character_bpe():
    vocab = {"<unk>": 0, "a": 1, "a</w>": 2}
    tokenizer = Tokenizer(models.BPE(vocab, [], unk_token="<unk>", end_of_word_suffix="</w>"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.decoder = decoders.BPEDecoder()
    tokenizer.add_special_tokens(["<unk>"])
    tokenizer.add_tokens(["ordinary"])
    return tokenizer, dict(unk_token="<unk>")


def wordpiece():
    vocab = {token: id for id, token in enumerate(["[UNK]", "[CLS]", "[SEP]", "[PAD]", "a", "##a"])}
    tokenizer = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]", max_input_chars_per_word=30))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    tokenizer.add_special_tokens(["[UNK]", "[CLS]", "[SEP]", "[PAD]"])
    return tokenizer, dict(unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", pad_token="[PAD]")


def word_level():
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, "a": 1}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.add_special_tokens(["[UNK]", AddedToken("<m>", lstrip=True)])
    return tokenizer, dict(unk_token="[UNK]", mask_token="<m>", additional_special_tokens=["<m>"])


def unigram():
    tokenizer = Tokenizer(models.Unigram([("<pad>", 0.0), ("<unk>", 0.0), ("</s>", 0.0), ("a", -1.0)], unk_id=1))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 2)]
    )
    tokenizer.add_special_tokens(["<pad>", "<unk>", "</s>"])
    tokenizer.add_tokens(["fox"])
    return tokenizer, dict(unk_token="<unk>", pad_token="<pad>", eos_token="</s>")


CASES = [
    (byte_level_bpe, {"vocab_size": 400}),
    (byte_level_bpe, {"vocab_size": 300, "new_special_tokens": ["<x>"], "special_tokens_map": {"</s>": "<end>"}}),
    (byte_level_bpe, {"vocab_size": 350, "min_frequency": 4, "max_token_length": 5}),
    (wordpiece, {"vocab_size": 500, "new_special_tokens": ["[X]"]}),
    (wordpiece, {"vocab_size": 300, "special_tokens_map": {"[CLS]": "<cls>", "[UNK]": "<unk>"}}),
    (word_level, {"vocab_size": 60, "special_tokens_map": {"[UNK]": "<unk>", "<m>": "<mask>"}}),
    (word_level, {"vocab_size": 1000, "min_frequency": 2}),
    (unigram, {"vocab_size": 600}),
    (unigram, {"vocab_size": 550, "new_special_tokens": ["<x>"], "special_tokens_map": {"<unk>": "<?>", "</s>": "<end>"}}),
    (character_bpe, {"vocab_size": 300, "min_frequency": 2}),
]


def files(tokenizer):
    with tempfile.TemporaryDirectory() as folder:
        tokenizer.save_pretrained(folder)
        return {path.name: path.read_text(encoding="utf-8") for path in sorted(pathlib.Path(folder).iterdir())}


def main():
    cases = []
    for make, arguments in CASES:
        pipeline, options = make()
        with tempfile.TemporaryDirectory() as folder:
            PreTrainedTokenizerFast(tokenizer_object=pipeline, **options).save_pretrained(folder)
            tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
        before = files(tokenizer)
        trained = tokenizer.train_new_from_iterator(TEXTS, show_progress=False, **arguments)
        cases.append({"files": before, "arguments": arguments, "trained": files(trained)})
    text = json.dumps({"texts": TEXTS, "cases": cases}, separators=(",", ":"))
    FIXTURE.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(len(text), FIXTURE.stat().st_size)


main()
