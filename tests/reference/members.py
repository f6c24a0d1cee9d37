"""Records what the members of PreTrainedModel and PretrainedConfig do: pruning, resizing, counting, masks, dtypes.

Writes src/models/fixtures/members/: the checkpoint that all begin with (base/, and untied/ with a head of its
own weight), the same after pruning, as the reference saved it (pruned/), outputs and masks (recorded.safetensors) and counts and configurations (recorded.json).
"""

import shutil

import torch
from transformers import BertConfig, BertForMaskedLM, BertForPreTraining, BertForSequenceClassification, BertModel
from transformers import PretrainedConfig

from recording import ROOT, compact_json, randomize, save_tensors

FOLDER = ROOT / "src/models/fixtures/members"
SIZES = dict(
    vocab_size=19,
    hidden_size=12,
    num_hidden_layers=2,
    num_attention_heads=4,
    intermediate_size=10,
    max_position_embeddings=9,
)
INPUTS = dict(
    input_ids=torch.tensor([[2, 5, 7, 3, 1], [2, 8, 3, 0, 0]]),
    attention_mask=torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]]),
)


def base(**more):
    return randomize(BertForMaskedLM(BertConfig(**SIZES, **more)).eval(), "members")


def logits(model):
    with torch.no_grad():
        return model(**INPUTS).logits


def pruning(tensors):
    model = base()
    model.save_pretrained(FOLDER / "base", safe_serialization=True)
    tensors["base.logits"] = logits(model)
    model.prune_heads({0: [1, 3], 1: [0]})
    tensors["pruned.once.logits"] = logits(model)
    model.prune_heads({0: [0, 1]})
    tensors["pruned.logits"] = logits(model)
    model.save_pretrained(FOLDER / "pruned", safe_serialization=True)
    return {"pruned_heads": model.config.pruned_heads, "parameters": model.num_parameters()}


def resizing(tensors):
    base(tie_word_embeddings=False).save_pretrained(FOLDER / "untied", safe_serialization=True)
    shapes = {}
    for tied in [True, False]:
        for name, arguments in dict(grown=(23,), shrunk=(11,), padded=(20, 8), only_padded=(None, 8), same=(19,)).items():
            model = base(tie_word_embeddings=tied)
            embeddings = model.resize_token_embeddings(*arguments)
            case = f"{name}{'' if tied else '.untied'}"
            shapes[case] = {
                "arguments": arguments,
                "vocab_size": model.config.vocab_size,
                "embeddings": list(embeddings.weight.shape),
                "decoder": list(model.cls.predictions.decoder.weight.shape),
                "bias": list(model.cls.predictions.decoder.bias.shape),
                "parameters": model.num_parameters(),
                "tied": model.cls.predictions.decoder.weight is embeddings.weight,
            }
            # New rows are random: what is recorded are the old tokens' logits.
            tensors[f"resized.{case}.logits"] = logits(model)[..., :19]
    return shapes


def counting():
    counts = {}
    batch = {"input_ids": torch.zeros(3, 7, dtype=torch.long)}
    for type in [BertModel, BertForMaskedLM, BertForPreTraining, BertForSequenceClassification]:
        model = type(BertConfig(**SIZES))
        model.get_input_embeddings().weight.requires_grad = False
        counts[type.__name__] = {
            "all": model.num_parameters(),
            "trainable": model.num_parameters(only_trainable=True),
            "without_embeddings": model.num_parameters(exclude_embeddings=True),
            # Buffers of positions and segments, which are computed here, are left out.
            "footprint": model.get_memory_footprint(return_buffers=False),
            "footprint_bfloat16": model.bfloat16().get_memory_footprint(return_buffers=False),
            "tokens": model.estimate_tokens(batch),
            "operations": model.floating_point_ops(batch),
            "operations_with_embeddings": model.floating_point_ops(batch, exclude_embeddings=False),
        }
    return counts


def masks(tensors):
    two = torch.tensor([[1, 1, 1, 0], [1, 0, 1, 1]])
    three = torch.tensor([[[1, 0], [1, 1]], [[0, 1], [1, 1]]])
    tensors["mask.two"], tensors["mask.three"] = two, three
    heads = torch.tensor([1.0, 0.0, 0.5, 1.0])
    tensors["mask.heads"], tensors["mask.heads_by_layer"] = heads, torch.stack([heads, 1 - heads])
    for dtype in [torch.float32, torch.float16, torch.bfloat16]:
        for is_decoder in [False, True]:
            model = BertModel(BertConfig(**SIZES, is_decoder=is_decoder)).to(dtype)
            case = f"{str(dtype)[6:]}.{'decoder' if is_decoder else 'encoder'}"
            tensors[f"extended.two.{case}"] = model.get_extended_attention_mask(two, (2, 4))
            tensors[f"extended.past.{case}"] = model.get_extended_attention_mask(two, (2, 3))
            tensors[f"extended.three.{case}"] = model.get_extended_attention_mask(three, (2, 2))
        tensors[f"inverted.two.{str(dtype)[6:]}"] = model.invert_attention_mask(two)
        tensors[f"inverted.three.{str(dtype)[6:]}"] = model.invert_attention_mask(three)
        tensors[f"head.one.{str(dtype)[6:]}"] = model.get_head_mask(heads, 2)
        tensors[f"head.chunked.{str(dtype)[6:]}"] = model.get_head_mask(heads, 2, is_attention_chunked=True)
        tensors[f"head.each.{str(dtype)[6:]}"] = model.get_head_mask(tensors["mask.heads_by_layer"], 2)


def dtypes(tensors):
    """Half precision: bfloat16 alone, as this PyTorch multiplies no float16 matrices on the CPU."""
    model = base().bfloat16()
    tensors["bfloat16.logits"] = logits(model)


def configurations():
    class MappedConfig(PretrainedConfig):
        model_type = "mapped"
        attribute_map = {"hidden_size": "n_embd", "num_hidden_layers": "n_layer"}

        def __init__(self, n_embd=768, n_layer=12, scale=0.5, note="plain", flag=True, **kwargs):
            self.n_embd, self.n_layer, self.scale, self.note, self.flag = n_embd, n_layer, scale, note, flag
            super().__init__(**kwargs)

    def without_names(fields):
        return {name: value for name, value in fields.items() if not name.startswith("_")}

    cases = {}
    for name, fields in {
        "plain": {},
        "alias": dict(hidden_size=32, n_layer=3),
        "labels": dict(id2label={"0": "no", "1": "yes", "2": "maybe"}, label2id={"no": 0, "yes": 1, "maybe": 2}),
        "three_labels": dict(num_labels=3),
        "one_label": dict(num_labels=1, problem_type="regression"),
        "generation": dict(max_length=40, num_beams=4, top_k=7, bad_words_ids=[[1, 2]], repetition_penalty=1.5),
        "unknown": dict(our_field=[1, {"a": None}], architectures=["X"], torch_dtype="float16"),
        "shared": dict(output_attentions=True, tie_word_embeddings=False, pruned_heads={"1": [0, 2]}),
    }.items():
        config = MappedConfig.from_dict(dict(fields))
        cases[name] = {
            "fields": fields,
            "dict": without_names({**config.to_dict(), "torch_dtype": fields.get("torch_dtype")}),
            "diff": without_names(config.to_diff_dict()),
            "json": config.to_json_string(),
        }
    config = MappedConfig()
    config.update_from_string("n_embd=10,scale=2.5,note=changed,flag=false")
    updated = without_names(config.to_diff_dict())
    config.update({"hidden_size": 99, "num_labels": 4})
    return {"cases": cases, "from_string": updated, "from_dict": without_names(config.to_diff_dict())}


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    torch.manual_seed(0)
    tensors = {f"input.{name}": value for name, value in INPUTS.items()}
    recorded = {"pruning": pruning(tensors), "resizing": resizing(tensors), "counting": counting()}
    masks(tensors)
    dtypes(tensors)
    recorded["configurations"] = configurations()
    save_tensors(FOLDER / "recorded.safetensors", tensors)
    compact_json(FOLDER / "recorded.json", recorded)
    for folder in ["base", "pruned", "untied"]:
        (FOLDER / folder / "generation_config.json").unlink(missing_ok=True)
        (FOLDER / folder / "model.safetensors").chmod(0o644)


if __name__ == "__main__":
    main()
