"""The catalogue of known mistakes, each with the number that it would compute.

To add one, add an entry to MISTAKES, its sentences under `[findings.<id>]` to `texts/<lang>.toml`, and a case of it
to the `cases.toml` of a lesson. Its function takes a `Moment` and returns the number that the mistake would have left there,
or several where it can be made in several ways; NaN where it could not have been made. Mostly that is the equation
itself, by a rule that is otherwise in one point, or with one other operand:

    Mistake("error-sign", (OUTPUT_DELTA,), lambda m: -m.right)

Where two entries explain equally many numbers, the earlier one is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from backprop.analyse.evidence import Moment
from backprop.analyse.timeline import Column
from backprop.topology import Ref, ends_of

OUTPUT_DELTA, HIDDEN_DELTA, SLOPE, WEIGHT, BIAS = "output delta", "hidden delta", "slope", "w", "b"
FORWARD, DELTA, UPDATE = ("net", "a"), (OUTPUT_DELTA, HIDDEN_DELTA), (WEIGHT, BIAS)
_MOST_SUBSETS = 6  # nodes downstream of which every choice is tried


@dataclass(frozen=True)
class Mistake:
    """A known mistake; `concerns` are the kinds of quantity it can be made in.

    `unset`: it reads a quantity that this pass has not set, so that its equation cannot be evaluated.
    Its sentences stand under its id in `texts/`, and may name `what` quantity it shows in, its `node` and `line`,
    the `count` of samples of an update, and the number of the node's `sources`.
    """

    id: str
    concerns: tuple[str, ...]
    gives: Callable[[Moment], Any]
    unset: bool = False


def kind_of(moment: Moment) -> str:
    """The kind of a moment's quantity, as `Mistake.concerns` names them."""
    if moment.quantity in ("delta", "dE_dnet"):  # but for their sign the same
        return OUTPUT_DELTA if moment.node in moment.topology.outputs else HIDDEN_DELTA
    return moment.quantity


# --- the number that a mistake would compute, where it takes more than a line ---


def _without_bias(m: Moment) -> Column:
    """4.11 with a 0 where the bias has its constant 1."""
    return m.formula(lambda ref, sample=None: m.read(ref) * (ref[0] != "b"))


def _without_slope(m: Moment) -> Column:
    return m.formula(
        lambda ref, sample=None: 1.0 if ref[0] == "slope" else m.read(ref, sample),
        activation="linear",  # a line's slope is 1
    )


def _squeezed(m: Moment) -> Column:
    """The activation of the node's own output: the function applied twice."""
    return m.formula(lambda ref, sample=None: m.a(m.node), ref=("a", m.node), net=True)


def _moved(m: Moment, times: Any) -> Column:
    """An update that goes `times` as far as it should."""
    return np.asarray(m.started + times * (m.right - m.started), float)


def _eta_twice(m: Moment) -> Column:
    eta = m.read(("eta", None))
    return _moved(m, eta) if m.is_update else eta * m.right


def _eta_forgotten(m: Moment) -> Column:
    return m.formula(eta=False, rate=1.0) if m.rule.eta else m.code * np.nan


def _other_weights(m: Moment) -> Iterator[Column]:
    """4.3 through the weights of other connections."""

    def through(weights: dict[int, Column]) -> Column:
        return m.formula(lambda ref, sample=None: weights[ref[1][0]] if ref[0] == "w" else m.read(ref))

    yield from map(through, _mixed_up(m))


def _mixed_up(m: Moment) -> Iterator[dict[int, Column]]:
    """For each node downstream, the weight used in place of its own: of another row, another column, or all."""
    layer = next(nodes for nodes in m.topology.layers if m.node in nodes)
    below, sources = m.topology.downstream(m.node), m.topology.incoming(m.node)

    def w(k: int, j: int) -> Column:
        return m.read(("w", (k, j)))

    if len(below) > 1 and len(layer) > 1:  # W.reshape(…) for W.T: a square one is simply not transposed
        to_from = {k: divmod(layer.index(m.node) * len(below) + n, len(layer)) for n, k in enumerate(below)}
        from_to = {k: divmod(n * len(layer) + layer.index(m.node), len(below)) for n, k in enumerate(below)}
        yield {k: w(below[row], layer[column]) for k, (row, column) in to_from.items()}
        yield {k: w(below[column], layer[row]) for k, (row, column) in from_to.items()}
    yield {k: np.sum([w(k, j) for j in layer], axis=0) for k in below}
    yield {k: np.sum([w(m.node, i) for i in sources], axis=0) for k in below}
    yield from ({k: w(k, j) for k in below} for j in layer if j != m.node)
    yield from ({k: w(m.node, i) for k in below} for i in sources)


def _left_out(m: Moment) -> Iterator[Column]:
    """4.3 with some of the nodes downstream, but not all."""
    below = m.topology.downstream(m.node)
    sizes = range(1, len(below)) if len(below) <= _MOST_SUBSETS else (1, len(below) - 1)

    def with_only(kept: tuple[int, ...]) -> Column:
        return m.formula(lambda ref, sample=None: m.read(ref) * (ref[0] != "w" or ref[1][0] in kept))

    for size in sizes:
        yield from map(with_only, combinations(below, size))


def _other_inputs(m: Moment) -> Iterator[Column]:
    """4.5 with the number of another node, or with the net of the right one."""
    right: Ref = ("a", ends_of(m.ref)[1])

    def with_input(other: Ref) -> Column:
        return m.formula(lambda ref, sample=None: m.read(other if ref == right else ref, sample))

    others: list[Ref] = [("a", node) for node in sorted(m.topology.nodes)]
    yield from (with_input(other) for other in [*others, ("net", right[1])] if other != right)


def _bias_inputs(m: Moment) -> Iterator[Column]:
    """4.8 with an activation where a bias has a 1."""

    def with_input(node: int) -> Column:
        def read(ref: Ref, sample: Any = None) -> Column:
            return m.read(ref, sample) * (m.read(("a", node), sample) if ref[0] == "delta" else 1.0)

        return m.formula(read)

    yield from map(with_input, (m.node, *m.topology.incoming(m.node)))


def _stale_delta(m: Moment) -> Iterator[Column]:
    """With the delta of the pass before; in an update, perhaps with its input, too."""
    yield m.formula(m.read_earlier("delta"))
    if m.is_update:
        yield m.formula(m.read_earlier("delta", "a"))


def _stale_forward(m: Moment) -> Iterator[Column]:
    """With the activations of an earlier pass; or, where nothing ever goes forward, what this sample had before."""
    yield m.formula(m.read_earlier("a"))
    one = m.passes[0]
    if kind_of(m) == OUTPUT_DELTA and one.before:
        into: list[Ref] = [("w", (m.node, i)) for i in m.topology.incoming(m.node)]
        moved = np.any([one.weight(w) != one.before.weight(w) for w in into], axis=0)
        yield np.where(np.isnan(m.a(m.node)) & moved, one.same_sample_before(m.ref), np.nan)


# --- the catalogue ---

MISTAKES = (
    Mistake("bias-left-out", FORWARD, _without_bias),
    Mistake("slope-missing-output", (OUTPUT_DELTA,), _without_slope),
    Mistake("slope-missing-hidden", (HIDDEN_DELTA,), _without_slope),
    Mistake("slope-of-net", (*DELTA, SLOPE), lambda m: _without_slope(m) * m.slope(m.net)),
    Mistake("slope-twice", DELTA, lambda m: m.right * m.slope(m.a(m.node))),
    Mistake("slope-of-output", DELTA, lambda m: _without_slope(m) * m.slope(_squeezed(m))),
    Mistake("error-sign", (OUTPUT_DELTA,), lambda m: -m.right),
    Mistake("delta-sign", (HIDDEN_DELTA, *UPDATE), lambda m: _moved(m, -1) if m.is_update else -m.right),
    Mistake("updated-weights", (HIDDEN_DELTA,), lambda m: m.formula(m.read_now)),
    Mistake("downstream-left-out", (HIDDEN_DELTA,), lambda m: list(_left_out(m))),
    Mistake("transposed-weights", (HIDDEN_DELTA,), lambda m: list(_other_weights(m))),
    Mistake("stale-delta", (HIDDEN_DELTA, *UPDATE), lambda m: list(_stale_delta(m)), unset=True),
    Mistake("stale-forward", (*DELTA, *UPDATE), lambda m: list(_stale_forward(m)), unset=True),
    Mistake("bias-not-updated", (BIAS,), lambda m: m.started),
    Mistake("weights-not-updated", (WEIGHT,), lambda m: m.started),
    Mistake("bias-per-weight", (BIAS,), lambda m: _moved(m, len(m.topology.incoming(m.node)))),
    Mistake("bias-with-activation", (BIAS,), lambda m: list(_bias_inputs(m))),
    Mistake("eta-forgotten", UPDATE, _eta_forgotten),
    Mistake("eta-twice", (*DELTA, *UPDATE), _eta_twice),
    Mistake("gradient-not-reset", UPDATE, lambda m: m.formula(momentum=1.0)),
    Mistake(
        "batch-averaged-and-summed",
        UPDATE,
        lambda m: m.formula(averaged=not m.rule.averaged) if m.together > 1 else m.code * np.nan,
    ),
    Mistake("wrong-input", (WEIGHT,), lambda m: list(_other_inputs(m))),
)
