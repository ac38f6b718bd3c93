"""The gradient check by the program's own forward part: its deltas and weight changes beside central differences.

One iteration is traced, and its tape is run again with one net, weight or bias a little larger and a little smaller: by
the program's own operations, so that the numbers are of this program, whatever activations and error it has. The
exact derivative is worked out as well: where it and the central difference are not the same (at a kink, or where rounding
is larger than the difference), nothing is said against the program.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from backprop.analyse.gradient_check import RELATIVE, TINY, GradientRow, H, edges_checked
from backprop.provenance.errors import Descended, Error
from backprop.provenance.iteration import TracedIteration
from backprop.provenance.nudge import Nudger
from backprop.provenance.passes import Pass, version_in
from backprop.topology import Ref
from backprop.trace.derivative import Derivative, derivative
from backprop.trace.replay import Replay

_AT_ONCE = 64  # numbers that are nudged in one run of the tape: what a run holds in memory grows with them


class ReplayedGradient:
    """The rows of one traced iteration."""

    def __init__(self, traced: TracedIteration, descended: Descended) -> None:
        self.traced = traced
        self.descended = descended
        self.nudger = Nudger(traced, descended)
        self.error: Error = descended.error_of(traced, self.nudger.passes)

    def rows(self) -> list[GradientRow]:
        """All rows, deltas first. Raises Untold where no error is known."""
        rows = [*self._deltas(), *self._changes()]
        together: dict[int, set[int]] = defaultdict(set)  # numbers that do not depend on one another
        for id, row in rows:
            together[self._layer(row.where) if row.where[0] == "delta" else 0].add(id)
        central = {id: slope for ids in together.values() for id, slope in self._central(ids).items()}
        exact = self._exact()
        compared = [self._compared(id, row, central[id], float(exact.values[id])) for id, row in rows]
        return self._with_states(compared, bool(exact.kinks))

    def _layer(self, where: Ref) -> int:
        return self.traced.recording.topology.layer_of(where)

    # --- what the program has ---

    def _deltas(self) -> Iterator[tuple[int, GradientRow]]:
        """Pairs, one for each delta: the id of its net, and its row, still without the central difference."""
        for one in self.nudger.passes:
            for ref, value in one.values.items():
                net = one.ids.get(("net", ref[1]))
                if ref[0] == "delta" and net is not None:
                    yield net, GradientRow(ref, one.sample, value, math.nan, 0.0)

    def _changes(self) -> Iterator[tuple[int, GradientRow]]:
        """Pairs, one for each change of a weight or bias: the id of the version that passes used before it, and its row."""
        changed = False
        waiting: list[tuple[int, GradientRow]] = []
        edges = edges_checked(self.traced.recording.topology)
        for ref, versions in self.nudger.versions.items():
            if ref[0] == "w" and ref[1] not in edges:
                continue
            used: dict[int, list[Pass]] = defaultdict(list)
            for one in self.nudger.passes:
                version = version_in(ref, versions, one)
                if version is not None:
                    used[version].append(one)
            for version, row in self._changes_of(ref, versions, used):
                changed = True
                yield version, row
            if len(versions) == 1 and used:
                waiting.append((versions[0], self._row(ref, versions[0], versions[0], used[versions[0]])))
        if changed:  # a program that learns: what it has left as it was should have been changed, too
            yield from waiting

    def _changes_of(
        self, ref: Ref, versions: Sequence[int], used: dict[int, list[Pass]]
    ) -> Iterator[tuple[int, GradientRow]]:
        for number, (version, passes) in enumerate(ordered := sorted(used.items())):
            next_used = ordered[number + 1][0] if number + 1 < len(ordered) else versions[-1]
            if next_used > version:
                yield version, self._row(ref, version, next_used, passes)

    def _row(self, ref: Ref, before: int, after: int, passes: Sequence[Pass]) -> GradientRow:
        values = self.traced.tape.values
        sample = passes[0].sample if len(passes) == 1 else None
        return GradientRow(ref, sample, float(values[after] - values[before]), math.nan, 0.0)

    # --- what it should have ---

    def _central(self, ids: set[int]) -> dict[int, tuple[float, float]]:
        """The central difference of the error by each id, and the rounding error of that difference."""
        replay = Replay(self.traced.tape, self.error.ids, self.nudger.cut)
        found: dict[int, tuple[float, float]] = {}
        every = sorted(ids)
        for first in range(0, len(every), _AT_ONCE):
            some = every[first : first + _AT_ONCE]
            nudged = {id: np.full(2 * len(some), self.traced.tape.values[id]) for id in some}
            for column, id in enumerate(some):
                nudged[id][2 * column] -= H
                nudged[id][2 * column + 1] += H
            errors = self.error.value(replay.run(nudged))
            slopes = (errors[1::2] - errors[::2]) / (2 * H)
            blurs = 8 * np.finfo(float).eps * np.maximum(abs(errors[1::2]), abs(errors[::2])) / H
            found |= {id: (float(s), float(b)) for id, s, b in zip(some, slopes, blurs)}
        return found

    def _exact(self) -> Derivative:
        numbers = self.traced.tape.values[self.error.ids]
        return derivative(self.traced.tape, self.error.slopes(numbers), self.nudger.cut)

    def _compared(self, id: int, row: GradientRow, central: tuple[float, float], exact: float) -> GradientRow:
        """The row with what the delta or the change should be; NaN if the two derivatives are not the same."""
        slope, blur = central
        if not math.isclose(slope, exact, rel_tol=RELATIVE, abs_tol=TINY + blur):
            slope = math.nan
        factor = self.descended.factor(row.where, self.nudger.first_rate, self.error)
        if row.where[0] == "delta":
            sign = self.traced.recording.rule.sign
            return replace(row, numeric=-sign * factor * slope, blur=factor * blur)
        step = factor * (self.nudger.rate or self.descended.scale)
        rounded = self.descended.rounding * abs(float(self.traced.tape.values[id]))
        return replace(row, numeric=-step * slope, blur=step * blur + rounded)

    # --- what is said of a difference ---

    def _with_states(self, rows: list[GradientRow], at_kink: bool) -> list[GradientRow]:
        """The rows that are not the same, each with the word for it: no more is said against one than by the verdict."""
        ratios: dict[tuple[str, int], list[float]] = defaultdict(list)
        for row in rows:
            if math.isfinite(row.ratio) and row.ratio:
                ratios[row.where[0], self._layer(row.where)].append(row.ratio)
        common = {part: float(np.median(some)) for part, some in ratios.items()}
        return [row if row.agrees else replace(row, told=self._told(row, common, at_kink)) for row in rows]

    def _told(self, row: GradientRow, common: dict[tuple[str, int], float], at_kink: bool) -> str:
        if math.isnan(row.numeric):
            return "unknown"
        state = self.nudger.state(row.where, row.numeric, row.code, at_kink)
        if state != "factor":
            return state
        factor = common.get((row.where[0], self._layer(row.where)), math.nan)
        return "factor" if replace(row, numeric=factor * row.numeric).agrees else "unknown"
