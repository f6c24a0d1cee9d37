"""Records tiny checkpoints as TensorFlow and Flax models of the reference save them, and what these models answer.

    python tests/reference/other_frameworks.py tensorflow|flax

Writes src/models/bert/fixtures/<framework>/<class>/: config.json, tf_model.h5 or flax_model.msgpack, and
recorded.safetensors with inputs and outputs. Needs transformers 4.37.2 and tensorflow-cpu 2.15, or flax 0.7.0 with jax
0.4.13, each in a virtual environment of its own.
"""

import shutil
import sys
import zlib
from pathlib import Path

import numpy as np
import transformers
from safetensors.numpy import save_file
from transformers import BertConfig

ROOT = Path(__file__).resolve().parents[2]
CONFIG = dict(
    vocab_size=13,
    hidden_size=6,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=5,
    max_position_embeddings=7,
    num_labels=3,
)
OUTPUTS = dict(
    BertModel=["last_hidden_state", "pooler_output"],
    BertForPreTraining=["prediction_logits", "seq_relationship_logits"],
    BertLMHeadModel=["logits"],
    BertForMaskedLM=["logits"],
    BertForNextSentencePrediction=["logits"],
    BertForSequenceClassification=["logits"],
    BertForMultipleChoice=["logits"],
    BertForTokenClassification=["logits"],
    BertForQuestionAnswering=["start_logits", "end_logits"],
)


def values(name, shape):
    """Large enough that nothing hides: biases and padding rows too."""
    noise = np.random.default_rng(zlib.crc32(name.encode())).standard_normal(shape)
    return (0.4 * noise + ("gamma" in name or "scale" in name)).astype(np.float32)


def tensorflow(name, config):
    model = getattr(transformers, f"TF{name}")(config)
    model.build_in_name_scope() if hasattr(model, "build_in_name_scope") else model(model.dummy_inputs)
    for weight in model.weights:
        weight.assign(values(weight.name, weight.shape))
    return model, lambda inputs: model(inputs, training=False)


def flax(name, config):
    from flax.traverse_util import flatten_dict, unflatten_dict

    model = getattr(transformers, f"Flax{name.replace('LMHeadModel', 'ForCausalLM')}")(config)
    flat = flatten_dict(model.params)
    model.params = unflatten_dict({key: values("/".join(key), value.shape) for key, value in flat.items()})
    return model, lambda inputs: model(**inputs, train=False)


def main(framework):
    for name, outputs in OUTPUTS.items():
        labels = 2 if name == "BertForQuestionAnswering" else 3
        config = BertConfig(**{**CONFIG, "num_labels": labels}, is_decoder=name == "BertLMHeadModel")
        folder = ROOT / "src/models/bert/fixtures" / framework / name
        shutil.rmtree(folder, ignore_errors=True)
        model, call = dict(tensorflow=tensorflow, flax=flax)[framework](name, config)
        inputs = dict(
            input_ids=np.array([[2, 5, 7, 3], [2, 8, 3, 0]]),
            attention_mask=np.array([[1, 1, 1, 1], [1, 1, 1, 0]]),
            token_type_ids=np.array([[0, 0, 1, 1], [0, 0, 1, 0]]),
        )
        if name == "BertForMultipleChoice":
            inputs = {key: value[None] for key, value in inputs.items()}
        answer = call(inputs)
        model.save_pretrained(folder)
        (folder / "generation_config.json").unlink(missing_ok=True)
        tensors = {f"input.{key}": value.astype(np.int64) for key, value in inputs.items()}
        tensors |= {f"output.{key}": np.array(answer[key], dtype=np.float32) for key in outputs}
        save_file(tensors, folder / "recorded.safetensors")
        for file in folder.iterdir():
            file.chmod(0o644)


if __name__ == "__main__":
    main(sys.argv[1])
