"""Records what the models of a family give: outputs, losses and the gradient of every parameter.

    models.py [family ...]

Writes src/models/<family>/fixtures/<case>/ for each case that families/<family>.py lists:
config.json, model.safetensors (left out where the case names another one's weights),
recorded.safetensors and case.json. Folders of cases that are no longer listed are removed.

recorded.safetensors holds "input.<name>" and "output.<name>", with a position for each level of nesting
("output.past_key_values.<layer>.<0 to 3>"), and where case.json has an "objective" also
"gradient.<parameter>" and "input_gradient.<name>" of it: of the loss, or of the sum of all outputs that
are single tensors, each multiplied by its "cotangent.<name>".
"""

import importlib
import shutil
import sys
from dataclasses import dataclass, field

import torch
import transformers
from safetensors.torch import load_file

from recording import ROOT, compact_json, generator, randomize, save_tensors

FAMILIES = ["bert"]


@dataclass
class Case:
    name: str  # the folder
    model: str  # the class
    config: object
    inputs: dict  # tensors, or nested tuples of tensors (past_key_values)
    options: dict = field(default_factory=dict)  # the call's other arguments
    arguments: dict = field(default_factory=dict)  # of the constructor, beside the config
    weights: str = None  # the case whose weights are used; its own where not given
    mode: str = "eval"
    gradients: bool = False


def flatten(prefix, value):
    """Nested tuples of tensors as {"past_key_values.0.1": tensor}; what is None is left out."""
    if isinstance(value, torch.Tensor):
        return {prefix: value}
    parts = {}
    for position, item in enumerate(value or ()):
        parts.update(flatten(f"{prefix}.{position}", item))
    return parts


def prefixed(prefix, tensors):
    return {f"{prefix}.{key}": value for key, value in tensors.items()}


def record(case, fixtures):
    folder = fixtures / case.name
    model = getattr(transformers, case.model)(case.config, **case.arguments)
    if case.weights:
        saved = load_file(fixtures / case.weights / "model.safetensors")
        model.load_state_dict(saved, strict=False)
        model.tie_weights()
    else:
        randomize(model, case.name)
    model.train(case.mode == "train")
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    if case.weights:
        (folder / "model.safetensors").unlink()
    else:
        (folder / "model.safetensors").chmod(0o644)

    inputs = {}
    for name, value in case.inputs.items():
        inputs.update(flatten(name, value))
    for name in ("inputs_embeds", "encoder_hidden_states"):
        if name in inputs and case.gradients:
            inputs[name].requires_grad_()
    result = model(**case.inputs, **case.options)
    outputs = {}
    for name, value in result.items():
        outputs.update(flatten(name, value))

    tensors = {**prefixed("input", inputs), **prefixed("output", outputs)}
    objective = None
    if case.gradients:
        objective = "loss" if "loss" in outputs else "cotangents"
        total = result.get("loss")
        if total is None:
            cotangents = {
                name: torch.randn(value.shape, generator=generator(f"{case.name} {name}"))
                for name, value in result.items()
                if isinstance(value, torch.Tensor)
            }
            total = sum((outputs[name] * cotangent).sum() for name, cotangent in cotangents.items())
            tensors.update(prefixed("cotangent", cotangents))
        total.backward()
        gradients = {name: parameter.grad for name, parameter in model.named_parameters()}
        tensors.update(
            prefixed("gradient", {name: value for name, value in gradients.items() if value is not None})
        )
        input_gradients = {name: value.grad for name, value in inputs.items() if value.requires_grad}
        tensors.update(prefixed("input_gradient", input_gradients))
    save_tensors(folder / "recorded.safetensors", tensors)
    compact_json(
        folder / "case.json",
        {
            "class": case.model,
            "arguments": case.arguments,
            "weights": case.weights or case.name,
            "mode": case.mode,
            "inputs": list(inputs),
            "options": case.options,
            "output_class": type(result).__name__,
            "outputs": list(outputs),
            "loss": result.loss.item() if "loss" in outputs else None,
            "objective": objective,
            "unused_parameters": (
                [name for name, value in gradients.items() if value is None] if objective else []
            ),
            "problem_type": model.config.problem_type,
        },
    )


if __name__ == "__main__":
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    for family in sys.argv[1:] or FAMILIES:
        fixtures = ROOT / "src/models" / family / "fixtures"
        module = importlib.import_module(f"families.{family}")
        cases = module.cases()
        names = [case.name for case in cases]
        assert len(set(names)) == len(names), "two cases of one name"
        for case in cases:
            record(case, fixtures)
        for folder in fixtures.iterdir():
            if folder.name not in names and (folder / "recorded.safetensors").exists():
                shutil.rmtree(folder)
        print(f"{family}: {len(cases)} cases")
