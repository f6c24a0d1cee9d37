"""Records what the safetensors package says about 67 hand-made files: 25 accepted, 42 refused.

Run from the root of the repository, with a Python that has safetensors:
    python tests/reference/safetensors/record_table.py
Writes src/hub/safetensors/fixtures/table.json.gz: for each file its title, its bytes and the verdict.
"""

import base64
import gzip
import json
import pathlib

import safetensors

from verdict import KINDS, verdict

FIXTURES = pathlib.Path(__file__).parents[3] / "src" / "hub" / "safetensors" / "fixtures"


def file(header: str | bytes, data: int = 0, length: int | None = None) -> bytes:
    """A file of this header and so many zero bytes; `length` is what the first eight bytes say instead."""
    text = header.encode() if isinstance(header, str) else header
    return (len(text) if length is None else length).to_bytes(8, "little") + text + bytes(data)


def entry(dtype: str = '"F32"', shape: str = "[2,2]", offsets: str = "[0,16]", more: str = "") -> str:
    return f'{{"dtype":{dtype},"shape":{shape},"data_offsets":{offsets}{more}}}'


def one(name: str = '"a"', data: int = 16, **fields: str) -> bytes:
    return file(f"{{{name}:{entry(**fields)}}}", data)


def two(first: str, second: str, data: int, names: tuple[str, str] = ('"a"', '"b"')) -> bytes:
    return file(f"{{{names[0]}:{first},{names[1]}:{second}}}", data)


A = entry()
GOOD = f'{{"a":{A}}}'
BEHIND = entry(offsets="[16,32]")

CASES = {
    # Accepted by the package.
    "no tensors": file("{}"),
    "only metadata": file('{"__metadata__":{"format":"pt"}}'),
    "metadata null": file('{"__metadata__":null}'),
    "one tensor": one(),
    "two tensors": two(A, BEHIND, 32),
    "tensors listed in reverse": two(BEHIND, A, 32),
    "a scalar": one(shape="[]", offsets="[0,4]", data=4),
    "a tensor without elements": one(shape="[2,0]", offsets="[0,0]", data=0),
    "white space before the header": file(" \t\n\r" + GOOD, 16),
    "white space after the header": file(GOOD + " \t\n\r", 16),
    "an unknown field": one(more=',"note":{"x":[1,null,true,"y",-2.5e3]}'),
    "a name twice, the same entry": two(A, A, 16, ('"a"', '"a"')),
    "a name twice, different entries": two(entry(shape="[4]"), A, 16, ('"a"', '"a"')),
    "a name twice, once escaped": two(A, A, 16, ('"a"', r'"\u0061"')),
    "a metadata key twice": file('{"__metadata__":{"a":"b","a":"c"}}'),
    "a tensor at an odd offset": two(entry('"U8"', "[1]", "[0,1]"), entry(offsets="[1,17]"), 17),
    "a header of odd length": file(GOOD + " " * ((8 - len(GOOD)) % 8 + 1), 16),
    "100,000 dimensions": one(shape=f"[{','.join(['1'] * 100_000)}]", offsets="[0,4]", data=4),
    "an entry as an array": file('{"a":["F32",[2,2],[0,16]]}', 16),
    "the name __proto__": one('"__proto__"'),
    "the name ../x": one('"../x"'),
    "an empty name": one('""'),
    "a name with NUL": one(r'"a\u0000b"'),
    "2^53 + 1 beside 0": one(shape="[0,9007199254740993]", offsets="[0,0]", data=0),
    "2^64 - 1 after 0": one(shape="[0,18446744073709551615]", offsets="[0,0]", data=0),
    # Refused.
    "an empty file": b"",
    "seven bytes": bytes(7),
    "a header of no bytes": file(""),
    "a header of 100,000,001 bytes": file(GOOD, 16, 100_000_001),
    "a header of 2^64 - 1 bytes": file(GOOD, 16, 2**64 - 1),
    "a header beyond the file": file(GOOD, 16, 1000),
    "a length and nothing else": file("", 0, 60),
    "a byte that is not UTF-8": file(GOOD.encode().replace(b"a", b"\xff", 1), 16),
    "an overlong encoding": file(GOOD.encode().replace(b"a", b"\xc1\xa1", 1), 16),
    "a surrogate encoded": file(GOOD.encode().replace(b"a", b"\xed\xa0\x80", 1), 16),
    "a byte order mark": file("\ufeff" + GOOD, 16),
    "NUL after the header": file(GOOD + "\0\0", 16),
    "JSON after the header": file(GOOD + "{}", 16),
    "an open brace only": file("{"),
    "an array": file("[]"),
    "a trailing comma": file(f'{{"a":{A},}}', 16),
    "a field twice": one(more=',"dtype":"F32"'),
    "metadata twice": file('{"__metadata__":{},"__metadata__":{}}'),
    "metadata that is a number": file('{"__metadata__":{"a":1}}'),
    "metadata that is an array": file('{"__metadata__":[]}'),
    "no dtype": file('{"a":{"shape":[2,2],"data_offsets":[0,16]}}', 16),
    "no shape": file('{"a":{"dtype":"F32","data_offsets":[0,16]}}', 16),
    "no offsets": file('{"a":{"dtype":"F32","shape":[2,2]}}', 16),
    "an unknown dtype": one(dtype='"F128"'),
    "a dtype in small letters": one(dtype='"f32"'),
    "the size 2.0": one(shape="[2.0,2]"),
    "the size 16e0": one(shape="[16e0]", offsets="[0,64]", data=64),
    "the size -2": one(shape="[-2,-2]"),
    "the size as a string": one(shape='["2",2]'),
    "the size 2^64": one(shape="[0,18446744073709551616]", offsets="[0,0]", data=0),
    "three offsets": one(offsets="[0,16,16]"),
    "a hole": two(A, entry(offsets="[20,36]"), 36),
    "an overlap": two(A, entry(offsets="[8,24]"), 24),
    "an alias": two(A, A, 16),
    "an end before its begin": one(offsets="[16,0]"),
    "huge sizes before 0": one(
        shape="[18446744073709551615,18446744073709551615,0]", offsets="[0,0]", data=0
    ),
    "half a byte": one(dtype='"F4"', shape="[3]", offsets="[0,2]", data=2),
    "offsets that are too close": one(offsets="[0,12]", data=12),
    "bytes after the last tensor": one(data=17),
    "a byte too few": one(data=15),
    "half of a surrogate pair": one(r'"\ud800"'),
    "200 nested arrays": one(more=f',"x":{"[" * 200}{"]" * 200}'),
}


def main() -> None:
    record = {
        "safetensors": safetensors.__version__,
        "files": [
            {
                "title": title,
                "bytes": base64.b64encode(data).decode(),
                "verdict": KINDS[verdict(data)][0],
            }
            for title, data in CASES.items()
        ],
    }
    (FIXTURES / "table.json.gz").write_bytes(gzip.compress(json.dumps(record).encode(), mtime=0))
    accepted = sum(file["verdict"] == "Accepted" for file in record["files"])
    print(f"{accepted} accepted, {len(CASES) - accepted} refused")
    for file in record["files"]:
        print(f"{file['verdict']:32} {file['title']}")


main()
