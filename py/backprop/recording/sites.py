"""The places of a program that write to the log."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from types import CodeType
from typing import NamedTuple

from backprop.lessons.lens import Lens, Watch


@dataclass(frozen=True)
class Site:
    """A place in the program at which a watched name is assigned to.

    `index` and `value` are the student's own expressions.
    """

    line: int
    watch: Watch
    index: list[ast.expr]
    value: ast.expr | None
    augmented: bool

    @property
    def makes_ready(self) -> bool:
        """True if it only makes an empty container, as `delta = {}` does."""
        return bool(self.watch.items) and not self.index and self.value is not None and _is_empty(self.value)


def _is_empty(value: ast.expr) -> bool:
    """`{}`, `[]`, `dict()`, `[0] * 9`, `np.zeros(9)`, or several of them in a tuple."""
    if isinstance(value, ast.Tuple):
        return all(map(_is_empty, value.elts))
    if isinstance(value, ast.BinOp):
        return isinstance(value.left, ast.List) or isinstance(value.right, ast.List)
    if isinstance(value, ast.Call):
        name = value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")
        return name in ("zeros", "empty") or (name in ("dict", "list") and not value.args)
    return (isinstance(value, ast.Dict) and not value.keys) or (
        isinstance(value, ast.List) and not value.elts
    )


class NotedTogether(NamedTuple):
    """The sites of arrays that are noted as one, and whether these arrays keep their kinds."""

    sites: tuple[int, ...]
    same_kinds: bool


@dataclass
class Instrumented:
    """The rewritten tree, its sites by number, those noted together, and the names that are set once and for all.

    `named` says whether a loop over the lens's variable is the training loop. `gates` has for each test of whether something
    is noted the sites behind it, () for a change under another name, whose sites are found as the program runs; number 0
    stands for the whole. `copies` are the gates of stretches that are there twice, each with those in it: see
    plain_copies.py. `code` is the whole compiled, each hook still the number that stands for it.
    """

    tree: ast.Module
    named: bool
    sites: list[Site] = field(default_factory=list)
    together: list[NotedTogether] = field(default_factory=list)
    constants: Collection[str] = ()
    gates: list[tuple[int, ...]] = field(default_factory=lambda: [()])
    copies: dict[int, tuple[int, ...]] = field(default_factory=dict)
    code: CodeType | None = None


def missing_watches(lens: Lens, sites: Sequence[Site]) -> list[Watch]:
    """The watches of a lens whose quantity the program never sets, under any of its names."""
    set_here = {(site.watch.quantity, site.watch.place) for site in sites if not site.makes_ready}
    missing = []
    for watch in lens.watches.values():
        if not watch.optional and (watch.quantity, watch.place) not in set_here:
            set_here.add((watch.quantity, watch.place))
            missing.append(watch)
    return missing
