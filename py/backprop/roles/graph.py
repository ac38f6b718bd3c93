"""Questions about a tape's graph that need every event: who uses a number, what does it depend on.

A tape of scalars has thousands of events of one number, a tape of arrays few events of many. So each
pass over the events has two paths: plain Python for the first, NumPy for the second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import numpy as np

from backprop.trace.tape import Event, Ids, Kind, Tape

Flags = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]

_MOST_START_STEPS = 40  # operations between random numbers and a start value


def is_product(event: Event) -> bool:
    """True if an event multiplies: a product of tables, or elementwise by two operands."""
    return event.kind is Kind.PRODUCT or (
        event.kind is Kind.ELEMENTWISE and event.operation == "multiply" and len(event.operands) == 2
    )


def is_sum(event: Event) -> bool:
    """True if an event adds or subtracts two operands elementwise."""
    return (
        event.kind is Kind.ELEMENTWISE and event.operation in ("add", "subtract") and len(event.operands) == 2
    )


def other_operand(event: Event, id: int) -> Ids:
    """The second factor of a product: the operand (ids) that does not contain `id`."""
    left, right = event.operands
    return right if (left == id).any() else left


class Graph:
    """A tape with the consumers of each number and passes that carry labels forward."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.events = tape.events
        self.value = tape.values
        self.owner = tape.owner
        self.size = len(tape)

    @cached_property
    def scalar_operands(self) -> list[tuple[int, ...] | None]:
        """The operands' ids of each event that has one result and few operands; None for others."""
        found: list[tuple[int, ...] | None] = []
        for event in self.events:
            few = event.size == 1 and sum(operand.size for operand in event.operands) <= 64
            found.append(
                tuple(id for operand in event.operands for id in operand.ravel().tolist()) if few else None
            )
        return found

    @cached_property
    def operand_events(self) -> list[tuple[int, ...]]:
        """The events that computed the operands of each event, each once."""
        owner = self.owner
        found: list[tuple[int, ...]] = []
        for event, few in zip(self.events, self.scalar_operands):
            if few is not None:
                found.append(tuple({owner.item(id) for id in few}))
            else:
                parts = [np.unique(owner[operand.ravel()]) for operand in event.operands]
                found.append(tuple(np.unique(np.concatenate(parts)).tolist()) if parts else ())
        return found

    @cached_property
    def _consumers(self) -> tuple[Ids, Ids]:
        """Consumer events sorted by the id that they use, and where each id's begin: products left out of the
        elementwise part are listed by event."""
        used: list[Ids] = []
        users: list[Ids] = []
        single_used: list[int] = []
        single_users: list[int] = []
        for number, (event, few) in enumerate(zip(self.events, self.scalar_operands)):
            if few is not None:
                single_used += few
                single_users += [number] * len(few)
                continue
            for operand in event.operands:
                ids = np.unique(operand.ravel())
                used.append(ids)
                users.append(np.full(len(ids), number))
        all_used = np.concatenate([np.array(single_used, np.int64), *used])
        all_users = np.concatenate([np.array(single_users, np.int64), *users])
        order = np.lexsort((all_users, all_used))
        starts = np.searchsorted(all_used[order], np.arange(self.size + 1))
        return all_users[order], starts

    @cached_property
    def starts(self) -> Flags:
        """By id: True for a start value, a number that a program has before it learns: data, a literal or random, or made
        from such by few operations, elementwise or of one sum."""
        steps = np.full(self.size, _MOST_START_STEPS + 1, np.int64)
        for number, event in enumerate(self.events):
            first, end = event.first, event.first + event.size
            if event.kind is Kind.SOURCE:
                steps[first:end] = 0
            elif event.kind is Kind.OPAQUE:
                steps[first:end] = 1 + steps[event.operands[0]].max(initial=0)
            elif event.kind is Kind.ELEMENTWISE:
                few = self.scalar_operands[number]
                if few is not None:
                    steps[first] = 1 + max([steps[id] for id in few])
                else:
                    steps[first:end] = 1 + np.maximum.reduce([steps[one.ravel()] for one in event.operands])
            elif event.operation == "sum" and event.size == 1:  # W = rng.normal(...) * (2 / sum(sizes))
                steps[first] = 1 + steps[event.operands[0]].max(initial=0)
        return steps <= _MOST_START_STEPS

    @cached_property
    def literals(self) -> Flags:
        """By id: True for a number that is written in a formula of the program."""
        found = np.zeros(self.size, bool)
        for event in self.events:
            if event.kind is Kind.SOURCE and event.operation == "literal":
                found[event.first : event.first + event.size] = True
        return found

    def is_literal(self, id: int) -> bool:
        """True for a number that is written in a formula of the program."""
        return bool(self.literals[id])

    def consumers(self, id: int) -> list[int]:
        """The numbers of the events that use an id, in their order; each once."""
        users, starts = self._consumers
        return list(dict.fromkeys(users[starts.item(id) : starts.item(id + 1)].tolist()))

    def results_of(self, event: Event, id: int) -> list[int]:
        """The results of an event that use an id."""
        if event.size == 1:
            return [event.first]
        if event.kind is Kind.ELEMENTWISE:
            at = {k for operand in event.operands for k in np.flatnonzero(operand == id).tolist()}
        elif event.kind is Kind.REDUCTION:
            at = set(np.nonzero((event.operands[0] == id).any(axis=1))[0].tolist())
        elif event.kind is Kind.PRODUCT:
            left, right = event.operands
            rows = (left == id).any(axis=1)
            columns = (right == id).any(axis=0)
            at = set(np.nonzero((rows[:, None] | columns[None, :]).ravel())[0].tolist())
        else:
            at = set(range(event.size))
        return [event.first + k for k in sorted(at)]

    # --- passes over all events ---

    def carry(
        self,
        start: Ids,
        fixed: Flags,
        on_result: Callable[[Event, Ids], None] | None = None,
        since: int = 0,
    ) -> Ids:
        """Labels carried forward: each result gets the largest label among its operands (-1: none).

        `start` has the labels that ids have by themselves, `fixed` those that keep theirs. After each event
        `on_result(event, labels)` may change the labels of its results in place.
        """
        labels = start.copy()
        for number in range(since, len(self.events)):
            event = self.events[number]
            if not event.operands:
                continue
            few = self.scalar_operands[number]
            first, end = event.first, event.first + event.size
            if few is not None:
                if few and not fixed[first]:  # the sum of nothing has no operand
                    best = max([labels[id] for id in few])
                    if best > labels[first]:
                        labels[first] = best
            else:
                found = _largest(event, labels)
                here = labels[first:end]
                np.copyto(here, np.maximum(found, here), where=~fixed[first:end])
            if on_result:
                on_result(event, labels)
        return labels

    def ancestors(self, event: int, since: int = 0) -> set[int]:
        """The events that an event depends on, itself among them, from event `since` on."""
        return self.ancestors_of([event], since)

    def ancestors_of(self, events: Iterable[int], since: int = 0) -> set[int]:
        """The events that any of these depends on, these among them, from event `since` on."""
        found = set(events)
        stack = list(found)
        while stack:
            for one in self.operand_events[stack.pop()]:
                if one >= since and one not in found:
                    found.add(one)
                    stack.append(one)
        return found


def _largest(event: Event, labels: Ids) -> Any:
    """The largest label among the operands of each result of an event of many numbers."""
    if event.kind is Kind.ELEMENTWISE:
        found = labels[event.operands[0].ravel()]
        for operand in event.operands[1:]:
            found = np.maximum(found, labels[operand.ravel()])
        return found
    if event.kind is Kind.PRODUCT:
        left, right = event.operands
        rows, columns = labels[left].max(axis=1, initial=-1), labels[right].max(axis=0, initial=-1)
        return np.maximum(rows[:, None], columns[None, :]).ravel()
    if event.kind is Kind.REDUCTION:
        return labels[event.operands[0]].max(axis=1, initial=-1)
    return np.full(event.size, labels[event.operands[0]].max(initial=-1))
