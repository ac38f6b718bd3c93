"""Numbers that were taken for weights since they are multiplied, and changed by what depends on that product.

A weight only multiplies. A number that is added to a sum of other weights' products, `x @ W + b`, is a bias; it is
multiplied in an error with weight decay, `0.01 * np.sum(b * b)`. A momentum is multiplied, too, to look
ahead: `W + 0.9 * v`.
"""

from __future__ import annotations

import numpy as np

from backprop.roles.graph import Graph, is_sum
from backprop.roles.learned import Weights
from backprop.roles.network import forward_terms
from backprop.trace.tape import Kind


def without_added(graph: Graph, weights: Weights) -> Weights:
    """The weights without momentums, and without those that a program adds to the products of others."""
    added = _momentums(graph, weights)
    weights = weights.only(weights.updates.keys() - added) if added else weights
    added = _added(graph, weights)
    return weights.only(weights.updates.keys() - added) if added else weights


def _momentums(graph: Graph, weights: Weights) -> set[int]:
    """The roots of the weights that are only multiplied by the constant by which their updates multiply them, too."""
    decay = {root: made[0].factor for root, made in weights.updates.items() if made[0].factor != 1}
    return {root for root, factor in decay.items() if _factor_at(graph, root, weights.place[root]) == factor}


def _factor_at(graph: Graph, id: int, place: tuple[int, int]) -> float | None:
    """The number by which an id is multiplied at a place, element by element; None if it is not."""
    for event in (graph.events[number] for number in graph.consumers(id)):
        if event.where == place and event.operation == "multiply":
            factors = graph.tape.operands(graph.results_of(event, id)[0])
            return next((float(graph.value[one]) for one in factors if one != id), None)
    return None


def _added(graph: Graph, weights: Weights) -> set[int]:
    """The roots of the weights that are added to a sum of products of other weights."""
    root = weights.root
    sums = forward_terms(graph, weights)
    found: set[int] = set()
    for event in graph.events:
        here = slice(event.first, event.first + event.size)
        if is_sum(event):
            a, b = (operand.ravel() for operand in event.operands)
            fresh = root[here] < 0  # not the update of a weight
            for one, other in ((a, b), (b, a)):
                found |= set(root[one[fresh & (root[one] >= 0) & sums[other]]].tolist())
            sums[here] |= sums[a] & sums[b]
        elif event.kind is Kind.REDUCTION and event.operation == "sum":
            sums[here] |= np.all(sums[event.operands[0]], axis=1)
    return found
