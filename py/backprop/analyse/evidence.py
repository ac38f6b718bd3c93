"""The evidence for a quantity: the number that the program left, beside all that it could have been computed from.

An equation names the operands of a quantity; a mistake takes others: the delta of the sample before, a weight that has
moved already. A `Moment` can look at any of them. Numbers are columns, one row for each iteration looked at; of several
samples at once, an array with such a column as a line for each of them. moments.py makes the moments of a recording.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop.analyse.timeline import Column, Pass, Row, is_unknown, lines_of
from backprop.equations.instances import instance
from backprop.equations.rule import Rule, varied
from backprop.equations.types import BEFORE, EACH, Read
from backprop.network import ACTIVATIONS
from backprop.topology import Ref, Topology


@dataclass
class Moment:
    """The final value that the program gave one quantity in one pass, with all that it could have been computed from.

    code        the value in each iteration looked at; of several rows (samples), a line for each
    steps       the number of the step that sets it, for each row
    passes      its pass; of a weight or a bias, the passes that its update sums up
    started     a weight or a bias before that update; NaN for all else
    changed     the change that the update before made to it; NaN for all else
    """

    ref: Ref
    rule: Rule
    topology: Topology
    iterations: NDArray[np.int32]
    line: int
    steps: list[int]
    time: int
    code: Column
    passes: list[Pass]
    started: Column
    changed: Column

    @property
    def step(self) -> int:
        """The number of the first step that sets it, from 0 in its iteration."""
        return self.steps[0]

    @property
    def together(self) -> int:
        """The number of samples that an update sums up."""
        return sum(len(one.rows) for one in self.passes)

    def of(self, number: int) -> Moment:
        """The moment of one of its rows alone."""
        if self.code.ndim == 1:
            return self
        passes = [one.of(one.rows[number]) for one in self.passes]
        return replace(self, steps=[self.steps[number]], code=self.code[number], passes=passes)

    def without(self, rows: Collection[Row]) -> Moment | None:
        """This moment without some of its rows, which a later statement computed again; None if no row is left."""
        (one,) = self.passes
        kept = [number for number, row in enumerate(one.rows) if row not in rows]
        if not kept or len(kept) == len(one.rows):
            return self if kept else None
        whose = tuple(row for row in one.rows if row is not None and row not in rows)
        steps = [self.steps[number] for number in kept]
        return replace(self, steps=steps, code=self.code[kept], passes=[replace(one, whose=whose)])

    @property
    def quantity(self) -> str:
        """The kind of quantity: "net", "a", "delta", "w", …"""
        return str(self.ref[0])

    @property
    def node(self) -> int:
        """The node whose number it is; of a weight, the one it leads to; 0 for the error, which is no one node's."""
        key = self.ref[1]
        return int(key[0] if isinstance(key, tuple) else key or 0)

    @property
    def is_update(self) -> bool:
        """True for a weight or a bias."""
        return self.quantity in ("w", "b")

    @cached_property
    def right(self) -> Column:
        """The value by the program's own rule; NaN where that cannot be known.

        At a net of exactly 0 relu and linear give the same, and relu's slope is a matter of convention: any is right.
        """
        formula = self.formula()
        if self.quantity == "delta" and self.activation in ("relu", "linear"):
            return np.where(self.net == 0, self.code, formula)
        return formula

    def formula(self, read: Read | None = None, ref: Ref | None = None, **otherwise: Any) -> Column:
        """The value by its equation: with other operands (`read`), or by a rule that is `otherwise` in some way.

        `ref` asks for another quantity of the same pass.
        """
        samples = range(self.together if self.is_update else 0)
        rule = varied(self.rule, samples=samples, **otherwise)
        written = instance(ref or self.ref, self.topology, rule)
        value = written.evaluate(read or self.read) if written else np.nan
        return np.broadcast_to(np.asarray(value, float), self.code.shape)

    def read(self, ref: Ref, sample: Any = None) -> Column:
        """An operand of the equation: of its own pass; with EACH, of every pass that an update sums up."""
        if sample == EACH:
            return lines_of(self.passes, [self._read_of(one, ref) for one in self.passes])
        if ref == self.ref and self.is_update:
            return self.started - self.changed if sample == BEFORE else self.started
        if ref == ("eta", None):
            return self.passes[-1].timeline.at(ref, None, self.time)
        return self._read_of(self.passes[0], ref)

    def _read_of(self, one: Pass, ref: Ref) -> Column:
        if ref[0] in ("w", "b"):
            return one.weight(ref)
        value = one.value(ref)
        if ref[0] == "net" and is_unknown(value).any():
            return np.where(is_unknown(value), self._net_of(one, ref), value)
        return value

    def _net_of(self, one: Pass, ref: Ref) -> Column:
        """A weighted input that the program does not keep (4.11)."""
        written = instance(ref, self.topology, self.rule)

        def read(ref: Ref, sample: Any = None) -> Column:
            return one.weight(ref) if ref[0] in ("w", "b") else one.value(ref)

        return np.asarray(written.evaluate(read), float) if written else self.started * np.nan

    def read_now(self, ref: Ref, sample: Any = None) -> Column:
        """An operand as in `read`, but weights as they stand when the line runs, not as the forward pass found them."""
        if ref[0] != "w" or ref == self.ref:
            return self.read(ref, sample)
        return self.passes[0].timeline.at(ref, None, self.time)

    def read_earlier(self, *quantities: str) -> Read:
        """A reader like `read`, but with some quantities of the computing nodes as the pass before left them.

        With a delta goes the input it was made for, be it one of the network's.
        """

        def read(ref: Ref, sample: Any = None) -> Column:
            if ref[0] in quantities and ("delta" in quantities or ref[1] not in self.topology.inputs):
                found = [one.earlier(ref) for one in self.passes]
                return lines_of(self.passes, found) if sample == EACH else found[0]
            return self.read(ref, sample)

        return read

    @property
    def activation(self) -> str:
        """The name of its node's activation."""
        return self.rule.activation_of(self.node, self.topology)

    def slope(self, output: Column) -> Column:
        """The slope of its node's activation, for some output (1.4)."""
        return np.asarray(ACTIVATIONS[self.activation].slope(output), float)

    def a(self, node: int) -> Column:
        """The activation of a node in this pass."""
        return self.read(("a", node))

    @property
    def net(self) -> Column:
        """The weighted input of its node, as the program has it, or as it would be."""
        return self.read(("net", self.node))


def numbers_that(seen: list[Moment], show: Callable[[Moment], Any]) -> list[tuple[Moment, int]]:
    """The numbers that show something in any iteration, in the order the program made them, structure by structure:
    a moment, and which of its rows."""
    found: list[tuple[Moment, int]] = []
    for _, alike in groupby(seen, key=lambda moment: id(moment.iterations)):
        shown = [
            (moment, int(number))
            for moment in alike
            for number in np.flatnonzero(np.atleast_2d(show(moment)).any(axis=1))
        ]
        found += sorted(shown, key=lambda one: one[0].steps[one[1]])
    return found
