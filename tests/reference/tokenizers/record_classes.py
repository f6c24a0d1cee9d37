"""Records which code points every class of characters has in the regular expressions of the Rust library `tokenizers`:
a digest of the ranges of each, into src/tokenizers/fixtures/regex-classes.json.gz.

    python tests/reference/tokenizers/record_classes.py      (tokenizers==0.22.2)
"""

import gzip
import hashlib
import json
import pathlib
import re

import tokenizers
from tokenizers import Regex, pre_tokenizers

assert tokenizers.__version__ == "0.22.2", tokenizers.__version__
ROOT = pathlib.Path(__file__).parents[3]
SCRIPTS = re.search(r'scriptNames =\s+"([^"]+)"', (ROOT / "src/tokenizers/unicode/script-table.ts").read_text())[1].split(",")
CATEGORIES = "C Cc Cf Cn Co L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs LC".split()
OTHERS = """Any Assigned ASCII Alnum Alpha Alphabetic Blank Cntrl Digit Graph Lower Lowercase Print Punct Space Upper Uppercase
XDigit Word White_Space Emoji Emoji_Presentation Emoji_Modifier Emoji_Modifier_Base Emoji_Component Extended_Pictographic
Ideographic Unknown Letter Uppercase_Letter Decimal_Number Punctuation Math_Symbol Space_Separator Private_Use""".split()
POSIX = "alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit".split()
EXPRESSIONS = [
    *[f"\\p{{{name}}}" for name in [*CATEGORIES, *OTHERS, *SCRIPTS]],
    *[f"\\P{{{name}}}" for name in ["L", "Han", "Emoji"]],
    *[f"[[:{name}:]]" for name in POSIX],
    *[f"[[:^{name}:]]" for name in ["punct", "word"]],
    *[f"(?P:[[:{name}:]])" for name in POSIX],
    *[f"\\{letter}" for letter in "wWdDsShHNO"],
    *[f"[\\{letter}]" for letter in "wWdDsShH"],
    *[f"(?i:[\\p{{{name}}}])" for name in ["Lu", "Ll", "Lt", "Greek", "Latin"]],
    r"(?i:[^\p{Lu}])", r"(?i:[k-s])", "(?i:[^a-z])", r"(?i:\p{Lu})", "(?i:k)", "(?i:s)", "(?i:å)", "(?i:µ)", "(?W:\\w)", "(?D:\\d)",
    "(?S:\\s)", ".", "(?m:.)", r"[\p{L}&&\p{Latin}&&[^a-zA-Z]]", r"[^\r\n\p{L}\p{N}]", r"[\x{100}-\x{2ff}\x{10000}-\x{10fff}]",
]
POINTS = [point for point in range(0x110000) if not 0xD800 <= point <= 0xDFFF]
PARTS = ["".join(map(chr, POINTS[low : low + 0x4000])) for low in range(0, len(POINTS), 0x4000)]


def ranges(expression):
    # Between its like, a class of characters that fold onto several would match those.
    split = pre_tokenizers.Split(Regex(f"(?:{expression})"), "removed", invert=True)
    found = []
    for part in PARTS:
        for piece, _ in split.pre_tokenize_str(part):
            if len(piece) > 1:
                continue
            point = ord(piece)
            if found and (found[-1][1] + 1 == point or found[-1][1] == 0xD7FF and point == 0xE000):
                found[-1][1] = point
            else:
                found.append([point, point])
    return ",".join(f"{first:x}-{last:x}" for first, last in found)


def main():
    digests = {
        expression: hashlib.sha256(ranges(expression).encode()).hexdigest()[:12] for expression in EXPRESSIONS
    }
    text = json.dumps(digests, ensure_ascii=True, separators=(",", ":"))
    target = ROOT / "src/tokenizers/fixtures/regex-classes.json.gz"
    target.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(len(digests), target.stat().st_size)


main()
