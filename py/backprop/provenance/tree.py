"""The origin of a number: the program's own expression as a tree, opened level by level.

    tree = Tree(traced)
    root = tree.node(tree.handle(traced.find(("delta", 4), sample=0)))
    tree.parts(root.handle)        # the factors of delta, each with its value, shape and line
    tree.uses(root.handle)         # the numbers that are computed from it

A level is a whole sum or a whole product as it is written: `y * (1 - y) * (t - y)` has three factors. The parts of a
level, put together again in their order, are exactly the number above them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from backprop.provenance.iteration import TracedIteration
from backprop.roles.graph import Graph
from backprop.topology import ref_name
from backprop.trace.tape import Binding, Event, Kind

_FIRST, _LARGEST = 3, 5  # of a long sum so many are shown
_MOST_FACTORS = 4  # of a term are shown beside it
_MOST_SPINE = 4_000
_SUMS, _PRODUCTS = ("add", "subtract"), ("multiply", "divide", "true_divide")
_SAME = ("positive", "astype")  # the value of the one operand, if its new type can hold it


@dataclass(frozen=True)
class Node:
    """A number of a tree.

    `handle` names it in questions. `ref` is the quantity that it is ("delta:4"; None: none), `negated` whether the
    program keeps it with the other sign, `sample` whose it is, where that is known. `name` is what the program
    assigned it to ("" if nothing), `text` the expression ("" for data), `line` its line; of data the line that uses
    them first. `shape` is that of the array that it was computed in, `index` its place there. `kind` says how its
    parts make it: "sum", "product", "mean", the name of a function, or "source"; `operation` of a source where it comes
    from: "literal", "constant", "zeros", "ones", "random", "data". `count` is the number of its parts.
    """

    handle: str
    value: float
    kind: str
    operation: str
    count: int
    line: int
    name: str = ""
    text: str = ""
    ref: str | None = None
    negated: bool = False
    sample: int | None = None
    shape: tuple[int, ...] = ()
    index: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The node for the page; numbers that are not finite as JavaScript writes them."""
        return {**vars(self), "value": finite(self.value)}


@dataclass(frozen=True)
class Part:
    """A part of a level: the node, and how it enters: in a sum with `sign` -1 it is subtracted, in a product it divides.

    `factors` are the factors of a term, if it is a short product without a name; `at` counts the parts.
    """

    node: Node
    sign: int
    at: int
    factors: tuple[Part, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The part for the page."""
        factors = [part.as_json() for part in self.factors]
        return {"node": self.node.as_json(), "sign": self.sign, "at": self.at, "factors": factors}


@dataclass(frozen=True)
class Level:
    """The parts of a node, or of a long sum the first and the largest; `left_out` says how many are not shown, `rest`
    what these come to."""

    parts: tuple[Part, ...]
    left_out: int = 0
    rest: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The level for the page."""
        parts = [part.as_json() for part in self.parts]
        return {"parts": parts, "left_out": self.left_out, "rest": finite(self.rest)}


def finite(value: float) -> float | str:
    """A number for JSON: what is not finite as JavaScript reads it."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


_Ids = tuple[int, ...]
_Signed = tuple[_Ids, int]


@dataclass
class Tree:
    """The tree above and below the numbers of one traced iteration."""

    traced: TracedIteration
    _nodes: dict[str, Node] = field(default_factory=dict)

    @cached_property
    def _graph(self) -> Graph:
        return Graph(self.traced.tape)

    @cached_property
    def _bindings(self) -> dict[int, Binding]:
        """The assignment that gave each id a name, by id: the first one of the outermost call."""
        tape = self.traced.tape
        depth: list[int] = []
        for parent, _ in tape.contexts:
            depth.append(depth[parent] + 1 if parent >= 0 else 0)
        found: dict[int, Binding] = {}
        for binding in tape.bindings:
            for id in binding.ids.ravel().tolist():
                known = found.get(id)
                if known is None or depth[binding.context] < depth[known.context]:
                    found[id] = binding
        return found

    # --- nodes ---

    @staticmethod
    def handle(ids: _Ids) -> str:
        """The name of a number, or of a product of several that the program has not as a number of its own."""
        return "*".join(map(str, ids))

    def ids(self, handle: str) -> _Ids:
        """The ids that a handle names. Raises ValueError for one that names nothing."""
        ids = tuple(int(part) for part in handle.split("*"))
        if not all(0 <= id < len(self.traced.tape) for id in ids):
            raise ValueError(f"no number {handle!r} on this tape")
        return ids

    def node(self, handle: str) -> Node:
        """The number with this handle. Raises ValueError for a handle that names nothing."""
        if handle not in self._nodes:
            ids = self.ids(handle)
            self._nodes[handle] = self._of_id(ids[0]) if len(ids) == 1 else self._of_product(ids)
        return self._nodes[handle]

    def _of_id(self, id: int) -> Node:
        tape, label = self.traced.tape, self.traced.labels.get(id)
        event = tape.event(id)
        kind, parts = self._level(id)
        binding = self._bindings.get(id)
        place = binding.place if binding else event.place
        node = Node(
            str(id),
            float(tape.values[id]),
            kind,
            event.operation,
            len(parts),
            tape.places[place].line,
            binding.target if binding else "",
            "" if event.operation == "data" else tape.text(event.place),
            shape=event.shape,
            index=_index(id - event.first, event.shape),
            sample=self.traced.samples.get(id),
        )
        if label is None:
            return node
        return replace(node, ref=ref_name(label.ref), negated=label.sign < 0)

    def _of_product(self, ids: _Ids) -> Node:
        tape = self.traced.tape
        value = math.prod(float(tape.values[id]) for id in ids)
        line = max(tape.places[tape.event(id).place].line for id in ids)
        return Node(self.handle(ids), value, "product", "multiply", len(ids), line)

    # --- parts ---

    def parts(self, handle: str, whole: bool = False) -> Level:
        """The parts of a number, in the program's order; of a long sum the first and the largest, or all (`whole`)."""
        ids = self.ids(handle)
        kind, parts = self._level(ids[0]) if len(ids) == 1 else ("product", _factors(ids))
        long = not whole and len(parts) > _FIRST + _LARGEST + 1
        shown = self._first_and_largest(parts) if long else list(range(len(parts)))
        made = tuple(self._part(parts[at], at, kind) for at in shown)
        left_out = set(range(len(parts))) - set(shown)
        rest = math.fsum(parts[at][1] * self._value(parts[at][0]) for at in left_out)
        return Level(made, len(left_out), rest)

    def _first_and_largest(self, parts: list[_Signed]) -> list[int]:
        by_size = sorted(range(_FIRST, len(parts)), key=lambda at: -abs(self._value(parts[at][0])))
        return sorted([*range(_FIRST), *by_size[:_LARGEST]])

    def _value(self, ids: _Ids) -> float:
        return math.prod(float(self.traced.tape.values[id]) for id in ids)

    def _part(self, signed: _Signed, at: int, kind: str) -> Part:
        ids, sign = signed
        node = self.node(self.handle(ids))
        factors: tuple[Part, ...] = ()
        short = node.kind == "product" and node.count <= _MOST_FACTORS and not (node.ref or node.name)
        if short and kind in ("sum", "mean"):
            factors = self.parts(node.handle).parts
        return Part(node, sign, at, factors)

    def _level(self, id: int) -> tuple[str, list[_Signed]]:
        """The kind of operation that makes a number, and its operands."""
        tape = self.traced.tape
        event = tape.event(id)
        if event.kind is Kind.SOURCE:
            return "source", []
        if event.kind is Kind.PRODUCT:
            return "sum", [(pair, 1) for pair in tape.terms(id)]
        operands: list[_Signed] = [((one,), 1) for one in tape.operands(id)]
        if event.kind is Kind.REDUCTION:
            return event.operation, operands
        if event.kind is Kind.OPAQUE:
            return "unknown", operands
        if event.operation in _SUMS:
            return "sum", self._spine(id, _SUMS)
        if event.operation in _PRODUCTS:
            return "product", self._spine(id, _PRODUCTS)
        if event.operation == "negative":
            return "sum", [(operands[0][0], -1)]
        if event.operation in _SAME:
            is_same = tape.values[id] == tape.values[operands[0][0][0]]
            return ("same" if is_same else "converted"), operands
        return event.operation, operands

    def _spine(self, id: int, family: tuple[str, ...]) -> list[_Signed]:
        """The operands of a chain `a + b - c`, which the program computes from the left, in order."""
        found: list[_Signed] = []
        for _ in range(_MOST_SPINE):
            event = self.traced.tape.event(id)
            left, right = self.traced.tape.operands(id)
            found.append(((right,), -1 if event.operation in ("subtract", "divide", "true_divide") else 1))
            id = left
            if self._is_own(id) or not self._continues(self.traced.tape.event(id), family):
                break
        return [((id,), 1), *reversed(found)]

    @staticmethod
    def _continues(event: Event, family: tuple[str, ...]) -> bool:
        return event.kind is Kind.ELEMENTWISE and event.operation in family

    def _is_own(self, id: int) -> bool:
        """True if a number has a name of its own, in the network or in the program."""
        return id in self.traced.labels or id in self._bindings

    # --- uses ---

    def uses(self, handle: str, whole: bool = False) -> Level:
        """The uses of a number: for each use, the next number that is a quantity or has a name."""
        found: dict[int, None] = {}
        for id in self.ids(handle):
            for number in self._graph.consumers(id):
                for result in self._graph.results_of(self._graph.events[number], id):
                    found.setdefault(self._next_named(result))
        ids = list(found)
        most = len(ids) if whole else _FIRST + _LARGEST
        parts = tuple(self._part(((id,), 1), at, "") for at, id in enumerate(ids[:most]))
        return Level(parts, max(0, len(ids) - most))

    def _next_named(self, id: int) -> int:
        """The first number with a name on the way from an id, as long as there is but one way."""
        for _ in range(_MOST_SPINE):
            if self._is_own(id):
                break
            results = list(self._results(id))
            if len(results) != 1:
                break
            id = results[0]
        return id

    def _results(self, id: int) -> Iterator[int]:
        for number in self._graph.consumers(id):
            yield from self._graph.results_of(self._graph.events[number], id)


def _factors(ids: _Ids) -> list[_Signed]:
    return [((id,), 1) for id in ids]


def _index(at: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The place of element `at`, counted in C order, in an array of a shape."""
    found = []
    for length in reversed(shape):
        at, position = divmod(at, length)
        found.append(position)
    return tuple(reversed(found))
