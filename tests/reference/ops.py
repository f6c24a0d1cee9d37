"""Records what every tensor operation gives in PyTorch, and its gradient.

Writes src/tensor/fixtures/ops.json (the list of cases) and ops.safetensors (their tensors).
Each case draws its inputs from a generator that is seeded with the case's name, so that adding a
case leaves all others as they were. A gradient is the vector-Jacobian product with a recorded
cotangent of each floating-point output; with "order": 2 it is the gradient of the summed squares
of those first gradients.
"""

from math import inf, sqrt

import torch
import torch.nn.functional as F

from recording import ROOT, compact_json, generator as seeded, save_tensors

FIXTURES = ROOT / "src/tensor/fixtures"
DTYPES = {"float32": torch.float32, "int64": torch.int64, "int32": torch.int32, "bool": torch.bool}

cases = []
tensors = {}


# --- the operations, under the names and argument names of PyTorch -------------------------------


def slice_axis(input, dim, start=None, end=None, step=1):
    index = [slice(None)] * input.dim()
    index[dim] = slice(start, end, step)
    return input[tuple(index)]


def attention(query, key, value, attn_mask=None, is_causal=False, scale=None):
    """softmax(query key^T scale + mask) value; a boolean mask says where to attend."""
    scores = query @ key.transpose(-1, -2) * (1 / sqrt(query.shape[-1]) if scale is None else scale)
    if is_causal:
        attn_mask = torch.ones(scores.shape[-2:], dtype=torch.bool).tril()
    if attn_mask is not None and attn_mask.dtype == torch.bool:
        scores = scores.masked_fill(~attn_mask, -inf)
    elif attn_mask is not None:
        scores = scores + attn_mask
    return scores.softmax(-1) @ value


def binary(function):
    """A function of two tensors, or of a tensor and the scalar option `other` (or `self`, on the left)."""

    def call(*inputs, other=None, self=None, **options):
        if self is not None:  # of rank 0, which takes part in promotion as a scalar does
            return function(torch.tensor(self), *inputs, **options)
        return function(*inputs, **options) if other is None else function(*inputs, other, **options)

    return call


def reduction(function):
    def call(input, dim=None, **options):
        result = function(input, **options) if dim is None else function(input, dim, **options)
        return result if isinstance(result, torch.Tensor) else result.values

    return call


OPS = {
    **{
        name: getattr(torch, name)
        for name in """neg abs exp log sqrt rsqrt reciprocal square tanh sigmoid erf sin cos relu
        logical_not logical_and logical_or where masked_fill clamp argmax argmin logsumexp cumsum
        amax amin matmul reshape flatten unsqueeze squeeze transpose permute split chunk select flip
        tril triu""".split()
    },
    **{
        name: getattr(F, name)
        for name in """leaky_relu gelu silu mish relu6 elu softplus linear embedding one_hot softmax
        log_softmax cross_entropy nll_loss mse_loss l1_loss smooth_l1_loss kl_div""".split()
    },
    **{
        name: binary(getattr(torch, name))
        for name in "add sub mul div pow maximum minimum eq ne lt le gt ge".split()
    },
    **{name: reduction(getattr(torch, name)) for name in "sum mean max min all any".split()},
    "var": lambda input, dim=None, **options: torch.var(input, dim, **options),
    "quick_gelu": lambda input: input * torch.sigmoid(1.702 * input),
    "to": lambda input, dtype: input.to(DTYPES[dtype]),
    "expand": lambda input, size: input.expand(size),
    "cat": lambda *inputs, dim=0: torch.cat(inputs, dim),
    "stack": lambda *inputs, dim=0: torch.stack(inputs, dim),
    "slice": slice_axis,
    "gather": lambda input, index, dim: input.gather(dim, index),
    "index_select": lambda input, index, dim: input.index_select(dim, index),
    "scatter_add": lambda input, index, src, dim: input.scatter_add(dim, index, src),
    "layer_norm": lambda input, weight=None, bias=None, **options: F.layer_norm(
        input, weight=weight, bias=bias, **options
    ),
    "binary_cross_entropy_with_logits": lambda input, target, weight=None, pos_weight=None, **options: (
        F.binary_cross_entropy_with_logits(input, target, weight, pos_weight=pos_weight, **options)
    ),
    "scaled_dot_product_attention": attention,
    "tanh of matmul chain": lambda a, b, c: torch.tanh(a @ b) @ c,
}


# --- inputs: a tuple is the shape of a normal sample, a function makes one from the generator ------


def positive(*shape):
    return lambda generator: torch.rand(shape, generator=generator) * 2 + 0.25


def scaled(factor, *shape):
    return lambda generator: torch.randn(shape, generator=generator) * factor


def integers(low, high, *shape, dtype=torch.int64):
    return lambda generator: torch.randint(low, high, shape, generator=generator).to(dtype)


def booleans(*shape):
    return lambda generator: torch.rand(shape, generator=generator) > 0.4


def probabilities(*shape):
    return lambda generator: torch.randn(shape, generator=generator).softmax(-1)


def log_probabilities(*shape):
    return lambda generator: torch.randn(shape, generator=generator).log_softmax(-1)


def draw(spec, generator):
    if isinstance(spec, tuple):
        return torch.randn(spec, generator=generator)
    return spec(generator) if callable(spec) else spec


def case(name, op, inputs, constants=(), order=1, differentiable=True, **options):
    """Runs one case and records it. `constants` are the positions of inputs that need no gradient."""
    assert all(name != other["name"] for other in cases), name
    number = len(cases)
    generator = seeded(name)

    def keep(kind, values):
        keys = []
        for position, value in enumerate(values):
            key = None if value is None else f"{number}.{kind}.{position}"
            if value is not None:
                tensors[key] = value.detach()
            keys.append(key)
        return keys

    inputs = [draw(spec, generator) for spec in inputs]
    for position, value in enumerate(inputs):
        if differentiable and value is not None and value.is_floating_point() and position not in constants:
            value.requires_grad_()
    call_options = {key: -inf if value == "-Infinity" else value for key, value in options.items()}
    result = OPS[op](*inputs, **call_options)
    outputs = list(result) if isinstance(result, (tuple, list)) else [result]

    cotangents = [
        torch.randn(output.shape, generator=generator) if output.requires_grad else None for output in outputs
    ]
    wanted = [value for value in inputs if value is not None and value.requires_grad]
    gradients = []
    if wanted and any(cotangent is not None for cotangent in cotangents):
        gradients = torch.autograd.grad(
            [output for output in outputs if output.requires_grad],
            wanted,
            [cotangent for cotangent in cotangents if cotangent is not None],
            create_graph=order == 2,
            allow_unused=True,
        )
    if order == 2:
        gradients = torch.autograd.grad(
            sum(gradient.square().sum() for gradient in gradients), wanted, allow_unused=True
        )
    gradient_of = dict(zip(map(id, wanted), gradients))
    entry = {
        "name": name,
        "op": op,
        "inputs": keep("input", inputs),
        "options": options,
        "outputs": keep("output", outputs),
        "cotangents": keep("cotangent", cotangents),
        "gradients": keep("gradient", [gradient_of.get(id(value)) for value in inputs]),
    }
    cases.append(entry if order == 1 else {**entry, "order": order})


# --- element by element ----------------------------------------------------------------------------


def elementwise():
    edges = torch.tensor([-7.5, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 6.0, 7.5])
    large = torch.tensor([-200.0, -100.0, -30.0, 30.0, 60.0])
    for op in ["neg", "abs", "exp", "square", "tanh", "sigmoid", "erf", "sin", "cos"]:
        for shape in [(5,), (2, 3, 4), ()]:
            case(f"{op}: shape {list(shape)}", op, [shape])
    for op in ["log", "sqrt", "rsqrt", "reciprocal"]:
        for shape in [(5,), (2, 3, 4), ()]:
            case(f"{op}: shape {list(shape)}", op, [positive(*shape)])
    for op in ["neg", "exp", "sqrt", "relu"]:
        case(f"{op}: empty", op, [(0, 3)])
    for op in ["neg", "abs", "square", "relu"]:
        case(f"{op}: int64", op, [integers(-5, 6, 2, 4)])
        case(f"{op}: int32", op, [integers(-5, 6, 3, dtype=torch.int32)])
    for op in ["exp", "sqrt", "tanh", "reciprocal"]:
        case(f"{op}: int64 becomes float32", op, [integers(1, 6, 2, 3)])
    case("reciprocal: negative", "reciprocal", [torch.tensor([-0.5, -2.0, 4.0])])
    case("log: zero and negative", "log", [torch.tensor([0.0, -1.0, 1.0])], differentiable=False)
    case("exp: overflow and underflow", "exp", [torch.tensor([-200.0, 0.0, 100.0])], differentiable=False)
    for op in ["abs", "tanh", "sigmoid", "erf"]:
        case(f"{op}: edges", op, [edges.clone()])

    activations = [
        ("relu", {}),
        ("leaky_relu", {}),
        ("leaky_relu", {"negative_slope": 0.2}),
        ("gelu", {}),
        ("gelu", {"approximate": "none"}),
        ("gelu", {"approximate": "tanh"}),
        ("silu", {}),
        ("quick_gelu", {}),
        ("mish", {}),
        ("relu6", {}),
        ("elu", {}),
        ("elu", {"alpha": 0.5}),
        ("softplus", {}),
        ("softplus", {"beta": 2.0, "threshold": 5.0}),
    ]
    for op, options in activations:
        label = ", ".join([op, *(f"{key}={value}" for key, value in options.items())])
        for shape in [(7,), (2, 3, 3), ()]:
            case(f"{label}: shape {list(shape)}", op, [scaled(2.0, *shape)], **options)
        case(f"{label}: edges", op, [edges.clone()], **options)
    for op in ["gelu", "silu", "softplus", "mish", "elu", "sigmoid", "tanh"]:
        case(f"{op}: large values", op, [large.clone()])


def arithmetic():
    shapes = [
        ((3,), (3,)),
        ((2, 3), (3,)),
        ((2, 1, 4), (3, 1)),
        ((), (2, 2)),
        ((1,), (2, 3, 1)),
        ((0, 3), (1, 3)),
    ]
    for op in ["add", "sub", "mul", "div", "maximum", "minimum"]:
        for left, right in shapes:
            divisor = positive(*right) if op == "div" else right
            case(f"{op}: {list(left)} and {list(right)}", op, [left, divisor])
    for left, right in shapes:
        case(f"pow: {list(left)} and {list(right)}", "pow", [positive(*left), right])
    for op in ["add", "sub", "mul", "div"]:
        case(f"{op}: scalar", op, [(2, 3)], other=2.5)
        case(f"{op}: scalar on the left", op, [positive(2, 3)], self=1.5)
    for op in ["add", "sub", "mul"]:
        case(f"{op}: int64", op, [integers(-5, 5, 4), integers(-5, 5, 4)])
    case("add: alpha", "add", [(2, 3), (3,)], alpha=0.5)
    case("sub: alpha", "sub", [(2, 3), (3,)], alpha=2)
    for exponent in [2, 3, 0.5, -1, -0.5, 0, 1, 1.5]:
        case(f"pow: exponent {exponent}", "pow", [positive(2, 3)], other=exponent)
    for exponent in [2, 3, -2]:
        case(f"pow: exponent {exponent}, base of either sign", "pow", [(2, 3)], other=exponent)
    case("pow: scalar base", "pow", [(2, 3)], self=2.5)
    case("pow: int64", "pow", [integers(-4, 5, 6)], other=3)
    for op in ["maximum", "minimum"]:
        case(f"{op}: ties", op, [torch.tensor([1.0, 2.0, 3.0]), torch.tensor([1.0, 5.0, -1.0])])
        case(f"{op}: int64", op, [integers(-4, 5, 6), integers(-4, 5, 6)])
    for mode in ["floor", "trunc"]:
        case(f"div: {mode} of int64", "div", [integers(-9, 9, 7), integers(1, 4, 7)], rounding_mode=mode)
        case(
            f"div: {mode} of float32",
            "div",
            [scaled(5.0, 7)],
            differentiable=False,
            other=2.0,
            rounding_mode=mode,
        )


def promotion():
    made = {
        "float32": (2, 3),
        "int64": integers(-4, 5, 2, 3),
        "int32": integers(-4, 5, 2, 3, dtype=torch.int32),
        "bool": booleans(2, 3),
    }
    names = list(made)
    for op in ["add", "mul"]:
        for left in names:
            for right in names:
                if left != right or left == "bool":
                    case(f"{op}: {left} and {right}", op, [made[left], made[right]])
    for left in names:
        for right in names:
            if {left, right} != {"float32"}:
                case(f"maximum: {left} with {right}", "maximum", [made[left], made[right]])
    for left, right in [("int64", "float32"), ("float32", "int32"), ("int32", "int64"), ("bool", "int64")]:
        case(f"pow: {left} and {right}", "pow", [power_operand(left), power_operand(right)])
        case(f"minimum: {left} with {right}", "minimum", [made[left], made[right]])
        if left != "bool":  # PyTorch refuses to subtract from a bool
            case(f"sub: {left} and {right}", "sub", [made[left], made[right]])
    for left, right in [
        ("int64", "int64"),
        ("int32", "int32"),
        ("bool", "int64"),
        ("float32", "int64"),
        ("int64", "bool"),
    ]:
        divisor = (
            torch.ones(2, 3, dtype=torch.bool)
            if right == "bool"
            else integers(1, 5, 2, 3, dtype=DTYPES[right])
        )
        case(f"div: {left} by {right}", "div", [made[left], divisor])
    case("add: int64 and a fractional scalar", "add", [made["int64"]], other=0.5)
    case("mul: int32 and an integral scalar", "mul", [made["int32"]], other=3)
    case("mul: bool and an integral scalar", "mul", [made["bool"]], other=3)
    case("add: bool and a fractional scalar", "add", [made["bool"]], other=1.5)
    case("add: int64 tensor and int32 of rank 0", "add", [made["int64"], integers(1, 5, dtype=torch.int32)])
    case("add: int32 tensor and int64 of rank 0", "add", [made["int32"], integers(1, 5)])
    case("add: int32 tensor and float32 of rank 0", "add", [made["int32"], ()])
    case("add: float32 tensor and int64 of rank 0", "add", [made["float32"], integers(1, 5)])
    case("mul: bool tensor and int64 of rank 0", "mul", [made["bool"], integers(1, 5)])


def power_operand(dtype):
    return (
        positive(2, 3) if dtype == "float32" else integers(int(dtype != "bool"), 4, 2, 3, dtype=DTYPES[dtype])
    )


def comparisons():
    for op in ["eq", "ne", "lt", "le", "gt", "ge"]:
        case(f"{op}: int64, broadcast", op, [integers(0, 3, 2, 4), integers(0, 3, 4)])
        case(f"{op}: float32", op, [(2, 1, 3), (4, 1)])
        case(f"{op}: scalar", op, [integers(0, 4, 7)], other=2)
        case(
            f"{op}: int64 and float32",
            op,
            [integers(-1, 2, 6), torch.tensor([-1.0, 0.0, 1.0, 0.5, -0.5, 0.0])],
        )
        case(
            f"{op}: infinities and not a number",
            op,
            [torch.tensor([inf, -inf, float("nan"), 1.0])],
            other=1.0,
        )
    for op in ["eq", "ne"]:
        case(f"{op}: bool", op, [booleans(5), booleans(5)])
    for op in ["logical_and", "logical_or"]:
        case(f"{op}: bool, broadcast", op, [booleans(2, 4), booleans(4)])
        case(f"{op}: int64 and float32", op, [integers(0, 2, 5), torch.tensor([0.0, 1.0, -2.0, 0.0, 0.5])])
    case("logical_not: bool", "logical_not", [booleans(2, 4)])
    case("logical_not: float32", "logical_not", [torch.tensor([0.0, 1.0, -2.0])])
    case("logical_not: int64", "logical_not", [integers(0, 2, 5)])

    case("where: same shape", "where", [booleans(2, 3), (2, 3), (2, 3)])
    case("where: broadcast condition", "where", [booleans(3, 1), (2, 1, 4), (1,)])
    case("where: rank 0", "where", [booleans(2, 3), (), (2, 3)])
    case("where: int64", "where", [booleans(2, 3), integers(0, 9, 2, 3), integers(0, 9, 3)])
    case("where: int64 and float32", "where", [booleans(4), integers(0, 9, 4), (4,)])
    case("masked_fill: same shape", "masked_fill", [(2, 3), booleans(2, 3)], value=-2.5)
    case("masked_fill: broadcast mask", "masked_fill", [(2, 3, 4), booleans(3, 1)], value=0.0)
    case("masked_fill: minus infinity", "masked_fill", [(2, 3), booleans(3)], value="-Infinity")
    case("masked_fill: int64", "masked_fill", [integers(0, 9, 5), booleans(5)], value=-100)
    case("clamp: both", "clamp", [scaled(2.0, 3, 4)], min=-1.0, max=1.5)
    case("clamp: min", "clamp", [scaled(2.0, 7)], min=0.25)
    case("clamp: max", "clamp", [scaled(2.0, 7)], max=0.25)
    case("clamp: at the bounds", "clamp", [torch.tensor([-2.0, -1.0, 0.0, 1.0, 2.0])], min=-1.0, max=1.0)
    case("clamp: int64", "clamp", [integers(-9, 9, 7)], min=0, max=5)
    case("clamp: min above max", "clamp", [(5,)], min=1.0, max=-1.0)

    fractions = torch.tensor([-2.75, -1.0, -0.5, 0.0, 0.5, 1.0, 2.75])
    for dtype in ["int64", "int32", "bool"]:
        case(f"to: float32 to {dtype}", "to", [fractions.clone()], dtype=dtype)
        case(f"to: {dtype} to float32", "to", [integers(0, 2, 2, 3, dtype=DTYPES[dtype])], dtype="float32")
    case("to: float32 to float32", "to", [(2, 3)], dtype="float32")
    case("to: int64 to int32", "to", [integers(-9, 9, 5)], dtype="int32")
    case("to: bool to int64", "to", [booleans(5)], dtype="int64")
    case("to: int64 to bool", "to", [integers(-1, 2, 5)], dtype="bool")


# --- reductions ------------------------------------------------------------------------------------


def reductions():
    plans = [
        (None, None),
        (0, None),
        (-1, True),
        (1, False),
        ([0, 2], False),
        ([1, -1], True),
        ([0, 1, 2], False),
    ]
    for op in ["sum", "mean", "max", "min", "amax", "amin", "logsumexp", "var"]:
        for dim, keepdim in plans:
            options = {key: value for key, value in [("dim", dim), ("keepdim", keepdim)] if value is not None}
            if (op in ("max", "min") and isinstance(dim, list)) or (op == "logsumexp" and dim is None):
                continue
            case(f"{op}: {options or 'everything'}", op, [(2, 3, 5)], **options)
    for op in ["sum", "mean", "amax", "logsumexp"]:
        case(f"{op}: size 1", op, [(3, 1, 2)], dim=1)
    for op in ["sum", "mean", "max", "min", "amax", "amin"]:
        case(f"{op}: rank 0", op, [()])
    for op in ["amax", "amin"]:
        case(f"{op}: ties", op, [torch.tensor([[1.0, 3.0, 3.0, 1.0], [2.0, 2.0, 2.0, 2.0]])], dim=1)
        case(f"{op}: int64", op, [integers(-9, 9, 3, 4)], dim=1)
    for op in ["max", "min"]:
        case(f"{op}: ties over everything", op, [torch.tensor([1.0, 3.0, 3.0, 1.0])])
        case(f"{op}: int64", op, [integers(-9, 9, 3, 4)])
    for dtype in ["int64", "int32", "bool"]:
        case(f"sum: {dtype}", "sum", [integers(0, 2, 3, 4, dtype=DTYPES[dtype])], dim=0)
        case(f"cumsum: {dtype}", "cumsum", [integers(0, 2, 3, 4, dtype=DTYPES[dtype])], dim=1)
    case("sum: empty", "sum", [(0, 3)])
    case("sum: empty axis", "sum", [(0, 3)], dim=0)
    case("sum: other axis of an empty one", "sum", [(0, 3)], dim=1)
    case("var: correction 0", "var", [(2, 3, 5)], dim=-1, correction=0)
    case("var: correction 0 over two axes, kept", "var", [(2, 3, 5)], dim=[0, 2], correction=0, keepdim=True)
    case("var: correction 2", "var", [(2, 3, 5)], dim=-1, correction=2)
    case(
        "logsumexp: large values",
        "logsumexp",
        [torch.tensor([[1000.0, 999.0, -1000.0], [-1000.0, -1001.0, -1000.0]])],
        dim=1,
    )
    case(
        "logsumexp: minus infinity",
        "logsumexp",
        [torch.tensor([[-inf, 0.0, 1.0], [-inf, -inf, 2.0]])],
        dim=1,
        differentiable=False,
    )
    for op in ["argmax", "argmin"]:
        case(f"{op}: everything", op, [(2, 3, 5)])
        case(f"{op}: axis", op, [(2, 3, 5)], dim=1)
        case(f"{op}: last axis, kept", op, [(2, 3, 5)], dim=-1, keepdim=True)
        case(
            f"{op}: first of equal values",
            op,
            [torch.tensor([[1.0, 3.0, 3.0, 1.0], [2.0, 2.0, 2.0, 2.0]])],
            dim=1,
        )
        case(f"{op}: int64", op, [torch.tensor([[4, -2, 9], [0, 7, 3]])], dim=0)
    for op in ["all", "any"]:
        case(f"{op}: everything", op, [booleans(2, 4)])
        case(f"{op}: axis", op, [booleans(3, 2, 4)], dim=1)
        case(f"{op}: last axis, kept", op, [booleans(3, 2)], dim=-1, keepdim=True)
        case(f"{op}: int64", op, [integers(0, 2, 4, 3)], dim=1)
        case(f"{op}: empty", op, [booleans(0)])
    case("cumsum: first axis", "cumsum", [(4, 3)], dim=0)
    case("cumsum: last axis", "cumsum", [(2, 3, 5)], dim=-1)
    case("cumsum: size 1", "cumsum", [(3, 1)], dim=1)


# --- products --------------------------------------------------------------------------------------


def products():
    shapes = [
        ((3,), (3,)),
        ((2, 3), (3,)),
        ((3,), (3, 4)),
        ((2, 3), (3, 4)),
        ((1, 1), (1, 5)),
        ((2, 3, 4), (4, 5)),
        ((2, 3, 4), (2, 4, 5)),
        ((2, 3, 4), (1, 4, 5)),
        ((3, 4), (2, 4, 5)),
        ((2, 1, 3, 4), (3, 4, 2)),
        ((2, 2, 3, 5), (2, 2, 5, 3)),
        ((4,), (2, 4, 3)),
        ((2, 3, 4), (4,)),
        ((2, 0), (0, 3)),
        ((0, 2), (2, 3)),
        ((2, 0, 4), (2, 4, 3)),
    ]
    for left, right in shapes:
        case(f"matmul: {list(left)} by {list(right)}", "matmul", [left, right])
    for shape in [(4,), (3, 4), (2, 3, 4), (2, 1, 3, 4), (0, 4)]:
        case(f"linear: {list(shape)}", "linear", [shape, (5, 4)])
        case(f"linear: {list(shape)} with bias", "linear", [shape, (5, 4), (5,)])
    case("linear: one output", "linear", [(2, 3, 4), (1, 4), (1,)])


# --- shapes ----------------------------------------------------------------------------------------


def shapes():
    case("reshape: inferred", "reshape", [(2, 3, 4)], shape=[6, -1])
    case("reshape: split", "reshape", [(2, 6)], shape=[2, 3, 2])
    case("reshape: rank 0", "reshape", [(1, 1)], shape=[])
    case("reshape: from rank 0", "reshape", [()], shape=[1, 1])
    case("reshape: empty", "reshape", [(0, 4)], shape=[0, 2, 2])
    case("reshape: int64", "reshape", [integers(0, 9, 2, 3)], shape=[-1])
    case("flatten: everything", "flatten", [(2, 3, 4)])
    case("flatten: from 1", "flatten", [(2, 3, 4)], start_dim=1)
    case("flatten: 0 to 1", "flatten", [(2, 3, 4)], start_dim=0, end_dim=1)
    case("flatten: -2 to -1", "flatten", [(2, 3, 4, 1)], start_dim=-2, end_dim=-1)
    case("flatten: rank 0", "flatten", [()])
    for dim in [0, 1, -1, -2]:
        case(f"unsqueeze: {dim}", "unsqueeze", [(2, 3)], dim=dim)
    case("unsqueeze: rank 0", "unsqueeze", [()], dim=0)
    case("squeeze: all", "squeeze", [(1, 2, 1, 3)])
    case("squeeze: one", "squeeze", [(1, 2, 1, 3)], dim=2)
    case("squeeze: last", "squeeze", [(2, 1)], dim=-1)
    case("squeeze: not of size 1", "squeeze", [(2, 1)], dim=0)
    case("transpose: 0 and 1", "transpose", [(2, 3)], dim0=0, dim1=1)
    case("transpose: 1 and 2", "transpose", [(2, 3, 4, 5)], dim0=1, dim1=2)
    case("transpose: -1 and -2", "transpose", [(2, 3, 4)], dim0=-1, dim1=-2)
    case("transpose: int64", "transpose", [integers(0, 9, 2, 3)], dim0=0, dim1=1)
    case("permute: 0 2 1 3", "permute", [(2, 3, 4, 5)], dims=[0, 2, 1, 3])
    case("permute: 2 0 1", "permute", [(2, 3, 4)], dims=[2, 0, 1])
    case("permute: -1 0 1", "permute", [(2, 3, 4)], dims=[-1, 0, 1])
    case("expand: first", "expand", [(1, 3)], size=[4, 3])
    case("expand: keep", "expand", [(2, 1)], size=[-1, 3])
    case("expand: new axes", "expand", [(3, 1)], size=[2, 4, -1, 5])
    case("expand: rank 0", "expand", [()], size=[2, 3])
    case("expand: to empty", "expand", [(1, 3)], size=[0, 3])

    case("cat: first axis", "cat", [(2, 3), (1, 3), (4, 3)])
    case("cat: last axis", "cat", [(2, 1, 3), (2, 1, 2)], dim=-1)
    case("cat: with an empty one", "cat", [(2, 3), (0, 3)], dim=0)
    case("cat: one tensor", "cat", [(2, 3)], dim=1)
    case("cat: int64", "cat", [integers(0, 9, 2, 2), integers(0, 9, 2, 1)], dim=1)
    case("cat: int64 and float32", "cat", [integers(0, 9, 2), (3,)], dim=0)
    case("cat: bool and int64", "cat", [booleans(2), integers(0, 9, 2)], dim=0)
    case("stack: first axis", "stack", [(2, 3), (2, 3)])
    case("stack: last axis", "stack", [(2, 3), (2, 3), (2, 3)], dim=-1)
    case("stack: rank 0", "stack", [(), ()])
    case("split: even", "split", [(6, 2)], split_size_or_sections=2)
    case("split: remainder", "split", [(2, 5)], split_size_or_sections=2, dim=1)
    case("split: sections", "split", [(2, 6)], split_size_or_sections=[1, 3, 2], dim=-1)
    case("split: section of 0", "split", [(4,)], split_size_or_sections=[0, 4])
    case("split: one piece", "split", [(2, 3)], split_size_or_sections=5, dim=1)
    case("chunk: even", "chunk", [(2, 6)], chunks=3, dim=-1)
    case("chunk: remainder", "chunk", [(7, 2)], chunks=3)
    case("chunk: fewer than asked", "chunk", [(5,)], chunks=4)

    windows = [
        (0, 1, 3, 1),
        (1, None, -1, 1),
        (1, -2, None, 1),
        (-1, 0, None, 2),
        (-1, 1, 6, 2),
        (1, 0, 1, 1),
        (1, -100, 100, 1),
        (0, 2, 2, 1),
        (1, -3, -1, 1),
        (0, 1, None, 3),
    ]
    for dim, start, end, step in windows:
        case(
            f"slice: {dim}, {start}:{end}:{step}", "slice", [(5, 7)], dim=dim, start=start, end=end, step=step
        )
    case("slice: bool", "slice", [booleans(1, 1, 4, 4)], dim=2, start=1, end=3, step=1)
    for dim, index in [(0, 0), (1, 2), (-1, -1), (1, -3)]:
        case(f"select: {dim}, {index}", "select", [(2, 3, 4)], dim=dim, index=index)
    case("select: to rank 0", "select", [(3,)], dim=0, index=1)
    case("flip: one axis", "flip", [(2, 3)], dims=[1])
    case("flip: two axes", "flip", [(2, 3, 4)], dims=[0, -1])
    for op in ["tril", "triu"]:
        for diagonal in [0, 1, -1, 9]:
            case(f"{op}: diagonal {diagonal}", op, [(4, 4)], diagonal=diagonal)
        case(f"{op}: wide, batched", op, [(2, 3, 5)], diagonal=1)
        case(f"{op}: tall", op, [(5, 3)])
        case(f"{op}: int64", op, [integers(1, 9, 3, 3)])
        case(f"{op}: bool", op, [torch.ones(3, 3, dtype=torch.bool)], diagonal=-1)


def indexing():
    case("embedding: rank 1", "embedding", [integers(0, 6, 5), (6, 4)])
    case("embedding: repeated ids", "embedding", [torch.tensor([[1, 1, 2], [2, 1, 0]]), (4, 3)])
    case(
        "embedding: padding row",
        "embedding",
        [torch.tensor([[1, 0, 2, 0], [2, 1, 0, 3]]), (4, 3)],
        padding_idx=0,
    )
    case(
        "embedding: negative padding row", "embedding", [torch.tensor([[1, 3, 2, 3]]), (4, 3)], padding_idx=-1
    )
    case("embedding: rank 0", "embedding", [torch.tensor(2), (4, 3)])
    case("embedding: rank 3, int32", "embedding", [integers(0, 6, 2, 1, 3, dtype=torch.int32), (6, 2)])
    case("embedding: no ids", "embedding", [integers(0, 6, 2, 0), (6, 2)])
    case("gather: last axis", "gather", [(3, 5), integers(0, 5, 3, 2)], dim=1)
    case("gather: first axis", "gather", [(4, 3), integers(0, 4, 6, 2)], dim=0)
    case("gather: rank 3", "gather", [(2, 3, 4), integers(0, 3, 2, 5, 4)], dim=1)
    case("gather: -1, one per row", "gather", [(2, 3, 6), integers(0, 6, 2, 3, 1)], dim=-1)
    case("gather: int64", "gather", [integers(0, 9, 5), integers(0, 5, 7)], dim=0)
    case("index_select: rows", "index_select", [(4, 3), torch.tensor([3, 0, 0])], dim=0)
    case("index_select: last axis", "index_select", [(2, 3, 5), torch.tensor([4, 1])], dim=-1)
    case("index_select: none", "index_select", [(4, 3), torch.zeros(0, dtype=torch.int64)], dim=0)
    case("scatter_add: rows", "scatter_add", [(3, 4), integers(0, 3, 2, 4), (2, 4)], dim=0)
    case(
        "scatter_add: last axis, repeated",
        "scatter_add",
        [(2, 4), torch.tensor([[0, 0, 3], [1, 1, 1]]), (2, 3)],
        dim=1,
    )
    case(
        "scatter_add: int64", "scatter_add", [integers(0, 9, 5), integers(0, 5, 7), integers(0, 9, 7)], dim=0
    )
    case("one_hot: classes given", "one_hot", [integers(0, 4, 2, 3)], num_classes=5)
    case("one_hot: rank 0", "one_hot", [torch.tensor(1)], num_classes=3)
    case("one_hot: classes inferred", "one_hot", [torch.tensor([0, 3, 1])])


# --- networks --------------------------------------------------------------------------------------


def normalisation():
    for op in ["softmax", "log_softmax"]:
        case(f"{op}: last axis", op, [(2, 3, 5)], dim=-1)
        case(f"{op}: middle axis", op, [(2, 3, 5)], dim=1)
        case(f"{op}: first axis", op, [(4, 3)], dim=0)
        case(f"{op}: size 1", op, [(3, 1)], dim=-1)
        case(f"{op}: rank 1", op, [(6,)], dim=0)
        case(f"{op}: rank 4", op, [(2, 2, 3, 3)], dim=-1)
        case(
            f"{op}: large values",
            op,
            [torch.tensor([[1000.0, 999.0, -1000.0], [-1000.0, -1001.0, -1000.0]])],
            dim=1,
        )
        case(f"{op}: empty", op, [(0, 4)], dim=1)
    case("softmax: minus infinity", "softmax", [torch.tensor([[-inf, 0.0, 1.0], [-inf, -inf, 2.0]])], dim=1)
    for shape, last in [
        ((2, 3, 6), 1),
        ((5,), 1),
        ((2, 3, 4), 2),
        ((2, 2, 3, 4), 2),
        ((1, 1), 1),
        ((0, 4), 1),
    ]:
        normalized = list(shape[len(shape) - last :])
        label = f"layer_norm: {list(shape)}, last {last}"
        case(label, "layer_norm", [shape], normalized_shape=normalized)
        case(
            f"{label}, weight",
            "layer_norm",
            [shape, positive(*normalized)],
            normalized_shape=normalized,
            eps=1e-12,
        )
        affine = [shape, positive(*normalized), tuple(normalized)]
        case(f"{label}, weight and bias", "layer_norm", affine, normalized_shape=normalized, eps=1e-3)
    case(
        "layer_norm: constant rows",
        "layer_norm",
        [torch.full((2, 4), 3.0), (4,), (4,)],
        normalized_shape=[4],
        eps=1e-5,
    )
    case(
        "layer_norm: far from zero",
        "layer_norm",
        [lambda g: torch.randn(2, 8, generator=g) + 100, (8,), (8,)],
        normalized_shape=[8],
        eps=1e-12,
    )

    op = "scaled_dot_product_attention"
    heads = (2, 2, 3, 4)
    longer = (2, 2, 5, 4)
    additive = lambda g: torch.where(torch.rand(2, 1, 1, 5, generator=g) > 0.7, -10000.0, 0.0)
    attend = lambda g: (torch.rand(2, 1, 1, 5, generator=g) > 0.4).index_fill(3, torch.tensor([0]), True)
    case("attention: plain", op, [heads, heads, heads])
    case("attention: rank 3", op, [(2, 3, 4), (2, 5, 4), (2, 5, 4)])
    case("attention: rank 2", op, [(3, 4), (5, 4), (5, 2)])
    case("attention: longer keys, wider values", op, [heads, longer, (2, 2, 5, 6)])
    case("attention: additive mask", op, [heads, longer, longer, additive])
    case("attention: additive bias of full shape", op, [heads, longer, longer, (2, 2, 3, 5)])
    case("attention: boolean mask", op, [heads, longer, longer, attend])
    case("attention: causal", op, [heads, heads, heads], is_causal=True)
    case("attention: causal, longer keys", op, [heads, longer, longer], is_causal=True)
    case("attention: scale", op, [heads, longer, longer], scale=0.3)
    case("attention: additive mask and scale", op, [heads, longer, longer, additive], scale=1.0)
    case("attention: one query", op, [(2, 2, 1, 4), longer, longer])


def losses():
    labels = torch.tensor([2, -100, 0, 4, -100, 1])
    for reduce in ["mean", "sum", "none"]:
        op = "cross_entropy"
        case(f"{op}: {reduce}", op, [(6, 5), integers(0, 5, 6)], reduction=reduce)
        case(f"{op}: {reduce}, ignored", op, [(6, 5), labels], reduction=reduce)
        case(
            f"{op}: {reduce}, other ignored index",
            op,
            [(6, 5), torch.tensor([0, 1, 2, 0, 4, 3])],
            ignore_index=0,
            reduction=reduce,
        )
        case(f"{op}: {reduce}, extra axes", op, [(2, 4, 3, 2), integers(0, 4, 2, 3, 2)], reduction=reduce)
        case(f"{op}: {reduce}, smoothed", op, [(6, 5), labels], label_smoothing=0.1, reduction=reduce)
        case(f"{op}: {reduce}, weight", op, [(6, 5), labels, positive(5)], constants=[2], reduction=reduce)
        case(
            f"{op}: {reduce}, weight, smoothed",
            op,
            [(6, 5), labels, positive(5)],
            constants=[2],
            label_smoothing=0.2,
            reduction=reduce,
        )
        case(
            f"{op}: {reduce}, probabilities",
            op,
            [(3, 5), probabilities(3, 5)],
            constants=[1],
            reduction=reduce,
        )
        op = "nll_loss"
        case(f"{op}: {reduce}", op, [log_probabilities(6, 5), labels], reduction=reduce)
        case(
            f"{op}: {reduce}, weight",
            op,
            [log_probabilities(6, 5), labels, positive(5)],
            constants=[2],
            reduction=reduce,
        )
        case(f"{op}: {reduce}, extra axes", op, [(2, 4, 3), integers(0, 4, 2, 3)], reduction=reduce)
        for op in ["mse_loss", "l1_loss", "smooth_l1_loss"]:
            case(f"{op}: {reduce}", op, [(2, 3), (2, 3)], reduction=reduce)
            case(f"{op}: {reduce}, rank 1", op, [(5,), (5,)], reduction=reduce)
        case(
            f"smooth_l1_loss: {reduce}, beta",
            "smooth_l1_loss",
            [scaled(2.0, 7), scaled(2.0, 7)],
            beta=0.5,
            reduction=reduce,
        )
        op = "binary_cross_entropy_with_logits"
        targets = lambda g: (torch.rand(4, 3, generator=g) > 0.5).float()
        case(f"{op}: {reduce}", op, [scaled(3.0, 4, 3), targets], constants=[1], reduction=reduce)
        case(
            f"{op}: {reduce}, soft targets",
            op,
            [(4, 3), lambda g: torch.rand(4, 3, generator=g)],
            constants=[1],
            reduction=reduce,
        )
        case(
            f"{op}: {reduce}, weight", op, [(4, 3), targets, positive(3)], constants=[1, 2], reduction=reduce
        )
        case(
            f"{op}: {reduce}, pos_weight",
            op,
            [(4, 3), targets, None, positive(3)],
            constants=[1, 3],
            reduction=reduce,
        )
        case(
            f"{op}: {reduce}, both weights",
            op,
            [(4, 3), targets, positive(4, 3), positive(3)],
            constants=[1, 2, 3],
            reduction=reduce,
        )
    for reduce in ["mean", "sum", "none", "batchmean"]:
        case(f"kl_div: {reduce}", "kl_div", [log_probabilities(3, 4), probabilities(3, 4)], reduction=reduce)
        case(
            f"kl_div: {reduce}, log target",
            "kl_div",
            [log_probabilities(3, 4), log_probabilities(3, 4)],
            log_target=True,
            reduction=reduce,
        )
    case(
        "kl_div: zero target",
        "kl_div",
        [log_probabilities(3), torch.tensor([0.0, 0.25, 0.75])],
        constants=[1],
        reduction="sum",
    )
    case("cross_entropy: one row", "cross_entropy", [(1, 3), torch.tensor([1])])
    case("cross_entropy: no batch axis", "cross_entropy", [(3,), torch.tensor(1)])
    case(
        "cross_entropy: everything ignored",
        "cross_entropy",
        [(2, 3), torch.tensor([-100, -100])],
        differentiable=False,
    )
    case(
        "cross_entropy: large values",
        "cross_entropy",
        [torch.tensor([[1000.0, 0.0, -1000.0], [0.0, 500.0, 499.0]]), torch.tensor([0, 2])],
    )
    case(
        "binary_cross_entropy_with_logits: large values",
        "binary_cross_entropy_with_logits",
        [torch.tensor([-500.0, 500.0, 500.0]), torch.tensor([0.0, 1.0, 0.0])],
        constants=[1],
    )


def second_order():
    case("second order: tanh", "tanh", [(2, 3)], order=2)
    case("second order: sigmoid", "sigmoid", [(2, 3)], order=2)
    case("second order: exp", "exp", [(4,)], order=2)
    case("second order: gelu", "gelu", [(2, 3)], order=2)
    case("second order: div", "div", [(2, 3), positive(3)], order=2)
    case("second order: pow", "pow", [positive(2, 3)], order=2, other=3)
    case("second order: softmax", "softmax", [(2, 4)], order=2, dim=-1)
    case("second order: log_softmax", "log_softmax", [(2, 4)], order=2, dim=-1)
    case(
        "second order: layer_norm",
        "layer_norm",
        [(2, 5), positive(5), (5,)],
        order=2,
        normalized_shape=[5],
        eps=1e-5,
    )
    case("second order: matmul chain", "tanh of matmul chain", [(2, 3), (3, 4), (4, 2)], order=2)
    case(
        "second order: attention", "scaled_dot_product_attention", [(2, 3, 4), (2, 3, 4), (2, 3, 4)], order=2
    )
    case("first order: matmul chain", "tanh of matmul chain", [(2, 3), (3, 4), (4, 2)])


if __name__ == "__main__":
    torch.set_num_threads(1)
    for record in [
        elementwise,
        arithmetic,
        promotion,
        comparisons,
        reductions,
        products,
        shapes,
        indexing,
        normalisation,
        losses,
        second_order,
    ]:
        record()
    save_tensors(FIXTURES / "ops.safetensors", tensors)
    compact_json(FIXTURES / "ops.json", cases)
    print(f"{len(cases)} cases, {len(tensors)} tensors")
