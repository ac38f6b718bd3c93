"""Weights whose step has two parts, of which the gradient is only one.

W += 0.81 * v; W -= 1.9 * rate * g      # Nesterov's momentum, first part and second part
ahead = W + 0.9 * v                     # or: the number that is multiplied is no version of W, but one ahead of it
v = 0.9 * v - rate * g; W = W + v
"""

from __future__ import annotations

from backprop.roles.graph import Graph
from backprop.trace.tape import Event, Kind

_MOST_STEPS = 3  # operations between a change and the momentum in it

Where = tuple[int, int]
"""The place and the context of an event."""


class TwoParts:
    """Finds the number that is multiplied in place of one that is changed."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def multiplied(self, before: int, change: int, after: int) -> int | None:
        """The number that a program multiplies for `before`, which `change` makes `after`: the one that a first part of
        the step made `before` of, or the one ahead of it; None if there is none."""
        return self._first_part(before, after) or self._ahead(before, change, after)

    def _first_part(self, before: int, after: int) -> int | None:
        if not _adds(self.graph.tape.event(before)):
            return None
        used = self._products_of(after)
        return next((id for id in self.graph.tape.operands(before) if used & self._products_of(id)), None)

    def _ahead(self, before: int, change: int, after: int) -> int | None:
        made_later = {_where(event): id for event, id in self._sums_with(after)}
        for event, id in self._sums_with(before):
            later = made_later.get(_where(event))
            if id == after or later is None or not self._products_of(id) & self._products_of(later):
                continue
            (addend,) = [one for one in self.graph.tape.operands(id) if one != before] or [before]
            if self._near(addend, 1) & self._near(change, _MOST_STEPS):  # the momentum is in both
                return id
        return None

    def _sums_with(self, id: int) -> list[tuple[Event, int]]:
        """The sums with an id, each with its result."""
        events = [self.graph.events[number] for number in self.graph.consumers(id)]
        return [(event, one) for event in events if _adds(event) for one in self.graph.results_of(event, id)]

    def _products_of(self, id: int) -> set[Where]:
        """Where an id is multiplied."""
        events = (self.graph.events[number] for number in self.graph.consumers(id))
        return {
            _where(event) for event in events if event.kind is Kind.PRODUCT or event.operation == "multiply"
        }

    def _near(self, id: int, steps: int) -> set[int]:
        """An id and those that it is computed from in so many operations, but no numbers of formulas and no rates, which
        are used in the steps of all weights."""
        found, here = {id}, [id]
        for _ in range(steps):
            events = ((one, self.graph.tape.event(one)) for one in here)
            here = [
                below
                for one, event in events
                if event.kind is Kind.ELEMENTWISE
                for below, operand in zip(self.graph.tape.operands(one), event.operands)
                if operand.size == event.size and not self.graph.is_literal(below)
            ]
            found |= set(here)
        return found


def _adds(event: Event) -> bool:
    return event.kind is Kind.ELEMENTWISE and event.operation in ("add", "subtract")


def _where(event: Event) -> Where:
    return event.place, event.context
