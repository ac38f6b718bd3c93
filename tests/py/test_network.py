"""Network against an independent oracle (autograd), central differences, and bad input."""

from fractions import Fraction
from itertools import pairwise

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from backprop.network import ACTIVATIONS, Network, nodes
from hypothesis import given, settings
from hypothesis import strategies as st

ORACLE = {
    "sigmoid": lambda net: 1 / (1 + anp.exp(-net)),
    "tanh": anp.tanh,
    "relu": lambda net: net * (net > 0),
    "linear": lambda net: net,
}
# Relative 1e-9; the absolute part is rounding left over where terms of size 1 cancel.
CLOSE = {"rtol": 1e-9, "atol": 1e-13}
few = settings(max_examples=100)


@st.composite
def cases(draw, names=tuple(ORACLE), batch=None):
    """A random network of 1 to 4 layers with inputs and targets, one vector or a few rows."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=5))
    layers = len(sizes) - 1
    activation = draw(st.lists(st.sampled_from(names), min_size=layers, max_size=layers))
    rows = draw(st.sampled_from([(), (1,), (3,)])) if batch is None else (batch,)
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    weights = [random.uniform(-1.5, 1.5, (n, m)) for m, n in pairwise(sizes)]
    biases = [random.uniform(-1, 1, n) for n in sizes[1:]] if draw(st.booleans()) else None
    x = random.uniform(-2, 2, (*rows, sizes[0]))
    t = random.uniform(-1, 1, (*rows, sizes[-1]))
    return Network(weights, biases, activation), x, t


def oracle_error(weights, biases, shifts, activation, x, t):
    """E by autograd's operations; `shifts` are added to the nets, so dE/dshift is dE/dnet."""
    a = x
    for W, b, shift, name in zip(weights, biases, shifts, activation, strict=True):
        a = ORACLE[name](anp.dot(a, W.T) + b + shift)
    return 0.5 * anp.sum((t - a) ** 2)


def oracle(net, x, t):
    """The oracle's error and its gradients by the weights, the biases and the nets."""
    biases = net.biases or [np.zeros(len(W)) for W in net.weights]
    shifts = [np.zeros((*x.shape[:-1], len(W))) for W in net.weights]
    at = (net.weights, biases, shifts, net.activation, x, t)
    return oracle_error(*at), *(grad(oracle_error, i)(*at) for i in range(3))


def assert_all_close(actual, expected, **tolerance):
    for one, other in zip(actual, expected, strict=True):
        assert one.shape == other.shape
        np.testing.assert_allclose(one, other, **(tolerance or CLOSE))


@few
@given(cases())
def test_error_deltas_and_updates_agree_with_autograd(case):
    net, x, t = case
    error, by_weight, by_bias, by_net = oracle(net, x, t)
    before, biases_before, eta = net.weights, net.biases, 0.25

    np.testing.assert_allclose(net.error(x, t), error, **CLOSE)
    net.forward(x)
    assert_all_close(net.backward(t), [-g for g in by_net])
    net.update(eta)

    assert_all_close(net.weights, [W - eta * g for W, g in zip(before, by_weight, strict=True)])
    if biases_before is None:
        assert net.biases is None
    else:
        moved = [b - eta * g for b, g in zip(biases_before, by_bias, strict=True)]
        assert_all_close(net.biases, moved)


@pytest.mark.parametrize("name", ORACLE)
def test_every_activation_alone_agrees_with_autograd(name):
    net = Network.from_sizes([3, 4, 2], seed=5, activation=name)
    x, t = np.array([0.3, -1.2, 0.8]), np.array([0.5, -0.5])
    net.forward(x)
    assert_all_close(net.backward(t), [-g for g in oracle(net, x, t)[3]])


def central_differences(error, parameter, h=1e-5):
    """dE/dparameter, where error() is E and `parameter` an array it reads."""
    numeric = np.empty_like(parameter)
    for at in np.ndindex(parameter.shape):
        middle = parameter[at]
        parameter[at] = middle + h
        above = error()
        parameter[at] = middle - h
        numeric[at] = (above - error()) / (2 * h)
        parameter[at] = middle
    return numeric


@settings(few, max_examples=30)
@given(cases(names=("sigmoid", "tanh", "linear")))  # a central difference may straddle relu's corner
def test_updates_agree_with_central_differences(case):
    net, x, t = case
    parameters = net.weights + (net.biases or [])
    steps = [-central_differences(lambda: net.error(x, t), p) for p in parameters]
    net.forward(x)
    net.backward(t)
    net.update(1)
    moved = net.weights + (net.biases or [])
    expected = [p + step for p, step in zip(parameters, steps, strict=True)]
    assert_all_close(moved, expected, rtol=1e-6, atol=1e-6)


@few
@given(cases(batch=4))
def test_a_batch_is_the_sum_of_its_rows(case):
    net, x, t = case
    start_w, start_b, eta = net.weights, net.biases, 0.1
    y = net.forward(x)
    deltas = net.backward(t)
    net.update(eta)
    step_w = [0 * W for W in start_w]
    step_b = [0 * b for b in start_b or []]
    total = 0.0
    for row in range(4):
        one = Network(start_w, start_b, net.activation)
        np.testing.assert_allclose(one.forward(x[row]), y[row], **CLOSE)
        assert_all_close(one.backward(t[row]), [delta[row] for delta in deltas])
        total += one.error(x[row], t[row])
        one.update(eta)
        step_w = [s + V - W for s, V, W in zip(step_w, one.weights, start_w, strict=True)]
        step_b = [s + c - b for s, c, b in zip(step_b, one.biases or [], start_b or [], strict=True)]
    assert_all_close(net.weights, [W + s for W, s in zip(start_w, step_w, strict=True)])
    if start_b is not None:
        assert_all_close(net.biases, [b + s for b, s in zip(start_b, step_b, strict=True)])
    batch = Network(start_w, start_b, net.activation)
    np.testing.assert_allclose(batch.error(x, t), total, **CLOSE)


def test_the_two_delta_equations_by_hand():
    net = Network([[[1.0, -1.0], [0.5, 2.0]], [[2.0, -3.0]]], [[0.1, 0.2], [0.3]])
    (y,) = net.forward([1, 0])
    a3, a4 = net.activations[1]
    hidden, output = net.backward([1])
    assert output[0] == y * (1 - y) * (1 - y)
    np.testing.assert_allclose(hidden[0], a3 * (1 - a3) * 2.0 * output[0], rtol=1e-15)
    np.testing.assert_allclose(hidden[1], a4 * (1 - a4) * -3.0 * output[0], rtol=1e-15)


def test_what_a_pass_leaves_behind():
    net = Network.from_sizes([3, 4, 2], seed=1)
    assert net.nets == net.activations == net.deltas == []
    net.forward(np.zeros((5, 3)))
    net.backward(np.zeros((5, 2)))
    assert [n.shape for n in net.nets] == [(5, 4), (5, 2)]
    assert [a.shape for a in net.activations] == [(5, 3), (5, 4), (5, 2)]
    assert [d.shape for d in net.deltas] == [(5, 4), (5, 2)]
    net.forward([0, 0, 1])
    assert net.deltas == []


def test_error_leaves_the_last_pass_alone():
    net = Network.from_sizes([2, 2, 1], seed=1)
    net.forward([0, 1])
    expected = net.backward([1])
    net.error([[1, 1], [1, 0]], [[0], [1]])
    assert_all_close(net.deltas, expected)


def test_deltas_use_the_weights_of_the_forward_pass():
    net = Network.from_sizes([2, 3, 1], seed=1)
    net.forward([1, 2])
    expected = net.backward([0])
    net.update(10)
    assert_all_close(net.backward([0]), expected)
    net.forward([1, 2])
    expected = net.backward([0])
    net.weights[1][:] = 9
    assert_all_close(net.backward([0]), expected)


def test_update_can_leave_the_biases_alone():
    net = Network.from_sizes([2, 3, 1], seed=1)
    before = net.biases
    net.forward([1, 2])
    net.backward([0])
    net.update(1, biases=False)
    assert_all_close(net.biases, before, rtol=0)


def test_no_state_is_shared_with_the_caller():
    W, b, x, t = np.ones((2, 3)), np.ones(2), np.ones(3), np.zeros(2)
    net, same = Network([W], [b]), Network([W.copy()], [b.copy()])
    W[:], b[:] = 9, 9
    y = net.forward(x)
    x[:], y[:] = 9, 9
    deltas = net.backward(t)
    t[:] = 9
    deltas[0][:] = 9
    kept = net.weights
    net.update(0.5)
    same.forward(np.ones(3))
    same.backward(np.zeros(2))
    same.update(0.5)
    assert_all_close(net.weights + net.biases, same.weights + same.biases, rtol=0)
    np.testing.assert_array_equal(kept[0], np.ones((2, 3)))


def test_from_sizes_is_seeded_and_stays_in_range():
    net, same, other = (Network.from_sizes([3, 4, 1], seed=s) for s in (1, 1, 2))
    assert net.sizes == [3, 4, 1]
    assert [W.shape for W in net.weights] == [(4, 3), (1, 4)]
    assert [b.shape for b in net.biases] == [(4,), (1,)]
    wide = Network.from_sizes([50, 50], seed=1)
    assert all(0.9 < np.abs(p).max() < 1 for p in wide.weights + wide.biases)
    assert_all_close(net.weights, same.weights, rtol=0)
    assert not np.array_equal(net.weights[0], other.weights[0])


def test_nodes_are_numbered_through_the_network():
    assert nodes([3, 4, 1]) == [[1, 2, 3], [4, 5, 6, 7], [8]]
    assert nodes((3, 4, 2)) == [[1, 2, 3], [4, 5, 6, 7], [8, 9]]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ORACLE)
def test_activations_bear_large_nets(name):
    net = np.array([-1000.0, 0.0, 1000.0])
    y = ACTIVATIONS[name].value(net)
    assert np.isfinite(y).all()
    assert np.isfinite(ACTIVATIONS[name].slope(y)).all()
    np.testing.assert_array_equal([ACTIVATIONS[name].value(float(n)) for n in net], y)


W1, W2 = np.ones((4, 3)), np.ones((1, 4))


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        (([],), ValueError, "one array a layer, got none"),
        ((5,), TypeError, "list of arrays.*got 5"),
        (("W",), TypeError, "list of arrays.*got 'W'"),
        ((None,), TypeError, "list of arrays.*got None"),
        (([W1, np.ones((1, 3))],), ValueError, r"weights\[1\].*\(n_2, 4\), got \(1, 3\)"),
        (([W1.T, W2, W1],), ValueError, r"weights\[1\].*\(n_2, 3\), got \(1, 4\)"),
        ((W1,), ValueError, r"weights\[0\].*\(n_1, n_0\), got \(3,\)"),
        (([np.ones((0, 3))],), ValueError, r"weights\[0\].*got \(0, 3\)"),
        (([np.ones((3, 0))],), ValueError, r"weights\[0\].*got \(3, 0\)"),
        (([[[1, 2], [3]]],), ValueError, r"weights\[0\].*ragged"),
        (([[[1, np.nan]]],), ValueError, r"weights\[0\].*finite, got nan"),
        (([[[1, -np.inf]]],), ValueError, r"weights\[0\].*finite, got -inf"),
        (([[["1", "2"]]],), TypeError, r"weights\[0\].*real numbers.*'1'"),
        (([[[1j]]],), TypeError, r"weights\[0\].*complex128"),
        (([[[None]]],), TypeError, r"weights\[0\].*None"),
        (([[[Fraction(1, 2)]]],), TypeError, r"weights\[0\].*object"),
        (([W1, W2], 3), TypeError, "biases.*got 3"),
        (([W1, W2], [[1, 1, 1, 1]]), ValueError, "biases must be 2.*got 1"),
        (([W1, W2], [[1], [1]]), ValueError, r"biases\[0\].*\(4,\), got \(1,\)"),
        (([W1, W2], [np.ones((4, 1)), [1]]), ValueError, r"biases\[0\].*got \(4, 1\)"),
        (([W1, W2], [[1, 1, 1, 1], None]), TypeError, r"biases\[1\].*None"),
        (([W1, W2], [[1, 1, 1, np.nan], [1]]), ValueError, r"biases\[0\].*nan"),
        (([W1, W2], None, "softplus"), ValueError, "'softplus'.*sigmoid, tanh, relu, linear"),
        (([W1, W2], None, ["tanh"]), ValueError, "one name or 2.*got 1"),
        (([W1, W2], None, ["tanh"] * 3), ValueError, "one name or 2.*got 3"),
        (([W1, W2], None, ["tanh", 3]), ValueError, "unknown activation 3"),
        (([W1, W2], None, 3), TypeError, "activation.*got 3"),
        (([W1, W2], None, None), TypeError, "activation.*got None"),
    ],
)
def test_a_network_that_cannot_be(arguments, error, says):
    with pytest.raises(error, match=says):
        Network(*arguments)


@pytest.mark.parametrize(
    ("sizes", "error"),
    [
        ([3], ValueError),
        ([], ValueError),
        ([3, 0, 1], ValueError),
        ([3, -4, 1], ValueError),
        ([3, 4.0, 1], TypeError),
        (["3", "4"], TypeError),
        ("34", TypeError),
        ([True, 2], TypeError),
        (3, TypeError),
        (None, TypeError),
    ],
)
@pytest.mark.parametrize("make", [Network.from_sizes, nodes])
def test_sizes_that_cannot_be(make, sizes, error):
    with pytest.raises(error, match="sizes must be"):
        make(sizes)


@pytest.mark.parametrize(
    ("x", "error", "says"),
    [
        ([1, 2], ValueError, r"x must have shape \(3,\) or \(m, 3\), got \(2,\)"),
        (np.ones((3, 2)), ValueError, r"got \(3, 2\)"),
        (np.ones((0, 3)), ValueError, r"got \(0, 3\)"),
        (np.ones((1, 1, 3)), ValueError, r"got \(1, 1, 3\)"),
        (1, ValueError, r"got \(\)"),
        ([[1, 2, 3], [1, 2]], ValueError, "ragged"),
        ([1, 2, np.inf], ValueError, "finite, got inf"),
        ("abc", TypeError, "'abc'"),
        ([1, 2, "3"], TypeError, "real numbers"),
        ([1, 2, 3j], TypeError, "complex128"),
        (None, TypeError, "None"),
        ({1, 2, 3}, TypeError, "real numbers"),
    ],
)
def test_inputs_that_cannot_be(x, error, says):
    net = Network([W1, W2])
    with pytest.raises(error, match=says):
        net.forward(x)
    with pytest.raises(error, match=says):
        net.error(x, [0])


@pytest.mark.parametrize(
    ("t", "error", "says"),
    [
        ([1, 2], ValueError, r"t must have shape \(1,\), got \(2,\)"),
        ([[1]], ValueError, r"got \(1, 1\)"),
        (1, ValueError, r"got \(\)"),
        ([np.nan], ValueError, "finite, got nan"),
        (["1"], TypeError, "'1'"),
        ([1j], TypeError, "complex128"),
        (None, TypeError, "None"),
    ],
)
def test_targets_that_cannot_be(t, error, says):
    net = Network([W1, W2])
    net.forward([0, 0, 1])
    with pytest.raises(error, match=says):
        net.backward(t)
    with pytest.raises(error, match=says):
        net.error([0, 0, 1], t)


@pytest.mark.parametrize(
    ("eta", "error"),
    [
        ("0.1", TypeError),
        (None, TypeError),
        (1j, TypeError),
        ([0.1, 0.2], ValueError),
        (np.nan, ValueError),
        (np.inf, ValueError),
    ],
)
def test_etas_that_cannot_be(eta, error):
    net = Network([W1, W2])
    net.forward([0, 0, 1])
    net.backward([1])
    with pytest.raises(error, match="eta must"):
        net.update(eta)


def test_each_pass_asks_for_the_one_before():
    net = Network([W1, W2])
    with pytest.raises(RuntimeError, match="forward"):
        net.backward([1])
    with pytest.raises(RuntimeError, match="backward"):
        net.update(1)
    net.forward([0, 0, 1])
    with pytest.raises(RuntimeError, match="backward"):
        net.update(1)
