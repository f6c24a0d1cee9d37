"""Records what the text pipelines answer.

Writes src/pipelines/fixtures/<model>/ (tiny models with their tokenizers, as save_pretrained writes
them) and a file <task>.json for each task. Each entry of these is one call: the model's
folder, changes to its config, the options given to pipeline() and to the call, the input, and the
output, or the error's type and message; the warnings that it logged too. The texts of errors and warnings
are information, not a wording to repeat.
"""

import logging
import shutil
import warnings

import torch
import transformers
from transformers import (
    BertConfig,
    BertForMaskedLM,
    BertForQuestionAnswering,
    BertForSequenceClassification,
    BertForTokenClassification,
    BertModel,
    BertTokenizerFast,
    pipeline,
)

from recording import ROOT, compact_json, randomize

FOLDER = ROOT / "src/pipelines/fixtures"
WORDS = """
the a an and or of to in on at is was are be not no it he she they we you i this that with for as by from
dog cat bird fish horse house river city road tree sun moon sky rain snow food bread milk water coffee tea
book page word song film game team school work home day night morning year time man woman child friend king
good bad big small old new red blue green black white happy sad warm cold fast slow best worst great poor
run walk eat drink read write sing play sleep see hear like love hate make take give go come live lives say
capital paris london berlin rome france england germany italy world country people money
very really never always here there now then again more less much many
##s ##ed ##ing ##er ##est ##ly ##ness ##un ##able ##ment
un re pre
""".split()
SIZES = dict(
    hidden_size=16,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=24,
    max_position_embeddings=24,
)
MOODS = {
    "id2label": {0: "negative", 1: "neutral", 2: "positive"},
    "label2id": {"negative": 0, "neutral": 1, "positive": 2},
}
NAMES = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "ORG"]
ENTITIES = {"id2label": dict(enumerate(NAMES)), "label2id": {name: i for i, name in enumerate(NAMES)}}
ENTAILMENT = {
    "id2label": {0: "contradiction", 1: "neutral", 2: "entailment"},
    "label2id": {"contradiction": 0, "neutral": 1, "entailment": 2},
}
LONG = "the old man and the red horse walk to the river and drink cold water and sleep there in the warm sun again and again."


def vocabulary():
    letters = "abcdefghijklmnopqrstuvwxyz"
    marks = list(".,!?'\"-:;()0123456789")
    tokens = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *marks,
        *letters,
        *("##" + letter for letter in letters),
    ]
    return list(dict.fromkeys([*tokens, *(f"##{digit}" for digit in "0123456789"), *WORDS, "日", "é"]))


def make_models():
    tokens = vocabulary()
    config = lambda **changes: BertConfig(vocab_size=len(tokens), **SIZES, **changes)
    models = {
        "moods": BertForSequenceClassification(config(**MOODS)),
        "topics": BertForSequenceClassification(
            config(num_labels=4, problem_type="multi_label_classification")
        ),
        "score": BertForSequenceClassification(config(num_labels=1)),
        "words": BertForMaskedLM(config()),
        "entities": BertForTokenClassification(config(**ENTITIES)),
        "answers": BertForQuestionAnswering(config()),
        "entailment": BertForSequenceClassification(config(**ENTAILMENT)),
        "states": BertModel(config()),
    }
    for name, model in models.items():
        folder = FOLDER / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        randomize(model, name).save_pretrained(folder)
        (folder / "model.safetensors").chmod(0o644)
        (folder / "vocab.txt").write_text("\n".join(tokens) + "\n", encoding="utf-8")
        BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=24).save_pretrained(folder)
    print(f"{len(tokens)} tokens")


class Logged(logging.Handler):
    def __init__(self):
        super().__init__(logging.WARNING)
        self.messages = []

    def emit(self, record):
        self.messages.append(record.getMessage())


def ask(task, model, input, options=None, pipeline_options=None, config=None):
    """One call of a fresh pipeline, as an entry of the recording."""
    call = {"task": task, "model": model, "config": config or {}, "pipeline_options": pipeline_options or {}}
    call.update(options=options or {}, input=input)
    logged = Logged()
    logging.getLogger("transformers").addHandler(logged)
    with warnings.catch_warnings(record=True) as raised:
        warnings.simplefilter("always")
        try:
            ready = pipeline(task, model=str(FOLDER / model), **call["pipeline_options"])
            ready.model.config.update(call["config"])
            call["output"] = ready(input, **call["options"])
        except BaseException as error:  # a panic in Rust is no Exception
            call["error"] = {"type": type(error).__name__, "message": str(error)}
    logging.getLogger("transformers").removeHandler(logged)
    call["warnings"] = logged.messages + [
        str(item.message) for item in raised if "pipelines" in item.filename
    ]
    return call


def plain(value):
    """NumPy's numbers as Python's."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value.item() if hasattr(value, "item") else value


def text_classification():
    calls = []

    def call(input, model="moods", **options):
        given = {key: options.pop(key) for key in ("pipeline_options", "config") if key in options}
        calls.append(ask("text-classification", model, input, options, **given))

    texts = [
        "The dog is happy.",
        "Cold rain in London, again!",
        "no",
        "She loves the blue house and the old tree.",
    ]
    pair = {"text": "The cat sleeps.", "text_pair": "It is not here now."}
    call(texts[0])
    call(texts)
    call([texts[0]])
    call([])
    call("")
    call("Zürich 😀 日本 café")
    call(pair)
    call([pair, {"text": "a", "text_pair": "b"}])
    call({"text": texts[0]})
    call([[["The cat sleeps.", "It is not here now."]]])
    for top_k in [None, 1, 2, 3, 9]:
        call(texts[0], top_k=top_k)
        call(texts[:2], top_k=top_k)
    call(texts[0], pipeline_options={"top_k": 2})
    call(texts[0], pipeline_options={"top_k": None}, top_k=1)
    call(texts[0], return_all_scores=True)
    call(texts[0], return_all_scores=False)
    call(texts[0], pipeline_options={"return_all_scores": True})
    for function in ["softmax", "sigmoid", "none", "SoftMax", "median"]:
        call(texts[0], function_to_apply=function, top_k=None)
        call(texts[0], model="score", function_to_apply=function)
    call(texts[0], pipeline_options={"function_to_apply": "none"})
    call(texts[0], config={"function_to_apply": "none"})
    call(texts[0], config={"function_to_apply": "none"}, function_to_apply="softmax")
    for size in [1, 2, 4]:
        call(texts, batch_size=size, top_k=None)
    call(texts, pipeline_options={"batch_size": 4}, top_k=1)
    call(texts[0], model="topics")
    call(texts, model="topics", top_k=None)
    call(texts, model="topics", top_k=2, batch_size=3)
    call(texts[0], model="topics", function_to_apply="softmax", top_k=None)
    call(texts[0], model="topics", config={"problem_type": "single_label_classification"}, top_k=None)
    call(texts, model="score")
    call(texts[0], model="score", top_k=None)
    call(texts[0], model="score", config={"problem_type": "regression"})
    call(texts[0], config={"problem_type": "regression"}, top_k=None)
    call(texts[0], config={"problem_type": "multi_label_classification"}, top_k=None)
    call(LONG, truncation=True, top_k=None)
    call([LONG, texts[0]], truncation=True, batch_size=2)
    call(LONG, truncation=True, max_length=8, top_k=None)
    call(texts, padding="max_length", max_length=16, truncation=True)
    call({"text": LONG, "text_pair": "so it is"}, truncation=True)
    call({"text": LONG, "text_pair": "so it is"}, truncation="only_first", max_length=12)
    call(LONG)
    call(3)
    call(None)
    return calls


def fill_mask():
    calls = []

    def call(input, **options):
        given = {key: options.pop(key) for key in ("pipeline_options", "config") if key in options}
        calls.append(ask("fill-mask", "words", input, options, **given))

    paris = "Paris is the [MASK] of France."
    dog = "The [MASK] sleeps."
    two = "The [MASK] is very [MASK]."
    call(paris)
    call([paris])
    call([paris, dog])
    call("[MASK]")
    call("It is [MASK], Zürich 😀.")
    call([])
    for top_k in [1, 3, 10]:
        call(paris, top_k=top_k)
    call(paris, pipeline_options={"top_k": 2})
    call(paris, pipeline_options={"top_k": 2}, top_k=4)
    call(paris, top_k=100000)
    call(two, top_k=2)
    call([two, paris], top_k=2)
    call([paris, two, dog], top_k=1, batch_size=3)
    for size in [1, 4]:
        call([paris, dog, LONG[:40] + " [MASK]", "[MASK]!"], top_k=2, batch_size=size)
    call(paris, targets="capital")
    call(paris, targets=["capital", "king"])
    call(paris, targets=["capital", "king", "city"], top_k=2)
    call(paris, targets=["king", "capital", "king"])
    call(paris, targets=["Capital"])
    call(paris, targets=["capitals", "city"])
    call(paris, targets=["😀", "city"])
    call(paris, targets=["", "city"])
    call(paris, targets=[""])
    call(paris, targets=[])
    call(paris, targets=["capital"], top_k=3)
    call(two, targets=["dog", "good"])
    call([paris, dog], targets=["dog", "king"])
    call(paris, pipeline_options={"targets": ["king", "city"]})
    call("[MASK] " + LONG, tokenizer_kwargs={"truncation": True}, top_k=2)
    call(LONG + " [MASK]", tokenizer_kwargs={"truncation": True}, top_k=2)
    call("[MASK] " + LONG)
    call("no mask here")
    call([paris, "no mask here"])
    call("")
    call(3)
    return calls


def token_classification():
    calls = []

    def call(input, **options):
        given = {key: options.pop(key) for key in ("pipeline_options", "config") if key in options}
        calls.append(ask("token-classification", "entities", input, options, **given))

    texts = ["The kings of England live in London, not in Paris.", "Zürich 日本 unhappiness!", "no", LONG]
    for strategy in ["none", "simple", "first", "average", "max"]:
        for text in texts:
            call(text, aggregation_strategy=strategy)
        call(texts, aggregation_strategy=strategy)
        call(texts, aggregation_strategy=strategy, ignore_labels=[])
        call(texts[0], pipeline_options={"aggregation_strategy": strategy})
    for strategy in ["simple", "first", "average", "max"]:
        for stride in [0, 4, 10]:
            call(LONG, pipeline_options={"aggregation_strategy": strategy, "stride": stride})
        call([LONG, texts[0]], pipeline_options={"aggregation_strategy": strategy, "stride": 4, "ignore_labels": []})
    call(texts[0])
    call(texts[:2], ignore_labels=["B-PER", "O"])
    call(texts[0], ignore_labels=["PER", "LOC"], aggregation_strategy="simple")
    call(texts[0], grouped_entities=True)
    call(texts[0], grouped_entities=True, ignore_subwords=True)
    call(texts[0], config={"id2label": {i: name for i, name in enumerate("ABCDEF")}}, aggregation_strategy="simple")
    call(LONG, pipeline_options={"stride": 4})
    call(LONG, pipeline_options={"stride": 24, "aggregation_strategy": "simple"})
    call(texts[0], aggregation_strategy="median")
    call("")
    call([])
    call(3)
    return calls


def question_answering():
    calls = []

    def call(input, **options):
        given = {key: options.pop(key) for key in ("pipeline_options", "config") if key in options}
        calls.append(ask("question-answering", "answers", input, options, **given))

    short = {"question": "where is he?", "context": "the man is in London."}
    long = {"question": "who sleeps?", "context": LONG + " " + LONG.replace("man", "woman")}
    words = {"question": "what is it?", "context": "unhappiness, kings; Zürich 日本 walking!"}
    for input in [short, long, words]:
        call(input)
        for top_k in [2, 5]:
            call(input, top_k=top_k)
        for length in [1, 2, 40]:
            call(input, max_answer_len=length)
            call(input, max_answer_len=length, top_k=3)
        call(input, handle_impossible_answer=True)
        call(input, handle_impossible_answer=True, top_k=4)
        call(input, align_to_words=False)
        call(input, align_to_words=False, top_k=4)
    for stride in [0, 2, 8]:
        call(long, doc_stride=stride)
        call(long, doc_stride=stride, max_seq_len=16, top_k=3)
    call(long, max_seq_len=20, padding="max_length", top_k=3)
    call([short, long])
    call([short, words], top_k=2, batch_size=2)
    call([short])
    call(long, doc_stride=30, max_seq_len=20)
    call(short, top_k=0)
    call(short, max_answer_len=0)
    call({"question": "", "context": "x"})
    call({"question": "x"})
    call({"question": "x", "context": None})
    call({"question": 3, "context": "x"})
    return calls


def zero_shot_classification():
    calls = []

    def call(input, **options):
        given = {key: options.pop(key) for key in ("pipeline_options", "config") if key in options}
        calls.append(ask("zero-shot-classification", "entailment", input, options, **given))

    text = "The dog is happy and runs."
    labels = ["dog", "food", "music"]
    call(text, candidate_labels=labels)
    call(text, candidate_labels="dog, food,music")
    call([text], candidate_labels=labels)
    call([text, "Cold rain in London."], candidate_labels=labels)
    call([text, "Cold rain in London."], candidate_labels=labels, multi_label=True)
    call(text, candidate_labels=["dog"])
    call(text, candidate_labels="dog", multi_label=True)
    call(text, candidate_labels=labels, multi_label=True)
    call(text, candidate_labels=labels, hypothesis_template="It is {}!")
    call(text, pipeline_options={"candidate_labels": labels, "hypothesis_template": "a {} or not"})
    call(LONG, candidate_labels=labels)
    call(text, candidate_labels=labels, batch_size=2)
    call(text, candidate_labels=labels, hypothesis_template="no place for it")
    call(text, candidate_labels=[])
    call([], candidate_labels=labels)
    call(text)
    return calls


def feature_extraction():
    calls = []

    def call(input, **options):
        given = {key: options.pop(key) for key in ("pipeline_options", "config") if key in options}
        calls.append(ask("feature-extraction", "states", input, options, **given))

    call("The dog is happy.")
    call(["no", "The cat sleeps."])
    call(["no"])
    call("")
    call(LONG, truncation=True)
    call(LONG, tokenize_kwargs={"truncation": True, "max_length": 5})
    call("no", tokenize_kwargs={"add_special_tokens": False})
    call(LONG)
    call("no", truncation=True, tokenize_kwargs={"truncation": True})
    return calls


if __name__ == "__main__":
    torch.set_num_threads(1)
    transformers.logging.disable_progress_bar()
    make_models()
    for record in [
        text_classification,
        fill_mask,
        token_classification,
        question_answering,
        zero_shot_classification,
        feature_extraction,
    ]:
        name, calls = record.__name__.replace("_", "-"), record()
        compact_json(FOLDER / f"{name}.json", plain(calls))
        print(f"{name}: {len(calls)} calls")
