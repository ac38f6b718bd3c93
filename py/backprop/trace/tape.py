"""The tape: a program's first updates as a data-flow graph of single numbers.

Every element of every number and array that the traced program computes has an *id*, a whole
number counted from 0, in the order of computation. An id is one value, computed once: what is
changed in place gets a new id. One `Event` is one operation; its results have consecutive ids.

    z = X @ W + b      # X (2, 3), W (3, 4), b (4,)

    event 3  product      matmul  ids 40..47  shape (2, 4)  operands: ids of X (2, 3), of W (3, 4)
    event 4  elementwise  add     ids 48..55  shape (2, 4)  operands: 40..47, the ids of b twice over

So a program of scalars, of arrays, of objects or of dicts becomes the same graph, and a value that is
only moved (a view, a row, a copy, an item of a list) keeps its id.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from typing import NamedTuple

import numpy as np

Ids = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


class Kind(Enum):
    """The dependence of an event's results on its operands."""

    SOURCE = "source"
    """On nothing: a literal, data, a random number. `operands` is empty."""
    ELEMENTWISE = "elementwise"
    """Result k on element k of every operand; each operand has `size` ids."""
    PRODUCT = "product"
    """A sum of products: operands are two tables, left (rows, terms) and right (terms, columns); result (row, column)
    is the sum over terms of left[row, term] * right[term, column]."""
    REDUCTION = "reduction"
    """Result k on row k of the one operand, a table (size, group)."""
    OPAQUE = "opaque"
    """Each result on all ids of the one operand: an operation that the tape does not know."""


class Place(NamedTuple):
    """A stretch of the program's text: lines from 1, columns (in UTF-8 bytes, as `ast` counts) from 0."""

    line: int
    column: int
    end_line: int
    end_column: int


class Context(NamedTuple):
    """A chain of calls of the program's own functions: the call at `place`, made in context `parent`.

    Context 0 is the program's top level; its parent is -1 and its place 0.
    """

    parent: int
    place: int


class Turn(NamedTuple):
    """A turn of a `for` or `while` loop: turn `number` (from 0) of the loop at `place`, within turn `parent`.

    `entry` counts how often the program had begun this loop before. Turn 0 stands for no loop; its parent is -1 and its
    place 0. A loop in a function that is called from a loop lies within the caller's turn.
    """

    parent: int
    place: int
    number: int
    entry: int = 0


@dataclass(slots=True)
class Event:
    """An operation of the program, with its results.

    `operation` is its name: "add", "subtract", "multiply", "divide", "power", "negative", "matmul", "sum", "mean",
    "max", "exp", "tanh", "maximum", "where", "greater" …: NumPy's name of it, also for plain Python's operators and
    for `math`. "select" is a value that a condition chose (operands: the value, then the comparisons it depended on),
    "astype" and "trunc" a number made another type's, as in an array of whole numbers. Of sources: "literal" (a number
    written in a formula, such as the 1 in `1 - y`), "constant" (a number written as data: assigned, in a list, as an
    argument), "zeros", "ones", "random", "data" (anything else).
    `place`, `context`, `turn` are indices into the tape's lists. `first` is the id of the first result,
    `shape` the result's shape (() for a scalar).
    """

    operation: str
    kind: Kind
    place: int
    context: int
    turn: int
    first: int
    shape: tuple[int, ...]
    operands: tuple[Ids, ...]
    size: int = field(init=False)
    """The number of results."""

    def __post_init__(self) -> None:
        self.size = math.prod(self.shape)

    @property
    def where(self) -> tuple[int, int]:
        """The place and the call context: one expression of the program, in one way to call it."""
        return self.place, self.context

    @property
    def ids(self) -> Ids:
        """The ids of the results, in the result's shape."""
        return np.arange(self.first, self.first + self.size).reshape(self.shape)


class Binding(NamedTuple):
    """An assignment: a target, and the value that it was given.

    `target` is the target's own text ("dZ2", "self.weights[1]", "neuron['delta']"), `place` where it stands, `ids`
    the ids of the value in its shape, `after` the number of events before it, `turn` and `context` as of an event.
    `kind` is "assign", "augmented" (`w += …`: the ids are those after the change, in `w[i] += …` of the items alone),
    "item" (`w[i] = …`: the ids of the items alone) or "loop" (a `for` loop's variable).
    """

    target: str
    place: int
    ids: Ids
    after: int
    context: int
    turn: int
    kind: str


@dataclass
class Tape:
    """All events of a trace, in the order of computation.

    `overwritten` has, for items of arrays that were set, the ids that stood there before and the new ones, side by side.
    `widened` has, for elementwise events whose result is larger than every operand, the operands' shapes, by the first
    id of the result: (4, 1) and (4,) give (4, 4).
    `complex_at` is the place of the first complex numbers, which are not followed (0: there are none), `exact_at` that
    of the first Decimal or Fraction; `ran` are the places of the loops that had a turn, also of those without an event,
    `shuffled` those of the calls in loops that shuffled something, each with the place of a loop around it.
    `values` has the value of each id (NaN where it is no real number). `ended` says why the trace ended: "done" (the
    program came to its end), "enough" (whoever looks at the tape had what it wanted), "events", "numbers", "turns" or
    "seconds" (a bound was reached), "error" (the program raised; `error` is its exception).
    """

    events: list[Event] = field(default_factory=list)
    values: Floats = field(default_factory=lambda: np.empty(0))
    places: list[Place] = field(default_factory=lambda: [Place(0, 0, 0, 0)])
    contexts: list[Context] = field(default_factory=lambda: [Context(-1, 0)])
    turns: list[Turn] = field(default_factory=lambda: [Turn(-1, 0, 0)])
    bindings: list[Binding] = field(default_factory=list)
    overwritten: list[tuple[Ids, Ids]] = field(default_factory=list)
    widened: dict[int, tuple[tuple[int, ...], ...]] = field(default_factory=dict)
    complex_at: int = 0
    exact_at: int = 0
    ran: frozenset[int] = frozenset()
    shuffled: tuple[tuple[int, int], ...] = ()
    source: str = ""
    ended: str = "done"
    error: BaseException | None = None

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def owner(self) -> Ids:
        """The number of the event of each id: shape (ids,)."""
        return np.repeat(np.arange(len(self.events)), [event.size for event in self.events])

    @cached_property
    def named(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """By id: True if the program gave it a name."""
        named = np.zeros(len(self), bool)
        for binding in self.bindings:
            ids = binding.ids.ravel()
            named[ids[ids >= 0]] = True
        return named

    def event(self, id: int) -> Event:
        """The event that computed an id."""
        return self.events[self.owner.item(id)]

    def since(self, number: int) -> Tape:
        """The tape as if it began with event `number`: all that was computed before is data."""
        before = [
            event
            if event.kind is Kind.SOURCE
            else replace(event, operation="data", kind=Kind.SOURCE, operands=())
            for event in self.events[:number]
        ]
        return replace(self, events=before + self.events[number:])

    def until(self, number: int) -> Tape:
        """The tape as if it had ended before event `number`."""
        ids = self.events[number].first if number < len(self.events) else len(self)
        return replace(
            self,
            events=self.events[:number],
            values=self.values[:ids],
            bindings=[one for one in self.bindings if one.after <= number and (one.ids < ids).all()],
            overwritten=[pair for pair in self.overwritten if (pair[1] < ids).all()],
            widened={first: shapes for first, shapes in self.widened.items() if first < ids},
        )

    def terms(self, id: int) -> Iterator[tuple[int, int]]:
        """The pairs (left, right) whose products are summed in a result of a matrix product."""
        event = self.event(id)
        left, right = event.operands
        row, column = divmod(id - event.first, right.shape[1])
        return zip(left[row].tolist(), right[:, column].tolist())

    def operands(self, id: int) -> list[int]:
        """The ids that an id was computed from, in order; each as often as it was used."""
        event = self.event(id)
        at = id - event.first
        match event.kind:
            case Kind.SOURCE:
                return []
            case Kind.ELEMENTWISE:
                return [operand.item(at) for operand in event.operands]
            case Kind.PRODUCT:
                left, right = event.operands
                row, column = divmod(at, right.shape[1])
                return [*left[row].tolist(), *right[:, column].tolist()]
            case Kind.REDUCTION:
                return list(event.operands[0][at].tolist())
            case Kind.OPAQUE:
                return list(event.operands[0].tolist())

    def text(self, place: int) -> str:
        """The program's text at a place, on one line."""
        line, column, end_line, end_column = self.places[place]
        lines = [one.encode() for one in self.source.split("\n")[line - 1 : end_line]]
        if not lines:
            return ""
        lines[-1] = lines[-1][:end_column]
        lines[0] = lines[0][column:]
        return " ".join(part.decode(errors="replace").strip() for part in lines)


def turns_around(tape: Tape, turn: int) -> Iterator[tuple[int, int, int]]:
    """The (place, number, entry) of a turn and of those around it, the innermost first."""
    while turn > 0:
        parent, place, number, entry = tape.turns[turn]
        yield place, number, entry
        turn = parent
