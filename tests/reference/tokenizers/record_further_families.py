"""Records the fast tokenizers of families with calls or options of their own, into src/models/<folder>/fixtures/.

    python tests/reference/tokenizers/record_further_families.py [folder ...]

(transformers==4.37.2; of roformer also rjieba.) family_recording.py says what a fixture holds.
"""

import json
import random
import sys
import tempfile

from family_recording import Case, attempt, plain, record
from record_byte_pair_families import BARE, byte_words, write
from record_wordpiece_families import vocab_file
from samples import SENTENCES, random_texts, settle
from tokenizers import AddedToken
from transformers import RoFormerTokenizerFast, WhisperTokenizerFast
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


FAMILIES = {
    "roformer": roformer,
    "whisper": whisper,
}


def main():
    for folder in sys.argv[1:] or FAMILIES:
        with tempfile.TemporaryDirectory() as work:
            record(folder, list(FAMILIES[folder](work)))


if __name__ == "__main__":
    main()
