"""Forward and backward parts that do not belong together.

W[0] -= rate * d[1] * x          # node 0 changes by the delta of node 1

z = W @ x - b                    # the net subtracts a bias
b -= rate * d                    # that changes as if it were added
"""

from __future__ import annotations

from collections.abc import Sequence

from backprop.analyse.judging.deltas import Judged
from backprop.analyse.judging.evidence import Evidence
from backprop.analyse.judging.types import LayerVerdict, Point
from backprop.roles.delta import Delta
from backprop.roles.graph import is_product


def delta_of_another(evidence: Evidence, judged: Judged, columns: Sequence[int]) -> Point | None:
    """The point that says of one of these nodes that its weights change by the delta of another node of the layer, for which
    that delta is right. None if none does."""
    layer = judged.layer
    used = [[_delta_ids(row[column]) for row in layer.deltas] for column in range(len(layer.nodes))]
    for column in columns:
        for other in range(len(layer.nodes)):
            if other not in columns and used[other] == used[column]:
                line = _line_of_change(evidence, layer.deltas[0][column])
                facts = {"node": layer.nodes[column], "other": layer.nodes[other]}
                return Point("delta-of-another-node", "mistake", layer.number, line, facts)
    return None


def _delta_ids(delta: Delta) -> list[tuple[int, ...]]:
    return [ids for _, ids in delta.products]


def _line_of_change(evidence: Evidence, delta: Delta) -> int:
    """The line that multiplies a delta by an input, or else that of the update."""
    graph, inputs = evidence.roles.graph, set(delta.net.inputs.tolist())
    number = delta.update.event
    for id in _delta_ids(delta)[0]:
        for user in graph.consumers(id):
            event = graph.events[user]
            if is_product(event) and any(
                not inputs.isdisjoint(one.ravel().tolist()) for one in event.operands
            ):
                number = min(number, user)
    return evidence.tape.places[graph.events[number].place].line


def settle_subtracted_biases(evidence: Evidence, layers: list[LayerVerdict]) -> None:
    """Say at a net that it subtracts a bias which is changed as if it were added. If other layers subtract their biases
    and change them accordingly, these are thresholds, and the change is what is wrong."""
    backwards, thresholds = {}, False
    for layer, verdict in zip(evidence.layers, layers):
        net = layer.deltas[0][0].net
        if not net.biases or any(sign > 0 for _, sign in net.biases):
            continue
        point = next((one for one in verdict.points if _is_backwards(one)), None)
        if point is None:
            thresholds = True
        else:
            backwards[verdict.number] = net, verdict, point
    for net, verdict, point in () if thresholds else backwards.values():
        facts = {"updated": point.line}
        said = Point("bias-subtracted", "mistake", point.layer, evidence.line(net.id), facts)
        verdict.points[verdict.points.index(point)] = said


def _is_backwards(point: Point) -> bool:
    return point.id == "step-sign" and point.facts.get("what") == "name:biases"
