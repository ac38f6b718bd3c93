"""Runs a part of a tape again with some of its numbers changed: what the program would have computed.

    replay = Replay(tape, wanted=[error])
    replay.run({w: np.array([0.9, 1.0, 1.1])})        # the error for three values of w: shape (1, 3)

Only what lies between the changed numbers and the wanted ones is computed again, by the program's own operations in
the program's own order. Everything else is as it was: random numbers, and which branch an `if` took. Where a change
would have led into another branch, or goes through an operation that is not known here, the result is NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from backprop.trace.tape import Event, Floats, Ids, Kind, Tape

Flags = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def _where(condition: Any, one: Any, other: Any) -> Any:
    return np.where(condition != 0, one, other)


_ELEMENTWISE: dict[str, Callable[..., Any]] = {
    "where": _where,
    "clip": lambda x, low, high: np.minimum(np.maximum(x, low), high),
    "expit": lambda x: 1 / (1 + np.exp(-x)),
    "fix": np.trunc,
    "sinc": np.sinc,
    "nan_to_num": np.nan_to_num,
}
"""The operations that are no ufunc of NumPy by that name."""

_REDUCTIONS: dict[str, Callable[..., Any]] = {
    name: getattr(np, name)
    for name in ("sum", "mean", "max", "min", "prod", "var", "std", "ptp", "argmax", "argmin", "median")
} | {
    "maximum": np.max,
    "minimum": np.min,
    "any": lambda x, axis: (x != 0).any(axis=axis),
    "all": lambda x, axis: (x != 0).all(axis=axis),
    "count_nonzero": lambda x, axis: (x != 0).sum(axis=axis),
    "norm": lambda x, axis: np.sqrt((x * x).sum(axis=axis)),
}


def computed(operation: str, operands: Sequence[Any]) -> Any:
    """An elementwise operation, by its name on the tape, of numbers or arrays; NaN for one that is not known."""
    function = _ELEMENTWISE.get(operation) or getattr(np, operation, None)
    if function is None or not (operation in _ELEMENTWISE or isinstance(function, np.ufunc)):
        return np.nan
    return function(*operands)


class Replay:
    """A tape, ready to compute the wanted ids again.

    `cut` flags ids that keep their recorded value, though they depend on what is changed: of weights the versions of
    later updates.
    """

    def __init__(self, tape: Tape, wanted: Sequence[int], cut: Flags | None = None) -> None:
        self.tape = tape
        self.wanted: Ids = np.array(wanted, np.int64)
        self.cut = np.zeros(len(tape), bool) if cut is None else cut
        self._needed = self._needed_events()

    def _needed_events(self) -> list[int]:
        """The events that the wanted ids depend on, in order."""
        needed = np.zeros(len(self.tape.events), bool)
        needed[self.tape.owner[self.wanted]] = True
        for number in range(len(needed) - 1, -1, -1):
            if needed[number]:
                for operand in self.tape.events[number].operands:
                    needed[self.tape.owner[operand.ravel()]] = True
        found: list[int] = np.nonzero(needed)[0].tolist()
        return found

    def run(self, changes: Mapping[int, Any]) -> Floats:
        """The wanted numbers for k values of each changed id: shape (wanted, k)."""
        values = {id: np.asarray(value, float) for id, value in changes.items()}
        columns = len(next(iter(values.values())))
        self._row = np.full(len(self.tape), -1, np.int64)
        self._table: Floats = np.empty((256, columns))
        self._used = 0
        for id, value in values.items():
            self._put(np.array([id]), value[None, :])
        first = min(int(self.tape.owner[id]) for id in values)
        with np.errstate(all="ignore"):
            for number in self._needed:
                if number > first:
                    self._follow(self.tape.events[number])
        return np.array(np.broadcast_to(self._of(self.wanted), (len(self.wanted), columns)))

    def _put(self, ids: Ids, values: Floats) -> None:
        """From now on these ids have these values: shape (ids, k)."""
        end = self._used + len(ids)
        if end > len(self._table):
            more = np.empty((max(end, 2 * len(self._table)), self._table.shape[1]))
            more[: self._used] = self._table[: self._used]
            self._table = more
        self._table[self._used : end] = values
        self._row[ids] = np.arange(self._used, end)
        self._used = end

    def _of(self, ids: Ids) -> Any:
        """The values of ids: their shape and one more axis, of k columns, or of one where nothing has changed."""
        rows, recorded = self._row[ids], self.tape.values[ids][..., None]
        changed = rows >= 0
        return np.where(changed[..., None], self._table[rows], recorded) if changed.any() else recorded

    def _follow(self, event: Event) -> None:
        """Compute an event again if any of its operands has changed."""
        if not any((self._row[operand] >= 0).any() for operand in event.operands):
            return
        ids = np.arange(event.first, event.first + event.size)
        made = np.broadcast_to(self._computed(event), (event.size, self._table.shape[1]))
        open_ends = ~self.cut[ids] & (self._row[ids] < 0)
        self._put(ids[open_ends], made[open_ends])

    def _computed(self, event: Event) -> Any:
        if event.kind is Kind.PRODUCT:
            left, right = (self._of(operand).transpose(2, 0, 1) for operand in event.operands)
            return np.matmul(left, right).reshape(-1, event.size).T
        if event.kind is Kind.REDUCTION and event.operation in _REDUCTIONS:
            return _REDUCTIONS[event.operation](self._of(event.operands[0]), axis=1)
        if event.kind is not Kind.ELEMENTWISE:
            return np.nan
        operands = [self._of(operand.ravel()) for operand in event.operands]
        if event.operation == "select":
            return self._selected(event, operands)
        if event.operation == "astype":
            return self._converted(event, operands[0])
        return computed(event.operation, operands)

    def _selected(self, event: Event, operands: list[Any]) -> Any:
        """A value that a condition chose: known as long as all conditions come out as they did."""
        as_before: Any = True
        for ids, now in zip(event.operands[1:], operands[1:]):
            as_before = as_before & ((now != 0) == (self.tape.values[ids.ravel()][:, None] != 0))
        return np.where(as_before, operands[0], np.nan)

    def _converted(self, event: Event, operand: Any) -> Any:
        """A number made another type's: a whole number, or one of single precision, which is taken as it is."""
        recorded = self.tape.values[event.first : event.first + event.size]
        before = self.tape.values[event.operands[0].ravel()]
        is_whole = (recorded == np.trunc(before)) & (recorded != before)
        return np.where(is_whole[:, None], np.trunc(operand), operand)
