"""Records AdamW on given gradients, gradient clipping, and the learning rates of the schedules.

Writes src/optim/fixtures/adamw.json and adamw.safetensors (parameters and moments after each of 20
steps, for several settings), clipping.json and clipping.safetensors, and schedules.json.
"""

from math import inf

import torch
import transformers

from recording import ROOT, compact_json, generator, save_tensors

FOLDER = ROOT / "src/optim/fixtures"
SHAPES = [(2, 3), (4,), ()]
STEPS = 20


def normal(name, shape):
    return torch.randn(shape, generator=generator(name))


def adamw():
    """All settings start from one set of parameters and see the same gradients."""
    settings = [
        dict(name="defaults", groups=[dict(lr=1e-3)]),
        dict(name="no weight decay", groups=[dict(lr=1e-2, weight_decay=0.0)]),
        dict(name="other betas", groups=[dict(lr=1e-2, betas=[0.8, 0.95])]),
        dict(name="large eps", groups=[dict(lr=1e-2, eps=1e-1)]),
        dict(name="strong weight decay", groups=[dict(lr=1e-1, weight_decay=0.5)]),
        dict(name="amsgrad", groups=[dict(lr=1e-2, amsgrad=True)]),
        dict(name="maximize", groups=[dict(lr=1e-2, maximize=True)]),
        dict(
            name="two groups",
            groups=[
                dict(parameters=[0], lr=1e-2, weight_decay=0.1),
                dict(parameters=[1, 2], lr=3e-2, weight_decay=0.0, betas=[0.5, 0.9]),
            ],
        ),
        dict(
            name="lr changes",
            groups=[dict(lr=1e-2)],
            lr_of_step=[1e-2 * (step + 1) / STEPS for step in range(STEPS)],
        ),
        dict(name="a parameter without gradient", groups=[dict(lr=1e-2)], no_gradient=[1]),
    ]
    tensors = {f"initial.{index}": normal(f"initial {index}", shape) for index, shape in enumerate(SHAPES)}
    for step in range(STEPS):
        for index, shape in enumerate(SHAPES):
            tensors[f"gradient.{step}.{index}"] = normal(f"gradient {step} {index}", shape) * (
                0.5 if step % 7 else 5
            )
    for number, setting in enumerate(settings):
        parameters = [torch.nn.Parameter(tensors[f"initial.{index}"].clone()) for index in range(len(SHAPES))]
        groups = []
        for group in setting["groups"]:
            group.setdefault("parameters", list(range(len(SHAPES))))
            options = {key: value for key, value in group.items() if key != "parameters"}
            groups.append({"params": [parameters[index] for index in group["parameters"]], **options})
        optimizer = torch.optim.AdamW(groups)
        for step in range(STEPS):
            if "lr_of_step" in setting:
                optimizer.param_groups[0]["lr"] = setting["lr_of_step"][step]
            for index, parameter in enumerate(parameters):
                skipped = index in setting.get("no_gradient", [])
                parameter.grad = None if skipped else tensors[f"gradient.{step}.{index}"].clone()
            optimizer.step()
            for index, parameter in enumerate(parameters):
                tensors[f"{number}.{step}.{index}.parameter"] = parameter.detach().clone()
                for key in ("exp_avg", "exp_avg_sq", "max_exp_avg_sq"):
                    if key in optimizer.state[parameter]:
                        tensors[f"{number}.{step}.{index}.{key}"] = optimizer.state[parameter][key].clone()
    defaults = {
        key: torch.optim.AdamW([torch.zeros(1)]).defaults[key]
        for key in ("lr", "betas", "eps", "weight_decay")
    }
    compact_json(
        FOLDER / "adamw.json",
        {"steps": STEPS, "parameters": len(SHAPES), "defaults": defaults, "settings": settings},
    )
    save_tensors(FOLDER / "adamw.safetensors", tensors)


def clipping():
    plans = [
        ("clip_grad_norm_", dict(max_norm=1.0)),
        ("clip_grad_norm_", dict(max_norm=100.0)),
        ("clip_grad_norm_", dict(max_norm=0.5, norm_type=1.0)),
        ("clip_grad_norm_", dict(max_norm=0.5, norm_type=3.0)),
        ("clip_grad_norm_", dict(max_norm=0.5, norm_type=inf)),
        ("clip_grad_value_", dict(clip_value=0.25)),
        ("clip_grad_value_", dict(clip_value=10.0)),
    ]
    tensors = {f"gradient.{index}": normal(f"clip {index}", shape) for index, shape in enumerate(SHAPES)}
    cases = []
    for number, (name, options) in enumerate(plans):
        parameters = [torch.nn.Parameter(torch.zeros(shape)) for shape in SHAPES]
        for index, parameter in enumerate(parameters):
            parameter.grad = tensors[f"gradient.{index}"].clone()
        total = getattr(torch.nn.utils, name)(parameters, **options)
        tensors.update({f"{number}.{index}": parameter.grad for index, parameter in enumerate(parameters)})
        options = {key: "Infinity" if value == inf else value for key, value in options.items()}
        cases.append(
            {"function": name, "options": options, "total_norm": None if total is None else total.item()}
        )
    compact_json(FOLDER / "clipping.json", cases)
    save_tensors(FOLDER / "clipping.safetensors", tensors)


def schedules():
    plans = [
        ("get_constant_schedule", {}),
        ("get_constant_schedule_with_warmup", dict(num_warmup_steps=10)),
        ("get_linear_schedule_with_warmup", dict(num_warmup_steps=0, num_training_steps=40)),
        ("get_linear_schedule_with_warmup", dict(num_warmup_steps=10, num_training_steps=40)),
        ("get_cosine_schedule_with_warmup", dict(num_warmup_steps=10, num_training_steps=40)),
        ("get_cosine_schedule_with_warmup", dict(num_warmup_steps=5, num_training_steps=50, num_cycles=1.5)),
        (
            "get_cosine_with_hard_restarts_schedule_with_warmup",
            dict(num_warmup_steps=5, num_training_steps=45, num_cycles=3),
        ),
        ("get_polynomial_decay_schedule_with_warmup", dict(num_warmup_steps=5, num_training_steps=40)),
        (
            "get_polynomial_decay_schedule_with_warmup",
            dict(num_warmup_steps=5, num_training_steps=40, lr_end=1e-5, power=2.0),
        ),
        ("get_inverse_sqrt_schedule", dict(num_warmup_steps=10)),
        ("get_inverse_sqrt_schedule", dict(num_warmup_steps=4, timescale=20)),
    ]
    cases = []
    for name, options in plans:
        optimizer = torch.optim.AdamW([torch.nn.Parameter(torch.zeros(1))], lr=1e-3)
        schedule = getattr(transformers, name)(optimizer, **options)
        rates = []
        for _ in range(50):
            rates.append(schedule.get_last_lr()[0])
            optimizer.step()
            schedule.step()
        cases.append({"function": name, "lr": 1e-3, "options": options, "rates": rates})
    compact_json(FOLDER / "schedules.json", cases)


if __name__ == "__main__":
    torch.set_num_threads(1)
    adamw()
    clipping()
    schedules()
