"""Records what the Rust library `tokenizers` says, into src/tokenizers/fixtures/.

    python tests/reference/tokenizers/record.py      (tokenizers==0.22.2)

Offsets are recorded in UTF-16 units. With ../shared/data beside the repository, the real BERT vocabulary is
recorded too: ids and offsets of the texts written here, and digests of those of the texts there.
"""

import gzip
import hashlib
import json
import pathlib
import random

import tokenizers
from samples import SENTENCES, random_text, random_texts, settle, utf16_positions
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

assert tokenizers.__version__ == "0.22.2", tokenizers.__version__
ROOT = pathlib.Path(__file__).parents[3]
FIXTURES = ROOT / "src/tokenizers/fixtures"
DATA = ROOT.parent / "shared/data"
SPECIAL_TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def write(name, value):
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    (FIXTURES / name).write_bytes(gzip.compress(text.encode(), mtime=0))
    print(name, len(text), (FIXTURES / name).stat().st_size)


def small_vocabulary():
    corpus = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    corpus.normalizer = normalizers.BertNormalizer(lowercase=False, strip_accents=False)
    corpus.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=1400, special_tokens=SPECIAL_TOKENS, limit_alphabet=330, show_progress=False
    )
    rng = random.Random(3)
    lower = [sentence.lower() for sentence in SENTENCES]
    plain = [normalizers.BertNormalizer().normalize_str(sentence) for sentence in SENTENCES]
    corpus.train_from_iterator(rng.sample(SENTENCES + lower + plain, 3 * len(SENTENCES)), trainer)
    return {token: id for token, id in sorted(corpus.get_vocab().items(), key=lambda item: item[1])}


def template(vocab):
    return processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0",
        pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", vocab["[CLS]"]), ("[SEP]", vocab["[SEP]"])],
    )


def build(vocab, normalizer, pre_tokenizer, post_processor=None, decoder=None, tokens=(), **model):
    tokenizer = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]", **model))
    if normalizer:
        tokenizer.normalizer = normalizer
    if pre_tokenizer:
        tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.post_processor = post_processor or template(vocab)
    tokenizer.decoder = decoder or decoders.WordPiece()
    tokenizer.add_special_tokens(SPECIAL_TOKENS)
    tokenizer.add_tokens(list(tokens))
    return tokenizer


def pipelines(vocab):
    bert = normalizers.BertNormalizer
    split = pre_tokenizers.BertPreTokenizer
    N, P = normalizers, pre_tokenizers
    yield "uncased", build(vocab, bert(), split())
    yield "cased", build(vocab, bert(lowercase=False), split())
    yield "no accents stripped", build(vocab, bert(strip_accents=False), split())
    yield "cased without accents", build(vocab, bert(lowercase=False, strip_accents=True), split())
    yield "no ideographs, no cleaning", build(
        vocab, bert(clean_text=False, handle_chinese_chars=False), split(), max_input_chars_per_word=20
    )
    yield "bert processing", build(
        vocab, bert(), split(), processors.BertProcessing(("[SEP]", vocab["[SEP]"]), ("[CLS]", vocab["[CLS]"]))
    )
    yield "nfkc lowercase", build(vocab, N.Sequence([N.NFKC(), N.Lowercase()]), P.Whitespace())
    yield "nfd strip", build(vocab, N.Sequence([N.NFD(), N.StripAccents()]), P.WhitespaceSplit())
    yield "nfkd", build(vocab, N.NFKD(), P.Sequence([P.WhitespaceSplit(), P.Punctuation("contiguous")]))
    yield "nfc", build(vocab, N.NFC(), P.Sequence([P.Whitespace(), P.Punctuation("merged_with_next")]))
    yield "nfd nfc lowercase strip", build(
        vocab, N.Sequence([N.NFD(), N.NFC(), N.Lowercase(), N.StripAccents()]), P.Punctuation("merged_with_previous")
    )
    yield "removed punctuation", build(vocab, None, P.Punctuation("removed"))
    yield "nothing", build(vocab, None, None)
    flags = ["single_word", "lstrip", "rstrip", "normalized", "special"]
    contents = ["fox", "Straße", "[X]", "don't", "the lazy", "東京", "é", "👍", "a b", "Foo", "foo", "FOO!", "quick b"]
    rng = random.Random(5)
    for number in range(4):
        chosen = [
            AddedToken(content, **{flag: rng.random() < 0.5 for flag in flags}) for content in contents
        ]
        yield f"added tokens {number}", build(vocab, bert(), split(), tokens=chosen)


def offsets(text, encoding):
    """Flat list of starts and ends in UTF-16 units."""
    positions = utf16_positions(text)
    return [positions[place] for pair in encoding.offsets for place in pair]


def row(text, encoding, nested=False):
    """The whole encoding. The library nests overflow of a pair's second sequence in overflow that lists it
    already; only the first level is kept."""
    return {
        "ids": encoding.ids,
        "type_ids": encoding.type_ids,
        "tokens": encoding.tokens,
        "attention_mask": encoding.attention_mask,
        "special_tokens_mask": encoding.special_tokens_mask,
        "word_ids": encoding.word_ids,
        "sequence_ids": encoding.sequence_ids,
        "n_sequences": encoding.n_sequences,
        "offsets": full_offsets(text, encoding),
        "overflowing": [] if nested else [row(text, part, nested=True) for part in encoding.overflowing],
    }


def full_offsets(texts, encoding):
    """As `offsets`, each token by the text (or word) that it came from."""
    flat = []
    for (start, end), sequence, word in zip(encoding.offsets, encoding.sequence_ids, encoding.word_ids):
        text = "" if sequence is None else texts[sequence]
        if not isinstance(text, str):
            text = text[word]
        positions = utf16_positions(text)
        flat += [positions[start], positions[end]] if sequence is not None else [start, end]
    return flat


def record_texts(all_pipelines):
    texts = [*SENTENCES, *random_texts(11, 5000 - len(SENTENCES))]
    cases = []
    for index, text in enumerate(texts):
        # The first pipeline sees every other text, the others take turns.
        which = 0 if index % 2 == 0 or index < len(SENTENCES) else 1 + (index // 2) % (len(all_pipelines) - 1)
        settled = settle(text)
        encoding = all_pipelines[which][1].encode(settled, add_special_tokens=False)
        cases.append([which, text, encoding.ids, offsets(settled, encoding)])
    return cases


def record_options(all_pipelines):
    """Pairs, pre-split words, truncation, padding: the whole encoding."""
    rng = random.Random(17)
    words = [word for sentence in SENTENCES for word in sentence.split()]
    cases = []
    while len(cases) < 500:
        which = rng.choice([0, 0, 1, 5, 12, 13, 14, 15, 16])
        tokenizer = all_pipelines[which][1]

        def text():
            if rng.random() < 0.3:
                return [settle(rng.choice([*words, " ", "a b", "[MASK]"])) for _ in range(rng.randint(0, 8))]
            return settle(random_text(rng)) if rng.random() < 0.7 else " ".join(rng.sample(words, rng.randint(0, 12)))

        first, second = text(), text() if rng.random() < 0.5 else None
        if second is not None and isinstance(first, list) != isinstance(second, list):
            continue
        options = {"add_special_tokens": rng.random() < 0.7}
        truncation = padding = None
        if rng.random() < 0.6:
            truncation = {
                "max_length": rng.randint(4, 20),
                "stride": rng.choice([0, 0, 1, 2, 3]),
                "strategy": rng.choice(["longest_first", "only_first", "only_second"]),
                "direction": rng.choice(["left", "right"]),
            }
        if rng.random() < 0.5:
            padding = {
                "direction": rng.choice(["left", "right"]),
                "pad_id": 0,
                "pad_type_id": rng.choice([0, 1]),
                "pad_token": rng.choice(["[PAD]", "<pad>"]),
                "length": rng.choice([None, 12, 30]),
                "pad_to_multiple_of": rng.choice([None, 8]),
            }
        case = {"pipeline": which, "first": first, "second": second, **options}
        case |= {"truncation": truncation, "padding": padding}
        tokenizer.no_truncation()
        tokenizer.no_padding()
        try:
            if truncation:
                tokenizer.enable_truncation(**truncation)
            if padding:
                tokenizer.enable_padding(**padding)
            encoding = tokenizer.encode(first, second, is_pretokenized=isinstance(first, list), **options)
        except BaseException as error:  # the library panics where a stride is too long
            if isinstance(error, KeyboardInterrupt):
                raise
            encoding = None
        case["expected"] = None if encoding is None else row([first, second], encoding)
        cases.append(case)
    for _, tokenizer in all_pipelines:
        tokenizer.no_truncation()
        tokenizer.no_padding()
    return cases


def record_decoding(all_pipelines):
    rng = random.Random(23)
    tokenizer = all_pipelines[13][1]
    size = tokenizer.get_vocab_size()
    cases = []
    for _ in range(300):
        ids = [rng.randrange(size + 3) for _ in range(rng.randint(0, 12))]
        cases.append([ids, tokenizer.decode(ids, skip_special_tokens=True), tokenizer.decode(ids, skip_special_tokens=False)])
    for text in SENTENCES:
        ids = tokenizer.encode(text).ids
        cases.append([ids, tokenizer.decode(ids), tokenizer.decode(ids, skip_special_tokens=False)])
    return {"pipeline": 13, "cases": cases}


def record_training():
    """Vocabularies in the order of ids. The library numbers the characters that continue words in an order
    that changes from run to run; the test reads it off the vocabulary."""
    cases = []
    for settings in [
        {"vocab_size": 700, "min_frequency": 2},
        {"vocab_size": 1200, "limit_alphabet": 60, "initial_alphabet": ["ж", "zebra", "名"]},
        {"vocab_size": 500, "continuing_subword_prefix": "@@", "special_tokens": ["[UNK]", "a", "<x>"]},
        {"vocab_size": 100},
        {"vocab_size": 900, "min_frequency": 3, "continuing_subword_prefix": ""},
    ]:
        rng = random.Random(29)
        corpus = []
        for _ in range(40):
            corpus += [" ".join(rng.choices(sentence.split(), k=7)) for sentence in SENTENCES]
        tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
        tokenizer.normalizer = normalizers.BertNormalizer()
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        counts = {}
        for text in corpus:
            normalized = tokenizer.normalizer.normalize_str(text)
            for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(normalized):
                counts[word] = counts.get(word, 0) + 1
        settings = {"special_tokens": SPECIAL_TOKENS, **settings}
        if "limit_alphabet" in settings:
            settings["limit_alphabet"] = limit_without_tie(counts, settings)
        trainer = trainers.WordPieceTrainer(show_progress=False, **settings)
        tokenizer.train_from_iterator(corpus, trainer)
        vocabulary = [token for token, _ in sorted(tokenizer.get_vocab(False).items(), key=lambda item: item[1])]
        cases.append({"settings": settings, "counts": counts, "vocabulary": vocabulary})
    return cases


def limit_without_tie(counts, settings):
    """The first limit from the wanted one on at which no tie decides which characters stay."""
    frequencies = {}
    for word, count in counts.items():
        for character in word:
            frequencies[character] = frequencies.get(character, 0) + count
    for text in settings["initial_alphabet"]:
        frequencies[text[0]] = float("inf")
    ordered = sorted(frequencies.values(), reverse=True)
    limit = settings["limit_alphabet"]
    while ordered[limit - 1] == ordered[limit]:
        limit += 1
    return limit


def digest(tokenizer, text):
    encoding = tokenizer.encode(text, add_special_tokens=False)
    flat = ",".join(map(str, [*encoding.ids, *offsets(text, encoding)]))
    return hashlib.sha256(flat.encode()).hexdigest()[:16]


def record_real():
    if not DATA.is_dir():
        print("no shared data: real vocabulary not recorded")
        return
    tokenizer = Tokenizer.from_file(str(DATA / "tokenizers/bert.tokenizer.json"))
    cases = []
    for text in [*SENTENCES, *random_texts(31, 2000)]:
        settled = settle(text)
        encoding = tokenizer.encode(settled, add_special_tokens=False)
        cases.append([text, encoding.ids, offsets(settled, encoding)])
    digests = {}
    for name in ["botchan", "wagahai", "sample_text"]:
        lines = (DATA / f"text/{name}.txt").read_bytes().decode("utf-8").split("\n")
        digests[name] = [digest(tokenizer, "\n".join(lines[at : at + 40])) for at in range(0, len(lines), 40)]
    write("bert-real.json.gz", {"cases": cases, "digests": digests})


def main():
    vocab = small_vocabulary()
    all_pipelines = list(pipelines(vocab))
    # The vocabulary is the same in all of them, and is written once.
    described = []
    for name, tokenizer in all_pipelines:
        described.append({"name": name, **json.loads(tokenizer.to_str())})
        assert described[-1]["model"].pop("vocab") == vocab
    write("small.json.gz", {"vocab": vocab, "pipelines": described})
    write("texts.json.gz", record_texts(all_pipelines))
    write("options.json.gz", record_options(all_pipelines))
    write("decoding.json.gz", record_decoding(all_pipelines))
    write("training.json.gz", record_training())
    record_real()


main()
