"""Sums in which a target stands before a bias, in the order that shows the net.

    err = X @ w - y + b        # computed as (X @ w - y) + b: X @ w + b is nowhere a number of the program

The tape is changed so that it reads (X @ w + b) - y: the same sum, so that the bias belongs to the net and y is the target.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from backprop.roles.graph import Flags, Graph, is_sum
from backprop.roles.learned import Weights
from backprop.roles.network import forward_terms, is_trained, made_of_terms
from backprop.trace.tape import Event, Ids, Kind


@dataclass(frozen=True)
class _Addend:
    """An addend of a sum: the ids of its numbers, its sign, and the event of the sum that it stands in."""

    ids: Ids
    sign: int
    event: Event


def ordered(graph: Graph, weights: Weights) -> tuple[Graph, bool]:
    """The graph with biases added before targets, the same one where no sum has to be changed; and True if there is a sum
    that could not be changed: in `b - y + X @ w` the products are computed after `b - y`."""
    sums = _Sums(graph, weights)
    changed = sums.changed()
    if not changed:
        return graph, sums.is_stuck
    tape = graph.tape
    values, events = tape.values.copy(), list(tape.events)
    for number in sorted(changed):
        events[number] = event = changed[number]
        one, other = (values[ids.ravel()] for ids in event.operands)
        if number != max(changed):  # the sum itself stays what the program computed
            values[event.ids.ravel()] = one + other if event.operation == "add" else one - other
    return Graph(replace(tape, events=events, values=values)), sums.is_stuck


class _Sums:
    def __init__(self, graph: Graph, weights: Weights) -> None:
        self.graph = graph
        self.weights = weights
        self.term = forward_terms(graph, weights)
        self.starts = graph.starts
        self.of_term = self._of_terms()
        self.is_stuck = False

    @cached_property
    def after_terms(self) -> Flags:
        """By id: True for a number that depends on a forward product."""
        return made_of_terms(self.graph, self.term)

    def changed(self) -> dict[int, Event]:
        """The events to be changed, by number."""
        found: dict[int, Event] = {}
        for number, event in enumerate(self.graph.events):
            if is_sum(event) and self.of_term[event.first] and not self._is_inside(event):
                found |= self._in_order(number)
        return found

    def _of_terms(self) -> Flags:
        """Flags by id: True for a forward product of a weight, or a sum that contains one."""
        found = self.term.copy()
        for event in self.graph.events:
            if is_sum(event):
                one, other = (operand.ravel() for operand in event.operands)
                found[event.first : event.first + event.size] |= found[one] | found[other]
            elif event.kind is Kind.REDUCTION and event.operation == "sum":
                found[event.first : event.first + event.size] |= found[event.operands[0]].any(axis=1)
        return found & ~self.weights.is_weight

    def _is_inside(self, event: Event) -> bool:
        """True if a sum is only a part of a longer one."""
        users = self.graph.consumers(event.first)
        return len(users) == 1 and self._continues(self.graph.events[users[0]], event)

    def _is_part(self, inner: Event) -> bool:
        """True for a sum of products that is only a part of a longer one; or a term, that begins one."""
        return is_sum(inner) and bool(self.of_term[inner.first]) and self._is_inside(inner)

    def _continues(self, outer: Event, inner: Event) -> bool:
        return (
            is_sum(outer)
            and outer.size == inner.size
            and any(np.array_equal(one.ravel(), inner.ids.ravel()) for one in outer.operands)
        )

    def _addends(self, event: Event, sign: int) -> Iterator[_Addend]:
        """The addends of a sum, from left to right, and its events behind them."""
        for at, operand in enumerate(event.operands):
            ids = operand.ravel()
            turned = -sign if at and event.operation == "subtract" else sign
            inner = self.graph.tape.event(int(ids[0]))
            if self._continues(event, inner) and self._is_part(inner):
                yield from self._addends(inner, turned)
            else:
                yield _Addend(ids, turned, event)

    def _in_order(self, number: int) -> dict[int, Event]:
        """The events of a sum with its terms first, then its biases, then its targets; {} if that is their order."""
        addends = list(self._addends(self.graph.events[number], 1))
        kinds = ["term" if self._begins_a_sum(one) else self._kind(one) for one in addends]
        if kinds.count("target") != 1:
            signs = {kind: {one.sign for one, its in zip(addends, kinds) if its == kind} for kind in kinds}
            several = kinds.count("target") > 1 and not signs["target"] <= signs.get("term", signs["target"])
            self.is_stuck = self.is_stuck or several  # `y - X @ w - 1`: which of the two is the target?
            return {}
        target = addends[kinds.index("target")]
        if "bias" not in kinds:
            self.is_stuck = self.is_stuck or self._has_bias(target)
            return {}
        inner = [one for kind in ("term", "bias") for one, its in zip(addends, kinds) if its == kind]
        events = sorted({int(self.graph.owner[one.event.first]) for one in addends} | {number})
        sign = inner[0].sign
        first = self.graph.events[events[0]].first
        if target.event is self.graph.events[number]:
            return {}  # X @ w + b - y; y - (X @ w + b)
        late = any(int(one.ids.max()) >= first for one in addends)
        if late or len(events) != len(addends) - 1 or (sign < 0 and target.sign < 0):
            self.is_stuck = True
            return {}
        made: dict[int, Event] = {}
        so_far = inner[0].ids
        for at, one in zip(events, inner[1:]):
            operation = "add" if one.sign == sign else "subtract"
            made[at] = event = replace(self.graph.events[at], operation=operation, operands=(so_far, one.ids))
            so_far = event.ids.ravel()
        last = (so_far, target.ids) if sign > 0 else (target.ids, so_far)
        operation = "add" if sign > 0 and target.sign > 0 else "subtract"
        made[events[-1]] = replace(self.graph.events[events[-1]], operation=operation, operands=last)
        return made

    def _begins_a_sum(self, addend: _Addend) -> bool:
        """True for the 0 to which a loop adds terms: `a = 0`, then `a += W[i][j] * x[i]`. This 0 is no target."""
        first, other = int(addend.ids[0]), addend.event.operands[1].ravel()
        event = self.graph.tape.event(first)
        is_zero = event.kind is Kind.SOURCE and event.size == 1 and self.graph.value[first] == 0
        return is_zero and addend.event.operation == "add" and bool(self.term[other].all())

    def _has_bias(self, target: _Addend) -> bool:
        """True if a target is a sum with a bias in it: `(y - b) - X @ w`; not a bias ahead: `X @ w + (b + 0.9 * v)`."""
        id = int(target.ids[0])
        event = self.graph.tape.event(id)
        addends = self.graph.tape.operands(id) if is_sum(event) else []
        if any(self.graph.tape.event(one).operation == "multiply" for one in addends):
            return False
        return any(self._is_trained(one, event) for one in addends)

    def _is_trained(self, id: int, user: Event) -> bool:
        """True for a number in a sum, or behind a minus in it, that learns."""
        event = self.graph.tape.event(id)
        if event.operation == "negative":
            (id,), user = self.graph.tape.operands(id), event
        return is_trained(self.graph, self.starts, self.after_terms, id, user)

    def _kind(self, addend: _Addend) -> str:
        """The kind of an addend: a "term", a trained "bias", or else a "target"."""
        event = self.graph.tape.event(int(addend.ids[0]))
        if self.term[addend.ids].all() or (
            event.kind is Kind.REDUCTION and self.term[event.operands[0]].all()
        ):
            return "term"
        kinds = {
            is_trained(self.graph, self.starts, self.after_terms, int(id), addend.event)
            for id in np.unique(addend.ids)
        }
        return "bias" if kinds == {True} else "target"
