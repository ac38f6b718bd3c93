"""A wrong derivative of one operation, in a program that carries derivatives back through its operations by itself."""

from __future__ import annotations

from backprop.analyse.judging.evidence import Evidence
from backprop.analyse.judging.judgement import DIFFERS
from backprop.analyse.judging.types import LayerVerdict, Point
from backprop.roles.own_backward import wrong_derivative

_FOLLOW = {
    *("output-delta-differs", "hidden-delta-differs", "change-differs", "step-sign", "error-sign"),
    *("delta-sign", "this-error", "other-error"),
}


def of_operations(evidence: Evidence, layers: list[LayerVerdict], points: list[Point]) -> list[Point]:
    """The points, with one at the operation that hands on a wrong derivative in place of those about what follows."""
    roles = evidence.roles
    following = [one for one in points if one.id in _FOLLOW or "slope" in one.id]
    number = wrong_derivative(roles.graph, roles.weights, roles.network.nets) if following else None
    if number is None:
        return points
    first = following[0]
    line = evidence.tape.places[roles.graph.events[number].place].line
    if any(one.line == line and one.kind == "mistake" for one in following):
        return points  # it has a name of its own
    said = Point("wrong-derivative", "mistake", first.layer, line, {}, first.comparison, first.change)
    for layer in layers:
        layer.points = [one for one in layer.points if one not in following]
    layers[first.layer - 1].points.append(said)
    layers[first.layer - 1].parts["delta"] = DIFFERS
    return [said, *(one for one in points if one not in following)]
