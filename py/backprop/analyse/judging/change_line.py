"""The line of a wrong change: where the part of it that differs was computed."""

from __future__ import annotations

from backprop.analyse.judging.evidence import Evidence
from backprop.analyse.judging.steps import Row
from backprop.trace.tape import Kind


def change_line(evidence: Evidence, row: Row) -> int:
    """The line that computed the wrong part of a change: behind the factors that are plain constants, and not behind a
    number that has a role of its own: a delta is judged where it stands."""
    return line_of_change(evidence, row.before, row.after, row.event)


def line_of_change(evidence: Evidence, before: int, after: int, number: int) -> int:
    """The line that computed the wrong part of a weight's change from version `before` to `after`; event `number` made the
    change (-1: not known). See `change_line`."""
    tape = evidence.tape
    event = tape.events[number] if number >= 0 else tape.event(after)
    operands = tape.operands(after) if event.kind is Kind.ELEMENTWISE else []
    is_weight = evidence.roles.weights.is_weight
    part = next((one for one in operands if one != before and not is_weight[one]), None)
    for _ in range(12):
        if part is None:
            break
        event = tape.event(part)
        inner = tape.operands(part) if event.kind is Kind.ELEMENTWISE else []
        moving = [one for one in inner if tape.event(one).kind is not Kind.SOURCE]
        if event.operation not in ("multiply", "divide", "negative", "select") or len(moving) != 1:
            break
        if moving[0] in evidence.roles.places or _serves_several(evidence, moving[0]):
            break
        part = moving[0]
    if event.kind is Kind.SOURCE:  # a bare constant: `b -= rate`
        event = tape.event(after)
    return evidence.line_of(event)


def _serves_several(evidence: Evidence, id: int) -> bool:
    """True if several lines multiply a number or take it from another: a bias's gradient, used for another bias, too."""
    graph = evidence.roles.graph
    users = (graph.events[number] for number in graph.consumers(id))
    changes = [one for one in users if one.operation in ("multiply", "divide", "subtract", "add")]
    return len({evidence.tape.places[one.place].line for one in changes}) > 1
