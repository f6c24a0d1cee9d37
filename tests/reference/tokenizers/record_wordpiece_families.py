"""Records the fast tokenizers of families that cut words as BERT does, into src/models/<folder>/fixtures/.

    python tests/reference/tokenizers/record_wordpiece_families.py [folder ...]

(transformers==4.37.2.) family_recording.py says what a fixture holds. Each family is recorded with tokenizer.json,
and from its vocabulary alone where its name says so.
"""

import json
import pathlib
import sys
import tempfile

from family_recording import Case, record
from samples import SENTENCES
from tiny_vocabularies import wordpiece_tokens
from transformers import (
    ConvBertTokenizerFast,
    DistilBertTokenizerFast,
    DPRContextEncoderTokenizerFast,
    DPRQuestionEncoderTokenizerFast,
    DPRReaderTokenizerFast,
    ElectraTokenizerFast,
    FunnelTokenizerFast,
    LayoutLMTokenizerFast,
    LxmertTokenizerFast,
    MobileBertTokenizerFast,
    MPNetTokenizerFast,
    RealmTokenizerFast,
    SplinterTokenizerFast,
    SqueezeBertTokenizerFast,
)
from transformers.models.deprecated.retribert import RetriBertTokenizerFast

BERT = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
# What a vocabulary file alone leaves to the class.
BARE = ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"]


def vocab_file(folder, special=BERT):
    """A vocabulary of BERT's form whose first tokens are `special`."""
    tokens = dict.fromkeys([*special, *wordpiece_tokens(400)[5:]])
    path = pathlib.Path(folder) / "vocab.txt"
    path.write_text("".join(f"{token}\n" for token in tokens), encoding="utf-8")
    return str(path)


def plain(cls):
    def cases(folder):
        vocab = vocab_file(folder)
        yield Case("with tokenizer.json", cls(vocab, do_lower_case=False), random=8)
        yield Case("from the vocabulary", cls(vocab), random=8, absent=BARE)

    return cases


def dpr(folder):
    vocab = vocab_file(folder)
    for cls in (DPRContextEncoderTokenizerFast, DPRQuestionEncoderTokenizerFast):
        yield Case(cls.__name__, cls(vocab), random=4)
    reader = DPRReaderTokenizerFast(vocab)
    calls = []
    for options in [{}, {"padding": True}, {"truncation": True, "max_length": 24}, {"padding": "max_length", "max_length": 60, "return_attention_mask": False}]:
        for questions in [SENTENCES[0], [SENTENCES[0], SENTENCES[2]]]:
            arguments = {"titles": [SENTENCES[1], "A title"], "texts": [SENTENCES[4], SENTENCES[5]]}
            calls.append([questions, {**arguments, **options}, dict(reader(questions, **arguments, **options))])
    yield Case("reader", reader, random=4, pairs=False, extra={"calls": calls, "spans": dpr_spans(reader)})


def dpr_spans(reader):
    import random

    rng = random.Random(5)
    inputs = reader(SENTENCES[0], titles=[SENTENCES[1], "A title", "x"], texts=[SENTENCES[4], SENTENCES[5], "the lazy dog"], padding=True)
    length = len(inputs["input_ids"][0])
    numbers = lambda *shape: [numbers(*shape[1:]) for _ in range(shape[0])] if shape else round(rng.uniform(-5, 5), 3)
    output = (numbers(3, length), numbers(3, length), numbers(3))
    found = []
    for options in [{}, {"num_spans": 2, "max_answer_length": 3, "num_spans_per_passage": 1}]:
        spans = reader.decode_best_spans(inputs, output, **options)
        found.append([options, [span._asdict() for span in spans]])
    start, end, relevance = output
    return {"input_ids": inputs["input_ids"], "start_logits": start, "end_logits": end, "relevance_logits": relevance, "found": found}


def funnel(folder):
    vocab = vocab_file(folder, ["<pad>", "<unk>", "<cls>", "<sep>", "<mask>", "<s>", "</s>"])
    yield Case("with tokenizer.json", FunnelTokenizerFast(vocab), random=8)
    yield Case("from the vocabulary", FunnelTokenizerFast(vocab), random=8, absent=BARE)


def mpnet(folder):
    vocab = vocab_file(folder, ["<s>", "<pad>", "</s>", "[UNK]", "<mask>"])
    yield Case("with tokenizer.json", MPNetTokenizerFast(vocab), random=8)
    yield Case("from the vocabulary", MPNetTokenizerFast(vocab), random=8, absent=BARE)


def splinter(folder):
    vocab = vocab_file(folder, [*BERT, "[QUESTION]"])
    # Python cannot read what it saves of Splinter: that names the question's token twice.
    config = lambda **fields: {"special_tokens_map.json": None, "tokenizer_config.json": json.dumps(fields)}
    yield Case("with tokenizer.json", SplinterTokenizerFast(vocab), random=8, files=config(do_lower_case=True))
    yield Case("from the vocabulary", SplinterTokenizerFast(vocab), random=8, absent=BARE)
    yield Case("question behind the context", SplinterTokenizerFast(vocab), random=4, absent=[BARE[0]], files=config(padding_side="left"))


def realm(folder):
    vocab = vocab_file(folder)
    tokenizer = RealmTokenizerFast(vocab)  # what is called keeps padding and truncation
    texts = [SENTENCES[:3], SENTENCES[3:6]]
    calls = []
    for options in [{"max_length": 20, "truncation": True}, {"max_length": 90, "return_special_tokens_mask": True}, {"max_length": 24, "truncation": True, "text_pair": [SENTENCES[6:9], SENTENCES[9:12]]}]:
        calls.append([texts, options, dict(tokenizer.batch_encode_candidates(texts, **options))])
    yield Case("with tokenizer.json", RealmTokenizerFast(vocab), random=8, extra=calls)


FAMILIES = {
    "convbert": plain(ConvBertTokenizerFast),
    "distilbert": plain(DistilBertTokenizerFast),
    "dpr": dpr,
    "electra": plain(ElectraTokenizerFast),
    "funnel": funnel,
    "layoutlm": plain(LayoutLMTokenizerFast),
    "lxmert": plain(LxmertTokenizerFast),
    "mobilebert": plain(MobileBertTokenizerFast),
    "mpnet": mpnet,
    "realm": realm,
    "retribert": plain(RetriBertTokenizerFast),
    "splinter": splinter,
    "squeezebert": plain(SqueezeBertTokenizerFast),
}


def main():
    for folder in sys.argv[1:] or FAMILIES:
        with tempfile.TemporaryDirectory() as work:
            record(folder, list(FAMILIES[folder](work)))


if __name__ == "__main__":
    main()
