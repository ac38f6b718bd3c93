"""Silent broadcasting: outputs of (4, 1) minus targets of (4,) give (4, 4), every output beside every target.

A bias added to a table of nets, or a table made from a row and a column for the change of weights, is no such thing.
"""

from __future__ import annotations

from collections.abc import Iterator

from backprop.analyse.judging.evidence import Evidence
from backprop.analyse.judging.types import Point
from backprop.trace.tape import Event, Ids


def broadcasts(evidence: Evidence) -> list[Point]:
    """The lines on which outputs and targets, a column and an array of one dimension, are subtracted."""
    last = len(evidence.layers)
    activation = evidence.roles.outputs.activation
    outputs = {activation.get(net.id, net.id) for net in evidence.roles.network.nets if net.layer == last}
    found = {}
    for first, shapes in evidence.tape.widened.items():
        if first >= len(evidence.tape):  # after what was looked at
            continue
        event = evidence.tape.event(first)
        if {len(shape) for shape in shapes} != {1, 2} or not _is_square_difference(event):
            continue
        one, other = _as_column_and_row(event)
        for these, those in ((one, other), (other, one)):
            if outputs.issuperset(these.tolist()) and not evidence.varies[those].any():
                line = evidence.tape.places[event.place].line
                found[line] = Point("broadcast", "mistake", last, line, shapes_of(evidence, first))
    return list(found.values())


def shapes_of(evidence: Evidence, first: int) -> dict[str, str]:
    """Both shapes and that of the result, for a sentence."""
    event = evidence.tape.event(first)
    shapes = evidence.tape.widened.get(event.first, ())
    sign = {"subtract": " − ", "add": " + "}.get(event.operation, ", ")
    return {"shapes": sign.join(map(_written, shapes)) or "…", "result": _written(event.shape)}


def _written(shape: tuple[int, ...]) -> str:
    return str(tuple(map(int, shape)))


def _is_square_difference(event: Event) -> bool:
    shape = event.shape
    return event.operation == "subtract" and len(shape) == 2 and shape[0] == shape[1] > 1


def _as_column_and_row(event: Event) -> Iterator[Ids]:
    """The numbers of both operands, each once."""
    for operand in event.operands:
        table = operand.reshape(event.shape)
        yield table[:, 0] if (table == table[:, :1]).all() else table[0]
