"""A factor made of weights alone in the last layer's deltas or changes: no derivative has one.

W2 -= rate * h.T @ d2 * W2.sum()
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from backprop.analyse.judging.evidence import Evidence, Layer
from backprop.analyse.judging.judgement import DIFFERS
from backprop.analyse.judging.types import LayerVerdict, Point
from backprop.roles.delta import Delta
from backprop.trace.tape import Floats, Kind

_MOST_PARTS = 200  # of one factor
_MOST_DEPTH = 12  # products between a delta and one of its factors
_FOLLOWS = {"delta-sign", "error-sign", "change-differs"}
_PLAIN = {
    "add",
    "subtract",
    "multiply",
    "negative",
    "sum",
    "mean",
    "matmul",
    "dot",
    "prod",
    "max",
    "min",
    "select",
}


def without_weight_factor(evidence: Evidence) -> Point | None:
    """A point on such a factor; None if there is none. A factor of the changes alone is moved from the last layer's deltas
    to their scale, so that the rest is judged without it.

    Each update must have one such factor for all samples and nodes.
    """
    layer = evidence.layers[-1]
    factors = np.ones(layer.value.shape)
    ids: list[int] = []
    in_change = True
    for row, column in np.ndindex(*factors.shape):
        delta = layer.deltas[row][column]
        found = next((one for one in _factors(evidence, delta) if _is_of_weights(evidence, one)), None)
        if found is None or not np.isfinite(evidence.values[found]) or evidence.values[found] == 0:
            return None
        ids.append(found)
        factors[row, column] = evidence.values[found]
        in_change = in_change and found in delta.products[0][1]
    if not ids or not _is_one_in_each(layer, factors):
        return None
    if in_change:
        layer.value /= factors
        layer.scale *= factors
    user = evidence.tape.events[evidence.roles.graph.consumers(min(ids))[0]]
    return Point("weight-factor", "mistake", layer.number, evidence.line_of(user))


def tell_weight_factor(verdict: LayerVerdict, point: Point) -> None:
    """Add the point to the last layer's verdict, in place of what follows from it."""
    verdict.parts["delta" if point.line == verdict.delta_line else "weights"] = DIFFERS
    verdict.points = [point, *(one for one in verdict.points if one.id not in _FOLLOWS)]


def _is_one_in_each(layer: Layer, factors: Floats) -> bool:
    """True if the factors of each update are one number."""
    updates = np.array([row[0].update.before for row in layer.deltas])
    return all(np.ptp(factors[updates == one]) == 0 for one in np.unique(updates))


def _factors(evidence: Evidence, delta: Delta) -> Iterator[int]:
    """The ids of the factors of a delta, opened down through products."""
    if len(delta.products) != 1:
        return
    stack = [(id, 0) for id in delta.products[0][1]]
    while stack:
        id, depth = stack.pop()
        yield id
        event = evidence.tape.event(id)
        if event.kind is Kind.ELEMENTWISE and event.operation == "multiply" and depth < _MOST_DEPTH:
            stack += [(one, depth + 1) for one in evidence.tape.operands(id) if not evidence.cut[one]]


def _is_of_weights(evidence: Evidence, id: int) -> bool:
    """True for a number that is computed from weights alone, without a root: the length of weights is a part of rules."""
    if evidence.cut[id] or not evidence.varies[id]:
        return False
    holds = False
    for count, one in enumerate(evidence.ancestors(id, _MOST_PARTS, without=evidence.cut)):
        event = evidence.tape.event(one)
        if count >= _MOST_PARTS or (event.operands and event.operation not in _PLAIN):
            return False
        ends = [operand for operand in evidence.tape.operands(one) if evidence.cut[operand]]
        if not all(evidence.roles.weights.root[end] >= 0 for end in ends):
            return False
        holds = holds or bool(ends)
    return holds
