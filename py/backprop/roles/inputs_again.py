"""Weights whose change multiplies the inputs of one of their products: that is the pass that learns.

hidden_delta = np.zeros((4, 3))        # and never set again, so that the change depends on no product
W += rate * X.T @ hidden_delta

target = r + 0.9 * value(s2)           # the change depends on two products of W
W += rate * (target - value(s)) * s    # and multiplies the inputs of one
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from backprop.roles.graph import Graph, is_product, is_sum, other_operand
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
    """The number of the event that is a weight's product in the pass that learns: the first of `products` whose inputs the
    change multiplies, too, else the first of all; None without any. `products` are the weight's products that its change
    depends on, `needed` all events that the change depends on (numbers).
    """
    first = next(products, None)
    if first is None:
        return None
    places = {graph.events[number].where for number in graph.consumers(weight) if number in needed}
    if len(places) < 2 or multiplies_inputs_again(graph, weight, first, needed):
        return first
    # A product that depends on the first is of the same pass, further on.
    others = (one for one in products if first not in graph.ancestors(one, first))
    return next((one for one in others if multiplies_inputs_again(graph, weight, one, needed)), first)


def multiplies_inputs_again(graph: Graph, weight: int, product: int, needed: set[int]) -> bool:
    """True if one of the events `needed` multiplies an input of a product of a weight, at another place than that."""
    where = graph.events[product].where
    users = _users(graph, _inputs_of(graph, weight, product), needed)
    return any(is_product(graph.events[one]) and graph.events[one].where != where for one in users)


def multiplies_differences(graph: Graph, weight: int, product: int, needed: set[int]) -> bool:
    """True if one of the events `needed` multiplies differences or sums of a product's inputs: `W -= rate * d * (a - b)`."""
    results = {
        result
        for id in _inputs_of(graph, weight, product)
        for number in _users(graph, [id], needed)
        if is_sum(graph.events[number])
        for result in graph.results_of(graph.events[number], id)
    }
    return any(is_product(graph.events[number]) for number in _users(graph, results, needed))


def _inputs_of(graph: Graph, weight: int, product: int) -> list[int]:
    """The first of the numbers that a product multiplies a weight by."""
    inputs: list[int] = other_operand(graph.events[product], weight).ravel()[:_MOST_INPUTS].tolist()
    return inputs


def _users(graph: Graph, ids: Iterable[int], needed: set[int]) -> set[int]:
    """The events `needed` that use one of these numbers."""
    return {number for id in ids for number in graph.consumers(id)} & needed
