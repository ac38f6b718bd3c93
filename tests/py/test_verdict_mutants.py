"""Mistakes that mutants of programs have, each a kind: told, and at its line; and right programs that look alike."""

import pytest

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
