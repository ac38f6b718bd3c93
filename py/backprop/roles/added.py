"""Biases that were taken for weights: they are multiplied in an error with weight decay, `0.01 * np.sum(b * b)`.

A weight only multiplies. A number that is added to a sum of other weights' products, `x @ W + b`, is a bias.
"""

from __future__ import annotations

import numpy as np

from backprop.roles.graph import Graph
from backprop.roles.network import forward_terms
from backprop.roles.weights import Weights, is_sum
from backprop.trace.tape import Kind


def without_biases(graph: Graph, weights: Weights) -> Weights:
    """The weights without those that a program adds to the products of others."""
    biases = _added(graph, weights)
    return weights.only(weights.updates.keys() - biases) if biases else weights


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
