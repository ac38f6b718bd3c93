"""Right programs that were blamed once, each of a kind: changes of a lesson's program that leave it right.

`KINDS` has by name (lesson, source): each is to be left in peace with the lesson and without.
"""

from tests.lesson_programs import edited

XOR = ("xor", ("range(4000)", "range(8)"))
LAYERS = ("eleven-lines", ("range(60000)", "range(8)"))
ONE_LAYER = ("two-layer", ("range(10000)", "range(8)"))
CLASS = ("network-class", ("epochs=2000", "epochs=8"))
PLAYGROUND = ("playground", ("epochs = 40", "epochs = 3"))

_OUT = "w[8, j] += eta * delta[8] * a[j]"
_SYN0, _SYN1 = "syn0 += np.dot(l0.T, l1_delta)", "syn1 += np.dot(l1.T, l2_delta)"
_BOTH = f"{_SYN1}\n    {_SYN0}"
_LIST = "self.weights = [\n            w - eta * n for w, n in zip(self.weights, nabla_w)\n        ]"
_HIDDEN = "l1 = sigmoid(np.dot(l0, syn0))"
_NUMPY = "import numpy as np\n"
_SINGLE = [
    ("2 * np.random.random((3, 4)) - 1", "(2 * np.random.random((3, 4)) - 1).astype(np.float32)"),
    ("2 * np.random.random((4, 1)) - 1", "(2 * np.random.random((4, 1)) - 1).astype(np.float32)"),
]


def _changed(base, *changes):
    lesson, shorter = base
    return lesson, edited(lesson, shorter, *changes)


def _in_lesson(lesson, base, *changes):
    return lesson, _changed(base, *changes)[1]


KINDS = {
    # an update that is skipped
    "skips samples answered well": _changed(
        ("xor", ("range(4000)", "range(60)")),
        ("        # backward: which", "        if abs(t - y) < 0.3: continue\n        # backward: which"),
    ),
    "skips most samples": _changed(
        XOR, ("        # backward: which", "        if abs(t - y) < 0.5: continue\n        # backward: which")
    ),
    # weights changed in other ways
    "globals()": _changed(XOR, (_OUT, f"globals()['w']{_OUT[1:]}")),
    "globals() of an array": _changed(
        LAYERS, (_SYN1, f"globals()['syn1']{_SYN1[4:]}"), (_SYN0, f"globals()['syn0']{_SYN0[4:]}")
    ),
    "globals().update": _changed(LAYERS, (_SYN1, "globals().update(syn1=syn1 + np.dot(l1.T, l2_delta))")),
    "operator.iadd": _changed(
        LAYERS, (_NUMPY, f"{_NUMPY}import operator\n"), (_SYN1, "operator.iadd(syn1, np.dot(l1.T, l2_delta))")
    ),
    "operator.iadd, assigned": _changed(
        XOR,
        ("import math\n", "import math\nimport operator\n"),
        (_OUT, "w[8, j] = operator.iadd(w[8, j], eta * delta[8] * a[j])"),
    ),
    "operator.setitem": _changed(
        XOR,
        ("import math\n", "import math\nimport operator\n"),
        (_OUT, "operator.setitem(w, (8, j), w[8, j] + eta * delta[8] * a[j])"),
    ),
    "dict.update": _changed(XOR, (_OUT, "w.update({(8, j): w[8, j] + eta * delta[8] * a[j]})")),
    "flat": _changed(
        LAYERS, (_SYN1, "for k in range(4):\n        syn1.flat[k] += np.dot(l1.T, l2_delta).flat[k]")
    ),
    "flat, enumerated": _changed(
        LAYERS, (_SYN0, "for k, g in enumerate(np.dot(l0.T, l1_delta).flat):\n        syn0.flat[k] += g")
    ),
    "exec of an item": _changed(XOR, (_OUT, f"exec('{_OUT}')")),
    "exec of arrays": _changed(LAYERS, (_SYN1, f'exec("{_SYN1}")'), (_SYN0, f"exec('''{_SYN0}''')")),
    "exec of a text that is made": _changed(XOR, (_OUT, f"exec('{_OUT}'.replace('8', str(len(w) // 2)))")),
    "eval": _changed(LAYERS, (_SYN1, "syn1 = eval('syn1 + np.dot(l1.T, l2_delta)')")),
    "np.add in a mapped lambda": _changed(
        LAYERS,
        (
            _BOTH,
            "list(map(lambda w, g: np.add(w, g, out=w), (syn1, syn0), (l1.T @ l2_delta, l0.T @ l1_delta)))",
        ),
    ),
    "setattr": _changed(
        CLASS,
        (_LIST, "setattr(self, 'weights', [w - eta * n for w, n in zip(self.weights, nabla_w)])"),
    ),
    "__dict__": _changed(CLASS, (_LIST, _LIST.replace("self.weights = ", "self.__dict__['weights'] = "))),
    # more than the lesson's program has
    "biases added": _changed(
        LAYERS,
        (_HIDDEN, "l1 = sigmoid(np.dot(l0, syn0) + b0)"),
        ("l2 = sigmoid(np.dot(l1, syn1))", "l2 = sigmoid(np.dot(l1, syn1) + b1)"),
        (_SYN0, f"{_SYN0}\n    b0 += l1_delta.sum(axis=0)\n    b1 += l2_delta.sum(axis=0)"),
        ("np.random.seed(1)", "np.random.seed(1)\nb0, b1 = np.zeros(4), np.zeros(1)"),
    ),
    "a bias added": _changed(
        ONE_LAYER,
        (_HIDDEN, "l1 = sigmoid(np.dot(l0, syn0) + b)"),
        ("syn0 += np.dot(l0.T, l1_delta)", "syn0 += np.dot(l0.T, l1_delta)\n    b += l1_delta.sum()"),
        ("np.random.seed(1)", "np.random.seed(1)\nb = 0.1"),
    ),
    "dropout": _changed(
        LAYERS,
        (_HIDDEN, f"{_HIDDEN}\n    mask = (np.random.random(l1.shape) < 0.8) / 0.8\n    l1 = l1 * mask"),
        ("l1_error * slope(l1)", "l1_error * mask * slope(l1 / np.where(mask, mask, 1))"),
    ),
    "leaky ReLU": _changed(
        LAYERS,
        (_HIDDEN, "l1 = np.dot(l0, syn0)\n    l1 = np.where(l1 > 0, l1, 0.01 * l1)"),
        ("l1_error * slope(l1)", "l1_error * np.where(l1 > 0, 1, 0.01)"),
    ),
    "leaky ReLU, node by node": _changed(
        XOR,
        ("a[j] = sigmoid(net[j])", "a[j] = net[j] if net[j] > 0 else 0.01 * net[j]"),
        ("delta[j] = a[j] * (1 - a[j]) *", "delta[j] = (1 if net[j] > 0 else 0.01) *"),
    ),
    "one learning rate a layer": _changed(
        LAYERS,
        (_SYN1, "syn1 += 0.5 * np.dot(l1.T, l2_delta)"),
        (_SYN0, "syn0 += 0.1 * np.dot(l0.T, l1_delta)"),
    ),
    "one learning rate a layer, node by node": _changed(
        XOR, (_OUT, _OUT.replace("eta", "0.1")), ("b[8] += eta *", "b[8] += 0.1 *")
    ),
    "single precision": _changed(LAYERS, *_SINGLE),
    "single precision of one layer": _changed(LAYERS, _SINGLE[0]),
    "single precision of all": _changed(
        LAYERS, *_SINGLE, ("[1, 1, 1]])", "[1, 1, 1]], np.float32)"), ("[0]])", "[0]], np.float32)")
    ),
    "half precision": _changed(LAYERS, *[(old, new.replace("32", "16")) for old, new in _SINGLE]),
    # the error that is made small
    "cross-entropy, by a function": _changed(
        LAYERS,
        ("l2_error * slope(l2)", "l2_error"),
        (
            "def sigmoid",
            "def cost(t, p):\n    return -np.mean(np.where(t == 1, np.log(p), np.log(1 - p)))\n\n\ndef sigmoid",
        ),
        ("np.mean(np.abs(l2_error))", "cost(y, l2)"),
    ),
    "cross-entropy, from the net": _changed(
        XOR,
        ("delta[8] = y * (1 - y) * (t - y)", "delta[8] = t - y"),
        ("error += (t - y) ** 2 / 2", "error += math.log1p(math.exp(net[8])) - t * net[8]"),
    ),
    # the style of another lesson
    "a class in xor": _in_lesson("xor", CLASS),
    "layers in xor": _in_lesson("xor", LAYERS),
    "node by node in eleven-lines": _in_lesson("eleven-lines", XOR),
    "node by node in network-class": _in_lesson("network-class", XOR),
    "a class in the playground": _in_lesson("playground", CLASS),
    "the playground in xor": _in_lesson("xor", PLAYGROUND),
    # other names, other words
    "half renamed": ("eleven-lines", _changed(LAYERS)[1].replace("l2_delta", "d2").replace("syn1", "out")),
    "delta renamed": ("xor", _changed(XOR)[1].replace("delta", "dlt")),
    "another error in a comment": ("xor", "# cross_entropy: -t * log(y)\n" + _changed(XOR)[1]),
    "cross-entropy, called squared": _changed(
        XOR,
        ("delta[8] = y * (1 - y) * (t - y)", "delta[8] = t - y  # of the squared error"),
        ("error += (t - y) ** 2 / 2", "error -= t * math.log(y) + (1 - t) * math.log(1 - y)"),
    ),
}
