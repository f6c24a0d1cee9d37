"""Records TAPAS's tokenizer: texts, tables with questions, numbers and dates; into src/models/tapas/fixtures/.

    python tests/reference/tokenizers/record_tapas.py      (transformers==4.37.2, pandas<2.2)
"""

import gzip
import itertools
import json
import math
import pathlib
import tempfile

import pandas
import torch
from family_recording import MODELS, loaded, members, saved_files
from samples import SENTENCES, random_texts, settle
from tiny_vocabularies import wordpiece_tokens
from transformers import TapasTokenizer
from transformers.models.tapas.tokenization_tapas import normalize_for_match, parse_text

TABLES = [
    (
        ["Actor", "Age", "Born", "Movies"],
        [
            ["Brad Pitt", "56", "18 december 1963", "87"],
            ["Leonardo Di Caprio", "45", "11 november 1974", "53"],
            ["George Clooney", "59", "6 may 1961", "1,069"],
            ["Zendaya unaffordable", "n/a", "September 1, 1996", "-12.5"],
        ],
    ),
    (
        ["", "Rank, 1st", "?", "date"],
        [
            ["", "1st", "1e5", "2001-02-03"],
            ["  ", "2nd", ".5", "may"],
            ["[EMPTY]", "third", "１２", "1990s"],
            ["Nan", "twelve", "", "Mon, Jan 5"],
            ["東京都", "4th of 5", "3 000", "31.02.2010"],
        ],
    ),
    (["Name"], []),
    (["A", "B"], [["2010", "feb 29"], ["1999", "feb 28"], ["12", "march 3, 2015"], ["1650", "monday, july 4"]]),
    (["Long"], [[" ".join(SENTENCES[:3])], ["two words"], ["x"]]),
]
QUESTIONS = [
    "How many movies has George Clooney played in?",
    "Who was born on 6 May 1961, is older than 50 or has more than 1,069 movies?",
    "",
    "first or 1st, the twelve in february 2001?",
    "Was it in 2010 or in 1999?",
    "[MASK] ? Straße 東京 10,000.5",
]
TAPAS_TEXTS = [*QUESTIONS, "n/a", "?", "nan", " ", "_", "empty", "EMPTY", "[EMPTY] x", "-+1 1,23 1,234 1.5.6 5th 1e400 infinity ²", "sept 5 2001", "3 apr", "monday, june 7", "2001-13-01", "1-2-2003", "0"]


SETTINGS = [
    {},
    {"do_lower_case": False, "never_split": ["Brad"], "cell_trim_length": 2},
    {"strip_column_names": True, "max_question_length": 8, "min_question_length": 1},
    {"do_basic_tokenize": False, "max_row_id": 5, "empty_token": "[NOTHING]"},
]


def without_nan(value):
    if isinstance(value, list):
        return [without_nan(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def call(tokenizer, table, **options):
    header, rows = table
    frame = pandas.DataFrame(rows, columns=header, dtype=str) if rows else pandas.DataFrame(columns=header)
    given = json.loads(json.dumps(options))
    try:
        encoded = tokenizer(frame, **options)
        expected = {key: without_nan(value) for key, value in encoded.items()}
    except Exception:
        expected = None
    return {"table": {"header": header, "rows": rows}, "options": given, "expected": expected}


def calls(tokenizer):
    everything = {"return_special_tokens_mask": True}
    for table, question in itertools.product(TABLES, QUESTIONS):
        yield call(tokenizer, table, queries=question)
    yield call(tokenizer, TABLES[0])
    yield call(tokenizer, TABLES[0], queries=list(QUESTIONS))
    for length in [12, 20, 30, 44]:
        yield call(tokenizer, TABLES[0], queries=QUESTIONS[0], truncation=True, max_length=length, **everything)
        yield call(tokenizer, TABLES[4], queries=QUESTIONS[0], truncation="drop_rows_to_fit", max_length=length)
        yield call(tokenizer, TABLES[0], queries=QUESTIONS[0], max_length=length)
    yield call(tokenizer, TABLES[0], queries=QUESTIONS[:2], padding=True, **everything)
    yield call(tokenizer, TABLES[0], queries=QUESTIONS[:2], padding="max_length", max_length=90, return_length=True)
    yield call(tokenizer, TABLES[0], queries=QUESTIONS[0], padding="max_length", max_length=90)
    yield call(tokenizer, TABLES[0], queries=QUESTIONS[0], padding=True)
    yield call(tokenizer, TABLES[0], queries=QUESTIONS[0], padding=True, pad_to_multiple_of=8, max_length=90)
    yield call(tokenizer, TABLES[0], queries=QUESTIONS[:2], padding=True, pad_to_multiple_of=8)
    answers = [[(0, 3)], [(2, 3), (2, 0)]]
    texts = [["87"], ["1,069", "George Clooney"]]
    yield call(tokenizer, TABLES[0], queries=QUESTIONS[:2], answer_coordinates=answers, answer_text=texts, padding=True)
    yield call(tokenizer, TABLES[0], queries=QUESTIONS[0], answer_coordinates=answers[1], answer_text=texts[1])
    yield call(tokenizer, TABLES[0], queries=QUESTIONS[0], answer_coordinates=[(9, 9)], answer_text=["x"])
    yield call(tokenizer, TABLES[0], queries=QUESTIONS[0], answer_coordinates=[(0, 0)])


def predictions(tokenizer):
    header, rows = TABLES[0]
    data = tokenizer(pandas.DataFrame(rows, columns=header), queries=QUESTIONS[:2], padding=True, return_tensors="pt")
    torch.manual_seed(3)
    logits = torch.randn(data["input_ids"].shape) * 3
    aggregation = torch.randn(2, 4)
    coordinates, indices = tokenizer.convert_logits_to_predictions(data, logits.clone(), aggregation)
    return {
        "data": {key: data[key].tolist() for key in ["attention_mask", "token_type_ids"]},
        "logits": logits.tolist(),
        "aggregation": aggregation.tolist(),
        "coordinates": coordinates,
        "indices": indices,
    }


def date_or_number(value):
    if value.float_value is not None:
        return {"number": value.float_value}
    return {"date": {"year": value.date.year, "month": value.date.month, "day": value.date.day}}


def main():
    texts = [settle(text) for text in [*TAPAS_TEXTS, *SENTENCES, *random_texts(101, 60)]]
    with tempfile.TemporaryDirectory() as work:
        vocab = pathlib.Path(work) / "vocab.txt"
        vocab.write_text("".join(f"{token}\n" for token in [*wordpiece_tokens(), "[EMPTY]"]), encoding="utf-8")
        cases = []
        for settings in SETTINGS:
            files = saved_files(TapasTokenizer(str(vocab), **settings))
            tokenizer = loaded(TapasTokenizer, files)
            cases.append(
                {
                    "settings": settings,
                    "files": files,
                    "saved": {name: file for name, file in saved_files(tokenizer).items() if file != files.get(name)},
                    "members": members(tokenizer),
                    "texts": [[text, found, tokenizer.convert_tokens_to_ids(found)] for text in texts for found in [tokenizer.tokenize(text)]],
                    "calls": list(calls(tokenizer)),
                }
            )
        numbers = [
            [text, [[span.begin_index, span.end_index, list(map(date_or_number, span.values))] for span in parse_text(text)]]
            for text in map(normalize_for_match, texts)
        ]
        recorded = {"cases": cases, "numbers": numbers, "predictions": predictions(loaded(TapasTokenizer, cases[0]["files"]))}
    text = json.dumps(recorded, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    path = MODELS / "tapas/fixtures/tokenization.json.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(path.stat().st_size)


main()
