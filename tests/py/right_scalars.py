"""Right programs without arrays, generated: lists and loops, one number at a time; drawn by a seed."""

import random

_ACTIVATIONS = {
    "sigmoid": ("1 / (1 + math.exp(-z))", "a * (1 - a)"),
    "tanh": ("math.tanh(z)", "1 - a * a"),
    "relu": ("max(0.0, z)", "(1.0 if z > 0 else 0.0)"),
    "leaky": ("z if z > 0 else 0.1 * z", "(1.0 if z > 0 else 0.1)"),
    "softplus": ("math.log(1 + math.exp(z))", "1 / (1 + math.exp(-z))"),
    "linear": ("z", "1.0"),
}
# error: (output activation, delta at the net from y, t and the slope s, the error of one output)
_ERRORS = {
    "half squared": (("sigmoid", "tanh", "linear"), "(y - t) * s", "(t - y) ** 2 / 2"),
    "squared": (("sigmoid", "tanh", "linear"), "2 * (y - t) * s", "(t - y) ** 2"),
    "binary": (("sigmoid",), "y - t", "-t * math.log(y) - (1 - t) * math.log(1 - y)"),
    "softmax": (("softmax",), "y - t", "-t * math.log(y)"),
}


def right_scalar_program(seed):
    """A right program of lists and loops, and what it is: (source, description)."""
    draw = random.Random(seed)
    error = draw.choice(list(_ERRORS))
    outputs, delta, formula = _ERRORS[error]
    shape = {
        "error": error,
        "activations": [draw.choice(list(_ACTIVATIONS)) for _ in range(draw.choice((1, 1, 2)))]
        + [draw.choice(outputs)],
        "bias": draw.random() < 0.7,
        "batch": draw.random() < 0.4,
        "rule": draw.choice(("plain", "plain", "plain", "momentum", "L2")),
        "turned": draw.random() < 0.5,
        "shown": draw.random() < 0.5,
        "rates": draw.choice(("0.5", "0.1", "eta", "[0.1, 0.2, 0.3][{k} % 3]")),
    }
    inner = [draw.choice((2, 3)) for _ in shape["activations"]]
    shape["sizes"] = [draw.choice((2, 3)), *inner[:-1], 3 if error == "softmax" else draw.choice((1, 2))]
    return _written(draw, shape, delta, formula), shape


def _written(draw, shape, delta, formula):
    sizes, layers = shape["sizes"], len(shape["activations"])
    samples = draw.choice((3, 4))
    data = [[draw.choice((0, 1, 0.5, -1)) for _ in range(sizes[0])] for _ in range(samples)]
    targets = [[draw.choice((0, 1)) for _ in range(sizes[-1])] for _ in range(samples)]
    if shape["error"] == "softmax":
        targets = [[int(k == draw.randrange(3)) for k in range(3)] for _ in range(samples)]
        targets = [one if sum(one) == 1 else [1, 0, 0] for one in targets]
    lines = ["import math, random", f"random.seed({draw.randrange(999)})", "eta = 0.3"]
    lines += [f"X = {data}", f"T = {targets}"]
    for k in range(1, layers + 1):
        row = f"[random.uniform(-1, 1) for i in range({sizes[k - 1]})]"
        lines += [f"w{k} = [{row} for j in range({sizes[k]})]"]
        lines += [f"b{k} = [random.uniform(-1, 1) for j in range({sizes[k]})]"] if shape["bias"] else []
        if shape["rule"] == "momentum":
            lines += [
                f"v{k} = [[0.0] * {sizes[k - 1]} for j in range({sizes[k]})]",
                f"u{k} = [0.0] * {sizes[k]}",
            ]
    lines += ["for epoch in range(12):"]
    lines += _zeros(shape) if shape["batch"] else []
    lines += ["    for x, target in zip(X, T):"]
    lines += ["        " + line for line in _passes(shape, delta, formula)]
    after = [line for k in range(1, layers + 1) for line in _update(shape, k)]
    lines += [("    " if shape["batch"] else "        ") + line for line in after]
    return "\n".join(lines) + "\n"


def _zeros(shape):
    sizes = shape["sizes"]
    found = []
    for k in range(1, len(sizes)):
        found += [
            f"    g{k} = [[0.0] * {sizes[k - 1]} for j in range({sizes[k]})]",
            f"    h{k} = [0.0] * {sizes[k]}",
        ]
    return found


def _passes(shape, delta, formula):
    sizes, layers = shape["sizes"], len(shape["activations"])
    lines = []
    for k, activation in enumerate(shape["activations"], 1):
        below = f"a{k - 1}" if k > 1 else "x"
        bias = f" + b{k}[j]" if shape["bias"] else ""
        total = f"sum(w{k}[j][i] * {below}[i] for i in range({sizes[k - 1]}))"
        lines += [f"z{k} = [{total}{bias} for j in range({sizes[k]})]"]
        if activation == "softmax":
            lines += [f"e{k} = [math.exp(z) for z in z{k}]", f"a{k} = [e / sum(e{k}) for e in e{k}]"]
        else:
            lines += [f"a{k} = [{_ACTIVATIONS[activation][0]} for z in z{k}]"]
    sign = "-" if shape["turned"] else ""
    slope = _ACTIVATIONS.get(shape["activations"][-1], ("", "1.0"))[1]
    d = delta.replace(" s", f" ({slope})").replace(" z ", " z ").replace("(y", "(a").replace("y -", "a -")
    lines += [f"d{layers} = [{sign}({d}) for a, z, t in zip(a{layers}, z{layers}, target)]"]
    if shape["shown"]:
        lines += [f"E = sum({formula} for y, t in zip(a{layers}, target))"]
    for k in range(layers - 1, 0, -1):
        back = f"sum(w{k + 1}[m][j] * d{k + 1}[m] for m in range({sizes[k + 1]}))"
        slope = _ACTIVATIONS[shape["activations"][k - 1]][1]
        lines += [f"d{k} = [{back} * ({slope}) for j, (a, z) in enumerate(zip(a{k}, z{k}))]"]
    if shape["batch"]:
        for k in range(1, layers + 1):
            below = f"a{k - 1}" if k > 1 else "x"
            lines += [f"for j in range({sizes[k]}):", f"    h{k}[j] += d{k}[j]"]
            lines += [f"    for i in range({sizes[k - 1]}):", f"        g{k}[j][i] += d{k}[j] * {below}[i]"]
    return lines


def _update(shape, k):
    sizes = shape["sizes"]
    rate = shape["rates"].format(k=k)
    op = "+" if shape["turned"] else "-"
    below = f"a{k - 1}" if k > 1 else "x"
    of_weight = f"g{k}[j][i]" if shape["batch"] else f"d{k}[j] * {below}[i]"
    of_bias = f"h{k}[j]" if shape["batch"] else f"d{k}[j]"
    lines = [f"for j in range({sizes[k]}):", f"    for i in range({sizes[k - 1]}):"]
    if shape["rule"] == "momentum":
        lines += [
            f"        v{k}[j][i] = 0.9 * v{k}[j][i] {op} {rate} * {of_weight}",
            f"        w{k}[j][i] += v{k}[j][i]",
        ]
    elif shape["rule"] == "L2":
        lines += [f"        w{k}[j][i] = w{k}[j][i] {op} {rate} * {of_weight} - 0.001 * w{k}[j][i]"]
    else:
        lines += [f"        w{k}[j][i] {op}= {rate} * {of_weight}"]
    if shape["bias"] and shape["rule"] == "momentum":
        lines += [f"    u{k}[j] = 0.9 * u{k}[j] {op} {rate} * {of_bias}", f"    b{k}[j] += u{k}[j]"]
    elif shape["bias"]:
        lines += [f"    b{k}[j] {op}= {rate} * {of_bias}"]
    return lines
