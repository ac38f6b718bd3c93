"""The numbers that could be a program's learning rate: the constant factors of its steps, and what these are made of.

W -= lr / m * x.T @ d      # lr / m, and lr: both are a fixed multiple of what the steps are
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from backprop.roles.delta import Delta
from backprop.roles.find import Roles
from backprop.trace.tape import Kind

_MOST_STEPS = 40  # numbers between a factor of a step and what it was made of
_DIGITS = 9


class ChosenRates:
    """The numbers near the constant factors of a network's steps. `texts` gives the texts by which the program refers to
    an id."""

    def __init__(self, roles: Roles, texts: Callable[[int], list[str]]) -> None:
        self.roles = roles
        self.texts = texts
        self.deltas = list(roles.deltas.of.values())

    def of(self) -> list[tuple[str, int, float, bool]]:
        """The numbers that could be the rate: the text, the line, by how much it is larger than what is shown, and whether
        it is what is shown."""
        if not self.deltas or not self.roles.rates:
            return []
        shown = self.roles.rate_of.get(self.deltas[0].net.id, self.roles.rates[0])
        found: dict[str, tuple[str, int, float, bool]] = {}
        values, event = self.roles.tape.values, self.roles.tape.event
        for id in self._near(self.deltas[0]):
            text = next(iter(self.texts(id)), "")
            if text and text not in found and self.rate_of(text):
                line = self.roles.tape.places[self._used_in(id) or event(id).place].line
                found[text] = text, line, float(values[id] / values[shown]), id == shown
        return list(found.values())

    def rate_of(self, expression: str) -> dict[int, int]:
        """By net: the id of what the program calls so, where all steps of the network are one multiple of it; else {}."""
        found: dict[int, int] = {}
        shares: set[float] = set()
        values = self.roles.tape.values
        for delta in self.deltas:
            id = next((id for id in self._near(delta) if expression in self.texts(id)), None)
            if id is None or values[id] <= 0 or delta.scale == 0:
                return {}
            found[delta.net.id] = id
            shares.add(float(f"{abs(delta.scale) / values[id]:.{_DIGITS}g}"))
        return found if len(shares) == 1 else {}

    def is_near(self, expression: str) -> bool:
        """True if the program calls a constant factor of some step so, or what it was made of."""
        return any(expression in self.texts(id) for delta in self.deltas for id in self._near(delta))

    def _near(self, delta: Delta) -> Iterator[int]:
        """The constants that the factors of a step are made of, the factors themselves first."""
        queue = deque(id for id, exponent in delta.rates if exponent == 1)
        seen = set(queue)
        for _ in range(_MOST_STEPS):
            if not queue:
                return
            id = queue.popleft()
            if not self.roles.graph.is_literal(id) or id in self.roles.rates:
                yield id
            before = {one for one in self._factors(id) if not self.roles.varies[one]} - seen
            seen |= before
            queue.extend(sorted(before))

    def _factors(self, id: int) -> list[int]:
        """The numbers of which an id is a multiple: of lr / m, lr."""
        event, operands = self.roles.tape.event(id), self.roles.tape.operands(id)
        if event.kind is not Kind.ELEMENTWISE:
            return []
        return {"divide": operands[:1], "multiply": operands, "negative": operands}.get(event.operation, [])

    def _used_in(self, id: int) -> int:
        """The place where a number is used first; 0 if it is used nowhere."""
        users = [self.roles.graph.events[number] for number in self.roles.graph.consumers(id)]
        return next((event.place for event in users if event.place), 0)
