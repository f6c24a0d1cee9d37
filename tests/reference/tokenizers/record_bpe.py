"""Records what the Rust library does with BPE, byte-level text and WordLevel, into src/tokenizers/fixtures/.

    python tests/reference/tokenizers/record_bpe.py      (tokenizers==0.22.2, tiktoken==0.14.0)

The tokenizers are trained here, on the sentences of samples.py. With ../shared/data beside the repository, GPT-2's
and cl100k's tokenizers are recorded too, and what tiktoken makes of the same texts.
"""

import collections
import gzip
import hashlib
import json
import pathlib
import random

import tiktoken
import tokenizers
from samples import SENTENCES, random_texts, settle, utf16_positions
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

assert tokenizers.__version__ == "0.22.2", tokenizers.__version__
ROOT = pathlib.Path(__file__).parents[3]
FIXTURES = ROOT / "src/tokenizers/fixtures"
DATA = ROOT.parent / "shared/data"
N, P, D = normalizers, pre_tokenizers, decoders
CL100K = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
CLIP = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
BYTE_TOKENS = [f"<0x{byte:02X}>" for byte in range(256)]


def write(name, value):
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    (FIXTURES / name).write_bytes(gzip.compress(text.encode(), mtime=0))
    print(name, len(text), (FIXTURES / name).stat().st_size)


def learn(pre_tokenizer, size, special=(), alphabet=(), most_characters=None, prefix="", suffix=""):
    """Vocabulary and merges. The library's own trainer breaks ties differently in each run; this one does not."""
    counts = collections.Counter()
    for sentence in SENTENCES:
        words = pre_tokenizer.pre_tokenize_str(sentence) if pre_tokenizer else [(sentence, None)]
        counts.update(word for word, _ in words)
    characters = collections.Counter()
    for word, count in counts.items():
        characters.update({character: count for character in word})
    kept = sorted(characters, key=lambda character: (-characters[character], character))[:most_characters]
    words = []
    for word, count in sorted(counts.items()):
        last = len(word) - 1
        symbols = [f"{prefix if i else ''}{c}{suffix if i == last else ''}" for i, c in enumerate(word) if c in kept]
        words.append((symbols, count))
    tokens = [*special, *sorted({*alphabet, *(symbol for symbols, _ in words for symbol in symbols)})]
    if alphabet and suffix:
        tokens += sorted({character + suffix for character in alphabet} - set(tokens))
    merges = []
    while len(tokens) < size:
        pairs = collections.Counter()
        for symbols, count in words:
            for pair in zip(symbols, symbols[1:]):
                pairs[pair] += count
        pair = max(pairs, key=lambda pair: (pairs[pair], pair))
        merged = pair[0] + pair[1][len(prefix) :]
        merges.append(pair)
        if merged not in tokens:
            tokens.append(merged)
        for symbols, _ in words:
            for i in range(len(symbols) - 1, 0, -1):
                if i < len(symbols) and (symbols[i - 1], symbols[i]) == pair:
                    symbols[i - 1 : i + 1] = [merged]
    return {token: id for id, token in enumerate(tokens)}, merges


def vocabularies():
    byte_level = P.ByteLevel(add_prefix_space=False)
    clip = P.Sequence([P.Split(Regex(CLIP), "removed", invert=True), P.ByteLevel(add_prefix_space=False)])
    alphabet = P.ByteLevel.alphabet()
    return {
        "bytes": learn(byte_level, 700, ["<s>", "</s>"], alphabet),
        "some bytes": learn(byte_level, 300, ["<unk>"], most_characters=60),
        "bytes, suffix": learn(clip, 1000, ["<s>", "</s>"], alphabet, suffix="</w>"),
        "suffix": learn(P.WhitespaceSplit(), 600, ["<unk>"], most_characters=150, suffix="</w>"),
        "prefix": learn(P.Whitespace(), 600, ["<unk>"], most_characters=150, prefix="##"),
        "both": learn(P.BertPreTokenizer(), 600, ["<unk>"], most_characters=120, prefix="@@", suffix="$"),
        "metaspace": learn(P.Metaspace(), 900, ["<unk>", *BYTE_TOKENS], most_characters=120),
        "half fallback": learn(P.Metaspace(), 700, ["<unk>", *BYTE_TOKENS[:0xE4]], most_characters=100),
        "characters": learn(None, 400, ["<unk>"], most_characters=100),
    }


def pipelines(known):
    def build(vocabulary, pre_tokenizer=None, normalizer=None, post=None, decoder=None, tokens=(), **options):
        vocab, merges = known[vocabulary]
        tokenizer = Tokenizer(models.BPE(vocab, merges, **options))
        return finish(tokenizer, pre_tokenizer, normalizer, post, decoder, tokens)

    def finish(tokenizer, pre_tokenizer, normalizer, post=None, decoder=None, tokens=()):
        if pre_tokenizer:
            tokenizer.pre_tokenizer = pre_tokenizer
        if normalizer:
            tokenizer.normalizer = normalizer
        if post:
            tokenizer.post_processor = post
        if decoder:
            tokenizer.decoder = decoder
        tokenizer.add_special_tokens([token for token in ["<s>", "</s>"] if tokenizer.token_to_id(token) is not None])
        tokenizer.add_tokens(list(tokens))
        return tokenizer

    def byte_level(prefix=False, trim=True, regex=True):
        return P.ByteLevel(add_prefix_space=prefix, trim_offsets=trim, use_regex=regex)

    def template(vocabulary):
        vocab, _ = known[vocabulary]
        return processors.TemplateProcessing(
            single="<s> $A </s>", pair="<s> $A </s> $B:1 </s>:1", special_tokens=[(t, vocab[t]) for t in ["<s>", "</s>"]]
        )

    def roberta(vocabulary, **options):
        vocab, _ = known[vocabulary]
        return processors.RobertaProcessing(("</s>", vocab["</s>"]), ("<s>", vocab["<s>"]), **options)

    clip_split = P.Sequence([P.Split(Regex(CLIP), "removed", invert=True), byte_level()])
    metaspace = N.Sequence([N.Prepend("▁"), N.Replace(" ", "▁")])
    unknown = {"unk_token": "<unk>"}

    yield "gpt2", build("bytes", byte_level(), post=processors.ByteLevel(trim_offsets=False), decoder=D.ByteLevel())
    yield "gpt2, offsets trimmed", build("bytes", byte_level(), post=processors.ByteLevel(trim_offsets=True))
    yield "trimmed, no prefix", build(
        "bytes", byte_level(), post=processors.ByteLevel(trim_offsets=True, add_prefix_space=False)
    )
    yield "roberta", build("bytes", byte_level(True), post=roberta("bytes"), decoder=D.ByteLevel())
    yield "roberta, no prefix", build("bytes", byte_level(), post=roberta("bytes", add_prefix_space=False))
    yield "roberta, not trimmed", build("bytes", byte_level(), post=roberta("bytes", trim_offsets=False))
    yield "llama 3", build(
        "bytes",
        P.Sequence([P.Split(Regex(CL100K), "isolated"), byte_level(regex=False)]),
        post=processors.Sequence([processors.ByteLevel(trim_offsets=True), template("bytes")]),
        ignore_merges=True,
    )
    yield "prefix after a split", build("bytes", P.Sequence([P.Split(Regex(CL100K), "isolated"), byte_level(True)]))
    yield "whole text", build("bytes", byte_level(True, regex=False))
    yield "falcon", build("bytes", P.Sequence([P.Punctuation("contiguous"), byte_level(), P.Digits(False)]))
    yield "bytes, then whitespace", build("bytes", P.Sequence([byte_level(), P.WhitespaceSplit()]))
    yield "words, then bytes", build("bytes", P.Sequence([P.WhitespaceSplit(), byte_level(True)]))
    yield "bytes of bytes", build("bytes", P.Sequence([byte_level(True), byte_level()]))
    yield "bytes as normalizer", build("bytes", None, N.ByteLevel())
    yield "nfkc and bytes as normalizer", build("bytes", P.Punctuation(), N.Sequence([N.NFKC(), N.ByteLevel()]))
    yield "nfd", build("bytes", byte_level(True), N.NFD(), post=processors.ByteLevel(trim_offsets=True))
    yield "bert normalizer", build("bytes", byte_level(), N.BertNormalizer(), post=roberta("bytes"))
    yield "lowercase", build("bytes", byte_level(True), N.Lowercase(), ignore_merges=True)
    yield "no merges", build("bytes", byte_level(), dropout=1.0)
    yield "no dropout", build("bytes", byte_level(), dropout=0.0)
    tokens = [
        AddedToken("fox", lstrip=True), AddedToken("<x>", rstrip=True), AddedToken("é", normalized=True),
        AddedToken(" the", single_word=True), AddedToken("東京", lstrip=True, rstrip=True), AddedToken("ing"),
    ]
    yield "added tokens", build("bytes", byte_level(True), N.NFC(), post=roberta("bytes"), tokens=tokens)
    yield "some bytes", build("some bytes", byte_level(), **unknown)
    yield "some bytes, fused", build("some bytes", byte_level(True), fuse_unk=True, **unknown)
    yield "some bytes, dropped", build("some bytes", byte_level())
    yield "clip", build(
        "bytes, suffix",
        clip_split,
        N.Sequence([N.NFC(), N.Replace(Regex(r"\s+"), " "), N.Lowercase()]),
        post=roberta("bytes, suffix", trim_offsets=False, add_prefix_space=False),
        decoder=D.ByteLevel(),
        end_of_word_suffix="</w>",
    )
    yield "suffix", build("suffix", P.WhitespaceSplit(), end_of_word_suffix="</w>", decoder=D.BPEDecoder(), **unknown)
    yield "suffix, fused", build(
        "suffix", P.WhitespaceSplit(), N.Lowercase(), end_of_word_suffix="</w>", fuse_unk=True, **unknown
    )
    yield "suffix, dropped", build("suffix", P.BertPreTokenizer(), end_of_word_suffix="</w>")
    yield "prefix", build("prefix", P.Whitespace(), continuing_subword_prefix="##", **unknown)
    yield "prefix, fused", build("prefix", P.Whitespace(), continuing_subword_prefix="##", fuse_unk=True, **unknown)
    yield "prefix, whole words", build(
        "prefix", P.Whitespace(), continuing_subword_prefix="##", ignore_merges=True, **unknown
    )
    yield "prefix and suffix", build(
        "both", P.BertPreTokenizer(), continuing_subword_prefix="@@", end_of_word_suffix="$", **unknown
    )
    yield "llama", build("metaspace", None, metaspace, fuse_unk=True, byte_fallback=True, **unknown)
    yield "llama, not fused", build("metaspace", None, metaspace, byte_fallback=True, **unknown)
    yield "llama, no fallback", build("metaspace", None, metaspace, fuse_unk=True, **unknown)
    yield "llama, no fallback, not fused", build("metaspace", None, metaspace, **unknown)
    yield "llama, dropped", build("metaspace", None, metaspace)
    yield "half fallback", build("half fallback", P.Metaspace(), byte_fallback=True, **unknown)
    yield "half fallback, fused", build("half fallback", None, metaspace, byte_fallback=True, fuse_unk=True, **unknown)
    yield "half fallback, dropped", build("half fallback", P.Metaspace(), byte_fallback=True)
    yield "characters", build("characters", **unknown)
    yield "characters, fused", build("characters", fuse_unk=True, **unknown)
    yield "characters, dropped", build("characters", None, N.NFD())

    words = sorted({word for word, _ in P.WhitespaceSplit().pre_tokenize_str(" ".join(SENTENCES[:12]))})
    level = lambda tokens: models.WordLevel({t: i for i, t in enumerate(["<unk>", *tokens])}, unk_token="<unk>")
    yield "words", finish(Tokenizer(level(words)), P.WhitespaceSplit(), None)
    yield "words of bytes", finish(
        Tokenizer(level(sorted([*known["bytes"][0]][::2]))), byte_level(True), None
    )


def record(name, tokenizer, texts):
    cases = []
    for text in texts:
        settled = settle(text)
        positions = utf16_positions(settled)
        encoding = tokenizer.encode(settled)
        offsets = [positions[place] for pair in encoding.offsets for place in pair]
        # A token that is no part of the text is none of a word either.
        words = [-1 if word is None else word for word in encoding.word_ids]
        cases.append([text, encoding.ids, offsets, digest([words, encoding.tokens])])
    return {"name": name, "cases": cases}


def digest(value):
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def record_decoding(tokenizer, rng):
    size = tokenizer.get_vocab_size()
    cases = []
    for _ in range(60):
        ids = [rng.randrange(size + 2) for _ in range(rng.randint(0, 8))]
        cases.append([ids, tokenizer.decode(ids), tokenizer.decode(ids, skip_special_tokens=False)])
    return cases


def describe(tokenizer, known):
    """The tokenizer.json, with the vocabulary and merges of BPE by name."""
    value = json.loads(tokenizer.to_str())
    model = value["model"]
    for name, (vocab, merges) in known.items():
        if model["type"] == "BPE" and model["vocab"] == vocab:
            assert [tuple(pair) for pair in model["merges"]] == merges, name
            model["vocab"] = model["merges"] = name
    return value


def record_small():
    known = vocabularies()
    rng = random.Random(59)
    drawn = random_texts(53, 1800)
    recorded = []
    for index, (name, tokenizer) in enumerate(pipelines(known)):
        texts = [*SENTENCES[index % 4 :: 4], *drawn[36 * index : 36 * (index + 1)], "", " ", "  a", "é", "\u3000x "]
        row = record(name, tokenizer, texts)
        row["decoded"] = record_decoding(tokenizer, rng) if tokenizer.decoder else []
        recorded.append({**row, "json": describe(tokenizer, known)})
    vocabs = {name: {"vocab": vocab, "merges": merges} for name, (vocab, merges) in known.items()}
    write("bpe.json.gz", {"vocabularies": vocabs, "pipelines": recorded})


def from_tiktoken(name):
    """tiktoken's encoding of this name, its ranks taken from the tokenizer.json."""
    value = json.loads((DATA / f"tokenizers/{name}.tokenizer.json").read_text(encoding="utf-8"))
    special = {token["content"]: token["id"] for token in value["added_tokens"]}
    visible = [byte for byte in range(256) if 0x20 < byte < 0x7F or 0xA0 < byte != 0xAD]
    hidden = [byte for byte in range(256) if byte not in visible]
    bytes_of = {chr(byte): byte for byte in visible} | {chr(0x100 + i): byte for i, byte in enumerate(hidden)}
    ranks = {
        bytes(bytes_of[character] for character in token): id
        for token, id in value["model"]["vocab"].items()
        if token not in special
    }
    # The patterns of tiktoken's own encodings (tiktoken_ext/openai_public.py).
    patterns = {
        "gpt2": r"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s",
        "cl100k": r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s",
    }
    return tiktoken.Encoding(name, pat_str=patterns[name], mergeable_ranks=ranks, special_tokens=special)


def record_real():
    """Digests of ids and offsets, 20 texts or 40 of 120 lines together, and of tiktoken's ids."""
    if not DATA.is_dir():
        print("no shared data: real vocabularies not recorded")
        return
    texts = [settle(text) for text in [*SENTENCES, *random_texts(61, 1200)]]
    groups = {"random": [texts[at : at + 20] for at in range(0, len(texts), 20)]}
    for name in ["botchan", "wagahai", "sample_text"]:
        lines = (DATA / f"text/{name}.txt").read_bytes().decode("utf-8").split("\n")
        groups[name] = [["\n".join(lines[at : at + 40])] for at in range(0, len(lines), 120)]
    recorded = {"texts": texts, "digests": {}}
    for name in ["gpt2", "cl100k"]:
        tokenizer = Tokenizer.from_file(str(DATA / f"tokenizers/{name}.tokenizer.json"))
        other = from_tiktoken(name)
        digests = {}
        for group, parts in groups.items():
            digests[group] = []
            for part in parts:
                encodings = [tokenizer.encode(text, add_special_tokens=False) for text in part]
                theirs = [other.encode_ordinary(text) for text in part]
                if [encoding.ids for encoding in encodings] != theirs:
                    print(f"{name} and tiktoken disagree: {group}")
                flat = []
                for text, encoding in zip(part, encodings):
                    positions = utf16_positions(text)
                    flat += [*encoding.ids, *(positions[place] for pair in encoding.offsets for place in pair)]
                digests[group].append([digest(flat), digest(sum(theirs, []))])
        recorded["digests"][name] = digests
    write("bpe-real.json.gz", recorded)


def main():
    record_real()
    record_small()


main()
