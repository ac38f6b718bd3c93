"""Weights whose step has two parts, of which the gradient is only one.

W += 0.81 * v; W -= 1.9 * rate * g      # Nesterov's momentum, first part and second part
ahead = W + 0.9 * v                     # or: the number that is multiplied is no version of W, but one ahead of it
v = 0.9 * v - rate * g; W = W + v
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from backprop.roles.graph import Flags, Graph, is_product, is_sum
from backprop.trace.tape import Event, Ids, Kind

_MOST_STEPS = 3  # operations between a change and the momentum in it

Where = tuple[int, int]
"""The place and the context of an event."""


class TwoParts:
    """Finds the number that is multiplied in place of one that is changed."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._sums: dict[int, dict[Where, Event]] = {}
        self._products: dict[int, set[Where]] = {}

    @cached_property
    def _sum_of(self) -> tuple[Flags, Flags]:
        """By id: whether a sum made it, and whether a sum uses it."""
        made, used = np.zeros(self.graph.size, bool), np.zeros(self.graph.size, bool)
        for event in filter(is_sum, self.graph.events):
            made[event.first : event.first + event.size] = True
            for operand in event.operands:
                used[operand.ravel()] = True
        return made, used

    def may_be(self, before: Ids | int, after: Ids | int, is_multiplied: Flags) -> Flags:
        """For one number, or for many at once: False where `multiplied` is sure to find none. (The noise that is added to
        300 images is 235,200 sums.) `is_multiplied` says by id whether anything multiplies it."""
        made, used = self._sum_of
        return (made[before] & is_multiplied[after]) | (used[before] & used[after])

    def multiplied(self, before: int, change: int, after: int) -> int | None:
        """The number that a program multiplies for `before`, which `change` makes `after`: the one that a first part of
        the step made `before` of, or the one ahead of it; None if there is none."""
        return self._first_part(before, after) or self._ahead(before, change, after)

    def _first_part(self, before: int, after: int) -> int | None:
        if not is_sum(self.graph.tape.event(before)):
            return None
        used = self._products_of(after)
        return next((id for id in self.graph.tape.operands(before) if used & self._products_of(id)), None)

    def _ahead(self, before: int, change: int, after: int) -> int | None:
        step = self.graph.tape.event(after)
        sums = {where: event for where, event in self._sums_with(before).items() if event is not step}
        later = self._sums_with(after) if sums else {}
        for where in sums.keys() & later.keys():
            for id in self.graph.results_of(sums[where], before):
                if self._are_multiplied_alike(id, later[where], after) and self._is_ahead(id, before, change):
                    return id
        return None

    def _is_ahead(self, id: int, before: int, change: int) -> bool:
        """True if the number that was added to `before` and the change have the momentum in common."""
        (addend,) = [one for one in self.graph.tape.operands(id) if one != before] or [before]
        return bool(self._near(addend, 1) & self._near(change, _MOST_STEPS))

    def _are_multiplied_alike(self, id: int, again: Event, after: int) -> bool:
        """True if an id is multiplied where the result that the sum has later is multiplied."""
        used = self._products_of(id)
        return bool(used) and any(
            used & self._products_of(one) for one in self.graph.results_of(again, after)
        )

    def _sums_with(self, id: int) -> dict[Where, Event]:
        """The last sum with an id at each place."""
        if id not in self._sums:  # a count or a 0 may be in the sums of all others
            events = (self.graph.events[number] for number in self.graph.consumers(id))
            self._sums[id] = {event.where: event for event in events if is_sum(event)}
        return self._sums[id]

    def _products_of(self, id: int) -> set[Where]:
        """The places at which an id is multiplied."""
        if id not in self._products:  # a rate may be in thousands of products
            events = (self.graph.events[number] for number in self.graph.consumers(id))
            self._products[id] = {event.where for event in events if is_product(event)}
        return self._products[id]

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
