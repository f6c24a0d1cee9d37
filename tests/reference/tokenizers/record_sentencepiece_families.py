"""Records the fast tokenizers of families with a SentencePiece model, into src/models/<folder>/fixtures/.

    python tests/reference/tokenizers/record_sentencepiece_families.py [folder ...]

(transformers==4.37.2, protobuf<5, jinja2.) family_recording.py says what a fixture holds.
"""

import contextlib
import json
import pathlib
import sys
import tempfile

from family_recording import Case, columns, record, saved_files
from samples import SENTENCES
from tiny_vocabularies import sentencepiece_model
from tokenizers import AddedToken
from transformers import (
    AlbertTokenizerFast,
    BarthezTokenizerFast,
    BigBirdTokenizerFast,
    CamembertTokenizerFast,
    CodeLlamaTokenizerFast,
    DebertaV2TokenizerFast,
    FNetTokenizerFast,
    LlamaTokenizerFast,
    MBart50TokenizerFast,
    MBartTokenizerFast,
    NllbTokenizerFast,
    PegasusTokenizerFast,
    ReformerTokenizerFast,
    RemBertTokenizerFast,
    SeamlessM4TTokenizerFast,
    T5TokenizerFast,
    XGLMTokenizerFast,
    XLMRobertaTokenizerFast,
    XLNetTokenizerFast,
)

# What the model alone leaves to the class.
BARE = ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"]
RULES = "41\t61\nC4\t61 65\n66 69\tFB01\n301\t\n2026\t2E 2E 2E\n3000\t20\nA0\t20\n1F44D\t2B 31\nAD\t\n"
TEXTS = ["``two'' quotes  and 1,234 or 12,", "  spaces   around  ", "a\u2026 \u00c4\u3000b \u2581c", "\u2581 \u2581\u2581d e\u0301"]
# As models of fairseq have them: their numbers are the tokenizer's less one.
FAIRSEQ = {"size": 240, "unk_id": 0, "bos_id": 1, "eos_id": 2}


def write(folder, model, name="a.model"):
    path = pathlib.Path(folder) / name
    path.write_bytes(model)
    return str(path)


def rules(folder):
    """An option of `sentencepiece_model`: rules to normalise by, small ones. Models say which file they were in."""
    (pathlib.Path(folder) / "rules.tsv").write_text(RULES)
    return {"normalization_rule_name": "user_defined", "normalization_rule_tsv": "rules.tsv"}


def whole(tokenizer, name="with tokenizer.json", **options):
    """With all its files."""
    return Case(name, tokenizer, **{"random": 8, "again": True, **options})


def bare(tokenizer, name="from the model", **options):
    """From the model alone."""
    return Case(name, tokenizer, **{"random": 3, "every": 2, "absent": BARE, **options})


def slow(tokenizer, name="as the slow class saves it", **options):
    """From the files that the slow class writes, tokens that were added to it among them; without tokenizer.json."""
    original = tokenizer.slow_tokenizer_class(tokenizer.vocab_file)
    original.add_tokens(["zap", AddedToken("<lr>", lstrip=True, rstrip=True)])
    original.add_special_tokens({"additional_special_tokens": ["<sp>"]}, replace_additional_special_tokens=False)
    given = {file: content["text"] for file, content in saved_files(original).items() if "text" in content}
    texts = ["a zap b", "<lr> x <lr>", "zapzap <sp>y"]
    return bare(tokenizer, name, texts=texts, every=5, given=given, absent=["tokenizer.json"], **options)


def config(**fields):
    """tokenizer_config.json as the only file beside the model."""
    return {"absent": [name for name in BARE if name != "tokenizer_config.json"], "given": {"tokenizer_config.json": json.dumps(fields)}}


def plain(cls, model, variants=(), texts=TEXTS, **options):
    """With tokenizer.json, from the model alone, and with other fields of tokenizer_config.json beside the model."""

    def cases(folder):
        path = write(folder, sentencepiece_model(**{"size": 240, **model, **rules(folder)}))
        yield whole(cls(path, **options), texts=texts)
        yield bare(cls(path), texts=texts)
        for number, fields in enumerate(variants):
            name = "other options" if number == 0 else f"other options, {number + 1}"
            yield bare(cls(path), name, texts=texts, **config(**fields))

    return cases


def t5(folder):
    path = write(folder, sentencepiece_model(240, pad_id=0, eos_id=1, unk_id=2, bos_id=-1, **rules(folder)))
    texts = [*TEXTS, "a <extra_id_0> b<extra_id_1> <extra_id_99>c", "a </s>b", "<pad> a <unk>"]
    yield whole(T5TokenizerFast(path, extra_ids=10), texts=texts)
    yield bare(T5TokenizerFast(path), texts=texts)
    newer = config(legacy=False, extra_ids=5, additional_special_tokens=["<x>"])
    yield bare(T5TokenizerFast(path), "not as before", texts=texts, **newer)
    yield slow(T5TokenizerFast(path))
    yield whole(T5TokenizerFast(path, extra_ids=0), "without further ids", random=3, every=3, texts=texts)


def chats(make, conversations, **options):
    """What default templates make of conversations; null where they refuse."""
    found = []
    for conversation in conversations:
        try:
            found.append([conversation, make(**options).apply_chat_template(conversation, tokenize=False)])
        except Exception:
            found.append([conversation, None])
    return found


USER = {"role": "user", "content": " How are you? "}
ANSWER = {"role": "assistant", "content": "Fine.\n"}
SYSTEM = {"role": "system", "content": "Be 'brief'."}
CONVERSATIONS = [
    [USER],
    [SYSTEM, USER],
    [USER, ANSWER, {"role": "user", "content": "And\nnow?"}],
    [SYSTEM, USER, ANSWER, USER],
    [USER, USER],
    [ANSWER],
    [{"role": "user", "content": "<<SYS>>\nits own\n<</SYS>>\n\nHi"}, ANSWER],
    [USER, SYSTEM],
]


def llama(folder):
    model = {"size": 420, "byte_fallback": True}
    path = write(folder, sentencepiece_model(model_type="bpe", **model))
    unigram = write(folder, sentencepiece_model(**model), "unigram.model")
    make = lambda **options: LlamaTokenizerFast(path, **options)
    texts = [*TEXTS, "<s>a</s>", "a <s> b", "\U00012000 x\x00y \u1fff", "def f():\n    return 1\n"]
    extra = {
        "conversations": chats(make, CONVERSATIONS),
        "prompted": chats(make, CONVERSATIONS, use_default_system_prompt=True),
        "framed": [[bos, eos, pair, framed(make(), bos, eos, pair)] for bos in [True, False] for eos in [True, False] for pair in [None, "two"]],
    }
    yield whole(make(), texts=texts, extra=extra)
    yield bare(make(), texts=texts)
    ended = config(add_eos_token=True, add_bos_token=False, pad_token="<pad>", legacy=False)
    yield bare(make(), "with an end", texts=texts, **ended)
    yield slow(make())
    yield whole(LlamaTokenizerFast(unigram, pad_token="<unk>"), "unigram", random=3, every=2, texts=texts)


def framed(tokenizer, bos, eos, pair):
    tokenizer.add_bos_token = bos
    tokenizer.add_eos_token = eos
    return tokenizer("one", pair)["input_ids"]


def code_llama(folder):
    symbols = ["\u2581<PRE>", "\u2581<MID>", "\u2581<SUF>", "\u2581<EOT>"]
    path = write(folder, sentencepiece_model(420, "bpe", byte_fallback=True, symbols=symbols))
    make = lambda **options: CodeLlamaTokenizerFast(path, **options)
    tokenizer = make()
    programs = ["def f():\n    <FILL_ME>\n    return 1", "<FILL_ME> end", "start <FILL_ME>", "x = <FILL_ME>y"]
    infilled = [[text, options, tokenizer.encode_plus(text, **options)["input_ids"]] for text in programs for options in [{}, {"suffix_first": True}, {"add_special_tokens": False}]]
    infilled += [[text, options, tokenizer.encode_plus(text, **options)["input_ids"]] for text in ["def f(x)", "a"] for options in [{"suffix": " return"}, {"suffix": ""}, {"suffix": "b", "suffix_first": True}]]
    extra = {
        "infilled": infilled,
        "called": [[text, tokenizer(text)["input_ids"]] for text in programs],
        "tokens": [[text, tokenizer.tokenize(text)] for text in programs],
        "batch": tokenizer(programs)["input_ids"],
        "parts": [[name, getattr(tokenizer, name)] for name in ["prefix_token", "prefix_id", "middle_token", "middle_id", "suffix_token", "suffix_id", "eot_token", "eot_id", "fill_token"]],
        "conversations": chats(make, CONVERSATIONS[:5]),
    }
    # A pair that Python refuses leaves its tokenizer as it is for gaps, so that pairs are among `infilled` alone.
    texts = [*TEXTS, "<s>a</s>", "a \u2581<PRE> b", "<PRE> \u2581<SUF>x"]
    yield whole(tokenizer, texts=texts, extra=extra, pairs=False)
    yield bare(make(), texts=texts, pairs=False)
    yield bare(make(), "with an end", texts=texts, pairs=False, **config(add_eos_token=True, fill_token=None))


def translations(make, source, target, other):
    """Texts in languages: what frames them, and what `text_target` gives."""
    tokenizer = make(source, target)
    few = SENTENCES[:3]
    extra = {
        "source": source,
        "target": target,
        "other": other,
        "texts": few,
        "targets": [[text, tokenizer(text_target=text)["input_ids"]] for text in few],
        "labels": [[text, columns(tokenizer, tokenizer(text, text_target=few[1]), text, None)] for text in few],
        "translation": dict(tokenizer._build_translation_inputs(few[0], None, source, target)),
        "prepared": {key: value for key, value in tokenizer.prepare_seq2seq_batch(few, source, [few[2]] * 3, target, max_length=60).items()},
        "pair": tokenizer(few[0], few[1])["input_ids"],
    }
    tokenizer.src_lang = other
    extra["after"] = [[text, tokenizer(text)["input_ids"]] for text in few]
    tokenizer.set_tgt_lang_special_tokens(tokenizer.tgt_lang)
    extra["switched"] = tokenizer.build_inputs_with_special_tokens([7, 8])
    return extra


def mbart(folder):
    path = write(folder, sentencepiece_model(**FAIRSEQ))
    make = lambda source, target: MBartTokenizerFast(path, src_lang=source, tgt_lang=target)
    extra = translations(make, "en_XX", "ro_RO", "de_DE")
    yield whole(make("en_XX", "ro_RO"), texts=TEXTS, extra=extra, special=False)
    yield bare(MBartTokenizerFast(path), texts=TEXTS, special=False)
    further = MBartTokenizerFast(path, src_lang="fr_XX", additional_special_tokens=["<x>", "en_XX"])
    yield whole(further, "a further token", random=3, every=3, special=False)
    yield slow(MBartTokenizerFast(path), special=False)


def mbart50(folder):
    path = write(folder, sentencepiece_model(**FAIRSEQ))
    make = lambda source, target: MBart50TokenizerFast(path, src_lang=source, tgt_lang=target)
    extra = translations(make, "en_XX", "ro_RO", "sl_SI")
    yield whole(make("en_XX", "ro_RO"), texts=TEXTS, extra=extra, special=False)
    yield bare(MBart50TokenizerFast(path), texts=TEXTS, special=False)


def nllb(folder):
    path = write(folder, sentencepiece_model(**FAIRSEQ))
    make = lambda source, target, **options: NllbTokenizerFast(path, src_lang=source, tgt_lang=target, **options)
    extra = translations(make, "eng_Latn", "fra_Latn", "zho_Hans")
    yield whole(make("eng_Latn", "fra_Latn"), texts=TEXTS, extra=extra, special=False)
    yield bare(NllbTokenizerFast(path), texts=TEXTS, special=False)
    before = lambda source, target: make(source, target, legacy_behaviour=True)
    extra = translations(before, "eng_Latn", "fra_Latn", "zho_Hans")
    yield whole(before("eng_Latn", "fra_Latn"), "as before", random=3, every=4, extra=extra, special=False)


def seamless(folder):
    path = write(folder, sentencepiece_model(**FAIRSEQ))
    languages = ["__eng__", "__fra__", "__deu__"]
    make = lambda source, target: SeamlessM4TTokenizerFast(path, src_lang=source, tgt_lang=target, additional_special_tokens=list(languages))
    extra = translations(make, "eng", "fra", "deu")
    yield whole(make("eng", "fra"), texts=TEXTS, extra=extra)
    yield bare(SeamlessM4TTokenizerFast(path), texts=TEXTS)


def pegasus(folder):
    # The tokens that pretraining alone needs stand in front of the pieces, the first two of which are those of the tokenizer.
    path = write(folder, sentencepiece_model(240, pad_id=0, eos_id=1, unk_id=2, bos_id=-1, **rules(folder)))
    texts = [*TEXTS, "a <mask_1> b <mask_2>c <unk_2> <unk_102>", "a </s> b"]
    yield whole(PegasusTokenizerFast(path), texts=texts, special=False)
    yield bare(PegasusTokenizerFast(path), texts=texts, special=False)
    yield whole(PegasusTokenizerFast(path, offset=10, additional_special_tokens=["<x>"]), "fewer", random=3, every=3, texts=texts)


# The tokens of BERT's frame as pieces of their own.
BERT = ["[CLS]", "[SEP]", "[MASK]"]
SENTENCES_FRAMED = {"symbols": ["[CLS]", "[SEP]"], "pad_id": 0, "unk_id": 1, "bos_id": -1, "eos_id": -1}

FAMILIES = {
    "t5": t5,
    "xlm-roberta": plain(XLMRobertaTokenizerFast, FAIRSEQ, [{"mask_token": "<m>", "sp_model_kwargs": {}}]),
    "albert": plain(AlbertTokenizerFast, SENTENCES_FRAMED, [{"do_lower_case": False, "keep_accents": True}, {"keep_accents": True, "mask_token": "<m>"}]),
    "llama": llama,
    "code_llama": code_llama,
    "fnet": plain(FNetTokenizerFast, SENTENCES_FRAMED, [{"do_lower_case": True, "keep_accents": False}]),
    "barthez": plain(BarthezTokenizerFast, {"bos_id": 0, "pad_id": 1, "eos_id": 2, "unk_id": 3, "symbols": ["<mask>"]}),
    "big_bird": plain(BigBirdTokenizerFast, {"pad_id": 0, "eos_id": 1, "bos_id": 2, "unk_id": 3, "symbols": BERT}),
    "camembert": plain(CamembertTokenizerFast, {}, [{"additional_special_tokens": ["<x>"]}]),
    "deberta-v2": plain(
        DebertaV2TokenizerFast,
        {"pad_id": 0, "bos_id": 1, "eos_id": 2, "unk_id": 3, "pad_piece": "[PAD]", "bos_piece": "[CLS]", "eos_piece": "[SEP]", "unk_piece": "[UNK]"},
        [{"split_by_punct": True}, {"do_lower_case": True, "split_by_punct": True}],
    ),
    "mbart": mbart,
    "mbart50": mbart50,
    "nllb": nllb,
    "pegasus": pegasus,
    "reformer": plain(ReformerTokenizerFast, {}, [{"pad_token": "<pad>", "additional_special_tokens": ["<x>"]}]),
    # The fast class has defaults that no model has.
    "rembert": plain(
        RemBertTokenizerFast,
        {"pad_id": 0, "unk_id": 1, "bos_id": 2, "eos_id": 3, "pad_piece": "[PAD]", "unk_piece": "[UNK]", "bos_piece": "[CLS]", "eos_piece": "[SEP]"},
        [{"keep_accents": False, "do_lower_case": True}],
        unk_token="[UNK]",
        pad_token="[PAD]",
    ),
    "seamless_m4t": seamless,
    "xglm": plain(XGLMTokenizerFast, FAIRSEQ),
    "xlnet": plain(XLNetTokenizerFast, {"symbols": ["<cls>", "<sep>", "<pad>", "<mask>", "<eod>", "<eop>"]}, [{"do_lower_case": True}, {"keep_accents": True, "padding_side": "right"}]),
}


def main():
    for folder in sys.argv[1:] or FAMILIES:
        with tempfile.TemporaryDirectory() as work, contextlib.chdir(work):
            record(folder, list(FAMILIES[folder](work)))


if __name__ == "__main__":
    main()
