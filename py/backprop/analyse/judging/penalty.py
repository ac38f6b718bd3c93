"""Hidden deltas that also contain the slope of a penalty on the layer's own activations, as for sparse activations.

rho = h.mean(0)
d1 = (d2 @ W2.T + beta * (-r / rho + (1 - r) / (1 - rho))) * h * (1 - h)
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from backprop.analyse.judging.evidence import Evidence, Layer
from backprop.roles.delta import Delta
from backprop.trace.derivative import Flags
from backprop.trace.tape import Floats, Kind

_MOST_PARTS = 400  # of an addend
_MOST_DEPTH = 30  # operations between a delta and the deltas above


def penalty_in(evidence: Evidence, layer: Layer) -> Floats | None:
    """The slope of a penalty in the deltas of a layer: the addends that do not come from the deltas above and that depend
    on the same node's activations alone. Shape (pass, node); None if there are no such addends, or others, too."""
    above = _from_above(evidence, layer)
    own = _activations(evidence, layer)
    found = np.zeros(layer.value.shape)
    for row, column in np.ndindex(*found.shape):
        added = list(_added(evidence, layer.deltas[row][column], above))
        ids = [id for _, some in added for id in some]
        if not ids or not _is_of(evidence, own[column], ids):
            return None
        found[row, column] = sum(factor * np.prod(evidence.values[list(some)]) for factor, some in added)
    return found


def _from_above(evidence: Evidence, layer: Layer) -> Flags:
    """By id: True if it depends on a delta of the layer above."""
    start = np.full(len(evidence.tape), -1, np.int64)
    for row in evidence.layers[layer.number].deltas:
        for delta in row:
            start[[id for _, ids in delta.products for id in ids]] = 0
    return evidence.roles.graph.carry(start, evidence.parameters) >= 0


def _added(evidence: Evidence, delta: Delta, above: Flags) -> Iterator[tuple[float, tuple[int, ...]]]:
    """The addends (factor, ids whose product it is) of a delta that depend on no delta above."""
    for coefficient, ids in delta.products:
        from_above = [id for id in ids if above[id]]
        if not from_above:
            yield coefficient, ids
        elif len(from_above) == 1:
            others = [id for id in ids if not above[id]]
            factor = coefficient * float(np.prod(evidence.values[others]))
            yield from _added_in(evidence, from_above[0], factor, above, 0)


def _added_in(
    evidence: Evidence, id: int, factor: float, above: Flags, depth: int
) -> Iterator[tuple[float, tuple[int, ...]]]:
    if not above[id]:
        yield factor, (id,)
        return
    event, operands = evidence.tape.event(id), evidence.tape.operands(id)
    if event.kind is not Kind.ELEMENTWISE or depth > _MOST_DEPTH:
        return
    if event.operation in ("add", "subtract"):
        for one, sign in zip(operands, (1, 1 if event.operation == "add" else -1)):
            yield from _added_in(evidence, one, sign * factor, above, depth + 1)
    elif event.operation == "negative":
        yield from _added_in(evidence, operands[0], -factor, above, depth + 1)
    elif event.operation in ("multiply", "divide") and above[list(operands)].sum() == 1:
        one, other = operands if above[operands[0]] else reversed(operands)
        value = float(evidence.values[other])
        if event.operation == "multiply" or (one == operands[0] and value):
            scaled = factor * value if event.operation == "multiply" else factor / value
            yield from _added_in(evidence, one, scaled, above, depth + 1)


def _activations(evidence: Evidence, layer: Layer) -> list[set[int]]:
    """The nets and activations (ids) of each node of the layer, of all samples."""
    found = [{net.id for row in layer.nets for net in row[column]} for column in range(len(layer.nodes))]
    columns = {node: column for column, node in enumerate(layer.nodes)}
    for id, ((quantity, node), _) in evidence.roles.places.items():
        if quantity == "a" and node in columns:
            found[columns[node]].add(id)
    return found


def _is_of(evidence: Evidence, own: set[int], ids: list[int]) -> bool:
    """True if numbers depend on some of a node's activations `own`, of whichever samples, and on nothing else that varies or
    has a role. A number that depends on nothing is none of a penalty: the 1 that a sum begins with."""
    places = evidence.roles.places
    is_cut = np.zeros(len(evidence.tape), bool)
    is_cut[list(own)] = True
    for id in ids:
        depends = False
        for count, one in enumerate(evidence.ancestors(id, _MOST_PARTS, without=is_cut)):
            operands = set(evidence.tape.operands(one))
            depends = depends or one in own or bool(operands & own)
            if count > _MOST_PARTS or (one not in own and (one in places or evidence.cut[one])):
                return False
        if not depends and evidence.values[id]:
            return False
    return True
