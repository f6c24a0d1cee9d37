"""Records the optimizers on given gradients, gradient clipping, and the learning rates of the schedules.

Writes src/optim/fixtures/adamw.json and adamw.safetensors (parameters and moments after each of 20
steps, for several settings), optimizers.json and optimizers.safetensors (the same for all optimizers;
the steps of a parameter stacked into one tensor, its state after the first and the last step),
clipping.json and clipping.safetensors, schedules.json, scheduler-types.json and plateau.json.

The gradients of optimizers.safetensors hide nothing: a row of the matrix has none for three steps, the
vector has no gradient at all at steps 0, 1 and 7.
"""

from math import inf, nan

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


class Lion(torch.optim.Optimizer):
    """Lion by algorithm 2 of Chen et al., "Symbolic Discovery of Optimization Algorithms", 2023.

    Neither PyTorch 1.13 nor Transformers 4.37 have it. With c = beta1 * m + (1 - beta1) * g:
    p = p - lr * (sign(c) + weight_decay * p); then m = beta2 * m + (1 - beta2) * g.
    """

    def __init__(self, params, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(params, dict(lr=lr, betas=betas, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                m = self.state[p].get("exp_avg", torch.zeros_like(p))
                direction = torch.sign(beta1 * m + (1 - beta1) * p.grad)
                p.copy_(p - group["lr"] * (direction + group["weight_decay"] * p))
                self.state[p]["exp_avg"] = beta2 * m + (1 - beta2) * p.grad


OPTIMIZERS = {
    name: getattr(torch.optim, name) for name in ("SGD", "Adam", "AdamW", "Adagrad", "RMSprop")
} | {"Adafactor": transformers.Adafactor, "Lion": Lion}

ALL_SHAPES = [(3, 4), (5,), (), (2, 3, 2)]


def optimizers():
    """Every optimizer with each of its options, on one set of parameters and gradients."""
    halves = lambda first, second: [dict(parameters=[0, 1], **first), dict(parameters=[2, 3], **second)]
    rates = [1e-2 * (step + 1) / STEPS for step in range(STEPS)]
    external = dict(relative_step=False, scale_parameter=False, lr=1e-2)
    settings = [
        ("SGD", "plain", [dict(lr=0.1)]),
        ("SGD", "weight decay", [dict(lr=0.1, weight_decay=0.2)]),
        ("SGD", "momentum", [dict(lr=0.1, momentum=0.9)]),
        ("SGD", "dampening", [dict(lr=0.1, momentum=0.9, dampening=0.4)]),
        ("SGD", "nesterov", [dict(lr=0.1, momentum=0.8, nesterov=True, weight_decay=0.1)]),
        ("SGD", "maximize", [dict(lr=0.1, momentum=0.9, weight_decay=0.1, maximize=True)]),
        ("SGD", "two groups", halves(dict(lr=0.1, momentum=0.9), dict(lr=0.02, weight_decay=0.3))),
        ("Adam", "defaults", [dict()]),
        ("Adam", "weight decay", [dict(lr=1e-2, weight_decay=0.1)]),
        ("Adam", "amsgrad", [dict(lr=1e-2, amsgrad=True, betas=(0.7, 0.8))]),
        ("Adam", "maximize", [dict(lr=1e-2, weight_decay=0.1, maximize=True)]),
        ("Adam", "large eps", [dict(lr=1e-2, eps=1e-1)]),
        ("Adam", "lr changes", [dict(lr=1e-2)], rates),
        ("Adam", "two groups", halves(dict(lr=1e-2, weight_decay=0.1), dict(lr=3e-2, betas=(0.5, 0.9)))),
        ("AdamW", "all", [dict(lr=1e-2, amsgrad=True, maximize=True, weight_decay=0.2)]),
        ("Adagrad", "defaults", [dict()]),
        ("Adagrad", "decays", [dict(lr=0.1, lr_decay=0.05, weight_decay=0.1)]),
        ("Adagrad", "initial accumulator value", [dict(lr=0.1, initial_accumulator_value=0.5)]),
        ("Adagrad", "maximize", [dict(lr=0.1, weight_decay=0.1, maximize=True, eps=1e-2)]),
        ("Adagrad", "two groups", halves(dict(lr=0.1, weight_decay=0.1), dict(lr=0.02, lr_decay=0.1))),
        ("RMSprop", "defaults", [dict()]),
        ("RMSprop", "weight decay", [dict(lr=1e-2, weight_decay=0.1, alpha=0.9, eps=1e-2)]),
        ("RMSprop", "centered", [dict(lr=1e-2, centered=True)]),
        ("RMSprop", "momentum", [dict(lr=1e-2, momentum=0.9)]),
        ("RMSprop", "all", [dict(momentum=0.5, centered=True, weight_decay=0.1, maximize=True, alpha=0.8)]),
        ("RMSprop", "two groups", halves(dict(lr=1e-2, momentum=0.9), dict(lr=3e-2, weight_decay=0.1))),
        ("Adafactor", "defaults", [dict()]),
        ("Adafactor", "warmup_init", [dict(warmup_init=True)]),
        ("Adafactor", "external rate", [external]),
        ("Adafactor", "scaled external rate", [dict(relative_step=False, lr=1e-2)]),
        ("Adafactor", "beta1", [dict(beta1=0.9)]),
        ("Adafactor", "weight decay", [dict(weight_decay=0.3)]),
        ("Adafactor", "thresholds", [dict(clip_threshold=0.5, decay_rate=-0.5, eps=(1e-4, 1.0))]),
        ("Adafactor", "lr changes", [dict(external, beta1=0.5, weight_decay=0.1)], rates),
        ("Adafactor", "two groups", halves(dict(external, weight_decay=0.1), dict(external, lr=3e-2))),
        ("Lion", "defaults", [dict()]),
        ("Lion", "weight decay", [dict(lr=1e-2, weight_decay=0.5)]),
        ("Lion", "other betas", [dict(lr=1e-2, betas=(0.5, 0.8))]),
        ("Lion", "two groups", halves(dict(lr=1e-2, weight_decay=0.1), dict(lr=3e-2, betas=(0.95, 0.98)))),
    ]
    tensors = {}
    for index, shape in enumerate(ALL_SHAPES):
        tensors[f"initial.{index}"] = normal(f"optimizers initial {index}", shape)
        scales = torch.tensor([5.0 if step % 7 == 3 else 0.5 for step in range(STEPS)])
        gradients = normal(f"optimizers gradients {index}", (STEPS, *shape))
        tensors[f"gradients.{index}"] = gradients * scales.reshape(-1, *[1] * len(shape))
    tensors["gradients.0"][:3, 1] = 0
    no_gradient = [[0, 1], [1, 1], [7, 1]]  # step, parameter
    recorded = []
    for number, (name, title, groups, *lr_of_step) in enumerate(settings):
        initial = [tensors[f"initial.{index}"] for index in range(len(ALL_SHAPES))]
        parameters = [torch.nn.Parameter(value.clone()) for value in initial]
        groups = [dict(group) for group in groups]
        for group in groups:
            group.setdefault("parameters", list(range(len(ALL_SHAPES))))
        optimizer = OPTIMIZERS[name](
            [
                {key: value for key, value in group.items() if key != "parameters"}
                | {"params": [parameters[index] for index in group["parameters"]]}
                for group in groups
            ],
            # The constructors check these alone, and Adagrad takes its initial sums from here; what two
            # groups leave out is to be the optimizer's own default.
            **{
                key: value
                for key, value in groups[0].items()
                if key != "parameters" and (len(groups) == 1 or key in ("lr", "relative_step"))
            },
        )
        given = [group["lr"] for group in optimizer.param_groups]
        schedule = None
        if name == "Adafactor":
            schedule = transformers.optimization.get_adafactor_schedule(optimizer)
        trajectories, rates_of_steps = [[] for _ in parameters], []
        for step in range(STEPS):
            for group, lr in zip(optimizer.param_groups, given):
                # Adafactor's stand-in for a schedule writes a rate, which would count where it is external.
                group["lr"] = lr_of_step[0][step] if lr_of_step else lr
            for index, parameter in enumerate(parameters):
                skipped = [step, index] in no_gradient
                parameter.grad = None if skipped else tensors[f"gradients.{index}"][step].clone()
            optimizer.step()
            if schedule is not None:
                schedule.step()
                rates_of_steps.append([float(rate) for rate in schedule.get_last_lr()])
            for trajectory, parameter in zip(trajectories, parameters):
                trajectory.append(parameter.detach().clone())
            if step in (2, STEPS - 1):
                for index, parameter in enumerate(parameters):
                    for key, value in optimizer.state[parameter].items():
                        if key != "step" and torch.is_tensor(value):
                            tensors[f"{number}.{index}.{key}.{step}"] = value.clone()
        for index, trajectory in enumerate(trajectories):
            tensors[f"{number}.{index}"] = torch.stack(trajectory)
        case = {"optimizer": name, "name": title, "groups": groups}
        case |= {"lr_of_step": lr_of_step[0]} if lr_of_step else {}
        recorded.append(case | ({"rates": rates_of_steps} if rates_of_steps else {}))
    plain = {}
    for name, create in OPTIMIZERS.items():
        # PyTorch 1.13 has no default rate for SGD; 2.2 and later have this one.
        defaults = create([torch.zeros(1)], **({"lr": 1e-3} if name == "SGD" else {})).defaults
        speed = ("foreach", "capturable", "differentiable", "fused")
        plain[name] = {key: value for key, value in defaults.items() if key not in speed}
    document = {"steps": STEPS, "parameters": len(ALL_SHAPES), "no_gradient": no_gradient}
    compact_json(FOLDER / "optimizers.json", document | {"defaults": plain, "settings": recorded})
    save_tensors(FOLDER / "optimizers.safetensors", tensors)


def clipping():
    plans = [
        ("clip_grad_norm_", dict(max_norm=1.0)),
        ("clip_grad_norm_", dict(max_norm=100.0)),
        ("clip_grad_norm_", dict(max_norm=0.5, norm_type=1.0)),
        ("clip_grad_norm_", dict(max_norm=0.5, norm_type=3.0)),
        ("clip_grad_norm_", dict(max_norm=0.5, norm_type=inf)),
        ("clip_grad_value_", dict(clip_value=0.25)),
        ("clip_grad_value_", dict(clip_value=10.0)),
        # The first element of the first gradient replaced.
        ("clip_grad_norm_", dict(max_norm=0.5), inf),
        ("clip_grad_norm_", dict(max_norm=0.5), nan),
        ("clip_grad_norm_", dict(max_norm=0.5, norm_type=inf), nan),
        ("clip_grad_norm_", dict(max_norm=0.5, norm_type=1.0), -inf),
        ("clip_grad_value_", dict(clip_value=0.25), -inf),
    ]
    tensors = {f"gradient.{index}": normal(f"clip {index}", shape) for index, shape in enumerate(SHAPES)}
    cases = []
    infinite = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}
    spelled = lambda value: value if value is None else infinite.get(str(value), value)
    for number, (name, options, *poison) in enumerate(plans):
        parameters = [torch.nn.Parameter(torch.zeros(shape)) for shape in SHAPES]
        for index, parameter in enumerate(parameters):
            parameter.grad = tensors[f"gradient.{index}"].clone()
        for value in poison:
            parameters[0].grad[0, 0] = value
        total = getattr(torch.nn.utils, name)(parameters, **options)
        tensors.update({f"{number}.{index}": parameter.grad for index, parameter in enumerate(parameters)})
        options = {key: spelled(value) for key, value in options.items()}
        case = {"function": name, "options": options, "total_norm": spelled(total and total.item())}
        cases.append(case | ({"poison": spelled(poison[0])} if poison else {}))
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
        ("get_constant_schedule", dict(last_epoch=5)),
        ("get_linear_schedule_with_warmup", dict(num_warmup_steps=10, num_training_steps=40, last_epoch=7)),
    ]
    cases = []
    for name, options in plans:
        optimizer = torch.optim.AdamW([torch.nn.Parameter(torch.zeros(1))], lr=1e-3)
        if "last_epoch" in options:
            optimizer.param_groups[0]["initial_lr"] = 1e-3
        schedule = getattr(transformers, name)(optimizer, **options)
        rates = []
        for _ in range(50):
            rates.append(schedule.get_last_lr()[0])
            optimizer.step()
            schedule.step()
        cases.append({"function": name, "lr": 1e-3, "options": options, "rates": rates})
    compact_json(FOLDER / "schedules.json", cases)


def named_schedules():
    """get_scheduler for each of its names; the names themselves."""
    steps = dict(num_warmup_steps=3, num_training_steps=20)
    specific = {
        "cosine": dict(num_cycles=1.0),
        "cosine_with_restarts": dict(num_cycles=2),
        "polynomial": dict(power=2.0),
    }
    cases = []
    for kind in transformers.SchedulerType:
        if kind.value == "reduce_lr_on_plateau":
            continue
        for kwargs in [None, specific[kind.value]] if kind.value in specific else [None]:
            optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.5)
            schedule = transformers.get_scheduler(kind, optimizer, **steps, scheduler_specific_kwargs=kwargs)
            rates = []
            for _ in range(22):
                rates.append(schedule.get_last_lr()[0])
                optimizer.step()
                schedule.step()
            cases.append({"name": kind.value, "specific": kwargs, "rates": rates})
    types = {kind.name: kind.value for kind in transformers.SchedulerType}
    compact_json(FOLDER / "scheduler-types.json", {"types": types, **steps, "lr": 0.5, "cases": cases})


def plateau():
    """ReduceLROnPlateau on metrics that fall, stay and rise; two groups."""
    falling = [1 / (step + 1) for step in range(6)]
    metrics = falling + [0.17] * 8 + [0.1, 0.1, 0.0999, 0.2, 0.3, 0.05] + [0.06] * 12
    rising = [-value for value in metrics]
    plans = [
        (metrics, {}),
        (metrics, dict(patience=2)),
        (metrics, dict(patience=1, factor=0.5, cooldown=3)),
        (metrics, dict(patience=0, min_lr=1e-2)),
        (metrics, dict(patience=0, min_lr=[1e-3, 5e-2])),
        (metrics, dict(patience=1, threshold=0.02, threshold_mode="abs")),
        (metrics, dict(patience=1, threshold=0.5)),
        (metrics, dict(patience=1, eps=1e-2)),
        (metrics, dict(patience=2, mode="max")),
        (rising, dict(patience=2, mode="max")),
        (rising, dict(patience=2, mode="max", threshold=0.02, threshold_mode="abs")),
    ]
    cases = []
    for values, options in plans:
        groups = [{"params": [torch.nn.Parameter(torch.zeros(1))], "lr": lr} for lr in (0.1, 0.5)]
        optimizer = torch.optim.SGD(groups, lr=0.1)
        schedule = transformers.optimization.get_reduce_on_plateau_schedule(optimizer, **options)
        rates = []
        for value in values:
            schedule.step(value)
            rates.append([group["lr"] for group in optimizer.param_groups])
        kept = ("best", "num_bad_epochs", "cooldown_counter", "last_epoch", "min_lrs", "_last_lr")
        state = {key: schedule.state_dict()[key] for key in kept}
        cases.append({"options": options, "metrics": values, "rates": rates, "state": state})
    compact_json(FOLDER / "plateau.json", cases)


if __name__ == "__main__":
    torch.set_num_threads(1)
    adamw()
    optimizers()
    clipping()
    schedules()
    named_schedules()
    plateau()
