"""A role: what was found in a program, quantity by quantity and layer by layer, with its place in the source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from backprop.texts import Words


def _said(words: Words, language: str) -> str:
    """The sentence in a language. Raises ValueError for a language that there is not."""
    if language not in words:
        raise ValueError(f"unknown language {language!r}: wanted one of {', '.join(words)}")
    return words[language]


@dataclass(frozen=True)
class RoleCandidate:
    """A value of the program that a row could show instead, chosen by the comment line `comment`.

    `expression` is its name or its text, `line` where it is computed; `factor` is the number by which it is larger than
    what the row shows ("-1": the other sign; None: no fixed number); `is_shown` whether it is what the row shows.
    `layers` are the sizes of the network with it.
    """

    expression: str
    line: int
    factor: str | None
    is_shown: bool
    comment: str
    layers: tuple[int, ...]


@dataclass(frozen=True)
class Choice:
    """A choice that the program makes in a comment, or that was given as data: `key` is "delta[2]", "a[2]", "target" or
    "ones". `line` is the comment's (None: data), `problem` says why the choice was not taken (None: it was)."""

    key: str
    expression: str
    line: int | None
    problem: Words | None


@dataclass(frozen=True)
class Role:
    """One quantity of one layer, as it stands at one place of the program.

    `quantity` is "input", "target", "w", "b", "net", "a", "delta" or "eta"; `layer` counts from 0 for the inputs;
    `line` and `end_line` from 1, `column` and `end_column` from 0. `expression` is the program's text there, `name` what
    it is assigned to ("" if nothing), and `assigned` where that stands, as line and column (None: not known). `shape` is
    the array's shape, () for a number; `axes` says of each axis what lies along it: "sample", "node" or "input". `sign`
    is -1 where the program's delta is dE/dnet. `factor` is what else the program's delta is multiplied by, as "2" or
    "1/4" (None: nothing, or unknown; the message says which). `evidence` says why this is that quantity; `candidates` are
    the values that the row could show instead.
    """

    quantity: str
    layer: int
    line: int
    column: int
    end_line: int
    end_column: int
    expression: str
    name: str
    assigned: tuple[int, int] | None
    shape: tuple[int, ...]
    axes: tuple[str, ...]
    sign: int
    factor: str | None
    nodes: tuple[int, ...]
    evidence: Words
    words: Words
    candidates: tuple[RoleCandidate, ...] = ()

    def message(self, language: str) -> str:
        """The role in a sentence. Raises ValueError for a language that there is not."""
        return _said(self.words, language)

    def as_json(self) -> dict[str, Any]:
        """The role for the page."""
        return {
            "quantity": self.quantity,
            "layer": self.layer,
            "line": self.line,
            "column": self.column,
            "end_line": self.end_line,
            "end_column": self.end_column,
            "expression": self.expression,
            "name": self.name,
            "assigned": self.assigned,
            "shape": self.shape,
            "axes": self.axes,
            "sign": self.sign,
            "factor": self.factor,
            "nodes": self.nodes,
            "evidence": self.evidence,
            "message": self.words,
            "candidates": [vars(one) for one in self.candidates],
        }


@dataclass(frozen=True)
class NamedArray:
    """An array that holds a quantity of a layer: `expression` on lines `line` to `end_line` computes it, `name` is what it
    is assigned to ("": nothing), `axes` as of a Role, `nodes` those that stand in it (of weights: ())."""

    quantity: str
    layer: int
    line: int
    end_line: int
    expression: str
    name: str
    shape: tuple[int, ...]
    axes: tuple[str, ...]
    nodes: tuple[int, ...]


@dataclass(frozen=True)
class FoundNetwork:
    """One of the networks that a program trains, in the order of their first updates.

    `number` counts from 1; `sizes` are the numbers of nodes in each layer, inputs first; `line` is that of the loop in
    which it is trained (None: in no loop), `time` counts the trainings in that loop from 1; `rates` are the learning
    rates, where they are numbers of the program (dimensionless).
    """

    number: int
    sizes: tuple[int, ...]
    line: int | None
    time: int
    rates: tuple[float, ...]
    words: Words

    def message(self, language: str) -> str:
        """The network in a few words, for a menu. Raises ValueError for a language that there is not."""
        return _said(self.words, language)

    def as_json(self) -> dict[str, Any]:
        """The network for the page."""
        return {
            "number": self.number,
            "sizes": self.sizes,
            "line": self.line,
            "time": self.time,
            "rates": self.rates,
            "message": self.words,
        }


@dataclass(frozen=True)
class OwnName:
    """The program's own way to write a quantity: the `target` of an assignment, and an index if that is an array.

    `before` and `after` are the text on both sides of the sample's row, ("dZ2[0, ", "]"); `rows` is the length of that
    axis, and a sample's number modulo `rows` its row (0: no row, all the text is in `before`). `sign` is -1 where the
    variable has the other sign than our delta. `shared` says that the program writes the same for several nodes or
    connections. `line` and `column` are where the target stands.
    """

    target: str
    before: str
    after: str
    rows: int
    sign: int
    line: int
    column: int
    shared: bool = False

    def as_json(self) -> dict[str, Any]:
        """The name for the page."""
        return {key: getattr(self, key) for key in ("before", "after", "rows", "sign", "shared")}


@dataclass(frozen=True)
class Found:
    """The result of the search for a network in a program without a lesson: `state` is "found", "partial" or "none".

    `message` says why nothing, or not all, was found (None: all was); `missing` are the quantities that were not.
    `networks` are all networks of the program, `network` is the number of the one that is recorded. `choices` are the
    program's own; `ones` says how a column of ones in the data is drawn, as an "input" or a "bias" (None: there is none),
    `ones_layers` has the sizes of the network with each of the two.
    `names` has how the program writes each quantity, by the name that the page has for it ("delta:5").
    """

    state: str
    roles: tuple[Role, ...] = ()
    missing: tuple[Words, ...] = ()
    message: Words | None = None
    line: int | None = None
    networks: tuple[FoundNetwork, ...] = ()
    network: int = 1
    choices: tuple[Choice, ...] = ()
    ones: str | None = None
    ones_layers: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    names: Mapping[str, OwnName] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The findings for the page."""
        return {
            "choices": [vars(one) for one in self.choices],
            "ones": self.ones,
            "ones_layers": dict(self.ones_layers),
            "networks": [one.as_json() for one in self.networks],
            "network": self.network,
            "state": self.state,
            "rows": [role.as_json() for role in self.roles],
            "missing": list(self.missing),
            "message": self.message,
            "line": self.line,
            "names": {ref: name.as_json() for ref, name in self.names.items()},
        }
