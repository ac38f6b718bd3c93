"""Mistakes that mutants of programs have, each a kind: told, and at its line; and right programs that look alike."""

import pytest
from backprop import diagnose, record

from tests.py.mutants import plain
from tests.py.test_own_programs import FOLDER
from tests.py.test_verdict_kinds import HEAD, accused


def program(name):
    return plain((FOLDER / f"{name}.py").read_text(encoding="utf-8"))


def line_of(source, text):
    (line,) = [number for number, one in enumerate(source.split("\n"), 1) if text in one]
    return line


def changed(source, old, new):
    assert old in source
    return source.replace(old, new, 1)


# --- the gradient of the last sample alone ---

SAMPLES = """\
for epoch in range(20):
    g1, g2 = np.zeros((3, 4)), np.zeros((4, 1))
    for x, t in zip(X, y):
        x = x.reshape(1, 3)
        h = s(x @ W1)
        o = s(h @ W2)
        d2 = (t - o) * o * (1 - o)
        d1 = d2 @ W2.T * h * (1 - h)
        g2 += h.T @ d2
        g1 += x.T @ d1
    W2 += g2
    W1 += g1
"""
LISTS = """\
import math, random
random.seed(1)
data = [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([1, 1], 0)]
w = [[random.uniform(-1, 1) for _ in range(3)] for _ in range(3)]
v = [random.uniform(-1, 1) for _ in range(3)]
def s(z): return 1 / (1 + math.exp(-z))
for epoch in range(20):
    gw, gv = [[0.0] * 3 for _ in range(3)], [0.0] * 3
    for x, t in data:
        xi = x + [1]
        h = [s(sum(a * b for a, b in zip(r, xi))) for r in w]
        y = s(sum(a * b for a, b in zip(v, h)))
        d = (y - t) * y * (1 - y)
        for j in range(3):
            gv[j] += d * h[j]
            for i in range(3):
                gw[j][i] += d * v[j] * h[j] * (1 - h[j]) * xi[i]
    for j in range(3):
        v[j] -= 0.5 * gv[j]
        for i in range(3):
            w[j][i] -= 0.5 * gw[j][i]
"""


@pytest.mark.parametrize(
    ("source", "sums"),
    [
        (HEAD + SAMPLES, ["g1 +="]),
        (HEAD + SAMPLES, ["g2 +="]),
        (HEAD + SAMPLES, ["g2 +=", "g1 +="]),
        (LISTS, ["gv[j] +=", "gw[j][i] +="]),
    ],
    ids=["first layer", "last layer", "arrays", "lists"],
)
def test_a_gradient_that_is_set_anew_for_each_sample(source, sums):
    assert accused(source) == set()
    line = line_of(source, sums[0])
    for one in sums:
        source = changed(source, one, one.replace("+=", "="))
    assert accused(source) == {("only-last-sample", line)}


@pytest.mark.parametrize("least", [0.4, 0.5, 0.6])
def test_samples_that_are_skipped_after_their_gradient_is_computed(least):
    source = changed(HEAD + SAMPLES, "g2 +=", "g2 =")
    source = changed(source, "g1 +=", "g1 =")
    skip = f"        if abs(t - o) < {least}:\n            continue\n"
    source = changed(source, "    W2 += g2\n    W1 += g1\n", f"{skip}        W2 += g2\n        W1 += g1\n")
    assert accused(source) == set()


# --- what does not fit together ---


def test_a_bias_that_is_subtracted_is_named_where_the_net_subtracts_it():
    source = program("03_analyticsvidhya_wh_bh_slope")
    forward = "output_layer_input = output_layer_input1 + bout"
    line = line_of(source, forward)
    assert accused(source) == set()
    assert accused(changed(source, forward, forward.replace("+", "-"))) == {("bias-subtracted", line)}


def test_of_thresholds_the_change_is_named():
    source = program("more/09_numloops")
    assert accused(source) == set()
    for text in ("V[i][j] += 0.5", "ga[j] -= 0.5"):
        turned = text.replace("+", "?").replace("-", "+").replace("?", "-")
        assert accused(changed(source, text, turned)) == {("step-sign", line_of(source, text))}


def test_the_delta_of_another_node_is_named_where_it_is_used():
    source = program("12_mazur_scalar_net_out")
    line = line_of(source, "dE_dw1 = delta_h1")
    assert accused(source) == set()
    for one in ("dE_dw1", "dE_dw2"):
        source = changed(source, f"{one} = delta_h1", f"{one} = delta_h2")
    assert ("delta-of-another-node", line) in accused(source)


def test_a_number_that_is_computed_from_a_weight_decays_nothing():
    source = program("21_zh_node_connection_objects")
    hidden = "self.delta = self.output * (1 - self.output) * downstream_delta"
    at = source.index(hidden)
    line = source[:at].count("\n") + 1
    mutant = source[:at] + hidden.replace("* downstream", "+ downstream") + source[at + len(hidden) :]
    assert accused(mutant) == {("hidden-delta-differs", line)}


def test_a_change_that_is_no_product_is_named_where_the_other_layers_follow_their_gradient():
    source = program("47_bias_never_updated")
    text = "np.dot(X.T, hidden_delta)"
    line = line_of(source, text)
    mutant = changed(source, text, "np.dot(hidden_delta.T, hidden_delta)")
    assert {one for one in accused(mutant) if one not in accused(source)} == {("change-differs", line)}


@pytest.mark.parametrize(
    ("name", "text", "to"),
    [
        ("more/02_momentum_list", "mu * s.vw[i] +", "mu + s.vw[i] +"),
        ("more/02_momentum_list", "mu * s.vb[i] +", "mu + s.vb[i] +"),
        ("more/01_adam_dropout", "0.9 * m[k] +", "0.9 + m[k] +"),
    ],
)
def test_a_running_mean_to_which_its_rate_is_added_is_no_rule(name, text, to):
    source = program(name)
    assert accused(source) == set()
    assert "change-differs" in {id for id, _ in accused(changed(source, text, to))}


@pytest.mark.parametrize(
    ("text", "to"),
    [
        ("B1 = B1 - 0.5 * dh", "B1 = B1 + 0.5 * dh"),
        ("W2 = W2 - 0.5 * (do @ h.T)", "W2 = W2 + 0.5 * (do @ h.T)"),
        ("h = (W1 @ x + B1).map(sig)", "h = (W1 @ x - B1).map(sig)"),
    ],
)
def test_a_change_in_a_helper_that_other_things_are_computed_with_is_named_where_it_is_called(text, to):
    source = program("more/03_matrix_class")
    assert accused(source) == set()
    assert {line for _, line in accused(changed(source, text, to))} == {line_of(source, text)}


def test_a_sum_with_a_target_of_0_is_named_at_its_own_line():
    source = program("05_coursera_dicts_tanh")
    line = line_of(source, "dZ2 = A2 - Y")
    assert accused(changed(source, "dZ2 = A2 - Y", "dZ2 = A2 + Y")) == {("output-delta-differs", line)}


# --- changes beside momentum ---

SCHEMENAUER = """\
import math, random
random.seed(0)
def rand(a, b): return (b - a) * random.random() + a
ni, nh, no = 3, 2, 1
ai, ah, ao = [1.0] * ni, [1.0] * nh, [1.0] * no
wi = [[rand(-0.2, 0.2) for j in range(nh)] for i in range(ni)]
wo = [[rand(-2.0, 2.0) for k in range(no)] for j in range(nh)]
ci = [[0.0] * nh for i in range(ni)]
co = [[0.0] * no for j in range(nh)]
def forward(inputs):
    for i in range(ni - 1): ai[i] = inputs[i]
    for j in range(nh):
        s = 0.0
        for i in range(ni): s = s + ai[i] * wi[i][j]
        ah[j] = math.tanh(s)
    for k in range(no):
        s = 0.0
        for j in range(nh): s = s + ah[j] * wo[j][k]
        ao[k] = math.tanh(s)
def back(targets, N, M):
    od = [0.0] * no
    for k in range(no):
        error = targets[k] - ao[k]
        od[k] = (1 - ao[k] ** 2) * error
    hd = [0.0] * nh
    for j in range(nh):
        error = 0.0
        for k in range(no): error = error + od[k] * wo[j][k]
        hd[j] = (1 - ah[j] ** 2) * error
    for j in range(nh):
        for k in range(no):
            change = od[k] * ah[j]
            wo[j][k] = wo[j][k] + N * change + M * co[j][k]
            co[j][k] = change
    for i in range(ni):
        for j in range(nh):
            c = hd[j] * ai[i]
            wi[i][j] = wi[i][j] + N * c + M * ci[i][j]
            ci[i][j] = c
for it in range(20):
    for inputs, targets in [([0.1, 0.2], [0]), ([0.3, 1], [1]), ([1, 0.4], [1]), ([1, 1], [0])]:
        forward(inputs)
        back(targets, 0.5, 0.1)
"""


@pytest.mark.parametrize(
    ("text", "to", "id"),
    [
        ("c = hd[j] * ai[i]", "c = hd[j] * ai[0]", "change-differs"),
        ("change = od[k] * ah[j]", "change = od[k] * ah[0]", "change-differs"),
        ("c = hd[j] * ai[i]", "c = hd[0] * ai[i]", "delta-of-another-node"),
    ],
)
def test_a_wrong_index_is_told_beside_momentum(text, to, id):
    assert accused(SCHEMENAUER) == set()
    assert accused(changed(SCHEMENAUER, text, to)) == {(id, line_of(SCHEMENAUER, text))}


# --- programs that differentiate themselves ---

AUTOGRAD = """\
import math, random
class Value:
    def __init__(self, data, children=()):
        self.data, self.grad, self.children = data, 0.0, children
        self.back = lambda: None
    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other))
        def back():
            self.grad += out.grad
            other.grad += out.grad
        out.back = back
        return out
    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other))
        def back():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        out.back = back
        return out
    def __radd__(self, other): return self + other
    def tanh(self):
        t = math.tanh(self.data)
        out = Value(t, (self,))
        def back():
            self.grad += (1 - t ** 2) * out.grad
        out.back = back
        return out
    def backward(self):
        order, seen = [], set()
        def visit(v):
            if v not in seen:
                seen.add(v)
                for child in v.children: visit(child)
                order.append(v)
        visit(self)
        self.grad = 1.0
        for v in reversed(order): v.back()
class Neuron:
    def __init__(self, n):
        self.w = [Value(random.uniform(-1, 1)) for _ in range(n)]
        self.b = Value(random.uniform(-1, 1))
    def __call__(self, x):
        return sum((wi * xi for wi, xi in zip(self.w, x)), self.b).tanh()
random.seed(1337)
xs = [[2.0, 3.0], [3.0, -1.0], [0.5, 1.0], [1.0, -1.0]]
ys = [1.0, -1.0, -1.0, 1.0]
hidden, last = [Neuron(2) for _ in range(3)], Neuron(3)
parameters = [p for n in [*hidden, last] for p in [*n.w, n.b]]
for k in range(10):
    loss = 0
    for x, y in zip(xs, ys):
        difference = last([n(x) for n in hidden]) + -y
        loss = loss + difference * difference
    for p in parameters: p.grad = 0.0
    loss.backward()
    for p in parameters: p.data -= 0.05 * p.grad
"""


def test_a_program_that_differentiates_itself_is_right():
    assert accused(AUTOGRAD) == set()


def test_gradients_that_are_never_set_back_are_named():
    source = changed(AUTOGRAD, "    for p in parameters: p.grad = 0.0\n", "")
    line = line_of(source, "p.data -= 0.05")
    assert accused(source) == {("gradient-not-reset", line)}


@pytest.mark.parametrize("slope", ["1 - t", "1 - self.data ** 2", "t * (1 - t)"])
def test_a_wrong_local_derivative_is_named_at_its_line(slope):
    source = changed(AUTOGRAD, "(1 - t ** 2) * out", f"({slope}) * out")
    assert {line for _, line in accused(source)} == {line_of(source, f"({slope}) * out")}


# --- rules that go by the sign of the gradient ---

WITH_BIASES = """\
b1, b2 = np.zeros((1, 4)), np.zeros((1, 1))
parameters = [W1, b1, W2, b2]
before, steps, m = ([np.full(p.shape, c) for p in parameters] for c in (0.0, 0.1, 0.0))
for k in range(12):
    h = s(X @ W1 + b1)
    o = s(h @ W2 + b2)
    d2 = (o - y) * o * (1 - o)
    d1 = d2 @ W2.T * h * (1 - h)
    gradients = [X.T @ d1, d1.sum(0, keepdims=True), h.T @ d2, d2.sum(0, keepdims=True)]
    for n, (p, g) in enumerate(zip(parameters, gradients)):
"""
SIGNS = {
    "sign": "p -= 0.01 * np.sign(g)",
    "signum": "m[n] = 0.9 * m[n] + g; p -= 0.01 * np.sign(m[n])",
    "lion": "p -= 0.01 * (np.sign(0.9 * m[n] + 0.1 * g) + 0.1 * p); m[n] = 0.99 * m[n] + 0.01 * g",
    "rprop": "c = g * before[n]; steps[n] = np.where(c > 0, np.minimum(1.2 * steps[n], 50), "
    "np.where(c < 0, np.maximum(0.5 * steps[n], 1e-6), steps[n])); "
    "g = np.where(c < 0, 0, g); p -= np.sign(g) * steps[n]; before[n] = g",
    "irprop": "c = np.sign(g * before[n]); "
    "steps[n] = np.clip(steps[n] * (1.2 * (c > 0) + 0.5 * (c < 0) + (c == 0)), 1e-6, 50); "
    "g = g * (c >= 0); p -= steps[n] * np.sign(g); before[n] = g",
    "mean": "p -= np.mean(np.abs(g)) * np.sign(g)",
}


@pytest.mark.parametrize("rule", SIGNS)
def test_rules_that_go_by_the_sign_are_named_and_right(rule):
    source = HEAD + WITH_BIASES + f"        {SIGNS[rule]}\n"
    found = diagnose(record(source))
    assert {one.kind for one in found} == {"rule"}
    assert {"sign", "rprop"} & {one.id for one in found}


def test_a_wrong_delta_is_told_also_where_only_its_sign_is_used():
    source = changed(HEAD + WITH_BIASES, "d2 @ W2.T * h * (1 - h)", "d2 @ W2.T * h")
    (one,) = accused(source + "        p -= 0.01 * np.sign(g)\n")
    assert one[1] == line_of(source, "d1 = d2 @")
