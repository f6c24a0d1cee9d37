"""Texts for the tokenizer recordings: written here, or drawn at a fixed seed."""

import random

SENTENCES = [
    "The quick brown fox jumps over the lazy dog; it wasn't the first time, was it?",
    "Dr. O'Neill paid $1,234.56 (plus 7.5% tax) on 2021-03-04 at 10:45 a.m.",
    "Tokenization of unaffordable, internationalised, antidisestablishmentarian words.",
    "Der Straßenbahnführer größt über die Köpfe der Gäste hinweg, während es regnet.",
    "Où est passée la leçon de français que l'élève naïf a oubliée à Noël ?",
    "El niño pequeño comió piñas en la mañana; ¡qué sueño tan extraño!",
    "Příliš žluťoučký kůň úpěl ďábelské ódy v noci.",
    "Zażółć gęślą jaźń, mówił stary łódzki młynarz.",
    "İstanbul'da ışık ıslak sokakları aydınlatıyor, Iğdır'da ise değil.",
    "Съешь же ещё этих мягких французских булок, да выпей чаю. Йод!",
    "Жълтата дюля беше щастлива, че пухът цъфна и замръзна като гьон.",
    "Η γρήγορη αλεπού πηδάει πάνω από τον τεμπέλη σκύλο. ΟΔΥΣΣΕΥΣ ὀδυσσεύς",
    "다람쥐 헌 쳇바퀴에 타고파. 한국어 형태소 분석은 어렵습니다.",
    "いろはにほへと ちりぬるを。わがよたれぞ、つねならむ。ガギグゲゴ ﾊﾟﾋﾟﾌﾟ",
    "敏捷的棕色狐狸跳过了懒狗。天地玄黃，宇宙洪荒。東京都に住んでいます。",
    "עטלף אבק נס דרך מזגן שהתפוצץ כי חם. שָׁלוֹם עוֹלָם",
    "نص حكيم له سر قاطع وذو شأن عظيم مكتوب على ثوب أخضر ومغلف بجلد أزرق.",
    "हृषीकेश की ज़मीन पर धर्मक्षेत्रे कुरुक्षेत्रे समवेता युयुत्सवः।",
    "เป็นมนุษย์สุดประเสริฐเลิศคุณค่า กว่าบรรดาฝูงสัตว์เดรัจฉาน",
    "Hôm nay trời đẹp quá, chúng tôi đi chơi ở Hà Nội nhé.",
    "👩‍👩‍👧‍👦 family, 👍🏽 thumbs, 🇩🇪🇫🇷 flags, ❤️ heart, 1️⃣ keycap, 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "x̧̛́ ́ạ̈̇  e\u0301\u0323 \u1e69 \u0344 \u212b \ufb03 \u2460 \u3392 \uff21\uff42\uff43",
    "naïve\u00a0café\u2003au\u3000lait\u200bzero\u200dwidth\ufeffbom\u0085next\u2028line\u00adsoft",
    "http://example.org/a_b?c=d&e=f#g — user@example.com #hashtag @mention C++/C# 100%",
    "def f(x): return x**2 + {'a': [1, 2]}[\"a\"][0]  # comment\n\tindented\r\n",
    "don't can't won't they're I've he'd she'll it's 'quoted' “curly” ‘single’ «guillemets»",
    "aaaa bbbb abab aabb abcabcabc xyzzy zzzz aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "ǅ ǈ ǋ ß ẞ ŉ ǰ ΐ ΰ և ẖ ẗ ẘ ẙ ẚ ﬀ ﬁ ﬂ ﬃ ﬄ ﬅ ﬆ Σ σ ς ϲ İ ı K Å Ω",
    "𝒳𝓎𝔷 𝟙𝟚𝟛 𐐀𐐨 𠀀𠮷𪚥 𫝀 𬺰 丽 豈 𞤀𞤢 𑄚𑄮 𑍋 𝅗𝅥 𝅘𝅥𝅮",
    "각 각 한 가〮 ᄀᄀ각ᆨᆨ",
    "Ṩṩ Ḍ̇ q̣̇ ậ ậ ậ ̴̛̖́ ゙か が ヷ",
]

MARKS = "\u0300\u0301\u0308\u0323\u0327\u0328\u0334\u0345\u05b0\u05b1\u064b\u3099\u093c\u094d\u1d165"
CONTROLS = "\u0000\u0001\u0007\u0008\u000b\u000c\u001b\u007f\u0080\u0085\u009f\u00ad\u200b\u200c\u200d\u200e\u202e\u2060\ufeff\ufffd\uffff\ue000\U000e0001"
SPACES = " \t\n\r\u00a0\u1680\u2000\u2009\u2028\u2029\u202f\u205f\u3000"
PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~¡§«¶·»¿‐–—‘’“”„†•…‰′‹›⁂、。「」『』！？（）״؟।"
SPECIAL = ["[CLS]", "[SEP]", "[PAD]", "[UNK]", "[MASK]", "[mask]", "[MASK", "MASK]", "##", "##a"]
BLOCKS = [
    (0x20, 0x7E), (0x20, 0x7E), (0x20, 0x7E), (0xA0, 0xFF), (0x100, 0x24F), (0x250, 0x2FF), (0x300, 0x36F),
    (0x370, 0x3FF), (0x400, 0x4FF), (0x531, 0x58F), (0x590, 0x5FF), (0x600, 0x6FF), (0x900, 0x97F),
    (0xE00, 0xE7F), (0x10A0, 0x10FF), (0x1100, 0x11FF), (0x1E00, 0x1FFF), (0x2000, 0x206F), (0x2070, 0x22FF),
    (0x3000, 0x30FF), (0x3130, 0x318F), (0x4E00, 0x4FFF), (0xA640, 0xA69F), (0xAC00, 0xACFF), (0xF900, 0xFAFF),
    (0xFB00, 0xFBFF), (0xFF00, 0xFFEF), (0x10400, 0x1044F), (0x1D100, 0x1D1FF), (0x1D400, 0x1D7FF),
    (0x1F300, 0x1F6FF), (0x20000, 0x200FF), (0x2B700, 0x2B9FF), (0x2F800, 0x2FA1F), (0xE0000, 0xE007F),
]


def random_text(rng: random.Random) -> str:
    """One text of one to a dozen parts, of any kind. It may hold lone surrogates."""
    parts = []
    for _ in range(rng.randint(1, 8)):
        kind = rng.random()
        if kind < 0.35:
            words = rng.choice(SENTENCES).split(" ")
            start = rng.randrange(len(words))
            parts.append(" ".join(words[start : start + rng.randint(1, 5)]))
        elif kind < 0.6:
            low, high = rng.choice(BLOCKS)
            parts.append("".join(chr(rng.randint(low, high)) for _ in range(rng.randint(1, 8))))
        elif kind < 0.7:
            base = rng.choice("aeouinEAÅçأकか가\u1112 ")
            parts.append(base + "".join(rng.choice(MARKS) for _ in range(rng.randint(1, 5))))
        elif kind < 0.77:
            parts.append("".join(rng.choice(CONTROLS) for _ in range(rng.randint(1, 3))))
        elif kind < 0.84:
            parts.append("".join(rng.choice(PUNCTUATION) for _ in range(rng.randint(1, 4))))
        elif kind < 0.9:
            parts.append("".join(rng.choice(SPACES) for _ in range(rng.randint(1, 4))))
        elif kind < 0.95:
            parts.append(rng.choice(SPECIAL))
        elif kind < 0.97:
            parts.append(chr(rng.randint(0xD800, 0xDFFF)))
        elif kind < 0.98:
            parts.append(rng.choice("ab中é") * rng.choice([99, 100, 101, 150]))
        else:
            parts.append(chr(rng.choice([*range(0x20, 0xD800), *range(0xE000, 0x110000, 7)])))
    return rng.choice(["", "", "", " "]).join(parts)


def random_texts(seed: int, count: int) -> list[str]:
    rng = random.Random(seed)
    return [random_text(rng) for _ in range(count)]


def settle(text: str) -> str:
    """The text as Rust can hold it: lone surrogates become U+FFFD, pairs of them one character."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace_lone")


def _replace_lone(error):
    return ("\ufffd", error.start + 2)


import codecs  # noqa: E402

codecs.register_error("replace_lone", _replace_lone)


def utf16_positions(text: str) -> list[int]:
    """The UTF-16 position at which each character starts, and the length."""
    positions, at = [], 0
    for character in text:
        positions.append(at)
        at += 2 if ord(character) > 0xFFFF else 1
    return [*positions, at]
