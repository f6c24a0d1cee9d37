"""Records what Python's `str` and sacremoses do with texts, into src/tokenizers/python-text/fixtures/ and
src/tokenizers/moses/fixtures/.

    python tests/reference/tokenizers/record_python_text.py      (Python 3.11, sacremoses==0.2.0)
"""

import gzip
import importlib.metadata
import json
import pathlib
import random
import unicodedata

from sacremoses import MosesDetokenizer, MosesPunctNormalizer, MosesTokenizer
from samples import SENTENCES, random_texts, settle

assert importlib.metadata.version("sacremoses") == "0.2.0"
assert unicodedata.unidata_version == "14.0.0"
ROOM = pathlib.Path(__file__).parents[3] / "src/tokenizers"
LANGUAGES = ["en", "fr", "de", "ro", "ko", "ru", "it", "el", "xx"]
EXTRA = [
    "Mr. Smith vs. No. 5 and No. five, pp. 12 e.g. that. A.B. end.",
    "well-known state-of-the-art 10-20 a-b.. c... d.... e",
    "'tis the dogs' it's 1990's O'Neill '90s rock 'n' roll'.",
    "L'homme qu'il a vu l'an 5' d'ici. S'il vous plaît !",
    "1,234 a,b 5,x x,5 ,5 5, end,",
    'He said "yes," and "no." „So“ ‘a’ ‚b‘ «c» « d » 5 % 10\u00a0000 12\u00a0% nº\u00a05 3\u00a0ºC',
    "<eos> text <UNK> THISISPROTECTED000 <unk> THISISPROTECTEDXX001",
    "DOTMULTI DOTDOTMULTI ... .. .",
    'a." b. ."..x" ...". ." <b ."< .". ." .' + '"."' * 3,
    "$ 5 ( a ) [ b ] { c } : ; , . ! ? % &amp; &lt; &#124; & x @-@ y 5 @,@ 000",
]


def write(path, value):
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(path.name, path.stat().st_size)


def record_strings():
    texts = [settle(text) for text in [*SENTENCES, *random_texts(61, 300)]]
    sigmas = ["ΑΣ", "ΑΣ.", "ΑΣ'Β", "Σ", " Σ ", "ΑΣ\u0301 Σ", "aΣb", "1Σ", "ΣΣ Σ́Σ", "İI ıi"]
    return [
        {
            "text": text,
            "lower": text.lower(),
            "upper": text.upper(),
            "strip": text.strip(),
            "split": text.split(),
            "categories": "".join(unicodedata.category(char) for char in text),
            "alphanumeric": "".join("01"[char.isalnum()] for char in text),
            "digits": "".join("01"[char.isdigit()] for char in text),
        }
        for text in [*texts, *sigmas]
    ]


def record_moses():
    rng = random.Random(67)
    texts = [*EXTRA, *map(settle, SENTENCES), *map(settle, random_texts(71, 120))]
    cases = []
    for text in texts:
        for language in ["en", *(LANGUAGES[1:4] if text in EXTRA else rng.sample(LANGUAGES, 2))]:
            tokenizer = MosesTokenizer(language)
            tokens = tokenizer.tokenize(text, return_str=False, escape=False)
            # Single tokens in any order, as a model may give them.
            mixed = rng.sample(tokens, len(tokens)) + rng.choices(["'", '"', "s'", "'s", "$", "l'", "...", "“", "`"], k=3)
            cases.append(
                {
                    "language": language,
                    "text": text,
                    "normalized": MosesPunctNormalizer(language).normalize(text),
                    "tokens": tokens,
                    "dashes": tokenizer.tokenize(
                        text,
                        aggressive_dash_splits=True,
                        return_str=False,
                        escape=False,
                        protected_patterns=["<unk>", "<eos>", "fox"],
                    ),
                    "mixed": mixed,
                    "joined": MosesDetokenizer(language).detokenize(mixed),
                    "rejoined": MosesDetokenizer(language).detokenize(tokens),
                }
            )
    return cases


write(ROOM / "python-text/fixtures/strings.json.gz", record_strings())
write(ROOM / "moses/fixtures/moses.json.gz", record_moses())
