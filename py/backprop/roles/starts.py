"""Start values: the numbers that a program has before it learns."""

from __future__ import annotations

import numpy as np

from backprop.roles.graph import Flags, Graph
from backprop.trace.tape import Kind

_MOST_START_STEPS = 40  # operations between random numbers and a start value


def start_values(graph: Graph) -> Flags:
    """By id: True if it is data, a literal or random, or made from such by few operations, elementwise or of one sum."""
    steps = np.full(graph.size, _MOST_START_STEPS + 1, np.int64)
    for number, event in enumerate(graph.events):
        first, end = event.first, event.first + event.size
        if event.kind is Kind.SOURCE:
            steps[first:end] = 0
        elif event.kind is Kind.OPAQUE:
            steps[first:end] = 1 + steps[event.operands[0]].max(initial=0)
        elif event.kind is Kind.ELEMENTWISE:
            few = graph.scalar_operands[number]
            if few is not None:
                steps[first] = 1 + max([steps[id] for id in few])
            else:
                steps[first:end] = 1 + np.maximum.reduce([steps[one.ravel()] for one in event.operands])
        elif event.operation == "sum" and event.size == 1:  # W = rng.normal(...) * (2 / sum(sizes))
            steps[first] = 1 + steps[event.operands[0]].max(initial=0)
    return steps <= _MOST_START_STEPS


def literals(graph: Graph) -> Flags:
    """By id: True for a number that is written in a formula of the program."""
    found = np.zeros(graph.size, bool)
    for event in graph.events:
        if event.kind is Kind.SOURCE and event.operation == "literal":
            found[event.first : event.first + event.size] = True
    return found
