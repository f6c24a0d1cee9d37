"""tiktoken, its ranks taken from the vocabulary of a tokenizer.json: a token's id is its rank."""

import json
from itertools import chain
from pathlib import Path

from side import read_documents, read_options, serve_throughput

import tiktoken

# Of tiktoken's own encodings (tiktoken_ext/openai_public.py).
PATTERNS = {
    "gpt2": r"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s",
    "cl100k": r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s",
}

options = read_options()
documents, megabytes = read_documents(options.sentences)
value = json.loads(Path(options.folder).read_text(encoding="utf-8"))
special = {token["content"]: token["id"] for token in value["added_tokens"]}
visible = [byte for byte in range(256) if 0x20 < byte < 0x7F or 0xA0 < byte != 0xAD]
hidden = [byte for byte in range(256) if byte not in visible]
bytes_of = {chr(byte): byte for byte in visible} | {chr(0x100 + i): byte for i, byte in enumerate(hidden)}
ranks = {
    bytes(bytes_of[character] for character in token): id
    for token, id in value["model"]["vocab"].items()
    if token not in special
}
name = options.spec["name"]
encoding = tiktoken.Encoding(name, pat_str=PATTERNS[name], mergeable_ranks=ranks, special_tokens=special)


def work() -> None:
    for document in documents:
        encoding.encode_ordinary(document)


check = list(chain.from_iterable(encoding.encode_ordinary(document) for document in documents[:20]))
serve_throughput(f"tiktoken {tiktoken.__version__}", check, megabytes, work)
