"""The data of a comparison: the program's factors of a delta or a change, and the chain rule's in their place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from backprop.topology import Ref, ref_name


@dataclass(frozen=True)
class Factor:
    """A factor of a delta: its number in the pass looked at, its ids, the program's text and line (None: not in the
    program).

    `kind` is "above" (the sum that comes from the layer above, or the error), "slope", "constant" or "other".
    """

    value: float
    ids: tuple[int, ...]
    text: str
    line: int | None
    kind: str = "other"


@dataclass(frozen=True)
class Shown:
    """A factor as it is shown: its symbol, its number, the program's text and line ("", None: not in the program)."""

    text: str
    tex: str
    value: float
    code: str = ""
    line: int | None = None
    ref: Ref | None = None
    id: int = -1

    def as_json(self) -> dict[str, Any]:
        """The factor for the page."""
        ref = ref_name(self.ref) if self.ref else None
        told = {"text": self.text, "tex": self.tex, "value": self.value, "code": self.code, "line": self.line}
        return told | {"ref": ref}


@dataclass(frozen=True)
class Column:
    """Factors of the program over those of the chain rule in their place. `state` is "same", "missing" (the program has
    none), "extra" (the chain rule has none), "differs", "updated" (a weight after its update) or "constant"."""

    state: str
    program: tuple[Shown, ...]
    chain_rule: tuple[Shown, ...]

    def as_json(self) -> dict[str, Any]:
        """The column for the page."""
        return {
            "state": self.state,
            "program": [one.as_json() for one in self.program],
            "chain_rule": [one.as_json() for one in self.chain_rule],
        }


@dataclass(frozen=True)
class SideBySide:
    """Both products of the quantity `ref` in one sample (from 0; None: of a whole update), and what they give."""

    ref: Ref
    symbol: dict[str, str]
    sample: int | None
    program: float
    chain_rule: float
    columns: tuple[Column, ...]
    line: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Both products for the page."""
        return {
            "ref": ref_name(self.ref),
            **self.symbol,
            "line": self.line,
            "sample": self.sample,
            "program": self.program,
            "chain_rule": self.chain_rule,
            "columns": [column.as_json() for column in self.columns],
        }


@dataclass(frozen=True)
class Comparison:
    """The program's factors of one delta and the chain rule's; `missing` are kinds that the program lacks,
    `different` its factors that stand in their place."""

    node: int
    program: tuple[Factor, ...]
    chain_rule: tuple[Factor, ...]
    missing: tuple[str, ...]
    different: tuple[Factor, ...]
    line: int | None = None
    """Where what differs was computed first."""
    beside: SideBySide | None = None
    """Both products, column by column."""
