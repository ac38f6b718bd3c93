"""Numbers that a program computes again by the same operations, where it could have kept them.

p = a * x ** 2 + b * x             # x ** 2 is an input,
da = (e * x ** 2).mean()           # and so is this one
"""

from __future__ import annotations

from backprop.roles.graph import Graph
from backprop.roles.network import Net
from backprop.trace.tape import Kind

_MOST_STEPS = 8  # operations between a number and the one that both are made from


def with_copies(graph: Graph, inputs: dict[int, Net]) -> dict[int, Net]:
    """The nets by their inputs, and by the ids at which the program computes such an input again."""
    return {one: net for id, net in inputs.items() for one in made_again(graph, id)} | inputs


def made_again(graph: Graph, id: int, steps: int = _MOST_STEPS) -> set[int]:
    """The other ids at which the same elementwise operations were done on the same numbers."""
    event = graph.tape.event(id)
    if event.kind is not Kind.ELEMENTWISE or not steps:
        return set()
    operands = graph.tape.operands(id)
    begun = next((one for one in operands if not graph.is_literal(one)), None)
    if begun is None:
        return set()
    found: set[int] = set()
    for start in {begun} | made_again(graph, begun, steps - 1):
        for number in graph.consumers(start):
            other = graph.events[number]
            if other.operation == event.operation and other.kind is Kind.ELEMENTWISE:
                found.update(
                    result
                    for result in graph.results_of(other, start)
                    if _same(graph, graph.tape.operands(result), operands, steps)
                )
    return found - {id}


def _same(graph: Graph, these: list[int], those: list[int], steps: int) -> bool:
    return len(these) == len(those) and all(
        one == other
        or (graph.is_literal(one) and graph.is_literal(other) and graph.value[one] == graph.value[other])
        or one in made_again(graph, other, steps - 1)
        for one, other in zip(these, those)
    )
