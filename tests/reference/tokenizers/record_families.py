"""Records the tokenizers that Transformers has in Python alone, into src/models/<folder>/fixtures/.

    python tests/reference/tokenizers/record_families.py [folder ...]

(transformers==4.37.2, sentencepiece, sacremoses==0.2.0.) Vocabularies are made here; a second run
writes the same bytes.
"""

import json
import pathlib
import sys
import tempfile

from family_recording import Case, record
from samples import SENTENCES
from tiny_vocabularies import bpe_merges, corpus_words, pieces_of, sentencepiece_model, symbols_of, wordpiece_tokens
from tokenizers import AddedToken
from transformers import (
    BartphoTokenizer,
    BertGenerationTokenizer,
    BertJapaneseTokenizer,
    BertweetTokenizer,
    BioGptTokenizer,
    BlenderbotSmallTokenizer,
    ByT5Tokenizer,
    CanineTokenizer,
    CTRLTokenizer,
    ErnieMTokenizer,
    EsmTokenizer,
    FlaubertTokenizer,
    FSMTTokenizer,
    GPTSw3Tokenizer,
    M2M100Tokenizer,
    MarianTokenizer,
    PerceiverTokenizer,
    PhobertTokenizer,
    PLBartTokenizer,
    ProphetNetTokenizer,
    Speech2Text2Tokenizer,
    Speech2TextTokenizer,
    SpeechT5Tokenizer,
    TransfoXLTokenizer,
    VitsTokenizer,
    Wav2Vec2CTCTokenizer,
    Wav2Vec2PhonemeCTCTokenizer,
    XLMProphetNetTokenizer,
    XLMTokenizer,
)

FAMILIES = {}


def family(folder):
    def keep(make):
        FAMILIES[folder] = make
        return make

    return keep


def file(name, content):
    """Writes a file of a vocabulary into this run's folder; returns its path."""
    path = pathlib.Path(WORK.name) / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(path)


def ids(tokens):
    return {token: index for index, token in enumerate(dict.fromkeys(tokens))}


def unmarked(symbol):
    """A symbol as CTRL and its like write it: "@@" inside of words."""
    return symbol[:-4] if symbol.endswith("</w>") else symbol + "@@"


@family("ctrl")
def ctrl():
    words = corpus_words()
    merges = bpe_merges(words, 250)
    vocab = ids(["<unk>", *map(unmarked, symbols_of(words, merges))])
    merges_file = "#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges)
    make = lambda **options: CTRLTokenizer(file("vocab.json", vocab), file("merges.txt", merges_file), **options)
    yield Case("plain", make(), texts=["Links Hello\nworld\n\n x", "a @@ b@@ c"])
    yield Case("with padding", make(pad_token="<pad>", eos_token="</s>"), random=10)


@family("phobert")
def phobert():
    words = corpus_words()
    merges = bpe_merges(words, 250)
    vocab = "".join(f"{unmarked(symbol)} 1\n" for symbol in symbols_of(words, merges) if unmarked(symbol).strip())
    codes = "".join(f"{a} {b} 1\n" for a, b in merges)
    yield Case("plain", PhobertTokenizer(file("vocab.txt", vocab), file("bpe.codes", codes)))


@family("xlm")
def xlm():
    words = [word for sentence in SENTENCES for word in sentence.lower().split()]
    merges = bpe_merges(words, 250)
    special = ["<s>", "</s>", "<pad>", "<unk>", *[f"<special{number}>" for number in range(10)]]
    vocab = ids([*special, *symbols_of(words, merges)])
    merges_file = "".join(f"{a} {b} 1\n" for a, b in merges)
    make = lambda **options: XLMTokenizer(file("vocab.json", vocab), file("merges.txt", merges_file), **options)
    plain = make()
    texts = ["L'été d'Été (déjà) « vu » 5 %", "10\u00a0000 „So“, ‘a’ … ．b 。c", "Mr. Smith vs. No. 5."]
    languages = [
        # `tokenize` does not hand the language on, and lowercases each character by itself.
        [language, text, plain._tokenize("".join(map(str.lower, text)), lang=language)]
        for language in ["en", "fr", "de", "ro", "ko", "ar"]
        for text in [*texts, *SENTENCES[:12]]
    ]
    bypassed = [[text, plain._tokenize("".join(map(str.lower, text)), bypass_tokenizer=True)] for text in SENTENCES[:12]]
    yield Case("plain", plain, texts=texts, extra={"languages": languages, "bypassed": bypassed})
    yield Case("cased, with languages", make(do_lowercase_and_remove_accent=False, lang2id={"en": 0, "fr": 1}, id2lang={0: "en", 1: "fr"}), random=10)


@family("byt5")
def byt5():
    yield Case("plain", ByT5Tokenizer(), texts=["A long <extra_id_0> paragraph</s> <extra_id_12>x"], ids=[*range(3, 384)])
    yield Case("few extra ids", ByT5Tokenizer(extra_ids=2), random=10, ids=[*range(3, 261)])


@family("canine")
def canine():
    pool = [ord(char) for sentence in SENTENCES for char in sentence] + [*range(0xE000, 0xE006)]
    yield Case("plain", CanineTokenizer(), ids=pool)


@family("wav2vec2")
def wav2vec2():
    letters = ids(["<pad>", "<s>", "</s>", "<unk>", "|", *"ETAONIHSRDLUMWCFGYPBVK'XJQZ"])
    make = lambda vocab=letters, **options: Wav2Vec2CTCTokenizer(file("vocab.json", vocab), **options)
    variants = [
        {"group_tokens": False},
        {"output_char_offsets": True},
        {"output_word_offsets": True},
        {"output_char_offsets": True, "output_word_offsets": True, "skip_special_tokens": True},
        {"output_word_offsets": True, "group_tokens": False},
        {"spaces_between_special_tokens": True, "skip_special_tokens": True},
    ]
    pool = [*range(len(letters)), 0, 0, 0, 4, 4, 4, 5, 5, 6]
    yield Case("plain", make(), texts=["HELLO WORLD", "A  B | C"], decode=variants, ids=pool)
    yield Case("lower case", make(do_lower_case=True, word_delimiter_token="*", replace_word_delimiter_char="-"), decode=variants, ids=pool, random=10)
    spoken = {language: ids(["<pad>", "<s>", "</s>", "<unk>", "|", *letters, "oe"]) for language, letters in {"eng": "abcdefg", "fra": "hijklme"}.items()}
    nested = make(spoken, target_lang="eng")
    other = make(spoken, target_lang="eng")
    other.set_target_lang("fra")
    after = [[text, other(text)["input_ids"]] for text in ["abc hij", "a oe b", "mél"]]
    yield Case("languages", nested, random=5, decode=variants, extra={"after": after})


@family("bert-japanese")
def bert_japanese():
    tokens = [*wordpiece_tokens(), *dict.fromkeys("".join(SENTENCES[12:15]))]
    vocab = file("vocab.txt", "".join(f"{token}\n" for token in dict.fromkeys(tokens) if token.strip()))
    yield Case("basic words, wordpiece", BertJapaneseTokenizer(vocab, never_split=["東京", "Fox"]))
    yield Case("lower case", BertJapaneseTokenizer(vocab, do_lower_case=True), random=20)
    yield Case("characters", BertJapaneseTokenizer(vocab, subword_tokenizer_type="character"), random=20)
    yield Case("no words", BertJapaneseTokenizer(vocab, do_word_tokenize=False, subword_tokenizer_type="character"), random=10)
    yield Case("no subwords", BertJapaneseTokenizer(vocab, do_subword_tokenize=False), random=10)
    model = file("spiece.model", sentencepiece_model(300, "unigram", symbols=["[CLS]", "[SEP]", "[MASK]", "[PAD]", "[UNK]"]))
    yield Case("sentencepiece", BertJapaneseTokenizer(None, model, do_word_tokenize=False, subword_tokenizer_type="sentencepiece"), random=20)


@family("marian")
def marian():
    source, target = sentencepiece_model(250), sentencepiece_model(280, "bpe")
    languages = [">>fra<<", ">>deu<<"]
    shared = ids(["</s>", "<unk>", *languages, *dict.fromkeys(pieces_of(source)[3:] + pieces_of(target)[3:]), "<pad>"])
    texts = [">>fra<< Hello world", ">>xyz<< unknown language", "in >>deu<< between", ">>fra<<>>deu<< two"]
    make = lambda vocab, **options: MarianTokenizer(file("source.spm", source), file("target.spm", target), file("vocab.json", vocab), **options)
    shared_tokenizer = make(shared, source_lang="en", target_lang="fr")
    yield Case("one vocabulary", shared_tokenizer, texts=texts, extra=marian_targets(shared_tokenizer))
    first = ids(["</s>", "<unk>", *pieces_of(source)[3:], "<pad>"])
    second = ids(["</s>", "<unk>", *pieces_of(target)[3:], "<pad>"])
    separate = make(first, target_vocab_file=file("target_vocab.json", second), separate_vocabs=True)
    yield Case("two vocabularies", separate, texts=texts, random=10, extra=marian_targets(separate))


def marian_targets(tokenizer):
    return {
        "targets": [[text, tokenizer(text_target=text)["input_ids"]] for text in SENTENCES[:12]],
        "labels": [[text, dict(tokenizer(text, text_target=SENTENCES[1]))] for text in SENTENCES[:4]],
        "normalized": [[text, tokenizer.normalize(text)] for text in SENTENCES[:26]],
        "source": [[found, tokenizer.decode(found, use_source_tokenizer=True)] for found in [tokenizer(SENTENCES[0])["input_ids"]]],
        "codes": tokenizer.supported_language_codes,
    }


@family("m2m_100")
def m2m_100():
    model = sentencepiece_model(300)
    vocab = ids(["<s>", "<pad>", "</s>", "<unk>", *pieces_of(model)[3:], *[f"madeupword000{number}" for number in range(3)]])
    make = lambda **options: M2M100Tokenizer(file("vocab.json", vocab), file("sentencepiece.bpe.model", model), **options)
    tokenizer = make(src_lang="en", tgt_lang="fr")
    german = make(src_lang="de", tgt_lang="zh")
    german.src_lang = "fr"
    extra = {
        "targets": [[text, tokenizer(text_target=text)["input_ids"]] for text in SENTENCES[:6]],
        "labels": [[text, dict(tokenizer(text, text_target=SENTENCES[1]))] for text in SENTENCES[:4]],
        "languages": {language: tokenizer.get_lang_id(language) for language in ["en", "fr", "zu", "ast", "zh"]},
        "after": [[text, german(text)["input_ids"]] for text in SENTENCES[:4]],
    }
    yield Case("plain", tokenizer, extra=extra, texts=["__fr__ Bonjour", "x __en__ y"])
    yield Case("wmt21", make(language_codes="wmt21", src_lang="de"), random=10)


@family("speech_to_text")
def speech_to_text():
    model = sentencepiece_model(320, symbols=[f"<lang:{language}>" for language in "pt fr ru nl ro it es de".split()])
    vocab = ids(["<s>", "<pad>", "</s>", "<unk>", *pieces_of(model)[3:]])
    make = lambda **options: Speech2TextTokenizer(file("vocab.json", vocab), file("sentencepiece.bpe.model", model), **options)
    yield Case("plain", make())
    yield Case("upper case", make(do_upper_case=True), random=10)
    yield Case("lower case", make(do_lower_case=True), random=10)
    spoken = make(lang_codes="mustc", tgt_lang="fr")
    other = make(lang_codes="mustc")
    first = [[text, other(text)["input_ids"]] for text in SENTENCES[:2]]
    other.tgt_lang = "de"
    extra = {"first": first, "after": [[text, other(text)["input_ids"]] for text in SENTENCES[:4]]}
    yield Case("languages", spoken, random=10, extra=extra)


@family("speecht5")
def speecht5():
    model = sentencepiece_model(200, "char", symbols=["<ctc_blank>"])
    make = lambda **options: SpeechT5Tokenizer(file("spm_char.model", model), **options)
    numbers = [
        "I paid $12.50 and 3,000,000 euros, or €7; 100% of -5 and 1234567.",
        "0 1 10 11 19 20 21 99 100 101 110 999 1000 1001 1,000 12,345,678 1.5 3.14 3.141 007 000 0.00",
        "$5 -$5 $-5 £3.20 ¥100 5% -5% $5% 5.25% x5 5x 5.5.5 ５ ٣ 1,2,3 ₹10 ₫99 ﷼4 minus 5",
        "999999999999 1000000000000000 123456789012345678901234567890123456",
    ]
    yield Case("plain", make(), texts=numbers)
    normalizing = make(normalize=True)
    extra = {"normalized": [[text, normalizing.normalizer(text)] for text in [*numbers, *SENTENCES]]}
    yield Case("numbers spelled out", normalizing, texts=numbers, random=20, extra=extra)


@family("transfo-xl")
def transfo_xl():
    words = [word.strip('.,;:!?()"') for word in corpus_words()]
    tokens = ["<unk>", "<eos>", *words, *".,;:!?()'\"$%", "@-@", "@,@", "@.@", "'s"]
    lines = "".join(f"{token}\n" for token in dict.fromkeys(tokens) if token)
    vocab = file("vocab.txt", lines)
    # What Python saves is a pickle that it reads again with TRUST_REMOTE_CODE alone.
    files = {"vocab.pkl": None, "vocab.txt": lines}
    texts = ["In 1,234.5 state-of-the-art 'quotes' <UNK> <eos> x", "The dogs' (own) $ 5 ; \"said\" he .", " spaced  out "]
    yield Case("plain", TransfoXLTokenizer(vocab_file=vocab), texts=texts, files=files)
    yield Case("lower case", TransfoXLTokenizer(vocab_file=vocab, lower_case=True, language="fr", never_split=["fox", "<unk>"]), texts=texts, files=files, random=20)


def merges_of(words, count=250):
    merges = bpe_merges(words, count)
    return merges, "".join(f"{a} {b} 1\n" for a, b in merges)


@family("bertweet")
def bertweet():
    words = corpus_words()
    merges, codes = merges_of(words)
    vocab = "".join(f"{unmarked(symbol)} 1\n" for symbol in symbols_of(words, merges) if unmarked(symbol).strip())
    yield Case("plain", BertweetTokenizer(file("vocab.txt", vocab), file("bpe.codes", codes)), random=15)


@family("flaubert")
def flaubert():
    words = [word for sentence in SENTENCES for word in sentence.split()]
    merges, codes = merges_of(words)
    special = ["<s>", "</s>", "<pad>", "<unk>", *[f"<special{number}>" for number in range(10)]]
    vocab = ids([*special, *symbols_of(words, merges)])
    make = lambda **options: FlaubertTokenizer(file("vocab.json", vocab), file("merges.txt", codes), **options)
    lowered = make(do_lowercase=True)
    extra = [[text, lowered.tokenize(text)] for text in SENTENCES]
    yield Case("plain", make(), texts=["``L'été'' d'aujourd'hui « vu » 5 %"], random=20, extra=extra)


@family("fsmt")
def fsmt():
    words = [word for sentence in SENTENCES[:12] for word in sentence.split()]
    merges, codes = merges_of(words)
    source = ids(["<s>", "<pad>", "</s>", "<unk>", *symbols_of(words, merges)])
    target = ids(["<s>", "<pad>", "</s>", "<unk>", *reversed(symbols_of(words, merges))])
    files = {"src_vocab_file": file("vocab-src.json", source), "tgt_vocab_file": file("vocab-tgt.json", target), "merges_file": file("merges.txt", codes)}
    texts = ["a & b <c> 'd' \"e\" [f] g|h", "10\u00a0000 „So“"]
    yield Case("plain", FSMTTokenizer(langs=["en", "ru"], **files), texts=texts)
    yield Case("lower case", FSMTTokenizer(langs=["de", "en"], do_lower_case=True, **files), texts=texts, random=10)


@family("biogpt")
def biogpt():
    words = [word for sentence in SENTENCES[:12] for word in sentence.split()]
    merges, codes = merges_of(words)
    vocab = ids(["<s>", "<pad>", "</s>", "<unk>", *symbols_of(words, merges)])
    texts = ["a & b <c> 'd' \"e\" [f] g|h", "anti-CD4 (IL-2) p<0.05, 1,000"]
    yield Case("plain", BioGptTokenizer(file("vocab.json", vocab), file("merges.txt", codes)), texts=texts)


@family("blenderbot-small")
def blenderbot_small():
    words = [word for sentence in SENTENCES for word in sentence.lower().split()]
    merges, _ = merges_of(words)
    merges_file = "#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges)
    vocab = ids(["__null__", "__start__", "__end__", "__unk__", "__newln__", *map(unmarked, symbols_of(words, merges))])
    tokenizer = BlenderbotSmallTokenizer(file("vocab.json", vocab), file("merges.txt", merges_file))
    yield Case("plain", tokenizer, texts=["hello!\nworld (it's) 'x'", "A.B,C  '' . !"])


@family("speech_to_text_2")
def speech_to_text_2():
    words = corpus_words()
    merges, codes = merges_of(words)
    vocab = ids(["<s>", "<pad>", "</s>", "<unk>", *map(unmarked, symbols_of(words, merges))])
    make = lambda **options: Speech2Text2Tokenizer(file("vocab.json", vocab), **options)
    yield Case("plain", make(merges_file=file("merges.txt", codes)), random=20)
    yield Case("lower case", make(merges_file=file("merges.txt", codes), do_lower_case=True), random=10)


@family("wav2vec2_phoneme")
def wav2vec2_phoneme():
    phonemes = "ɛ l oʊ w ɜː d ɐ t ð ə s".split()
    vocab = ids(["<s>", "<pad>", "</s>", "<unk>", "|", *phonemes])
    make = lambda **options: Wav2Vec2PhonemeCTCTokenizer(file("vocab.json", vocab), do_phonemize=False, **options)
    variants = [{"group_tokens": False}, {"output_char_offsets": True}, {"filter_word_delimiter_token": False}, {"filter_word_delimiter_token": False, "output_char_offsets": True}]
    pool = [*range(len(vocab)), 1, 1, 4, 5, 5, 6]
    texts = ["h ɛ l oʊ | w ɜː l d", " ɐ  t \n ð ə "]
    yield Case("plain", make(), texts=texts, decode=variants, ids=pool, random=10)
    yield Case("words", make(word_delimiter_token="|"), texts=texts, decode=variants, ids=pool, random=10)


@family("vits")
def vits():
    vocab = ids(["_", *"abcdefghijklmnopqrstuvwxyzéț ', ", "ţ", "ch", "Q", "<unk>"])
    make = lambda **options: VitsTokenizer(file("vocab.json", vocab), phonemize=False, **options)
    texts = ["Chat QuQ À bientôt, l'été!", "ch CH cH Țară ț"]
    yield Case("plain", make(), texts=texts, random=15)
    yield Case("Romanian without blanks", make(language="ron", add_blank=False), texts=texts, random=10)
    yield Case("as it stands", make(normalize=False), texts=texts, random=10)


@family("perceiver")
def perceiver():
    yield Case("plain", PerceiverTokenizer(), ids=[*range(262)])


@family("esm")
def esm():
    tokens = ["<cls>", "<pad>", "<eos>", "<unk>", *"LAGVSERTIDPKQNFYMHWCXBUZO.-", "<null_1>", "<mask>"]
    proteins = ["MKTAYIAKQRQISFVKSHFSRQ", "MK TAY<mask>IAK<cls> x LL-.", "<null_1>A<eos>b<unk>", "mkta", "LAGVSERTIDPKQNFYMHWC" * 3]
    yield Case("plain", EsmTokenizer(file("vocab.txt", "\n".join(tokens))), texts=proteins, random=15)


@family("bert-generation")
def bert_generation():
    model = sentencepiece_model(260, symbols=["<::::>", "<pad>"])
    yield Case("plain", BertGenerationTokenizer(file("spiece.model", model)), random=20)


@family("gpt-sw3")
def gpt_sw3():
    model = sentencepiece_model(260, "bpe", symbols=["<pad>", "<|endoftext|>"])
    texts = ["a\u2009b\u200ac\u202fd\u2005e\u3000f\u2002g\u2008h\u2003i\ufffcj\u0084k", "x\x07y\u00adz\u200bw\u00a0v\tu\nt"]
    make = lambda **options: GPTSw3Tokenizer(file("spiece.model", model), **options)
    yield Case("plain", make(), texts=texts)
    yield Case("of 7b", make(name_or_path="AI-Sweden-Models/gpt-sw3-7b"), random=10)


@family("prophetnet")
def prophetnet():
    vocab = file("prophetnet.tokenizer", "".join(f"{token}\n" for token in [*wordpiece_tokens(), "[X_SEP]"]))
    yield Case("plain", ProphetNetTokenizer(vocab))
    yield Case("cased", ProphetNetTokenizer(vocab, do_lower_case=False, never_split=["fox;"], strip_accents=True), random=15)


@family("xlm-prophetnet")
def xlm_prophetnet():
    tokenizer = XLMProphetNetTokenizer(file("prophetnet.tokenizer", sentencepiece_model(260)))
    yield Case("plain", tokenizer, ids=[*range(15), *range(16, len(tokenizer))])


@family("plbart")
def plbart():
    model = sentencepiece_model(260)
    make = lambda **options: PLBartTokenizer(file("sentencepiece.bpe.model", model), **options)
    base = make(src_lang="java", tgt_lang="en_XX")
    extra = {
        "targets": [[text, base(text_target=text)["input_ids"]] for text in SENTENCES[:4]],
        "labels": [[text, dict(base(text, text_target=SENTENCES[1]))] for text in SENTENCES[:4]],
    }
    yield Case("base", base, extra=extra, random=20)
    multi = make(language_codes="multi", src_lang="go", additional_special_tokens=["<x>"])
    yield Case("multi", multi, random=10)
    yield Case("without languages", make(), random=5)


@family("bartpho")
def bartpho():
    model = sentencepiece_model(260)
    listed = "".join(f"{piece} {number}\n" for number, piece in enumerate(pieces_of(model)[3::2]))
    tokenizer = BartphoTokenizer(file("sentencepiece.bpe.model", model), file("dict.txt", listed))
    yield Case("plain", tokenizer, random=20)


@family("ernie_m")
def ernie_m():
    model = sentencepiece_model(300)
    tokens = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]", *pieces_of(model)[3:], *"敏捷的棕色狐狸。、！"]
    vocab = file("vocab.txt", "".join(f"{token}\n" for token in dict.fromkeys(tokens)))
    make = lambda **options: ErnieMTokenizer(file("sentencepiece.bpe.model", model), vocab, **options)
    yield Case("plain", make(), texts=["abc123def 4x5, 6.7 ７a", "敏捷,的 x。"])
    yield Case("lower case", make(do_lower_case=True), random=10)


def main():
    global WORK
    for folder in sys.argv[1:] or FAMILIES:
        with tempfile.TemporaryDirectory() as work:
            WORK = type("Work", (), {"name": work})
            record(folder, list(FAMILIES[folder]()))


main()
