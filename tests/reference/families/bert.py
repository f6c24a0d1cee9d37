"""The cases of BERT: every class of transformers 4.37, and every branch that its configuration has."""

import torch
from transformers import BertConfig

from models import Case
from recording import generator

TINY = dict(
    vocab_size=31,
    hidden_size=12,
    num_hidden_layers=2,
    num_attention_heads=3,
    intermediate_size=11,
    max_position_embeddings=12,
)
SEEN = dict(output_attentions=True, output_hidden_states=True)
BATCH, LENGTH = 2, 5
HEADS, HEAD_SIZE = 3, 4


def config(**changes):
    return BertConfig(**{**TINY, **changes})


def ids(name, *shape, high=31):
    return torch.randint(1, high, shape, generator=generator(name))


def normal(name, *shape):
    return torch.randn(shape, generator=generator(name))


def text(name, lengths=(5, 3), side="right", token_types=True, high=31):
    """Ids, mask and token types of sentences of these lengths, padded with 0 to the longest."""
    longest = max(lengths)
    place = torch.arange(longest)[None]
    size = torch.tensor(lengths)[:, None]
    mask = (place < size) if side == "right" else (place >= longest - size)
    inputs = dict(input_ids=ids(name, len(lengths), longest, high=high) * mask, attention_mask=mask.long())
    if token_types:
        inputs["token_type_ids"] = (place >= 2).long() * mask
    return inputs


def past(name, layers=2, length=3, encoder_length=None):
    """Keys and values of `length` tokens before, and those of the encoder where there is one."""
    lengths = [length, length] + ([encoder_length] * 2 if encoder_length else [])
    return tuple(
        tuple(
            normal(f"{name} {layer} {part}", BATCH, HEADS, size, HEAD_SIZE)
            for part, size in enumerate(lengths)
        )
        for layer in range(layers)
    )


def encoder(mask=True):
    inputs = dict(encoder_hidden_states=normal("encoder", BATCH, 4, 12))
    if mask:
        inputs["encoder_attention_mask"] = torch.tensor([[1, 1, 0, 0], [0, 1, 1, 1]])
    return inputs


def masked_labels(inputs, name):
    """Labels for about half of the tokens, -100 for the rest."""
    ids_ = inputs["input_ids"]
    chosen = torch.rand(ids_.shape, generator=generator(name)) > 0.5
    return torch.where(chosen & (inputs["attention_mask"] == 1), ids(f"{name} ids", *ids_.shape), -100)


def cases():
    return [
        *encoder_cases(),
        *decoder_cases(),
        *relative_position_cases(),
        *language_model_cases(),
        *classification_cases(),
    ]


def encoder_cases():
    model = "BertModel"
    right = text("right")
    lower = torch.ones(LENGTH, LENGTH, dtype=torch.long).tril()
    head_mask = torch.tensor([1.0, 0.0, 0.5])
    layered_head_mask = torch.tensor([[1.0, 0.0, 1.0], [0.25, 1.0, 0.0]])
    embeds = normal("embeds", BATCH, LENGTH, 12)
    mask = right["attention_mask"]
    positions = torch.tensor([[4, 3, 2, 1, 11], [0, 1, 0, 1, 1]])
    shared = dict(weights="model")
    return [
        Case("model", model, config(), right, SEEN, gradients=True),
        Case("model-plain", model, config(), dict(input_ids=ids("plain", 1, 5)), **shared),
        Case("model-one-token", model, config(), dict(input_ids=ids("one", 2, 1)), SEEN, **shared),
        Case(
            "model-left-padding",
            model,
            config(),
            text("left", side="left", token_types=False),
            SEEN,
            **shared,
        ),
        Case(
            "model-no-mask",
            model,
            config(),
            {k: v for k, v in right.items() if k != "attention_mask"},
            SEEN,
            **shared,
        ),
        Case("model-position-ids", model, config(), {**right, "position_ids": positions}, SEEN, **shared),
        Case(
            "model-inputs-embeds",
            model,
            config(),
            dict(inputs_embeds=embeds, attention_mask=mask),
            SEEN,
            gradients=True,
            **shared,
        ),
        Case(
            "model-head-mask",
            model,
            config(),
            {**right, "head_mask": head_mask},
            SEEN,
            gradients=True,
            **shared,
        ),
        Case(
            "model-head-mask-per-layer",
            model,
            config(),
            {**right, "head_mask": layered_head_mask},
            SEEN,
            **shared,
        ),
        Case(
            "model-mask-3d",
            model,
            config(),
            {**right, "attention_mask": lower * mask[:, None]},
            SEEN,
            **shared,
        ),
        Case("model-no-pooler", model, config(), right, SEEN, dict(add_pooling_layer=False), **shared),
        Case(
            "model-train",
            model,
            config(hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0),
            right,
            SEEN,
            mode="train",
            **shared,
        ),
        Case("model-chunked", model, config(chunk_size_feed_forward=2), text("six", (4, 6)), SEEN, **shared),
        Case("model-chunk-per-token", model, config(chunk_size_feed_forward=1), right, SEEN, **shared),
        Case("model-epsilon", model, config(layer_norm_eps=0.1), right, SEEN, **shared),
        *(
            Case(f"model-{name}", model, config(hidden_act=name), right, SEEN, **shared)
            for name in ["gelu_new", "gelu_pytorch_tanh", "relu", "silu", "tanh"]
        ),
        Case(
            "model-other-sizes",
            model,
            config(
                vocab_size=23,
                hidden_size=16,
                num_attention_heads=2,
                num_hidden_layers=3,
                intermediate_size=9,
                type_vocab_size=3,
                pad_token_id=5,
            ),
            {**text("sizes", (4, 7), high=23), "token_type_ids": ids("types", 2, 7, high=3)},
            SEEN,
            gradients=True,
        ),
    ]


def decoder_cases():
    model = "BertModel"
    right = text("decoder")
    seen = dict(**SEEN, use_cache=True)
    lower = torch.ones(LENGTH, LENGTH, dtype=torch.long).tril()
    two = dict(input_ids=ids("two", BATCH, 2))
    past_mask = torch.tensor([[1, 1, 1, 1, 1], [0, 0, 1, 1, 1]])
    causal = lambda **changes: config(is_decoder=True, **changes)
    crossed = lambda **changes: causal(add_cross_attention=True, **changes)
    shared = dict(weights="model")
    crossed_shared = dict(weights="decoder-cross")
    return [
        Case("decoder", model, causal(), right, seen, gradients=True, **shared),
        Case("decoder-defaults", model, causal(), dict(input_ids=right["input_ids"]), **shared),
        Case("decoder-no-cache", model, causal(), right, {**SEEN, "use_cache": False}, **shared),
        Case("decoder-left-padding", model, causal(), text("left", side="left"), seen, **shared),
        Case(
            "decoder-mask-3d",
            model,
            causal(),
            {**right, "attention_mask": lower * right["attention_mask"][:, None]},
            seen,
            **shared,
        ),
        Case(
            "decoder-past",
            model,
            causal(),
            {**two, "attention_mask": past_mask, "past_key_values": past("past")},
            seen,
            **shared,
        ),
        Case(
            "decoder-past-no-mask",
            model,
            causal(),
            dict(input_ids=ids("step", BATCH, 1), past_key_values=past("past")),
            seen,
            **shared,
        ),
        Case("decoder-cross", model, crossed(), {**right, **encoder()}, seen, gradients=True),
        Case(
            "decoder-cross-no-mask",
            model,
            crossed(),
            {**right, **encoder(mask=False)},
            seen,
            **crossed_shared,
        ),
        Case("decoder-cross-absent", model, crossed(), right, seen, **crossed_shared),
        Case(
            "decoder-cross-head-mask",
            model,
            crossed(),
            {**right, **encoder(), "head_mask": torch.tensor([0.5, 1.0, 0.0])},
            seen,
            **crossed_shared,
        ),
        Case(
            "decoder-cross-past",
            model,
            crossed(),
            {
                **two,
                "attention_mask": past_mask,
                **encoder(),
                "past_key_values": past("cross past", encoder_length=4),
            },
            seen,
            **crossed_shared,
        ),
    ]


def relative_position_cases():
    model = "BertModel"
    right = text("relative")
    seen = dict(**SEEN, use_cache=True)
    two = dict(input_ids=ids("two", BATCH, 2), past_key_values=past("past"))
    found = []
    for kind, name in [("relative_key", "relative-key"), ("relative_key_query", "relative-key-query")]:
        relative = lambda **changes: config(
            position_embedding_type=kind, max_position_embeddings=8, **changes
        )
        shared = dict(weights=name)
        found += [
            Case(name, model, relative(), right, SEEN, gradients=True),
            Case(f"{name}-decoder", model, relative(is_decoder=True), right, seen, **shared),
            Case(f"{name}-decoder-past", model, relative(is_decoder=True), two, seen, **shared),
            Case(
                f"{name}-decoder-no-cache",
                model,
                relative(is_decoder=True),
                right,
                {**SEEN, "use_cache": False},
                **shared,
            ),
        ]
    crossed = relative(is_decoder=True, add_cross_attention=True)
    found.append(Case("relative-key-query-cross", model, crossed, {**right, **encoder()}, seen))
    return found


def language_model_cases():
    right = text("language model")
    labels = masked_labels(right, "labels")
    two = dict(input_ids=ids("two", BATCH, 2))
    causal = lambda **changes: config(is_decoder=True, **changes)
    crossed = causal(add_cross_attention=True)
    seen = dict(**SEEN, use_cache=True)
    next_sentence = torch.tensor([0, 1])
    shift = torch.where(right["attention_mask"] == 1, right["input_ids"], -100)
    return [
        Case(
            "pretraining",
            "BertForPreTraining",
            config(),
            {**right, "labels": labels, "next_sentence_label": next_sentence},
            SEEN,
            gradients=True,
        ),
        Case("pretraining-no-labels", "BertForPreTraining", config(), right, SEEN, weights="pretraining"),
        Case(
            "pretraining-one-label",
            "BertForPreTraining",
            config(),
            {**right, "labels": labels},
            SEEN,
            weights="pretraining",
        ),
        Case("lm-head", "BertLMHeadModel", causal(), {**right, "labels": shift}, SEEN, gradients=True),
        Case("lm-head-cache", "BertLMHeadModel", causal(), right, seen, weights="lm-head"),
        Case(
            "lm-head-past",
            "BertLMHeadModel",
            causal(),
            {**two, "past_key_values": past("past")},
            seen,
            weights="lm-head",
        ),
        Case(
            "lm-head-encoder",
            "BertLMHeadModel",
            config(),
            {**right, "labels": shift},
            SEEN,
            weights="lm-head",
        ),
        Case(
            "lm-head-untied",
            "BertLMHeadModel",
            causal(tie_word_embeddings=False),
            {**right, "labels": shift},
            SEEN,
            gradients=True,
        ),
        Case(
            "lm-head-cross",
            "BertLMHeadModel",
            crossed,
            {**right, **encoder(), "labels": shift},
            SEEN,
            gradients=True,
        ),
        Case(
            "lm-head-cross-cache",
            "BertLMHeadModel",
            crossed,
            {**right, **encoder()},
            seen,
            weights="lm-head-cross",
        ),
        Case(
            "lm-head-cross-past",
            "BertLMHeadModel",
            crossed,
            {**two, **encoder(), "past_key_values": past("cross past", encoder_length=4)},
            seen,
            weights="lm-head-cross",
        ),
        Case("masked-lm", "BertForMaskedLM", config(), {**right, "labels": labels}, SEEN, gradients=True),
        Case(
            "masked-lm-no-labels",
            "BertForMaskedLM",
            config(),
            text("left", side="left"),
            SEEN,
            weights="masked-lm",
        ),
        Case(
            "masked-lm-relu",
            "BertForMaskedLM",
            config(hidden_act="relu"),
            {**right, "labels": labels},
            SEEN,
            weights="masked-lm",
        ),
        Case(
            "masked-lm-untied",
            "BertForMaskedLM",
            config(tie_word_embeddings=False),
            {**right, "labels": labels},
            SEEN,
            gradients=True,
        ),
    ]


def classification_cases():
    right = text("classification")
    embeds = dict(inputs_embeds=normal("embeds", BATCH, LENGTH, 12), attention_mask=right["attention_mask"])
    sequence = "BertForSequenceClassification"
    one, three = torch.tensor([0.5, -1.25]), normal("targets", BATCH, 3)
    single, multi = torch.tensor([2, 0]), torch.tensor([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
    still = dict(hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
    kind = lambda name, labels=3, **changes: config(num_labels=labels, problem_type=name, **changes)
    shared = dict(weights="sequence-classification")
    tags = torch.where(right["attention_mask"] == 1, ids("tags", BATCH, LENGTH, high=4), -100)
    choices = {
        name: value.reshape(2, 3, LENGTH) for name, value in text("choices", (5, 4, 3, 2, 5, 3)).items()
    }
    span = lambda start, end: dict(start_positions=torch.tensor(start), end_positions=torch.tensor(end))
    answering = "BertForQuestionAnswering"
    sentence = "BertForNextSentencePrediction"
    return [
        Case(
            "next-sentence",
            sentence,
            config(),
            {**right, "labels": torch.tensor([1, 0])},
            SEEN,
            gradients=True,
        ),
        Case("next-sentence-no-labels", sentence, config(), right, SEEN, weights="next-sentence"),
        Case(
            "sequence-classification", sequence, kind(None), {**right, "labels": single}, SEEN, gradients=True
        ),
        Case("sequence-classification-no-labels", sequence, kind(None), right, SEEN, **shared),
        Case(
            "sequence-classification-inputs-embeds",
            sequence,
            kind(None),
            {**embeds, "labels": single},
            SEEN,
            **shared,
        ),
        Case(
            "sequence-classification-single",
            sequence,
            kind("single_label_classification"),
            {**right, "labels": single},
            SEEN,
            **shared,
        ),
        Case(
            "sequence-classification-multi-inferred",
            sequence,
            kind(None),
            {**right, "labels": multi},
            SEEN,
            **shared,
        ),
        Case(
            "sequence-classification-multi",
            sequence,
            kind("multi_label_classification"),
            {**right, "labels": multi},
            SEEN,
            gradients=True,
            **shared,
        ),
        Case(
            "sequence-classification-regression-three",
            sequence,
            kind("regression"),
            {**right, "labels": three},
            SEEN,
            **shared,
        ),
        Case(
            "sequence-classification-dropout",
            sequence,
            kind(None, classifier_dropout=0.3),
            {**right, "labels": single},
            SEEN,
            **shared,
        ),
        Case(
            "sequence-classification-train",
            sequence,
            kind(None, classifier_dropout=0.0, **still),
            {**right, "labels": single},
            SEEN,
            mode="train",
            gradients=True,
            **shared,
        ),
        Case(
            "sequence-classification-regression",
            sequence,
            kind(None, labels=1),
            {**right, "labels": one},
            SEEN,
            gradients=True,
        ),
        Case(
            "sequence-classification-regression-set",
            sequence,
            kind("regression", labels=1),
            {**right, "labels": one},
            SEEN,
            weights="sequence-classification-regression",
        ),
        Case(
            "multiple-choice",
            "BertForMultipleChoice",
            config(),
            {**choices, "labels": torch.tensor([2, 0])},
            SEEN,
            gradients=True,
        ),
        Case(
            "multiple-choice-no-labels",
            "BertForMultipleChoice",
            config(),
            choices,
            SEEN,
            weights="multiple-choice",
        ),
        Case(
            "multiple-choice-inputs-embeds",
            "BertForMultipleChoice",
            config(),
            dict(inputs_embeds=normal("choices", 2, 3, LENGTH, 12), attention_mask=choices["attention_mask"]),
            SEEN,
            weights="multiple-choice",
        ),
        Case(
            "token-classification",
            "BertForTokenClassification",
            config(num_labels=4),
            {**right, "labels": tags},
            SEEN,
            gradients=True,
        ),
        Case(
            "token-classification-no-labels",
            "BertForTokenClassification",
            config(num_labels=4, classifier_dropout=0.2),
            right,
            SEEN,
            weights="token-classification",
        ),
        Case(
            "question-answering", answering, config(), {**right, **span([1, 0], [3, 2])}, SEEN, gradients=True
        ),
        Case(
            "question-answering-out-of-range",
            answering,
            config(),
            {**right, **span([1, 50], [5, -3])},
            SEEN,
            weights="question-answering",
            gradients=True,
        ),
        Case(
            "question-answering-column",
            answering,
            config(),
            {**right, **span([[1], [0]], [[3], [2]])},
            SEEN,
            weights="question-answering",
        ),
        Case("question-answering-no-labels", answering, config(), right, SEEN, weights="question-answering"),
    ]
