"""Biases that one layer trains otherwise than its weights, though another layer of the program does not.

db2 = dZ2.sum(axis=1) / m
db1 = dZ1.sum(axis=1)          # all other gradients are means

A program that does so in all its layers may mean it: that is a remark. Biases that never change are a remark, too, where
a condition leaves them out of the updates, or where they alone are numbers that the program sets: `b1 = np.full(4, 0.1)`
beside `b2 = np.zeros(1)`, which changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from backprop.analyse.judging.change_line import change_line
from backprop.analyse.judging.chosen import is_by_choice
from backprop.analyse.judging.evidence import Evidence
from backprop.analyse.judging.judgement import AGREES, DIFFERS, FACTOR, RULE
from backprop.analyse.judging.steps import Row, table
from backprop.analyse.judging.types import LayerVerdict, Point

_MOST_PARTS = 60  # of a bias's first value
_UNEVEN = ("bias-mean", "bias-sum")


def settle_uneven(
    evidence: Evidence,
    layers: Sequence[LayerVerdict],
    weights: Sequence[list[Row]],
    biases: Sequence[list[Row]],
) -> None:
    """Turn the remark that a layer's biases are never changed, or by another multiple than its weights, into a mistake
    where another layer's biases are changed as its weights are."""
    even = [n for n, layer in enumerate(layers) if _is_even(layer)]
    if not even:
        return
    for n, layer in enumerate(layers):
        is_trained = layer.parts.get("weights") in (AGREES, FACTOR, RULE)
        for at, point in enumerate(layer.points if is_trained else ()):
            facts = {**point.facts, "layer": layer.number, "other": layers[even[0]].number}
            if point.id == "bias-untrained" and not _may_be_meant(evidence, biases[n], biases[even[0]]):
                layer.parts["biases"] = DIFFERS
                layer.points[at] = Point("bias-left-out", "mistake", layer.number, point.line, facts)
            elif point.id == "bias-not-updated" and _are_left_out(evidence, biases[even[0]]):
                del layer.parts["biases"]
                layer.points[at] = replace(point, id="bias-untrained", kind="remark")
            elif point.id in _UNEVEN:
                odd, rows = _odd_one(weights[n], biases[n], weights[even[0]])
                layer.parts[odd] = DIFFERS
                line = change_line(evidence, rows[0])
                facts["what"] = f"name:{odd}"
                layer.points[at] = Point("uneven-mean", "mistake", layer.number, line, facts)


def _is_even(layer: LayerVerdict) -> bool:
    """True if a layer's biases are trained as its weights are."""
    is_trained = layer.parts.get("biases") in (AGREES, RULE)
    return is_trained and not any(point.id.startswith("bias-") for point in layer.points)


def _may_be_meant(evidence: Evidence, still: list[Row], moving: list[Row]) -> bool:
    """True if biases (`still`) may be left as they are on purpose, though others (`moving`) are changed."""
    ids = [{row.before for row in rows if row.round == 0} for rows in (still, moving)]
    is_set, others = (bool(some) and all(_is_set(evidence, id) for id in some) for some in ids)
    is_other = is_set and not others
    return is_other or _are_left_out(evidence, moving) or _is_constant(evidence, still)


def _are_left_out(evidence: Evidence, moving: list[Row]) -> bool:
    """True if a condition chooses among the biases those that are changed (`moving`)."""
    updates = [row.event for row in moving if row.node == moving[0].node][:2]
    return len(updates) > 1 and is_by_choice(evidence, *updates)


def _is_set(evidence: Evidence, id: int) -> bool:
    """True for a number other than 0 that the program sets: it neither draws it nor makes it of data."""
    if not evidence.values[id]:
        return False
    sources = [evidence.tape.event(one).operation for one in evidence.ancestors(id, _MOST_PARTS)]
    return not {"random", "data", "zeros"}.intersection(sources)


def _is_constant(evidence: Evidence, biases: list[Row]) -> bool:
    """True if what is added to a net is a number that the program also multiplies or divides by, as the learning rate."""
    graph = evidence.roles.graph
    users = {number for row in biases for number in graph.consumers(row.before)}
    return any(graph.events[number].operation in ("multiply", "divide") for number in users)


def _odd_one(weights: list[Row], biases: list[Row], others: list[Row]) -> tuple[str, list[Row]]:
    """The parameters ("weights" or "biases") whose gradient differs from that of another layer by a factor of the number of
    samples, and their changes."""
    own, other = (abs(float(np.median(table(rows, "scale")))) for rows in (weights, others))
    samples = biases[0].samples
    is_weights = any(abs(own / other - factor) < 1e-6 * factor for factor in (samples, 1 / samples))
    return ("weights", weights) if is_weights else ("biases", biases)
