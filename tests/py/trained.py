"""Small training programs in the lessons' three styles, of any size, right or with planted mistakes.

Each style is a template with slots. A variant fills some slots otherwise; variants that fill none of
the same slots can be put into one program together. Over 400 lines, nearly all of them templates.
"""

import random
from dataclasses import dataclass

NODES = """\
import math
import random
random.seed({seed})
layers, samples, eta = {layers}, {samples}, {eta}
last = layers[-1][0]
w, b, net, a, delta = {{}}, {{}}, {{}}, {{}}, {{}}
for before, here in zip(layers, layers[1:]):
    for j in here:
        b[j] = random.uniform(-1, 1)
        for i in before:
            w[j, i] = random.uniform(-1, 1)
f = lambda net: «f»
slope = lambda a: «slope»
seen, total_w, total_b = 0, dict.fromkeys(w, 0), dict.fromkeys(b, 0)
speed_w, speed_b = dict.fromkeys(w, 0), dict.fromkeys(b, 0)
error = 0
for epoch in range({epochs}):
    «shuffle»
    for x, t in samples:
        a.update(zip(layers[0], x))
        for i, value in zip(layers[0], x):
            a[i] = value
        for before, here in zip(layers, layers[1:]):
            for j in here:
                net[j] = sum(w[j, i] * a[i] for i in before) + b[j]
                a[j] = f(net[j])
        delta[last] = «output»
        for here, after in reversed([*zip(layers[1:], layers[2:])]):
            for j in here:
                delta[j] = «hidden»
                «early»
        error += (t - a[last]) ** 2 / 2
        for before, here in zip(layers, layers[1:]):
            for j in here:
                for i in before:
                    total_w[j, i] += delta[j] * «input»
                    «in the loop»
                total_b[j] += delta[j]«bias input»
        seen += 1
        if seen % «batch» == 0:
            for j, i in w:
                «weights»
            for j in b:
                «biases»
            «reset»
"""

ROWS = """\
import numpy as np
np.random.seed({seed})
X, y = np.array({X}), np.array({y})
f = lambda net: «f»
slope = lambda a: «slope»
syn0 = 2 * np.random.random(({n0}, {n1})) - 1
syn1 = 2 * np.random.random(({n1}, {n2})) - 1
v0, v1 = 0 * syn0, 0 * syn1
l1_delta, l2_delta = np.zeros((len(X), {n1})), np.zeros((len(X), {n2}))
for iteration in range({epochs}):
    «shuffle»
    l0 = X
    l1 = f(np.dot(l0, syn0))
    l2 = f(np.dot(l1, syn1))
    «early»
    l2_delta = «output»
    «between»
    l1_delta = np.dot(«back») * «hidden slope»
    v1 = «kept1»np.dot(«l1».T, l2_delta)«part1»
    v0 = «kept0»np.dot(l0.T, l1_delta)«part0»
    «update1»
    «update0»
"""

COLUMNS = """\
import numpy as np
np.random.seed({seed})
class Network:
    def __init__(self, sizes):
        pairs = list(zip(sizes[1:], sizes))
        self.biases = [np.random.randn(y, 1) for y, x in pairs]
        self.weights = [np.random.randn(y, x) for y, x in pairs]
        self.kept_b = [np.zeros(b.shape) for b in self.biases]
        self.kept_w = [np.zeros(w.shape) for w in self.weights]
    def feedforward(self, x):
        activation, activations, zs = x, [x], []
        for b, w in zip(self.biases, self.weights):
            z = np.dot(w, activation) + b
            activation = f(z)
            zs.append(z)
            activations.append(activation)
        return zs, activations
    def backprop(self, x, target):
        zs, activations = self.feedforward(x)
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        delta = «output»
        nabla_b[-1] = delta«bias input»
        nabla_w[-1] = np.dot(delta, «input».T)
        for l in range(2, len(activations)):
            w = self.weights[-l + 1]
            delta = np.dot(«back») * «hidden slope»
            nabla_b[-l] = delta«hidden bias input»
            nabla_w[-l] = np.dot(delta, activations[-l - 1].T)
        return nabla_b, nabla_w
    def update(self, samples, eta):
        nabla_b, nabla_w = «start»
        for x, target in samples:
            more_b, more_w = self.backprop(x, target)
            nabla_b = [n + more for n, more in zip(nabla_b, more_b)]
            nabla_w = [n + more for n, more in zip(nabla_w, more_w)]
        self.kept_b, self.kept_w = nabla_b, nabla_w
        «biases»
        self.weights = [«w» for w, n in zip(self.weights, nabla_w)]
f = lambda z: «f»
slope = lambda z: «slope»
samples = [(np.array([x]).T, np.array([t]).T) for x, t in zip({X}, {y})]
net, eta = Network({sizes}), {eta}
for epoch in range({epochs}):
    «shuffle»
    net.update(samples, eta)
"""


@dataclass(frozen=True)
class Style:
    """A lesson's way of writing: the template, what stands in its slots, and the variants that change them."""

    lesson: str
    template: str
    usual: dict[str, str]
    wrong: dict[str, list[dict[str, str]]]
    right: list[dict[str, str]]

    def source(self, values, *variants):
        text = self.template.format(**values)
        for slot, filling in (self.usual | {k: v for one in variants for k, v in one.items()}).items():
            assert f"«{slot}»" in text
            text = text.replace(f"«{slot}»", filling)
        assert "«" not in text
        return text


_SUM = "sum(w[k, j] * delta[k] for k in after)"
STEP_W, STEP_B = "eta * total_w[j, i]", "eta * total_b[j]"

nodes = Style(
    "xor",
    NODES,
    {
        "f": "1 / (1 + math.exp(-net))",
        "slope": "a * (1 - a)",
        "shuffle": "pass",
        "output": "slope(a[last]) * (t - a[last])",
        "hidden": f"slope(a[j]) * {_SUM}",
        "early": "pass",
        "input": "a[i]",
        "in the loop": "pass",
        "bias input": "",
        "batch": "1",
        "weights": f"w[j, i] += {STEP_W}",
        "biases": f"b[j] += {STEP_B}",
        "reset": "total_w, total_b = dict.fromkeys(w, 0), dict.fromkeys(b, 0)",
    },
    {
        "slope-missing-output": [{"output": "t - a[last]"}],
        "slope-missing-hidden": [{"hidden": _SUM}],
        "slope-of-net": [
            {"output": "slope(net[last]) * (t - a[last])"},
            {"hidden": f"slope(net[j]) * {_SUM}"},
        ],
        "slope-twice": [
            {"output": "slope(a[last]) ** 2 * (t - a[last])"},
            {"hidden": f"slope(a[j]) * {_SUM} * slope(a[j])"},
        ],
        "slope-of-output": [{"hidden": f"slope(f(a[j])) * {_SUM}"}],
        "error-sign": [{"output": "slope(a[last]) * (a[last] - t)"}],
        "delta-sign": [
            {"weights": f"w[j, i] -= {STEP_W}", "biases": f"b[j] -= {STEP_B}"},
            {"hidden": f"-slope(a[j]) * {_SUM}"},
            {"biases": f"b[j] -= {STEP_B}"},
        ],
        "transposed-weights": [
            {"hidden": "slope(a[j]) * sum(w[k, i] * delta[k] for k in after for i in here)"},
            {"hidden": "slope(a[j]) * sum(w[k, here[0]] * delta[k] for k in after)"},
        ],
        "wrong-input": [
            {"input": "a[j]"},
            {"input": "(net[i] if i in net else a[i])"},
            {"input": "a[before[0]]"},
        ],
        "bias-not-updated": [{"biases": "pass"}],
        "bias-per-weight": [
            {"biases": "pass", "in the loop": "b[j] += eta * delta[j]"},
            {"biases": f"b[j] += {STEP_B} * sum(1 for key in w if key[0] == j)"},
        ],
        "bias-with-activation": [{"bias input": " * a[j]"}],
        "eta-forgotten": [
            {"weights": "w[j, i] += total_w[j, i]", "biases": "b[j] += total_b[j]"},
            {"biases": "b[j] += total_b[j]"},
        ],
        "eta-twice": [
            {"output": "eta * slope(a[last]) * (t - a[last])"},
            {"weights": f"w[j, i] += eta * {STEP_W}"},
        ],
        "gradient-not-reset": [{"reset": "pass"}, {"reset": "pass", "batch": "len(samples)"}],
        "batch-averaged-and-summed": [
            {"batch": "len(samples)", "biases": f"b[j] += {STEP_B} / len(samples)"},
            {"batch": "len(samples)", "weights": f"w[j, i] += {STEP_W} / len(samples)"},
        ],
    },
    [
        {},
        {"shuffle": "random.shuffle(samples)"},
        {"batch": "len(samples)"},
        {"batch": "2"},
        {
            "batch": "len(samples)",
            "biases": f"b[j] += {STEP_B} / len(samples)",
            "weights": f"w[j, i] += {STEP_W} / len(samples)",
        },
        {
            "output": "slope(a[last]) * (a[last] - t)",
            "weights": f"w[j, i] -= {STEP_W}",
            "biases": f"b[j] -= {STEP_B}",
        },
        {"f": "math.tanh(net)", "slope": "1 - a * a"},
        {"f": "max(0.0, net)", "slope": "1.0 if a > 0 else 0.0"},
        {"f": "net", "slope": "1.0"},
        {
            "weights": f"speed_w[j, i] = 0.9 * speed_w[j, i] + {STEP_W}; w[j, i] += speed_w[j, i]",
            "biases": f"speed_b[j] = 0.9 * speed_b[j] + {STEP_B}; b[j] += speed_b[j]",
        },
        {"output": "t - a[last]; error -= t * math.log(a[last]) + (1 - t) * math.log(1 - a[last])"},
    ],
)

rows = Style(
    "eleven-lines",
    ROWS,
    {
        "f": "1 / (1 + np.exp(-net))",
        "slope": "a * (1 - a)",
        "shuffle": "pass",
        "early": "pass",
        "output": "(y - l2) * slope(l2)",
        "between": "pass",
        "back": "l2_delta, syn1.T",
        "hidden slope": "slope(l1)",
        "kept1": "",
        "kept0": "",
        "l1": "l1",
        "part1": "",
        "part0": "",
        "update1": "syn1 += v1",
        "update0": "syn0 += v0",
    },
    {
        "slope-missing-output": [{"output": "y - l2"}],
        "slope-missing-hidden": [{"hidden slope": "1"}],
        "slope-of-net": [
            {"output": "(y - l2) * slope(np.dot(l1, syn1))"},
            {"hidden slope": "slope(np.dot(l0, syn0))"},
        ],
        "slope-twice": [{"output": "(y - l2) * slope(l2) ** 2"}, {"hidden slope": "slope(l1) ** 2"}],
        "slope-of-output": [{"hidden slope": "slope(f(l1))"}],
        "error-sign": [{"output": "(l2 - y) * slope(l2)"}],
        "delta-sign": [
            {"update1": "syn1 -= v1", "update0": "syn0 -= v0"},
            {"hidden slope": "-slope(l1)"},
            {"update0": "syn0 -= v0"},
        ],
        "updated-weights": [{"between": "syn1 += np.dot(l1.T, l2_delta)", "update1": "pass"}],
        "transposed-weights": [{"back": "l2_delta, syn1.reshape(syn1.shape[::-1])"}],
        "downstream-left-out": [{"back": "l2_delta[:, 1:], syn1[:, 1:].T"}],
        "wrong-input": [{"l1": "np.repeat(l2[:, :1], l1.shape[1], axis=1)"}, {"l1": "np.dot(l0, syn0)"}],
        "gradient-not-reset": [{"kept1": "v1 + ", "kept0": "v0 + "}],
        "batch-averaged-and-summed": [{"part1": " / len(X)"}, {"part0": " / len(X)"}],
        "stale-delta": [{"early": "was = l2_delta", "back": "was, syn1.T"}],
    },
    [
        {},
        {"shuffle": "order = np.random.permutation(len(X)); X, y = X[order], y[order]"},
        {"output": "(l2 - y) * slope(l2)", "update1": "syn1 -= v1", "update0": "syn0 -= v0"},
        {"part1": " / len(X)", "part0": " / len(X)"},
        {"update1": "syn1 += 0.3 * v1", "update0": "syn0 += 0.3 * v0"},
        {"kept1": "0.9 * v1 + ", "kept0": "0.9 * v0 + "},
        {"f": "np.tanh(net)", "slope": "1 - a * a"},
        {"f": "np.maximum(0, net)", "slope": "(a > 0) * 1.0"},
        {"f": "net", "slope": "1.0"},
        {"output": "y - l2; loss = -np.sum(y * np.log(l2) + (1 - y) * np.log(1 - l2))"},
    ],
)

columns = Style(
    "network-class",
    COLUMNS,
    {
        "f": "1 / (1 + np.exp(-z))",
        "slope": "f(z) * (1 - f(z))",
        "shuffle": "pass",
        "output": "(activations[-1] - target) * slope(zs[-1])",
        "bias input": "",
        "hidden bias input": "",
        "input": "activations[-2]",
        "back": "w.T, delta",
        "hidden slope": "slope(zs[-l])",
        "start": "[0 * b for b in self.biases], [0 * w for w in self.weights]",
        "biases": "self.biases = [b - eta * n for b, n in zip(self.biases, nabla_b)]",
        "w": "w - eta * n",
    },
    {
        "slope-missing-output": [{"output": "activations[-1] - target"}],
        "slope-missing-hidden": [{"hidden slope": "1"}],
        "slope-of-net": [{"slope": "z * (1 - z)"}, {"hidden slope": "zs[-l] * (1 - zs[-l])"}],
        "slope-twice": [{"hidden slope": "slope(zs[-l]) ** 2"}],
        "slope-of-output": [{"hidden slope": "slope(activations[-l])"}],
        "error-sign": [{"output": "(target - activations[-1]) * slope(zs[-1])"}],
        "delta-sign": [
            {
                "biases": "self.biases = [b + eta * n for b, n in zip(self.biases, nabla_b)]",
                "w": "w + eta * n",
            },
            {"biases": "self.biases = [b + eta * n for b, n in zip(self.biases, nabla_b)]"},
        ],
        "transposed-weights": [{"back": "w.reshape(w.shape[::-1]), delta"}],
        "downstream-left-out": [{"back": "w[1:].T, delta[1:]"}],
        "wrong-input": [{"input": "zs[-2]"}],
        "bias-not-updated": [{"biases": "pass"}],
        "bias-per-weight": [
            {
                "bias input": " * len(activations[-2])",
                "hidden bias input": " * len(activations[-l - 1])",
            }
        ],
        "bias-with-activation": [
            {"bias input": " * activations[-1]"},
            {"hidden bias input": " * activations[-l]"},
        ],
        "eta-forgotten": [{"w": "w - n"}],
        "eta-twice": [{"w": "w - eta * eta * n"}],
        "gradient-not-reset": [{"start": "self.kept_b, self.kept_w"}],
        "batch-averaged-and-summed": [
            {"w": "w - eta * n / len(samples)"},
            {"biases": "self.biases = [b - eta * n / len(samples) for b, n in zip(self.biases, nabla_b)]"},
        ],
    },
    [
        {},
        {"shuffle": "np.random.shuffle(samples)"},
        {
            "output": "(target - activations[-1]) * slope(zs[-1])",
            "biases": "self.biases = [b + eta * n for b, n in zip(self.biases, nabla_b)]",
            "w": "w + eta * n",
        },
        {
            "biases": "self.biases = [b - eta * n / len(samples) for b, n in zip(self.biases, nabla_b)]",
            "w": "w - eta * n / len(samples)",
        },
        {"f": "np.tanh(z)", "slope": "1 - np.tanh(z) ** 2"},
        {"f": "np.maximum(0, z)", "slope": "(z > 0) * 1.0"},
        {"f": "1.0 * z", "slope": "0 * z + 1"},
    ],
)

STYLES = (nodes, rows, columns)


def values(style, seed):
    """Sizes, samples, rate and seed of one program, drawn from a seed."""
    draw = random.Random(seed)
    sizes = [draw.randint(2, 4), *(draw.randint(2, 4) for _ in range(draw.randint(1, 2))), draw.randint(2, 3)]
    if style is nodes:
        sizes[-1] = 1
    if style is rows:
        sizes = [*sizes[:2], sizes[-1]]
    count = draw.randint(2, 5)
    X = [[round(draw.uniform(-1, 1), 3) for _ in range(sizes[0])] for _ in range(count)]
    y = [[draw.choice((0, 1)) for _ in range(sizes[-1])] for _ in range(count)]
    first = [sum(sizes[:n]) + 1 for n in range(len(sizes))]
    return {
        "seed": seed,
        "sizes": sizes,
        "layers": [[*range(start, start + size)] for start, size in zip(first, sizes)],
        "samples": [(tuple(x), t[0]) for x, t in zip(X, y)],
        "X": X,
        "y": y,
        "n0": sizes[0],
        "n1": sizes[1],
        "n2": sizes[-1],
        "eta": draw.choice((0.1, 0.3, 0.7)),
        "epochs": draw.randint(2, 6),
    }
