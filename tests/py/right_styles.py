"""Right programs of plain numbers in the styles of many people, generated: how weights are stored, nets summed, activations
and slopes written, biases kept (or thresholds, or a first or last weight), deltas worked out, weights updated; by a seed."""

import random

# activation: (its formulas in z, those of its slope in a, z and the activation f)
_ACTIVATIONS = {
    "sigmoid": (
        (
            "1 / (1 + math.exp(-z))",
            "math.exp(z) / (1 + math.exp(z))",
            "0.5 * (1 + math.tanh(z / 2))",
            "1.0 / (1.0 + math.e ** -z)",
            "(1 + math.exp(-z)) ** -1",
            "1 / (1 + math.exp(-z)) if z > 0 else math.exp(z) / (1 + math.exp(z))",
            "1 / (1 + math.pow(math.e, -z))",
        ),
        (
            "a * (1 - a)",
            "a - a * a",
            "a - a ** 2",
            "math.exp(-z) / (1 + math.exp(-z)) ** 2",
            "f(z) * (1 - f(z))",
            "0.25 - (a - 0.5) ** 2",
        ),
    ),
    "tanh": (
        (
            "math.tanh(z)",
            "(math.exp(z) - math.exp(-z)) / (math.exp(z) + math.exp(-z))",
            "2 / (1 + math.exp(-2 * z)) - 1",
        ),
        ("1 - a * a", "1 - a ** 2", "(1 + a) * (1 - a)", "1 / math.cosh(z) ** 2", "1 - f(z) ** 2"),
    ),
    "relu": (
        ("max(0.0, z)", "z if z > 0 else 0.0", "z * (z > 0)", "(z + abs(z)) / 2"),
        ("(1.0 if z > 0 else 0.0)", "(z > 0)", "float(z > 0)", "(1 if a > 0 else 0)", "int(z > 0)"),
    ),
    "leaky": (("z if z > 0 else 0.1 * z", "max(0.1 * z, z)"), ("(1.0 if z > 0 else 0.1)",)),
    "softsign": (("z / (1 + abs(z))",), ("1 / (1 + abs(z)) ** 2", "(1 - abs(a)) ** 2")),
    "atan": (("math.atan(z)",), ("1 / (1 + z * z)",)),
    "linear": (("z", "1.0 * z"), ("1", "1.0")),
}
_BIASES = ("none", "own", "threshold", "threshold first", "last weight", "first weight")
_STORES = {"lists": "w{k}[{j}][{i}]", "dicts": "n{k}[{j}]['w'][{i}]", "objects": "n{k}[{j}].w[{i}]"}
_OWN_BIAS = {"lists": "b{k}[{j}]", "dicts": "n{k}[{j}]['b']", "objects": "n{k}[{j}].b"}
_EPOCHS = 8


def right_style(seed):
    """A right program of plain numbers, and what it is: (source, description)."""
    program = _Program(random.Random(seed))
    return program.source(), program.shape


class _Program:
    def __init__(self, draw):
        self.draw = draw
        hidden = [draw.choice((2, 3)) for _ in range(draw.choice((1, 1, 2)))]
        inner = [draw.choice([one for one in _ACTIVATIONS if one != "linear"]) for _ in hidden]
        self.shape = {
            "sizes": [draw.choice((2, 3)), *hidden, draw.choice((1, 1, 2))],
            "activations": [*inner, draw.choice(("sigmoid", "tanh", "linear"))],
            "bias": draw.choice(_BIASES),
            "store": draw.choice(list(_STORES)),
            "wanted minus output": draw.random() < 0.5,
            "batch": draw.random() < 0.3,
            "momentum": draw.random() < 0.25,
            "deltas first": draw.random() < 0.5,
        }
        self.sizes = self.shape["sizes"]
        self.bias = self.shape["bias"]
        self.layers = range(1, len(hidden) + 2)
        self.first = int(self.bias == "first weight")  # the place of the weight of the first input
        self.up, self.down = "+-" if self.shape["wanted minus output"] else "-+"

    def source(self):
        turn = [line for k in self.layers for line in self._zeros(k)]
        turn += [*self._samples(), *_indented(self._sample())]
        if self.shape["batch"]:
            turn += [line for k in self.layers for line in self._update(k)]
        lines = [
            "import math, random",
            "from functools import reduce",
            f"random.seed({self.draw.randrange(999)})",
        ]
        lines += [line for k in self.layers for line in (*self._functions(k), *self._weights(k))]
        return "\n".join([*lines, *self._data(), *self._loop(turn)]) + "\n"

    # --- what stands before the training loop ---

    def _functions(self, k):
        formulas, slopes = _ACTIVATIONS[self.shape["activations"][k - 1]]
        formula, slope = self.draw.choice(formulas), self.draw.choice(slopes).replace("f(", f"f{k}(")
        of_net = self.draw.choice(
            ([f"def f{k}(z):", f"    return {formula}"], [f"f{k} = lambda z: {formula}"])
        )
        return [*of_net, f"def g{k}(a, z):", f"    return {slope}"]

    def _weights(self, k):
        rows, columns = self.sizes[k], self.sizes[k - 1] + self.bias.endswith("weight")
        row = f"[random.uniform(-1, 1) for i in range({columns})]"
        lines = {
            "lists": [
                f"w{k} = [{row} for j in range({rows})]",
                f"b{k} = [random.uniform(-1, 1) for j in range({rows})]",
            ],
            "dicts": [f"n{k} = [{{'w': {row}, 'b': random.uniform(-1, 1)}} for j in range({rows})]"],
            "objects": [
                f"class Node{k}:",
                "    def __init__(self):",
                f"        self.w, self.b = {row}, random.uniform(-1, 1)",
                f"n{k} = [Node{k}() for j in range({rows})]",
            ],
        }[self.shape["store"]]
        velocities = [f"v{k} = [[0.0] * {columns + 1} for j in range({rows})]"]
        return lines + velocities if self.shape["momentum"] else lines

    def _data(self):
        samples = self.draw.choice((3, 4))
        inputs = [
            [self.draw.choice((0, 1, 0.5, -1, 0.2)) for _ in range(self.sizes[0])] for _ in range(samples)
        ]
        targets = [[self.draw.choice((0, 1)) for _ in range(self.sizes[-1])] for _ in range(samples)]
        return [f"X = {inputs}", f"T = {targets}"]

    def _loop(self, turn):
        if self.draw.random() < 0.3:
            return ["epoch = 0", f"while epoch < {_EPOCHS}:", *_indented(turn), "    epoch += 1"]
        if self.shape["store"] != "lists" and self.draw.random() < 0.5:
            return ["def train():", *_indented(turn), f"for epoch in range({_EPOCHS}):", "    train()"]
        return [f"for epoch in range({_EPOCHS}):", *_indented(turn)]

    def _samples(self):
        return self.draw.choice(
            (
                ["for a0, t in zip(X, T):"],
                ["for p in range(len(X)):", "    a0, t = X[p], T[p]"],
                ["for n, a0 in enumerate(X):", "    t = T[n]"],
            )
        )

    # --- one sample ---

    def _weight(self, k, j="j", i="i"):
        column = f"{i} + {self.first}" if self.first else i
        return _STORES[self.shape["store"]].format(k=k, j=j, i=column)

    def _bias(self, k):
        if self.bias.endswith("weight"):
            place = 0 if self.first else self.sizes[k - 1]
            return _STORES[self.shape["store"]].format(k=k, j="j", i=place)
        return _OWN_BIAS[self.shape["store"]].format(k=k, j="j")

    def _sample(self):
        lines = [line for k in self.layers for line in (*self._nets(k), self._activations(k))]
        lines += self._output_deltas()
        if self.draw.random() < 0.5:
            lines += [f"E = sum((one - other) ** 2 for one, other in zip(t, a{self.layers[-1]})) / 2"]
        for k in reversed(self.layers):
            lines += self._hidden_deltas(k) if k < self.layers[-1] else []
            at_once = not (self.shape["deltas first"] or self.shape["batch"])
            lines += self._update(k + 1) if at_once and k < self.layers[-1] else []
        if self.shape["batch"]:
            return lines + [line for k in self.layers for line in self._added(k)]
        later = self.layers if self.shape["deltas first"] else [1]
        return lines + [line for k in later for line in self._update(k)]

    def _nets(self, k):
        weight, inputs, bias = self._weight(k), f"a{k - 1}", self._bias(k)
        first = {"none": "0", "threshold": "0.0", "threshold first": f"-{bias}"}.get(self.bias, bias)
        after = f" - {bias}" if self.bias == "threshold" else ""
        if self.draw.random() < 0.4:
            add = self.draw.choice(("s += ", "s = s + "))
            added = [f"    for i in range({self.sizes[k - 1]}):", f"        {add}{weight} * {inputs}[i]"]
            last = f"    z{k}.append(s{after})"
            return [f"z{k} = []", f"for j in range({self.sizes[k]}):", f"    s = {first}", *added, last]
        total = self.draw.choice(
            (
                f"sum({weight} * {inputs}[i] for i in range({self.sizes[k - 1]}))",
                f"sum([x * {weight} for i, x in enumerate({inputs})])",
                f"reduce(lambda s, i: s + {weight} * {inputs}[i], range({self.sizes[k - 1]}), 0)",
                f"math.fsum({inputs}[i] * {weight} for i in range({self.sizes[k - 1]}))",
            )
        )
        net = f"{total}{after}" if first in ("0", "0.0") else f"{first} + {total}"
        return [f"z{k} = [{net} for j in range({self.sizes[k]})]"]

    def _activations(self, k):
        return self.draw.choice((f"a{k} = [f{k}(z) for z in z{k}]", f"a{k} = list(map(f{k}, z{k}))"))

    def _output_deltas(self):
        k, outputs = self.layers[-1], self.sizes[-1]
        error = f"t[j] - a{k}[j]" if self.up == "+" else f"a{k}[j] - t[j]"
        error = self.draw.choice((error, error, f"2 * ({error})"))
        slope = f"g{k}(a{k}[j], z{k}[j])"
        if self.draw.random() < 0.5:
            return [f"d{k} = [({error}) * {slope} for j in range({outputs})]"]
        errors = f"e = [{error} for j in range({outputs})]"
        return [errors, f"d{k} = [e[j] * {slope} for j in range({outputs})]"]

    def _hidden_deltas(self, k):
        weight, nodes, after = self._weight(k + 1, "m", "j"), self.sizes[k], self.sizes[k + 1]
        slope = f"g{k}(a{k}[j], z{k}[j])"
        back = f"sum(d{k + 1}[m] * {weight} for m in range({after}))"
        loop = [f"    for m in range({after}):", f"        s += d{k + 1}[m] * {weight}"]
        return self.draw.choice(
            (
                [f"d{k} = [{slope} * {back} for j in range({nodes})]"],
                [
                    f"d{k} = []",
                    f"for j in range({nodes}):",
                    "    s = 0.0",
                    *loop,
                    f"    d{k}.append(s * {slope})",
                ],
                [f"d{k} = [0.0] * {nodes}", f"for j in range({nodes}):", f"    d{k}[j] = {back} * {slope}"],
            )
        )

    # --- updates ---

    def _zeros(self, k):
        sums = f"s{k} = [[0.0] * {self.sizes[k - 1] + 1} for j in range({self.sizes[k]})]"
        return [sums] if self.shape["batch"] else []

    def _added(self, k):
        inputs = self.sizes[k - 1]
        of_weights = [f"    for i in range({inputs}):", f"        s{k}[j][i] += d{k}[j] * a{k - 1}[i]"]
        return [f"for j in range({self.sizes[k]}):", *of_weights, f"    s{k}[j][{inputs}] += d{k}[j]"]

    def _update(self, k):
        inputs, batch = self.sizes[k - 1], self.shape["batch"]
        of_weight = f"s{k}[j][i]" if batch else f"d{k}[j] * a{k - 1}[i]"
        of_bias = f"s{k}[j][{inputs}]" if batch else f"d{k}[j]"
        of_weights = self._changed(self._weight(k), self.up, of_weight, f"v{k}[j][i]")
        lines = [
            f"for j in range({self.sizes[k]}):",
            f"    for i in range({inputs}):",
            *_indented(of_weights, 2),
        ]
        if self.bias == "none":
            return lines
        turned = self.down if self.bias.startswith("threshold") else self.up
        return lines + _indented(self._changed(self._bias(k), turned, of_bias, f"v{k}[j][{inputs}]"))

    def _changed(self, number, sign, gradient, velocity):
        if self.shape["momentum"]:
            return [f"{velocity} = 0.9 * {velocity} {sign} 0.3 * {gradient}", f"{number} += {velocity}"]
        return [
            self.draw.choice(
                (f"{number} {sign}= 0.3 * {gradient}", f"{number} = {number} {sign} 0.3 * {gradient}")
            )
        ]


def _indented(lines, levels=1):
    return ["    " * levels + line for line in lines]
