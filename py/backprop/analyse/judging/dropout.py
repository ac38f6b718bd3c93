"""Dropout: activations that are multiplied by numbers drawn anew in each pass before the next layer takes them.

h = a * (np.random.rand(*a.shape) < 0.8) / 0.8
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from backprop.analyse.judging.evidence import Evidence
from backprop.analyse.judging.types import LayerVerdict, Point
from backprop.roles.net import Net
from backprop.trace.tape import Kind

_MOST_STEPS = 12  # operations between a net and the activation that the next layer takes
_MOST_ANCESTORS = 40


def dropout_points(evidence: Evidence, layers: list[LayerVerdict]) -> None:
    """Say of each hidden layer whose activations are dropped at random that they are, and which share is kept."""
    for layer, verdict in zip(evidence.layers[:-1], layers):
        masks = [mask for row in layer.nets for nets in row for mask in _masks(evidence, nets[0])]
        values = evidence.values[masks]
        if not masks or values.all():
            continue
        share = f"{np.mean(values != 0):.2g}"
        verdict.parts["activation"] = "rule"
        facts = {"share": share, "factor": f"{values.max():.4g}"}
        verdict.points.append(Point("dropout", "rule", layer.number, evidence.line(masks[0]), facts))


def _masks(evidence: Evidence, net: Net) -> Iterator[int]:
    """The random numbers that multiply a node's activation on its way to the next layer (ids)."""
    id = evidence.roles.outputs.activation.get(net.id, net.id)
    for _ in range(_MOST_STEPS):
        event = evidence.tape.event(id)
        operands = evidence.tape.operands(id) if event.kind is Kind.ELEMENTWISE else []
        moving = [one for one in operands if evidence.varies[one]]
        if id == net.id or len(moving) != 1:
            return
        if event.operation == "multiply":
            (other,) = [one for one in operands if one != moving[0]] or [moving[0]]
            if other != moving[0] and _is_random(evidence, other):
                yield other
        id = moving[0]


def _is_random(evidence: Evidence, id: int) -> bool:
    """True if a number was computed from a random number that the program drew after its first net."""
    first = int(evidence.roles.network.nets[0].id)
    return any(
        here > first and evidence.tape.event(here).operation == "random"
        for here in evidence.ancestors(id, _MOST_ANCESTORS)
    )
