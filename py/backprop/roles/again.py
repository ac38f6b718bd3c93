"""Numbers that a program computes again by the same operations, where it could have kept them.

p = a * x ** 2 + b * x             # x ** 2 is an input,
da = (e * x ** 2).mean()           # and so is this one
"""

from __future__ import annotations

from backprop.roles.graph import Graph
from backprop.roles.net import Net
from backprop.trace.tape import Kind

_MOST_STEPS = 8  # operations between a number and the one that both are made from


class Copies:
    """The other ids at which the same elementwise operations were done on the same numbers.

    Two chains of n operations have some 2 ** n ways through them: each answer is kept.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._known: dict[tuple[int, int], set[int]] = {}

    def added_to(self, inputs: dict[int, Net]) -> dict[int, Net]:
        """The nets by their inputs, and by the ids at which the program computes such an input again."""
        return {one: net for id, net in inputs.items() for one in self.of(id)} | inputs

    def of(self, id: int, steps: int = _MOST_STEPS) -> set[int]:
        """The copies of an id, looked for through so many operations before it."""
        if (id, steps) not in self._known:
            self._known[id, steps] = self._found(id, steps)
        return self._known[id, steps]

    def _found(self, id: int, steps: int) -> set[int]:
        graph = self.graph
        event = graph.tape.event(id)
        if event.kind is not Kind.ELEMENTWISE or not steps:
            return set()
        operands = graph.tape.operands(id)
        begun = next((one for one in operands if not graph.is_literal(one)), None)
        if begun is None:
            return set()
        return {
            result
            for start in {begun} | self.of(begun, steps - 1)
            for other in (graph.events[number] for number in graph.consumers(start))
            if other.operation == event.operation and other.kind is Kind.ELEMENTWISE
            for result in graph.results_of(other, start)
            if result != id and self._are_same(graph.tape.operands(result), operands, steps)
        }

    def _are_same(self, these: list[int], those: list[int], steps: int) -> bool:
        value, is_literal = self.graph.value, self.graph.is_literal
        return len(these) == len(those) and all(
            one == other
            or (is_literal(one) and is_literal(other) and value[one] == value[other])
            or one in self.of(other, steps - 1)
            for one, other in zip(these, those)
        )
