"""Silent broadcasting: outputs of (4, 1) minus targets of (4,) give (4, 4), every output beside every target.

A bias added to a table of nets, or a table made from a row and a column for the change of weights, is no such thing.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from backprop.analyse.judging.evidence import Evidence, Layer
from backprop.analyse.judging.types import Point
from backprop.roles.graph import is_sum
from backprop.trace.tape import Event, Ids

_MOST_EVENTS = 60  # before a delta in which a silent broadcast is looked for


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
        if (
            {len(shape) for shape in shapes} != {1, 2}
            or event.operation != "subtract"
            or not _is_square(event)
        ):
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


def _is_square(event: Event) -> bool:
    """True if the result is a table with as many rows as columns, two or more."""
    return len(event.shape) == 2 and event.shape[0] == event.shape[1] > 1


def _as_column_and_row(event: Event) -> Iterator[Ids]:
    """The numbers of both operands, each once."""
    for operand in event.operands:
        table = operand.reshape(event.shape)
        yield table[:, 0] if (table == table[:, :1]).all() else table[0]


def broadcast(evidence: Evidence, layer: Layer) -> int | None:
    """The event before a delta in which a row and a column met and gave a square: an id of it."""
    graph = evidence.roles.graph
    if not layer.deltas:
        return None
    ids = [id for _, product in layer.deltas[0][0].products for id in product]
    queue = [int(graph.owner[id]) for id in ids]
    seen = set(queue)
    since = int(graph.owner[layer.nets[0][0][0].id])
    while queue and len(seen) < _MOST_EVENTS:
        number = queue.pop(0)
        event = graph.events[number]
        if _is_column_and_row(event):
            return event.first
        fresh = [one for one in graph.operand_events[number] if one > since and one not in seen]
        seen.update(fresh)
        queue += fresh
    return None


def _is_column_and_row(event: Event) -> bool:
    """True if a row and a column of different numbers are added or subtracted."""
    if not is_sum(event) or not _is_square(event):
        return False
    one, other = (operand.reshape(event.shape) for operand in event.operands)
    for row, column in ((one, other), (other, one)):
        if (row == row[:1]).all() and (column == column[:, :1]).all():
            return len(np.unique(row)) == len(np.unique(column)) == event.shape[0]
    return False
