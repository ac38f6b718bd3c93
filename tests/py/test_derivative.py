"""The derivative over a tape, against autograd and finite differences."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from backprop.trace import trace
from backprop.trace.derivative import derivative
from backprop.trace.partials import ELEMENTWISE, REDUCTIONS

X = [[0.3, -0.7, 1.2], [2.1, 0.4, -1.6]]
POSITIVE = [[0.3, 0.7, 1.2], [2.1, 0.4, 1.6]]

OF_ANY = (
    "np.sum(x * x)",
    "np.mean(x)",
    "np.sum(x - 2 * x)",
    "np.sum(x / (x ** 2 + 1))",
    "np.sum(np.exp(x) * np.tanh(x))",
    "np.sum(1 / (1 + np.exp(-x)))",
    "np.sum(np.sin(x) * np.cos(x))",
    "np.sum(np.maximum(x, 0))",
    "np.sum(np.minimum(x, 0.5 * x))",
    "np.sum(np.where(x > 0, x, 0.1 * x))",
    "np.sum(np.abs(x))",
    "np.sum(np.clip(x, -1, 1) ** 2)",
    "np.max(x) + np.min(x)",
    "np.sum(np.max(x, axis=1) * np.min(x, axis=1))",
    "np.prod(x)",
    "np.var(x)",
    "np.sum(np.std(x, axis=0))",
    "np.linalg.norm(x)",
    "np.sum(np.dot(x, x.T) ** 2)",
    "np.sum((x @ x.T)[0] * x[:, 1])",
    "np.sum(np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True) * x)",
    "np.sum(np.negative(x) + np.square(x) + np.sinh(x) + np.cosh(x))",
    "np.sum(np.arctan(x) + np.expm1(x))",
)
OF_POSITIVE = (
    "np.sum(np.log(x) + np.log2(x) + np.log10(x) + np.log1p(x))",
    "np.sum(np.sqrt(x) + np.reciprocal(x))",
    "np.sum(x ** 1.5 + x ** x)",
    "np.sum(2.0 ** x)",
    "np.sum(np.logaddexp(x, 2 * x))",
)


def derived(expression, x):
    tape = trace(f"import numpy as np\nx = np.array({x!r})\nE = {expression}\n")
    assert tape.error is None, tape.error
    ids = {binding.target: binding.ids for binding in tape.bindings}
    found = derivative(tape, int(ids["E"].ravel()[0]))
    assert not found.opaque
    return found.values[ids["x"]]


@pytest.mark.parametrize(
    ("expression", "x"), [*((one, X) for one in OF_ANY), *((one, POSITIVE) for one in OF_POSITIVE)]
)
def test_it_is_what_autograd_gives(expression, x):
    function = autograd.grad(lambda x: eval(expression, {"np": anp, "x": x}))
    assert derived(expression, x) == pytest.approx(function(np.array(x)), rel=1e-10, abs=1e-12)


@pytest.mark.parametrize("expression", [*OF_ANY, *OF_POSITIVE])
def test_it_is_what_finite_differences_give(expression):
    x, step = np.array(POSITIVE), 1e-6
    found = derived(expression, POSITIVE)
    for at in np.ndindex(*x.shape):
        up, down = x.copy(), x.copy()
        up[at] += step
        down[at] -= step
        rise = eval(expression, {"np": np, "x": up}) - eval(expression, {"np": np, "x": down})
        assert found[at] == pytest.approx(rise / (2 * step), rel=1e-5, abs=1e-7)


def test_scalars_and_math_go_the_same_way():
    tape = trace("import math\nx = 0.7\ny = math.exp(x) * max(x, 0.1) - math.log(x) ** 2\n")
    ids = {binding.target: int(binding.ids.ravel()[0]) for binding in tape.bindings}
    expected = np.exp(0.7) * 0.7 + np.exp(0.7) - 2 * np.log(0.7) / 0.7
    assert derivative(tape, ids["y"]).values[ids["x"]] == pytest.approx(expected)


def test_a_weighted_sum_of_ids_and_a_cut():
    tape = trace("x = 3.0\ny = x * x\nz = y * 2\n")
    ids = {binding.target: int(binding.ids.ravel()[0]) for binding in tape.bindings}
    both = derivative(tape, {ids["y"]: 1.0, ids["z"]: 10.0})
    assert both.values[ids["x"]] == pytest.approx(6 + 10 * 12)
    cut = np.zeros(len(tape), bool)
    cut[ids["y"]] = True
    found = derivative(tape, {ids["z"]: 1.0, ids["y"]: 5.0}, cut)
    assert found.values[ids["y"]] == 2  # what arrives
    assert found.values[ids["x"]] == 5 * 6  # its own weight alone goes on


def test_what_is_unknown_is_reported_and_infects_only_what_lies_behind_it():
    tape = trace("import numpy as np\nx = np.array([1.0, 2.0])\nw = 3.0\nE = np.median(x) * w\n")
    ids = {binding.target: binding.ids for binding in tape.bindings}
    found = derivative(tape, int(ids["E"].ravel()[0]))
    assert [tape.events[number].operation for number in found.opaque] == ["median"]
    assert np.isnan(found.values[ids["x"]]).all()
    assert found.values[int(ids["w"].ravel()[0])] == 1.5


def test_kinks_and_steps_are_reported():
    tape = trace("import numpy as np\nx = np.array([0.0, 2.0])\nE = np.sum(np.maximum(x, 0) + np.sign(x))\n")
    ids = {binding.target: binding.ids for binding in tape.bindings}
    found = derivative(tape, int(ids["E"].ravel()[0]))
    assert len(found.kinks) == 1
    assert [tape.events[number].operation for number in found.steps] == ["sign"]
    assert found.values[ids["x"]].tolist() == [0.5, 1.0]


def test_the_tables_name_operations_once():
    assert not set(ELEMENTWISE) & set(REDUCTIONS) - {"maximum", "minimum"}
