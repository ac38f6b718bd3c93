"""Weights whose change depends on none of their products, but multiplies their inputs.

hidden_delta = np.zeros((4, 3))        # and never set again: self. is missing where delta is computed
W += rate * X.T @ hidden_delta
"""

from __future__ import annotations

import numpy as np

from backprop.roles.graph import Graph, other_operand
from backprop.trace.tape import Kind

_MOST_STEPS = 4  # operations between the product and the update


def product_with_inputs(graph: Graph, weight: int, change: int, update: int) -> int | None:
    """The first matrix product of a weight whose other factor its change multiplies, too, by whatever it is: a delta
    that is always 0 depends on no product. None if there is none."""
    made = graph.tape.event(change)
    for _ in range(_MOST_STEPS):
        if made.kind is not Kind.ELEMENTWISE:
            break
        inner = [graph.tape.event(one) for one in graph.tape.operands(change)]
        moving = [event for event in inner if event.kind in (Kind.ELEMENTWISE, Kind.PRODUCT)]
        if len(moving) != 1:
            return None
        made, change = moving[0], moving[0].first
    if made.kind is not Kind.PRODUCT:
        return None
    factors = set(np.concatenate([one.ravel() for one in made.operands]).tolist())
    scaled = [id for id in factors if graph.tape.event(id).operation == "multiply"]  # rate * X.T
    factors.update(one for id in scaled for one in graph.tape.operands(id))
    for number in graph.consumers(weight):
        event = graph.events[number]
        is_other = number < update and event.kind is Kind.PRODUCT and event is not made
        if is_other and factors.issuperset(other_operand(event, weight).ravel().tolist()):
            return number
    return None
