"""Weights whose change multiplies the inputs of one of their products: that is the pass that learns.

hidden_delta = np.zeros((4, 3))        # and never set again, so that the change depends on no product
W += rate * X.T @ hidden_delta

target = r + 0.9 * value(s2)           # the change depends on two products of W
W += rate * (target - value(s)) * s    # and multiplies the inputs of one
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from backprop.roles.graph import Graph, is_product, other_operand
from backprop.trace.tape import Kind

_MOST_STEPS = 4  # operations between the product and the update
_MOST_INPUTS = 8  # of a product are looked at


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


def pass_that_learns(graph: Graph, weight: int, products: Iterator[int], needed: set[int]) -> int | None:
    """Of the products of a weight that its change depends on (event numbers) the first whose inputs the change multiplies,
    too; the first of all if there is none, None without any product. `needed` are all events that the change depends on."""
    first = next(products, None)
    if first is None:
        return None
    places = {graph.events[number].where for number in graph.consumers(weight) if number in needed}
    if len(places) < 2 or multiplies_inputs_again(graph, weight, first, needed):
        return first
    others = (
        one for one in products if first not in graph.ancestors(one, first)
    )  # else it is the same pass, further on
    return next((one for one in others if multiplies_inputs_again(graph, weight, one, needed)), first)


def multiplies_inputs_again(graph: Graph, weight: int, product: int, needed: set[int]) -> bool:
    """True if one of the events `needed` multiplies an input of a product of a weight, at another place than that."""
    event = graph.events[product]
    inputs = other_operand(event, weight).ravel()[:_MOST_INPUTS].tolist()
    users = {number for id in inputs for number in graph.consumers(id)} & needed
    return any(is_product(graph.events[one]) and graph.events[one].where != event.where for one in users)
