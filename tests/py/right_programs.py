"""Right programs, generated: styles, sizes, activations, errors, rules and habits, drawn by a seed."""

import random
import textwrap

# activation: (its formula in z, its slope in z and a)
_ACTIVATIONS = {
    "sigmoid": ("1 / (1 + np.exp(-{z}))", ("{a} * (1 - {a})",)),
    "tanh": ("np.tanh({z})", ("1 - {a} ** 2", "1 - np.tanh({z}) ** 2", "1 / np.cosh({z}) ** 2")),
    "relu": ("np.maximum(0, {z})", ("({z} > 0)", "np.where({z} > 0, 1.0, 0.0)", "({a} > 0) * 1.0")),
    "leaky": ("np.where({z} > 0, {z}, 0.1 * {z})", ("np.where({z} > 0, 1, 0.1)",)),
    "softplus": ("np.log(1 + np.exp({z}))", ("1 / (1 + np.exp(-{z}))",)),
    "sine": ("np.sin({z})", ("np.cos({z})",)),
    "elu": ("np.where({z} > 0, {z}, np.exp({z}) - 1)", ("np.where({z} > 0, 1, np.exp({z}))",)),
    "linear": ("{z} * 1.0", ("1.0",)),
    "softmax": ("np.exp({z}) / np.exp({z}).sum(axis=AXIS, keepdims=True)", ()),
}

# error: (output activations, delta at the net with S for the slope, the error itself)
_ERRORS = {
    "half squared": (("sigmoid", "tanh", "linear"), "(Y_ - T) * S", "0.5 * np.sum((T - Y_) ** 2)"),
    "squared": (("sigmoid", "tanh", "linear"), "2 * (Y_ - T) * S", "np.sum((T - Y_) ** 2)"),
    "mean squared": (("sigmoid", "linear"), "2 * (Y_ - T) * S / T.size", "np.mean((T - Y_) ** 2)"),
    "binary": (("sigmoid",), "Y_ - T", "-np.sum(T * np.log(Y_) + (1 - T) * np.log(1 - Y_))"),
    "binary, written out": (
        ("sigmoid",),
        "(-T / Y_ + (1 - T) / (1 - Y_)) * S",
        "-np.sum(T * np.log(Y_) + (1 - T) * np.log(1 - Y_))",
    ),
    "mean binary": (("sigmoid",), "(Y_ - T) / M", "-np.mean(T * np.log(Y_) + (1 - T) * np.log(1 - Y_))"),
    "categorical": (("softmax",), "Y_ - T", "-np.sum(T * np.log(Y_))"),
    "absolute": (("linear", "sigmoid"), "np.sign(Y_ - T) * S", "np.sum(np.abs(T - Y_))"),
    "log cosh": (("linear", "tanh"), "np.tanh(Y_ - T) * S", "np.sum(np.log(np.cosh(Y_ - T)))"),
    "fourth": (("linear", "sigmoid"), "4 * (Y_ - T) ** 3 * S", "np.sum((Y_ - T) ** 4)"),
}


def right_program(seed):
    """A right program and what it is: (source, description)."""
    draw = random.Random(seed)
    error = draw.choice(list(_ERRORS))
    outputs, delta, formula = _ERRORS[error]
    output = draw.choice(outputs)
    hidden = [
        draw.choice([one for one in _ACTIVATIONS if one != "softmax"]) for _ in range(draw.choice((1, 1, 2)))
    ]
    shape = {
        "style": draw.choice(("rows", "columns", "online", "functions", "class", "mini-batches")),
        "error": error,
        "activations": [*hidden, output],
        "rule": draw.choice(
            ("plain", "plain", "plain", "momentum", "L2", "L1", "decay", "adam", "rmsprop", "average", "clip")
        ),
        "bias": draw.choice((True, True, False)),
        "sign": draw.choice((1, -1)),
        "shown": draw.choice(("no", "own", "other", "no")),
        "rate": draw.choice(("0.1", "0.05", "rate", "0.3 / (1 + 0.1 * epoch)")),
        "dropout": draw.random() < 0.1,
        "single": draw.random() < 0.1,
    }
    shape["sizes"] = [
        draw.choice((2, 3)),
        *(draw.choice((2, 3, 4)) for _ in hidden),
        3 if output == "softmax" else draw.choice((1, 1, 2)),
    ]
    return _written(draw, shape, delta, formula), shape


def _written(draw, shape, delta, formula):
    columns = shape["style"] == "columns"
    axis = 0 if columns else 1
    layers = len(shape["activations"])
    sizes = shape["sizes"]
    samples = draw.choice((4, 5, 6))
    lines = ["import numpy as np", f"np.random.seed({draw.randrange(1000)})", "rate = 0.1"]
    lines += [f"X = np.random.randn({samples}, {sizes[0]})"]
    if shape["activations"][-1] == "softmax":
        lines += [f"T = np.eye({sizes[-1]})[np.random.randint(0, {sizes[-1]}, {samples})]"]
    else:
        lines += [f"T = np.random.randint(0, 2, ({samples}, {sizes[-1]})) * 1.0"]
    if columns:
        lines += ["X, T = X.T, T.T"]
    names = draw.choice((("W{}", "b{}"), ("weights_{}", "bias_{}"), ("P['W{}']", "P['b{}']"), ("q{}", "r{}")))
    if names[0].startswith("P"):
        lines += ["P = {}"]
    start = len(lines)
    if shape["style"] == "class":
        names = ("self.W{}", "self.b{}")
    kind = ".astype(np.float32)" if shape["single"] else ""
    for k in range(1, layers + 1):
        size = (sizes[k], sizes[k - 1]) if columns else (sizes[k - 1], sizes[k])
        lines += [f"{names[0].format(k)} = (np.random.randn{size} * 0.7){kind}"]
        if shape["bias"]:
            lines += [
                f"{names[1].format(k)} = np.random.randn{(sizes[k], 1) if columns else (1, sizes[k])} * 0.1"
            ]
    made = lines[start:]
    body = _step(draw, shape, names, axis, delta, formula)
    before = _state(shape, names, layers)
    if shape["style"] == "online":
        loop = [
            "for epoch in range(20):",
            "    for n in range(len(X)):",
            "        x, t = X[n:n + 1], T[n:n + 1]",
        ]
        inner = textwrap.indent("\n".join(body), " " * 8)
    elif shape["style"] == "functions":
        loop = ["def step(x, t, epoch):", textwrap.indent(_globals(shape, names, layers), " " * 4)]
        inner = textwrap.indent("\n".join(body), " " * 4) + "\nfor epoch in range(20):\n    step(X, T, epoch)"
    elif shape["style"] == "class":
        init, state = (
            textwrap.indent("\n".join([*made, *before]), " " * 8),
            textwrap.indent("\n".join(body), " " * 8),
        )
        lines, before = lines[:start], []
        loop = ["class Net:", "    def __init__(self):", init, "    def step(self, x, t, epoch):"]
        inner = state.replace(" V[", " self.V[").replace("(V[", "(self.V[").replace(" U[", " self.U[")
        inner = (
            inner.replace("(U[", "(self.U[")
            + "\nnet = Net()\nfor epoch in range(20):\n    net.step(X, T, epoch)"
        )
        loop[2] = loop[2].replace(" V =", " self.V =").replace(" U =", " self.U =")
    elif shape["style"] == "mini-batches":
        order = draw.choice(("np.arange(len(X))", "np.random.permutation(len(X))"))
        loop = [
            "for epoch in range(20):",
            f"    order = {order}",
            "    for s in range(0, len(X), 2):",
            "        x, t = X[order[s:s + 2]], T[order[s:s + 2]]",
        ]
        inner = textwrap.indent("\n".join(body), " " * 8)
    else:
        loop, inner = ["for epoch in range(20):"], textwrap.indent("\n".join(["x, t = X, T", *body]), " " * 4)
    return "\n".join([*lines, *before, *loop, inner]) + "\n"


def _globals(shape, names, layers):
    if names[0].startswith("P"):
        wanted = ["P"]
    else:
        wanted = [names[0].format(k) for k in range(1, layers + 1)]
        wanted += [names[1].format(k) for k in range(1, layers + 1)] if shape["bias"] else []
    wanted += ["V", "U"] if shape["rule"] in ("momentum", "adam", "rmsprop", "average") else []
    return "global " + ", ".join(wanted)


def _state(shape, names, layers):
    if shape["rule"] not in ("momentum", "adam", "rmsprop", "average"):
        return []
    parameters = [names[0].format(k) for k in range(1, layers + 1)]
    parameters += [names[1].format(k) for k in range(1, layers + 1)] if shape["bias"] else []
    zeros = ", ".join(f"np.zeros({one}.shape)" for one in parameters)
    return [f"V = [{zeros}]", f"U = [{zeros}]"]


def _step(draw, shape, names, axis, delta, formula):
    columns = axis == 0
    layers = len(shape["activations"])
    lines = []
    a = "x"
    for k, activation in enumerate(shape["activations"], 1):
        w, b = names[0].format(k), names[1].format(k)
        product = (
            f"{w} @ {a}" if columns else draw.choice((f"{a} @ {w}", f"np.dot({a}, {w})", f"{a}.dot({w})"))
        )
        lines += [f"z{k} = {product}" + (f" + {b}" if shape["bias"] else "")]
        lines += [f"a{k} = " + _ACTIVATIONS[activation][0].format(z=f"z{k}").replace("AXIS", str(axis))]
        a = f"a{k}"
        if shape["dropout"] and k < layers:
            lines += [f"m{k} = (np.random.rand(*a{k}.shape) < 0.8) / 0.8", f"h{k} = a{k} * m{k}"]
            a = f"h{k}"
    own = formula.replace("Y_", a).replace("T", "t").replace("np.t", "np.T")
    if shape["shown"] == "own":
        lines += [f"E = {own}"]
    if shape["shown"] == "other":
        lines += [f"E = np.mean((t - {a}) ** 2)"]
    turned = shape["sign"] < 0
    slopes = _ACTIVATIONS[shape["activations"][-1]][1]
    slope = "(" + draw.choice(slopes).format(z=f"z{layers}", a=a) + ")" if slopes else "1.0"
    d = delta.replace(" S", " " + slope).replace("Y_", a).replace("T.size", "t.size").replace("T", "t")
    d = d.replace("M", "t.size")
    lines += [f"d{layers} = " + (f"-({d})" if turned else d)]
    for k in range(layers - 1, 0, -1):
        w = names[0].format(k + 1)
        back = (
            f"{w}.T @ d{k + 1}" if columns else draw.choice((f"d{k + 1} @ {w}.T", f"np.dot(d{k + 1}, {w}.T)"))
        )
        slope = draw.choice(_ACTIVATIONS[shape["activations"][k - 1]][1]).format(z=f"z{k}", a=f"a{k}")
        slope += f") * (m{k}" if shape["dropout"] else ""
        if draw.random() < 0.5:
            lines += [f"e{k} = {back}", f"d{k} = e{k} * ({slope})"]
        else:
            lines += [f"d{k} = ({back}) * ({slope})"]
    gradients = []
    for k in range(1, layers + 1):
        below = "x" if k == 1 else f"{'h' if shape['dropout'] else 'a'}{k - 1}"
        lines += [f"g{k} = d{k} @ {below}.T" if columns else f"g{k} = {below}.T @ d{k}"]
        gradients.append((names[0].format(k), f"g{k}"))
    if shape["bias"]:
        for k in range(1, layers + 1):
            lines += [f"c{k} = d{k}.sum(axis={1 - axis}, keepdims=True)"]
            gradients.append((names[1].format(k), f"c{k}"))
    for number, (parameter, gradient) in enumerate(gradients):
        lines += _update(draw, shape, number, parameter, gradient, turned)
    return lines


def _update(draw, shape, number, w, g, turned):
    rate, op = shape["rate"], "+" if turned else "-"
    down = "-" if turned else ""
    match shape["rule"]:
        case "momentum":
            return [f"V[{number}] = 0.9 * V[{number}] {op} ({rate}) * {g}", f"{w} = {w} + V[{number}]"]
        case "L2":
            return [f"{w} -= 0.1 * ({down}{g} + 0.01 * {w})"]
        case "L1":
            return [f"{w} -= 0.1 * ({down}{g} + 0.01 * np.sign({w}))"]
        case "decay":
            return [f"{w} = 0.99 * {w} {op} 0.1 * {g}"]
        case "average":
            return [f"V[{number}] = 0.8 * V[{number}] + 0.2 * {g}", f"{w} {op}= 0.1 * V[{number}]"]
        case "adam":
            return [
                f"V[{number}] = 0.9 * V[{number}] + 0.1 * {g}",
                f"U[{number}] = 0.99 * U[{number}] + 0.01 * {g} ** 2",
                f"{w} {op}= 0.01 * (V[{number}] / (1 - 0.9 ** (epoch + 1))) / "
                f"(np.sqrt(U[{number}] / (1 - 0.99 ** (epoch + 1))) + 1e-8)",
            ]
        case "rmsprop":
            return [
                f"U[{number}] = 0.9 * U[{number}] + 0.1 * {g} * {g}",
                f"{w} {op}= 0.01 * {g} / (np.sqrt(U[{number}]) + 1e-6)",
            ]
        case "clip":
            return [f"{w} {op}= 0.1 * np.clip({g}, -0.2, 0.2)"]
    return draw.choice(([f"{w} {op}= ({rate}) * {g}"], [f"{w} = {w} {op} {g} * ({rate})"]))
