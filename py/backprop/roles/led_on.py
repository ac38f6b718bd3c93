"""Weights that a program multiplies by the same inputs twice: the product that leads to the next layer is the forward one.

z = X @ W1 + b1                # only for the slope, 1 / (1 + z ** 2)
h, out = self.forward(X)       # X @ W1 once more: from here the next layer gets its inputs
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from backprop.roles.graph import Graph, is_product, other_operand
from backprop.roles.learned import Weights


def with_products_led_on(graph: Graph, weights: Weights) -> Weights:
    """The weights, the place of each being that of a product that other weights multiply further, if there is one."""
    places = dict(weights.place)
    of_place = {place: root for root, place in reversed(places.items())}
    moved: dict[tuple[int, int], tuple[int, int]] = {}
    for place, root in of_place.items():
        alike = _alike(graph, weights, root)
        if len(alike) > 1 and not _is_multiplied(graph, weights, alike[0]):
            further = next((one for one in alike[1:] if _is_multiplied(graph, weights, one)), None)
            if further is not None:
                moved[place] = graph.events[further].where
    if not moved:
        return weights
    return replace(weights, place={root: moved.get(place, place) for root, place in places.items()})


def _alike(graph: Graph, weights: Weights, root: int) -> list[int]:
    """The numbers of the events that multiply a weight by the inputs of its forward product, that first; only those on
    which its first change depends."""
    if not weights.updates.get(root):
        return []
    update = weights.updates[root][0].event
    products = [
        number for number in graph.consumers(root) if number < update and is_product(graph.events[number])
    ]
    first = next((one for one in products if graph.events[one].where == weights.place[root]), None)
    if first is None or len(products) < 2:
        return []
    inputs = other_operand(graph.events[first], root)
    found = [
        one
        for one in products
        if one >= first and np.array_equal(other_operand(graph.events[one], root), inputs)
    ]
    if len({graph.events[one].where for one in found}) < 2:
        return []
    before = graph.ancestors(update, first)
    return [one for one in found if one in before]


def _is_multiplied(graph: Graph, weights: Weights, product: int) -> bool:
    """True if what a product gives reaches the forward product of other weights, before anything is updated."""
    event = graph.events[product]
    labels = np.full(graph.size, -1, np.int64)
    labels[event.first : event.first + event.size] = 0
    reached = graph.carry(labels, weights.is_weight, since=product)
    forward = set(weights.place.values())
    end = min(made[0].event for made in weights.updates.values() if made and made[0].event > product)
    return any(
        other.where in forward
        and other.where != event.where
        and any((reached[ids] >= 0).any() for ids in other.operands)
        for other in graph.events[product + 1 : end]
        if is_product(other)
    )
