"""The derivative of any number on a tape with respect to all numbers that it depends on: reverse mode, exact.

    found = derivative(tape, error)
    found.values[w]        # ∂error/∂w for every id w

It goes through the events once, the last first, and hands on to the operands of each event what has arrived at its
results. An operation that the tape does not know stops it: what lies behind it is NaN, and the event is reported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from backprop.trace.partials import ELEMENTWISE, REDUCTIONS, STEPS, kink
from backprop.trace.tape import Event, Floats, Kind, Tape

Flags = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


@dataclass
class Derivative:
    """`values` has of each id the derivative with respect to it; NaN where it cannot be known.

    `opaque` are the events that stopped it, `steps` those of comparisons, rounding and the like, whose derivative was
    taken as 0, `kinks` the ids of results at which a subgradient was taken.
    """

    values: Floats
    opaque: list[int] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)
    kinks: list[int] = field(default_factory=list)


def derivative(tape: Tape, of: int | Mapping[int, float], cut: Flags | None = None) -> Derivative:
    """The derivative of one id, or of a weighted sum of ids.

    At an id that `cut` flags the search ends: its value is what arrives there, and nothing of that is handed on; what
    `of` gives it itself is.
    """
    weights = {int(of): 1.0} if not isinstance(of, Mapping) else of
    return _Sweep(tape, weights, cut).run()


class _Sweep:
    """The pass over the events from the last to the first that adds up the derivatives."""

    def __init__(self, tape: Tape, of: Mapping[int, float], cut: Flags | None) -> None:
        self.tape = tape
        self.arrived = np.zeros(len(tape))
        self.cut = np.zeros(len(tape), bool) if cut is None else cut
        self.own = np.zeros(len(tape))
        for id, weight in of.items():
            self.own[id] += weight
        self.last = int(tape.owner[max(of)]) if of else -1
        self.found = Derivative(self.arrived)
        # Single numbers are read and written faster by these than by NumPy.
        self._arrived, self._own, self._cut, self._values = (
            _numbers(one) for one in (self.arrived, self.own, self.cut, tape.values)
        )

    def run(self) -> Derivative:
        """The derivative, after going through all events."""
        with np.errstate(all="ignore"):
            for number in range(self.last, -1, -1):
                event = self.tape.events[number]
                if not event.operands:
                    continue
                if event.shape == () and event.kind is Kind.ELEMENTWISE:
                    self._of_number(number, event)
                else:
                    self._of_table(number, event)
            open_ends = ~self.cut
            self.arrived[open_ends] += self.own[open_ends]
        return self.found

    # --- single numbers ---

    def _of_number(self, number: int, event: Event) -> None:
        first = event.first
        out = self._own[first]
        if not self._cut[first]:
            out += self._arrived[first]
        if out == 0:
            return
        ids = [operand.item() for operand in event.operands]
        arrived, values = self._arrived, self._values
        match event.operation:
            case "add":
                arrived[ids[0]] += out
                arrived[ids[1]] += out
            case "subtract":
                arrived[ids[0]] += out
                arrived[ids[1]] -= out
            case "multiply":
                one, other = values[ids[0]], values[ids[1]]
                arrived[ids[0]] += out * other
                arrived[ids[1]] += out * one
            case "negative":
                arrived[ids[0]] -= out
            case "select":
                arrived[ids[0]] += out
            case _:
                operands = [self.tape.values[operand] for operand in event.operands]
                partials = self._partials(number, event, operands)
                if partials is None:
                    return
                for id, partial in zip(ids, partials):
                    if partial is not None:
                        arrived[id] += out * float(np.ravel(partial)[0])

    # --- tables ---

    def _of_table(self, number: int, event: Event) -> None:
        here = slice(event.first, event.first + event.size)
        out = np.where(self.cut[here], 0.0, self.arrived[here]) + self.own[here]
        if not out.any():
            return
        if event.kind is Kind.ELEMENTWISE:
            self._of_elements(number, event, out)
        elif event.kind is Kind.PRODUCT:
            left, right = event.operands
            table = out.reshape(len(left), -1)
            self._hand_on(left, table @ self.tape.values[right].T)
            self._hand_on(right, self.tape.values[left].T @ table)
        elif event.kind is Kind.REDUCTION and event.operation in REDUCTIONS:
            (groups,) = event.operands
            each = REDUCTIONS[event.operation](self.tape.values[groups], self.tape.values[here])
            self._hand_on(groups, _times(out[:, None], each))
        elif event.operation in STEPS:
            self.found.steps.append(number)
        else:
            self._stop(number, event, out)

    def _of_elements(self, number: int, event: Event, out: Floats) -> None:
        operands = [self.tape.values[operand.ravel()] for operand in event.operands]
        partials = self._partials(number, event, operands, out)
        if partials is None:
            return
        for operand, partial in zip(event.operands, partials):
            if partial is not None:
                self._hand_on(operand, _times(out, partial))

    def _partials(
        self, number: int, event: Event, operands: Sequence[Any], out: Floats | None = None
    ) -> Sequence[Any] | None:
        """The partial derivatives of an elementwise event; None if there are none to hand on."""
        result = self.tape.values[event.first : event.first + event.size]
        at = kink(event.operation, operands, result)
        if at is not None and at.any():
            self.found.kinks += (event.first + np.nonzero(at)[0]).tolist()
        partials = ELEMENTWISE.get(event.operation)
        if partials is not None:
            return partials(operands, result)
        if event.operation in STEPS:
            self.found.steps.append(number)
        else:
            self._stop(number, event, np.ones(event.size) if out is None else out)
        return None

    def _stop(self, number: int, event: Event, out: Floats) -> None:
        """Nothing is known of what lies behind this event."""
        self.found.opaque.append(number)
        if event.kind is Kind.ELEMENTWISE:
            for operand in event.operands:
                self.arrived[operand.ravel()[out != 0]] = np.nan
        else:
            self.arrived[event.operands[0].ravel()] = np.nan

    def _hand_on(self, ids: Any, more: Any) -> None:
        flat = np.ravel(ids)
        if flat.size == 1:
            self._arrived[flat.item()] += float(np.ravel(more)[0])
        else:
            np.add.at(self.arrived, flat, np.broadcast_to(more, np.shape(ids)).ravel())


def _numbers(table: Any) -> Any:
    """The numbers of a table, to be read and written one by one."""
    contiguous: Any = np.ascontiguousarray(table)
    return memoryview(contiguous)


def _times(out: Any, partial: Any) -> Any:
    """Their product; 0 where nothing arrives, also at a pole of the partial derivative."""
    return np.where(out == 0, 0.0, out * partial)
