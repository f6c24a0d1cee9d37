"""Gradients of gradients."""

from recorder import case, positive



def record():
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

    # Of elementwise operations, activations and reductions.
    for op in ["expm1", "log1p", "sqrt", "rsqrt", "reciprocal", "log", "logsumexp"]:
        options = {"dim": 1} if op == "logsumexp" else {}
        case(f"second order: {op}", op, [positive(2, 3)], order=2, **options)
    for op in """tan erf sin cos silu mish softplus elu selu celu hardswish logsigmoid softsign quick_gelu""".split():
        case(f"second order: {op}", op, [(2, 3)], order=2)
    case("second order: mul", "mul", [(2, 3), positive(3)], order=2)
    case("second order: pow of two", "pow", [positive(2, 3), (3,)], order=2)
    case("second order: prelu", "prelu", [(2, 3), (3,)], order=2)
    case("second order: glu", "glu", [(2, 6)], order=2)
    case("second order: prod", "prod", [(2, 3)], order=2, dim=1)
    case("second order: cumprod", "cumprod", [(2, 4)], order=2, dim=1)
    case("second order: var", "var", [(2, 4)], order=2, dim=1)
    case("second order: std", "std", [(2, 4)], order=2, dim=1)
    for p in [2, 1.5, 3, 0.5]:
        case(f"second order: norm, p {p}", "norm", [(2, 3)], order=2, p=p, dim=1)
