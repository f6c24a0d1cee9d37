"""Records how the reference loads a checkpoint that does not match the model exactly.

Writes src/models/bert/fixtures/loading/<case>/: the checkpoint (config.json and model.safetensors,
or shards with their index) and case.json, which says the class and options to load it with, the
lists of keys that the reference reports, and from which key of the checkpoint an entry of the state
dict took its values where that is not its own name (null: newly initialised).
"""

import json
import shutil

import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import BertConfig

from recording import ROOT, compact_json, generator, randomize, save_tensors

FOLDER = ROOT / "src/models/bert/fixtures/loading"
TINY = dict(
    vocab_size=11,
    hidden_size=6,
    num_hidden_layers=1,
    num_attention_heads=2,
    intermediate_size=5,
    max_position_embeddings=5,
    num_labels=3,
)


def renamed(*pairs):
    def change(tensors):
        for old, new in pairs:
            tensors = {key.replace(old, new): value for key, value in tensors.items()}
        return tensors

    return change


def added(**extra):
    return lambda tensors: {**tensors, **{key.replace("__", "."): value for key, value in extra.items()}}


def without(*keys):
    return lambda tensors: {key: value for key, value in tensors.items() if key not in keys}


def cast(dtype):
    return lambda tensors: {key: value.to(dtype) for key, value in tensors.items()}


def moved(old, new):
    return lambda tensors: {new if key == old else key: value for key, value in tensors.items()}


def copied(old, new):
    return lambda tensors: {**tensors, new: tensors[old].clone()}


def record(name, saved, loaded, change=None, config=None, saved_config=None, options=None, shard_size=None):
    """Saves a `saved`, changes its tensors and its configuration, and loads it as a `loaded`."""
    folder = FOLDER / name
    options = options or {}
    shutil.rmtree(folder, ignore_errors=True)
    model = getattr(transformers, saved)(BertConfig(**{**TINY, **(saved_config or {})}))
    randomize(model, name).save_pretrained(folder, **({"max_shard_size": shard_size} if shard_size else {}))
    (folder / "generation_config.json").unlink(missing_ok=True)
    if change:
        tensors = change(load_file(folder / "model.safetensors"))
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    if config:
        text = json.loads((folder / "config.json").read_text())
        text.update(config)
        (folder / "config.json").write_text(json.dumps(text, indent=2, sort_keys=True) + "\n")
    checkpoint = {}
    for path in sorted(folder.glob("*.safetensors")):
        path.chmod(0o644)
        checkpoint.update(load_file(path))

    case = {"class": loaded, "options": options}
    try:
        model, report = getattr(transformers, loaded).from_pretrained(
            folder, output_loading_info=True, **options
        )
    except RuntimeError as error:
        message = str(error).splitlines()
        compact_json(
            folder / "case.json", {**case, "error": {"type": type(error).__name__, "message": message}}
        )
        return
    sources = {key: source(value, checkpoint) for key, value in model.state_dict().items()}
    case["missing_keys"] = sorted(report["missing_keys"])
    case["unexpected_keys"] = sorted(report["unexpected_keys"])
    case["mismatched_keys"] = [[key, list(have), list(want)] for key, have, want in report["mismatched_keys"]]
    case["sources"] = {key: value for key, value in sources.items() if key != value}
    compact_json(folder / "case.json", case)

    base = getattr(model, "bert", model).eval()
    ids = torch.randint(0, 11, (2, 4), generator=generator(name))
    if all(value for key, value in sources.items() if "embeddings" in key or "encoder" in key):
        hidden = base(ids).last_hidden_state
        save_tensors(
            folder / "recorded.safetensors", {"input.input_ids": ids, "output.last_hidden_state": hidden}
        )


def source(value, checkpoint):
    """The checkpoint's key whose values these are. No two parameters of a randomised model are equal."""
    for key, candidate in checkpoint.items():
        if candidate.shape == value.shape and torch.equal(candidate.to(value.dtype), value):
            return key
    return None


if __name__ == "__main__":
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    old_names = renamed(("LayerNorm.weight", "LayerNorm.gamma"), ("LayerNorm.bias", "LayerNorm.beta"))
    positions = torch.arange(5)[None]
    word = "bert.embeddings.word_embeddings.weight"
    decoder = "cls.predictions.decoder"
    sequence, base, masked = "BertForSequenceClassification", "BertModel", "BertForMaskedLM"
    record("same", sequence, sequence)
    record("gamma-beta", masked, masked, old_names)
    record("gamma-beta-base-into-head", base, sequence, old_names)
    record("base-into-head", base, sequence)
    record("head-into-base", sequence, base)
    record("base-into-masked-lm", base, masked)
    record("pretraining-into-masked-lm", "BertForPreTraining", masked)
    record("pretraining-into-classification", "BertForPreTraining", sequence)
    record("pretraining-into-base", "BertForPreTraining", base)
    record("masked-lm-into-pretraining", masked, "BertForPreTraining")
    record("masked-lm-into-lm-head", masked, "BertLMHeadModel", config={"is_decoder": True})
    record("position-ids", sequence, sequence, added(bert__embeddings__position_ids=positions))
    record("position-ids-base-into-head", base, sequence, added(embeddings__position_ids=positions))
    record(
        "tied-decoder-saved",
        masked,
        masked,
        lambda t: copied("cls.predictions.bias", f"{decoder}.bias")(copied(word, f"{decoder}.weight")(t)),
    )
    record("tied-only-decoder-bias", masked, masked, moved("cls.predictions.bias", f"{decoder}.bias"))
    record("tied-only-decoder-weight", masked, masked, moved(word, f"{decoder}.weight"))
    record("untied", masked, masked, saved_config={"tie_word_embeddings": False})
    record("untied-from-tied", masked, masked, config={"tie_word_embeddings": False})
    record("float16", sequence, sequence, cast(torch.float16))
    record("bfloat16", sequence, sequence, cast(torch.bfloat16))
    record(
        "unexpected-key",
        sequence,
        sequence,
        added(something__else=torch.ones(2), bert__encoder__extra__weight=torch.ones(3)),
    )
    record(
        "missing-key",
        sequence,
        sequence,
        without("bert.encoder.layer.0.output.dense.weight", "classifier.bias"),
    )
    record("more-layers", sequence, sequence, config={"num_hidden_layers": 2})
    record(
        "fewer-layers",
        sequence,
        sequence,
        config={"num_hidden_layers": 1},
        saved_config={"num_hidden_layers": 2},
    )
    more_labels = {str(label): f"LABEL_{label}" for label in range(4)}
    more_labels = {
        "id2label": more_labels,
        "label2id": {name: int(label) for label, name in more_labels.items()},
    }
    record("mismatched", sequence, sequence, config=more_labels)
    record(
        "mismatched-ignored",
        sequence,
        sequence,
        config=more_labels,
        options={"ignore_mismatched_sizes": True},
    )
    record(
        "mismatched-base-into-head",
        base,
        sequence,
        config={"vocab_size": 13},
        options={"ignore_mismatched_sizes": True},
    )
    record("sharded", masked, masked, shard_size="1KB")
    print(f"{len(list(FOLDER.iterdir()))} cases")
