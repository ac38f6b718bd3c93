"""The equations themselves: forward, backward, update. Numbers in the margin are the curriculum's.

Layers are counted from 0 (the inputs) to L (the outputs); layer l has n_l nodes. An m in a shape
is the number of rows of a batch: rows do not touch each other, `update` and `error` sum over them.
"""

import reprlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Activation:
    """A node's function and its slope, both elementwise on arrays or single numbers."""

    value: Callable[[Any], Any]  # of net
    slope: Callable[[Any], Any]  # d value / d net, from the output alone


def _sigmoid(net: Any) -> Any:
    with np.errstate(over="ignore"):  # e^1000 is inf, and 1/inf = 0 is the right answer
        return 1 / (1 + np.exp(-net))


ACTIVATIONS: dict[str, Activation] = {
    "sigmoid": Activation(_sigmoid, slope=lambda y: y * (1 - y)),  # 1.2, 1.4
    "tanh": Activation(np.tanh, slope=lambda y: 1 - y**2),
    "relu": Activation(lambda net: np.maximum(net, 0.0), slope=lambda y: np.where(y > 0, 1.0, 0.0)),
    "linear": Activation(np.positive, slope=lambda y: np.ones_like(y, dtype=float)),
}


class Network:
    """A fully connected network that can be asked for every number on its way.

    weights      layers 1..L, each (n_l, n_l-1): W[j, i] = w_ji, from node i to node j
    biases       layers 1..L, each (n_l,): b[j] = w_jb; None when the network has none
    activation   layers 1..L: names in ACTIVATIONS

    What the last pass found, empty until then; with x of shape (m, n_0), each is (m, n_l):

    nets         layers 1..L, each (n_l,)
    activations  layers 0..L, each (n_l,): the inputs first, the outputs last
    deltas       layers 1..L, each (n_l,)
    """

    def __init__(
        self,
        weights: Iterable[ArrayLike],
        biases: Iterable[ArrayLike] | None = None,
        activation: str | Iterable[str] = "sigmoid",
    ) -> None:
        """Copy the weights and biases; `activation` is one name for all layers, or one a layer.

        Raises ValueError for shapes that do not fit, NaN, infinity and unknown names, TypeError
        for what is not a real number; both say what was given and what was wanted.
        """
        self.weights = _checked_weights(weights)
        self.sizes = [self.weights[0].shape[1], *(W.shape[0] for W in self.weights)]
        self.biases = None if biases is None else _checked_biases(biases, self.sizes[1:])
        self.activation = _checked_activation(activation, len(self.weights))
        self.nets: list[Array] = []
        self.activations: list[Array] = []
        self.deltas: list[Array] = []
        self._weights_of_pass: list[Array] = []

    @classmethod
    def from_sizes(
        cls,
        sizes: Iterable[int],
        seed: int | None = None,
        activation: str | Iterable[str] = "sigmoid",
    ) -> "Network":
        """Layers of `sizes` nodes; weights and biases uniform in (-1, 1), the same for a `seed`."""
        sizes = _checked_sizes(sizes)
        random = np.random.default_rng(seed)
        weights = [random.uniform(-1, 1, (n, n_before)) for n_before, n in pairwise(sizes)]
        return cls(weights, [random.uniform(-1, 1, n) for n in sizes[1:]], activation)

    def forward(self, x: ArrayLike) -> Array:
        """Outputs (n_L,) for one x (n_0,), or (m, n_L) for (m, n_0). Forgets the last deltas."""
        self.nets, self.activations = self._pass(x)
        self.deltas = []
        self._weights_of_pass = [W.copy() for W in self.weights]
        return self.activations[-1].copy()

    def backward(self, t: ArrayLike) -> list[Array]:
        """delta = -dE/dnet of layers 1..L for the targets t, shaped like the outputs.

        With the weights of the forward pass, whatever they are now; RuntimeError without one.
        """
        if not self.activations:
            raise RuntimeError("backward(t) needs a forward pass: call forward(x) first")
        _, *hidden, y = self.activations
        *hidden_slopes, output_slope = (ACTIVATIONS[name].slope for name in self.activation)
        t = _numbers("t", t, y.shape)
        delta = output_slope(y) * (t - y)  # 4.1
        self.deltas = [delta]
        downstream = self._weights_of_pass[1:]
        for W, slope, a in reversed(list(zip(downstream, hidden_slopes, hidden, strict=True))):
            delta = slope(a) * (delta @ W)  # 4.3
            self.deltas.insert(0, delta)
        return [delta.copy() for delta in self.deltas]

    def update(self, eta: float, biases: bool = True) -> None:
        """Take one step of size `eta`, summed over the rows; `biases=False` leaves them alone.

        New arrays are made: weights taken from the network earlier keep their numbers.
        RuntimeError if there are no deltas for the last forward pass.
        """
        if not self.deltas:
            raise RuntimeError("update(eta) needs deltas: call forward(x) and backward(t) first")
        eta = float(_numbers("eta", eta, ()))
        deltas = [np.atleast_2d(delta) for delta in self.deltas]
        inputs = [np.atleast_2d(a) for a in self.activations[:-1]]
        steps = zip(self.weights, deltas, inputs, strict=True)
        self.weights = [W + eta * delta.T @ x for W, delta, x in steps]  # 4.5
        if biases and self.biases is not None:
            steps_b = zip(self.biases, deltas, strict=True)
            self.biases = [b + eta * delta.sum(axis=0) for b, delta in steps_b]  # 4.8

    def error(self, x: ArrayLike, t: ArrayLike) -> float:
        """Half the squares of t - y, summed over outputs and rows. Leaves the last pass alone."""
        y = self._pass(x)[1][-1]
        return float(0.5 * np.sum((_numbers("t", t, y.shape) - y) ** 2))  # 4.9

    def _pass(self, x: ArrayLike) -> tuple[list[Array], list[Array]]:
        n_inputs = self.sizes[0]
        nets, activations = [], [_numbers("x", x, (n_inputs,), ("m", n_inputs))]
        biases = self.biases or [np.zeros(n) for n in self.sizes[1:]]
        for W, b, name in zip(self.weights, biases, self.activation, strict=True):
            nets.append(activations[-1] @ W.T + b)  # 4.11
            activations.append(ACTIVATIONS[name].value(nets[-1]))  # 3.8
        return nets, activations


def nodes(sizes: Iterable[int]) -> list[list[int]]:
    """The numbers of the nodes, layer by layer, from 1: [3, 4, 1] -> [[1,2,3], [4,5,6,7], [8]]."""
    numbers, last = [], 0
    for n in _checked_sizes(sizes):
        numbers.append(list(range(last + 1, last + n + 1)))
        last += n
    return numbers


def _numbers(name: str, value: ArrayLike, *shapes: Sequence[int | str]) -> Array:
    """A fresh array of finite numbers in one of `shapes`; a letter is any length but 0."""
    try:
        given = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} must be an array, got ragged {reprlib.repr(value)}") from None
    if given.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be real numbers, got {given.dtype} {reprlib.repr(value)}")
    if not any(_fits(given.shape, shape) for shape in shapes):
        wanted = " or ".join(str(shape).replace("'", "") for shape in shapes)
        raise ValueError(f"{name} must have shape {wanted}, got {given.shape}")
    array = given.astype(np.float64)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite, got {array[~np.isfinite(array)][0]}")
    return array


def _fits(given: Sequence[int], wanted: Sequence[int | str]) -> bool:
    return len(given) == len(wanted) and all(
        n > 0 if isinstance(w, str) else n == w for n, w in zip(given, wanted, strict=True)
    )


def _items(name: str, value: Any, wanted: str) -> list[Any]:
    if isinstance(value, str | dict) or not isinstance(value, Iterable):
        raise TypeError(f"{name} must be {wanted}, got {reprlib.repr(value)}")
    return list(value)


def _checked_weights(weights: Iterable[ArrayLike]) -> list[Array]:
    checked: list[Array] = []
    n: int | str = "n_0"
    for i, W in enumerate(_items("weights", weights, "a list of arrays, one a layer")):
        checked.append(_numbers(f"weights[{i}]", W, (f"n_{i + 1}", n)))
        n = len(checked[-1])
    if not checked:
        raise ValueError("weights must be one array a layer, got none")
    return checked


def _checked_biases(biases: Iterable[ArrayLike], sizes: list[int]) -> list[Array]:
    given = _items("biases", biases, "None or a list of arrays, one a layer")
    if len(given) != len(sizes):
        raise ValueError(f"biases must be {len(sizes)} arrays, one a layer, got {len(given)}")
    return [_numbers(f"biases[{i}]", b, (sizes[i],)) for i, b in enumerate(given)]


def _checked_activation(activation: str | Iterable[str], layers: int) -> list[str]:
    names = [activation] * layers if isinstance(activation, str) else activation
    names = _items("activation", names, "a name or a list of names")
    if len(names) != layers:
        raise ValueError(f"activation must be one name or {layers}, one a layer, got {len(names)}")
    for name in names:
        if not isinstance(name, str) or name not in ACTIVATIONS:
            raise ValueError(f"unknown activation {name!r}: known are {', '.join(ACTIVATIONS)}")
    return names


def _checked_sizes(sizes: Iterable[int]) -> list[int]:
    given = _items("sizes", sizes, "a list of whole numbers")
    if not all(isinstance(n, Integral) and not isinstance(n, bool) for n in given):
        raise TypeError(f"sizes must be whole numbers, got {reprlib.repr(sizes)}")
    if len(given) < 2 or min(given) < 1:
        raise ValueError(f"sizes must be two or more numbers from 1 up, got {reprlib.repr(sizes)}")
    return [int(n) for n in given]
