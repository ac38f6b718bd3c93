"""Weights that an update leaves out or writes to another place; printed errors; a wrong derivative of one operation."""

from pathlib import Path

import pytest
from backprop import diagnose
from backprop.roles.find import find_roles
from backprop.roles.network import NotFound
from backprop.trace import trace
from kept import recorded_once

from tests.py.right_programs import right_program
from tests.py.test_own_programs import FOLDER
from tests.py.test_verdict import accusations, judged
from tests.py.test_verdict_kinds import DELTAS, FORWARD, HEAD, LOOP, UPDATE, said
from tests.py.test_verdict_mutants import LISTS, changed, line_of

OWN = Path(__file__).parents[2] / "py/backprop/lessons/own"
ARRAYS = HEAD + LOOP + FORWARD + DELTAS + UPDATE
ONLINE = changed(LISTS, "    gw, gv = [[0.0] * 3 for _ in range(3)], [0.0] * 3\n", "")
ONLINE = ONLINE[: ONLINE.index("        for j in range(3)")] + (
    "        e = [d * v[j] * h[j] * (1 - h[j]) for j in range(3)]\n"
    "        for j in range(3):\n"
    "            v[j] -= 0.5 * d * h[j]\n"
    "        for j in range(3):\n"
    "            for i in range(3):\n"
    "                w[j][i] -= 0.5 * e[j] * xi[i]\n"
)
DEEP = """\
import numpy as np
np.random.seed(2)
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])
W = [np.random.randn(3, 4), np.random.randn(4, 4), np.random.randn(4, 1)]
def s(x): return 1 / (1 + np.exp(-x))
for k in range(300):
    a = [X]
    for w in W:
        a.append(s(a[-1] @ w))
    d = (a[-1] - y) * a[-1] * (1 - a[-1])
    g = []
    for l in range(2, -1, -1):
        g.insert(0, a[l].T @ d)
        d = d @ W[l].T * a[l] * (1 - a[l])
    for l in range(3):
        W[l] -= 0.5 * g[l]
"""


def test_the_programs_are_right_as_they_stand():
    for source in (ARRAYS, ONLINE, DEEP):
        assert not accusations(judged(source))


@pytest.mark.parametrize(
    ("source", "old", "new", "named"),
    [
        (ARRAYS, "W1 += X.T @ d1", "W1[1:] += (X.T @ d1)[1:]", "W1[1:] +="),
        (ARRAYS, "W1 += X.T @ d1", "W1[:, 1:] += (X.T @ d1)[:, 1:]", "W1[:, 1:] +="),
        (ONLINE, "(3):\n            v[j]", "(2):\n            v[j]", "v[j] -="),
        (ONLINE, "            for i in range(3)", "            for i in range(1, 3)", "w[j][i] -="),
        (DEEP, "for l in range(3):", "for l in range(2):", "W[l] -="),
    ],
    ids=["input", "node", "last weight", "first input", "last layer"],
)
def test_weights_that_no_update_reaches_are_told_at_the_update(source, old, new, named):
    wrong = changed(source, old, new)
    verdict = judged(wrong)
    assert accusations(verdict) == {("weights-not-updated", line_of(wrong, named))}
    assert not verdict.needle or max(verdict.needle) > 0.5


@pytest.mark.parametrize(
    "source",
    [
        changed(ARRAYS, "    W2 += h.T @ d2\n", ""),
        changed(ARRAYS, "    W2 += h.T @ d2\n", "").replace(
            "np.random.randn(4, 1)", "0.5 * np.random.randn(4, 1)"
        ),
        changed(ONLINE, "v[j] -= 0.5 * d * h[j]", "pass"),
    ],
)
def test_a_last_layer_that_never_changes_is_told_where_it_is_made(source):
    verdict = judged(source)
    assert accusations(verdict) == {
        ("weights-not-updated", line_of(source, "W2 =" if "W2" in source else "v = ["))
    }
    assert [layer.number for layer in verdict.layers] == [1, 2]


def test_fixed_random_features_are_no_mistake():
    source = changed(DEEP, "for l in range(3):", "for l in (1, 2):")
    verdict = judged(source)
    assert not accusations(verdict)
    assert {point.id for point in verdict.points} == {"weights-not-updated"}


@pytest.mark.parametrize(
    ("source", "old", "new"),
    [
        (
            ARRAYS,
            "W1 += X.T @ d1",
            "g = X.T @ d1; W1[0] = W1[1] + g[0]; W1[1] = W1[1] + g[1]; W1[2] = W1[2] + g[2]",
        ),
        (ONLINE, "v[j] -= 0.5 * d * h[j]", "v[j] = v[0] - 0.5 * d * h[j]"),
        (ONLINE, "v[j] -= 0.5 * d * h[j]", "v[0] = v[j] - 0.5 * d * h[j]"),
    ],
)
def test_a_weight_written_to_the_place_of_another_is_told(source, old, new):
    wrong = changed(source, old, new)
    assert accusations(judged(wrong)) == {("other-weight", line_of(wrong, new))}


@pytest.mark.parametrize(
    "shown", ["print({})", "print(f'error {{{}:.3f}}')", "if k % 5 == 0: print('error', {})"]
)
def test_an_error_that_is_only_printed_is_the_programs_own(shown):
    cross_entropy = "-np.mean(y * np.log(o) + (1 - y) * np.log(1 - o))"
    source = HEAD + LOOP + FORWARD + f"    {shown.format(cross_entropy)}\n" + DELTAS + UPDATE
    assert said(source) == {("other-error", 11)}
    (finding,) = diagnose(recorded_once(source))
    assert "the gradient of the squared error; the error in line 10 is the cross-entropy" in finding.message(
        "en"
    )
    assert "平方误差的梯度；第 10 行算的误差却是交叉熵" in finding.message("zh")


AUTOGRAD = (OWN / "tiny-autograd.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("other.grad += self.data * out.grad", "other.grad += other.data * out.grad"),
        ("other.grad += self.data * out.grad", "other.grad += out.grad  # no factor"),
        ("(1 - out.data ** 2) * out.grad", "(1 - out.data) * out.grad"),
        ("(1 - out.data ** 2) * out.grad", "out.grad  # no slope"),
        ("other.grad += out.grad", "other.grad -= out.grad"),
    ],
)
def test_a_wrong_derivative_of_one_operation_is_named_at_its_line(old, new):
    wrong = changed(AUTOGRAD, old, new)
    assert accusations(judged(wrong)) == {("wrong-derivative", line_of(wrong, new))}


@pytest.mark.parametrize("new", ["self.grad += self.data * out.grad", "self.grad += out.grad  # no factor"])
def test_where_it_leaves_no_delta_the_line_is_named_too(new):
    wrong = changed(AUTOGRAD, "self.grad += other.data * out.grad", new)
    tape = trace(wrong)
    with pytest.raises(NotFound) as found:
        find_roles(tape)
    assert found.value.reason == "wrong-derivative"
    assert tape.places[found.value.place].line == line_of(wrong, new)


@pytest.mark.parametrize("seed", [1937, 2116])
def test_what_an_explosion_leaves_is_no_evidence(seed):
    """Right programs whose weights explode: beside deltas of 1e23, the deltas before them looked like rounding."""
    source, _ = right_program(seed)
    assert not accusations(judged(source))


def test_where_operations_are_right_the_update_goes_the_wrong_way():
    wrong = changed(AUTOGRAD, "p.data -= 0.1", "p.data += 0.1")
    assert accusations(judged(wrong)) == {("step-sign", line_of(wrong, "p.data += 0.1"))}


def test_the_sign_of_the_error_is_named_where_output_meets_target():
    wrong = changed(ARRAYS, "d2 = (y - o) * o", "off = o - y\n    d2 = off * o")
    assert accusations(judged(wrong)) == {("error-sign", line_of(wrong, "off = o - y"))}


def test_a_wrong_power_is_no_other_error():
    """2 (y - t)³ is the gradient of the fourth power: of a program that computes the squared error it is a mistake."""
    source = (FOLDER / "more/h_micrograd.py").read_text(encoding="utf-8")
    assert not accusations(judged(source))
    wrong = changed(source, "(other-1)", "(other+1)")
    assert accusations(judged(wrong)) == {("wrong-derivative", line_of(wrong, "(other+1)"))}
