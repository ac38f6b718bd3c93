"""The first product that multiplies the same start values again: a sample that meets the first weights a second time."""

from __future__ import annotations

from backprop.roles.graph import Flags, Graph, is_product
from backprop.trace.tape import Kind


def first_repeated_product(graph: Graph, starts: Flags) -> int:
    """The number of the first event that multiplies the same start values as an earlier one at its place did; -1 if there is
    none. `starts` says of each id whether it is a start value.

    Example: `x[0] @ W` for the second time, though `W -= rate * g` was computed in between: the change is lost.
    """
    seen: dict[tuple[object, ...], int] = {}
    for number, event in enumerate(graph.events):
        if not is_product(event) or not all(starts[operand].all() for operand in event.operands):
            continue
        left, right = event.operands
        if event.kind is Kind.PRODUCT:
            keys = [(row.tobytes(), right[:, 0].tobytes()) for row in left]
            keys += [(left[0].tobytes(), column.tobytes()) for column in right.T]
        else:
            keys = [(one.tobytes(), other.tobytes()) for one, other in zip(left.ravel(), right.ravel())]
        if any(seen.setdefault((event.where, *key), number) != number for key in keys):
            return number
    return -1
