"""Records the fast tokenizers of families with calls or options of their own, into src/models/<folder>/fixtures/.

    python tests/reference/tokenizers/record_further_families.py [folder ...]

(transformers==4.37.2; of roformer also rjieba.) family_recording.py says what a fixture holds.
"""

import json
import random
import sys
import tempfile

from family_recording import Case, attempt, loaded, members, plain, record, record_decoding, saved_files, write_cases
from record_byte_pair_families import BARE, byte_words, write
from record_wordpiece_families import vocab_file
from samples import SENTENCES, random_texts, settle, utf16_positions
from tokenizers import AddedToken
from tiny_vocabularies import sentencepiece_model
from transformers import (
    LayoutLMv2TokenizerFast,
    LayoutLMv3TokenizerFast,
    LayoutXLMTokenizerFast,
    MarkupLMTokenizerFast,
    RoFormerTokenizerFast,
    WhisperTokenizerFast,
)
from transformers.models.whisper.tokenization_whisper import LANGUAGES

# British words, as normalizer.json has them.
SPELLINGS = {"colour": "color", "realise": "realize", "theatre": "theater", "ß": "ss"}


def whisper(folder):
    symbols, merges = byte_words(120)
    vocab, merged = write(folder, [*symbols, "<|endoftext|>"], merges)
    spellings = f"{folder}/normalizer.json"
    with open(spellings, "w", encoding="utf-8") as file:
        json.dump(SPELLINGS, file)
    bare = WhisperTokenizerFast(vocab, merged)
    yield Case("of a vocabulary without languages", bare, random=4, every=4, decode=[{"basic_normalize": True}])
    tokenizer = WhisperTokenizerFast(vocab, merged, normalizer_file=spellings)
    tasks = ["translate", "transcribe", "startoflm", "startofprev", "nocaptions", "notimestamps"]
    special = ["<|endoftext|>", *(f"<|{name}|>" for name in ["startoftranscript", *LANGUAGES, *tasks])]
    tokenizer.add_special_tokens({"additional_special_tokens": [AddedToken(token, normalized=False, special=True) for token in special], "pad_token": "<|endoftext|>"})
    tokenizer.add_tokens([AddedToken(f"<|{place * 0.02:.2f}|>", normalized=False) for place in range(61)])
    options = [{"normalize": True}, {"basic_normalize": True}, {"basic_normalize": True, "remove_diacritics": True, "skip_special_tokens": True}, {"decode_with_timestamps": True}]
    yield Case("with its special tokens", tokenizer, random=8, every=2, decode=options, extra=whisper_extra(tokenizer))
    yield Case("from the vocabulary", tokenizer, random=4, every=6, absent=BARE, decode=options)


def whisper_extra(tokenizer):
    found = {"timestamp_ids": tokenizer.timestamp_ids()[:80], "timed": whisper_timed(tokenizer), "normalized": whisper_normalized(tokenizer)}
    found["prompts"] = [[text, attempt(lambda: tokenizer.get_prompt_ids(text).tolist())] for text in ["hello", "  Glossary: fox, dog \n", "a <|fr|> b", "", "<|0.02|>"]]
    prefixes = []
    for prefix in [{"language": "German"}, {"task": "translate"}, {"language": "yue", "task": "transcribe"}, {"predict_timestamps": True}, {"language": "Castilian", "predict_timestamps": False}]:
        tokenizer.set_prefix_tokens(**prefix)
        masks = [tokenizer.get_special_tokens_mask([5, 6]), tokenizer.get_special_tokens_mask([5, 6], [7])]
        prefixes.append([prefix, tokenizer.prefix_tokens, tokenizer("the fox").input_ids, tokenizer("the", "fox").input_ids, masks])
    found["prefixes"] = prefixes
    found["decoder_prompts"] = [[prompt, tokenizer.get_decoder_prompt_ids(**prompt)] for prompt in [{}, {"task": "transcribe", "language": "fr"}, {"no_timestamps": False}]]
    tokenizer.language, tokenizer.task, tokenizer.predict_timestamps = None, None, False
    tokenizer.set_prefix_tokens()
    return found


def whisper_timed(tokenizer):
    rng = random.Random(11)
    start = tokenizer.all_special_ids[-1] + 1
    previous, transcript = tokenizer.convert_tokens_to_ids(["<|startofprev|>", "<|startoftranscript|>"])
    text = lambda: tokenizer(rng.choice(SENTENCES[:8])[: rng.randint(0, 12)], add_special_tokens=False).input_ids
    sequences = []
    for _ in range(24):
        ids = tokenizer.prefix_tokens if rng.random() < 0.5 else []
        if rng.random() < 0.3:
            ids = [previous, *text(), *(ids if rng.random() < 0.8 else [])]
        time = 0
        for _ in range(rng.randint(0, 4)):
            end = min(time + rng.randint(0, 40), 60)
            ids = [*ids, start + time, *text(), start + end]
            time = rng.choice([end, end, 0])
        sequences.append([*ids, *rng.choice([[], text(), [start + 60], [transcript]])])
    options = [{"output_offsets": True}, {"output_offsets": True, "skip_special_tokens": True, "time_precision": 0.125}, {"decode_with_timestamps": True}, {"decode_with_timestamps": True, "skip_special_tokens": True, "time_precision": 0.0625}, {"skip_special_tokens": True}]
    return [[ids, some, plain(tokenizer.decode(ids, **some))] for ids in sequences for some in options]


SPOKEN = """twenty five dollars and fifty cents|nineteen sixties|one oh one|two and a half million pounds|minus five degrees
three point one four percent|five per cent, ten per annum|double seven triple oh nine|the twenty first of june, nineteen eighty four
one hundred and one dalmatians|a thousand and one nights|$20 million and ¢7|$2 and ¢7|$0.50|£3 and ¢45|£0.123|1,234,567 euros
Mr. Smith won't; Mrs. Jones can't, y'all! Dr. O'Neill's been gone ma'am|I'ma let's gonna ain't he'd done it's got
[noise] (laughs) <unk> hmm mm mhm uh um ummm uh-um|it 's 1960s 274th 32 nd 3 st 7 s|colour theatre realise ß|the 1s and 1st 1
192.168.0.1 one point two point three|negative seven hundred million|plus and minus|eleven twelve thirteenth|twenty twelve hundredth
sixty-four thousand, six hundred|zero million|oh point five million|one point five thousandth|1.5 millions|5 million 300 thousands
ninety ninths|forty oh|ten eleven|one one one two twenties|seven twenty two|seventy two hundred fifty fifth|3. 5. a.b .5|-5 +6 €7 ¢8 -$9
point|double|and|per|half and a half|three and a half|a and a half dogs|1 and a half|one two.three four|nonillion decillion quintillionth
()a(b)(c(d)e)) [x>y] <a]b (unclosed [unclosed|1 2 3 4,5,6|x2y3z|٣ million|²½ %5 5% a% 5 % .5.|$one €two|won'ting can't's 'em|İstanbul ΟΔΥΣΣΕΥΣ Ǆ
ninety and nine|hundred hundred|five hundred and|two hundredths|minus minus three|$5 point five|1.point 2|4 point 2.5|7.0 8.50 cents|one ones 1 dollars"""


def whisper_normalized(tokenizer):
    texts = [line for lines in SPOKEN.split("\n") for line in lines.split("|")]
    texts += [*SENTENCES, *map(settle, random_texts(19, 60))]
    rng = random.Random(7)
    words = "one two six eleven twelve twenty ninety hundred thousand million point and double triple oh zero minus dollars cents percent per cent 5 20 1.5 $3 first twentieth hundredth sixes half a fox 3rd 100 0 .".split()
    texts += [" ".join(rng.choices(words, k=rng.randint(2, 9))) for _ in range(250)]
    rows = []
    for text in texts:
        basic = [tokenizer._basic_normalize(text, remove_diacritics=marks) for marks in (False, True)]
        rows.append([text, attempt(lambda: tokenizer._normalize(text)), *basic])
    return rows


def roformer(folder):
    vocab = vocab_file(folder)
    with open(vocab, encoding="utf-8") as file:
        tokens = file.read().split("\n")[:-1]
    # Where the vocabulary has no Chinese words, the result is independent of jieba's dictionary.
    is_word = lambda token: len(token) > 1 and token[:2] != "##" and any("\u4e00" <= character <= "\u9fff" for character in token)
    with open(vocab, "w", encoding="utf-8") as file:
        file.writelines(f"{token}\n" for token in tokens if not is_word(token))
    save = RoFormerTokenizerFast.save_pretrained

    def save_and_restore(tokenizer, *arguments, **options):
        # What has been saved has BERT's words from then on.
        words = tokenizer.backend_tokenizer.pre_tokenizer
        save(tokenizer, *arguments, **options)
        tokenizer.backend_tokenizer.pre_tokenizer = words

    RoFormerTokenizerFast.save_pretrained = save_and_restore
    texts = ["2019年C++，c#", "AT&T at&t a_b-c%d+e#", "x\u4eba\u304by1", "\u3400a\U00020000b"]
    yield Case("with tokenizer.json", RoFormerTokenizerFast(vocab, do_lower_case=False), random=16, texts=texts)
    yield Case("from the vocabulary", RoFormerTokenizerFast(vocab), random=16, texts=texts, absent=BARE)


BOXES = {"marks": "boxes", "labels": "word_labels"}
PATHS = {"marks": "xpaths", "labels": "node_labels"}
TAGS = {tag: index for index, tag in enumerate(["html", "body", "div", "li", "span", "p"])}


def marked(case, names, make_mark, question_words):
    """A case of a tokenizer whose words have marks: boxes or paths."""
    files = saved_files(case.tokenizer, {**case.files, **dict.fromkeys(case.absent)})
    tokenizer = loaded(type(case.tokenizer), files)
    texts = [*SENTENCES[::3], *map(settle, random_texts(83, case.random)), *(f"a {token}b" for token in tokenizer.all_special_tokens)]
    tokens = [[text, tokenizer.tokenize(text)] for text in texts]
    return {
        "name": case.name,
        "class": type(tokenizer).__name__,
        "files": files,
        "saved": {name: file for name, file in saved_files(tokenizer, case.files).items() if file != files.get(name)},
        "texts": [[text, found, tokenizer.convert_tokens_to_ids(found)] for text, found in tokens],
        "calls": marked_calls(tokenizer, names, make_mark, question_words),
        "padded": marked_padding(tokenizer, names, make_mark),
        "decoded": record_decoding(tokenizer, texts, case),
        "members": members(tokenizer),
    }


def marked_calls(tokenizer, names, make_mark, question_words):
    rng = random.Random(31)
    calls = []

    def call(text, pair=None, words=None, labels=False, **options):
        words = words or pair or text
        each = lambda make: [make() for _ in words] if isinstance(words[0], str) else [[make() for _ in part] for part in words]
        given = {**options, names["marks"]: each(lambda: make_mark(rng))}
        if labels:
            given[names["labels"]] = each(lambda: rng.randint(0, 9))
        try:
            encoded = tokenizer(text, pair, **given)
            expected = dict(encoded)
            if "offset_mapping" in expected:
                expected["offset_mapping"] = marked_offsets(encoded, text, pair, question_words)
        except BaseException:  # Rust's panics are no exceptions.
            expected = None
        calls.append({"text": text, "options": {**given, **({"text_pair": pair} if pair else {})}, "expected": expected})

    words = [sentence.split() for sentence in SENTENCES]
    full = {"return_special_tokens_mask": True, "return_token_type_ids": True, "return_offsets_mapping": True}
    for index in [0, 1, 4, 8, 14, 20]:
        call(words[index], labels=index % 2 == 0, **full)
    call([words[2], words[5][:3]], labels=True)
    call(SENTENCES[2][:20], words[1], labels=True, **full)
    call("What is 𝒳 it?", words[4][:6], return_length=True)
    call([SENTENCES[0][:15], "Who?"], [words[3], words[7][:2]], **full)
    call([SENTENCES[0][:15], "Who?"], [words[3], words[7]], padding=True, labels=True, return_length=True)
    call([words[6][:2], words[9]], padding="max_length", max_length=24, truncation=True, labels=True)
    call([words[6][:2], words[9][:4]], padding=True, pad_to_multiple_of=8, **full)
    call(words[0], truncation=True, max_length=9, add_special_tokens=False)
    call([words[0], words[1][:2]], truncation=True, max_length=11, stride=3, return_overflowing_tokens=True, labels=True, **full)
    call("Who?", words[3], truncation="only_second", max_length=15, stride=2, return_overflowing_tokens=True, padding="max_length")
    call(["a", "  ", "", "\u00a0b", "éa"], labels=True, **full)
    # What is refused.
    call("words", words=["words"])
    call(words[0], words=words[1])
    call([words[0], words[2]], words=[words[0], words[1]])
    call(["a", "b"], [words[0]], words=[words[0]])
    return calls


def marked_offsets(encoded, text, pair, question_words):
    isBatch = isinstance(encoded["input_ids"][0], list)
    rows = []
    for row, encoding in enumerate(encoded.encodings):
        sample = encoded.get("overflow_to_sample_mapping", list(range(len(encoded.encodings))))[row]
        is_single = isinstance(text, str) or (pair is None and isinstance(text[0], str))
        parts = [part if is_single or part is None else part[sample] for part in (text, pair)]
        if pair is not None:
            parts[0] = question_words(parts[0])
        found = []
        for (start, end), sequence, word in zip(encoding.offsets, encoding.sequence_ids, encoding.word_ids):
            positions = None if word is None else utf16_positions(parts[sequence][word])
            found.append([start, end] if positions is None else [positions[start], positions[end]])
        rows.append(found)
    return rows if isBatch else rows[0]


def marked_padding(tokenizer, names, make_mark):
    rng = random.Random(37)
    examples = [tokenizer(words, **{names["marks"]: [make_mark(rng) for _ in words], names["labels"]: [1] * len(words)}) for words in (SENTENCES[0].split()[:4], ["a"])]
    found = []
    for side in ["right", "left"]:
        tokenizer.padding_side = side
        found.append([side, [dict(example) for example in examples], dict(tokenizer.pad([dict(example) for example in examples]))])
    tokenizer.padding_side = "right"
    return found


def box(rng):
    left, top = rng.randint(0, 900), rng.randint(0, 900)
    return [left, top, left + rng.randint(1, 100), top + rng.randint(1, 100)]


def layout(cls, make):
    def cases(folder):
        for name, options, case in make(folder):
            yield marked(Case(name, cls(**options), random=8, **case), BOXES, box, str.split)

    return cases


def layoutlmv2(folder):
    vocab = {"vocab_file": vocab_file(folder)}
    other = {"do_lower_case": False, "cls_token_box": [1, 2, 3, 4], "pad_token_label": 7, "only_label_first_subword": False}
    yield "with tokenizer.json", {**vocab, **other}, {}
    yield "from the vocabulary", vocab, {"absent": BARE}


def layoutlmv3(folder):
    symbols, merges = byte_words(120)
    vocab, merged = write(folder, ["<s>", "<pad>", "</s>", "<unk>", "<mask>", *symbols], merges)
    files = {"vocab_file": vocab, "merges_file": merged}
    yield "with tokenizer.json", files, {}
    yield "from the vocabulary", files, {"absent": BARE}
    yield "without a space in front", {**files, "add_prefix_space": False, "trim_offsets": False, "only_label_first_subword": False}, {}


def layoutxlm(folder):
    path = f"{folder}/sentencepiece.bpe.model"
    with open(path, "wb") as file:
        file.write(sentencepiece_model())
    yield "with tokenizer.json", {"vocab_file": path}, {}
    yield "from the model", {"vocab_file": path, "only_label_first_subword": False}, {"absent": BARE[:1]}


def markuplm(folder):
    symbols, merges = byte_words(120)
    vocab, merged = write(folder, ["<s>", "<pad>", "</s>", "<unk>", "<mask>", *symbols], merges)
    files = {"vocab_file": vocab, "merges_file": merged, "tags_dict": TAGS, "max_depth": 4}
    units = ["html", "body", "div", "div[2]", "li[12]", "span[3000]", "unknown[1]", " p ", ""]
    path = lambda rng: "/" + "/".join(rng.choice(units) for _ in range(rng.randint(0, 6)))
    make = lambda name, case={}, **options: marked(Case(name, MarkupLMTokenizerFast(**files, **options), random=8, **case), PATHS, path, lambda text: [text])
    yield make("with tokenizer.json")
    yield make("from the vocabulary", {"absent": BARE[:1] + BARE[2:]}, add_prefix_space=True, only_label_first_subword=False, max_width=10, pad_width=11)


FAMILIES = {
    "layoutlmv2": layout(LayoutLMv2TokenizerFast, layoutlmv2),
    "layoutlmv3": layout(LayoutLMv3TokenizerFast, layoutlmv3),
    "layoutxlm": layout(LayoutXLMTokenizerFast, layoutxlm),
    "markuplm": markuplm,
    "roformer": roformer,
    "whisper": whisper,
}


def main():
    for folder in sys.argv[1:] or FAMILIES:
        with tempfile.TemporaryDirectory() as work:
            cases = list(FAMILIES[folder](work))
            # Those whose words have marks are recorded already.
            record(folder, cases) if isinstance(cases[0], Case) else write_cases(folder, cases)


if __name__ == "__main__":
    main()
