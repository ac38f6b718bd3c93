"""The error that a program descends, as a function of its outputs: what nudging and its derivative need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from backprop.analyse.judging.deltas import OutputJudged, judge_output
from backprop.analyse.judging.errors import ABSOLUTE, CROSS_ENTROPY, HINGE, MATCHING, SQUARED
from backprop.analyse.judging.evidence import Evidence, ratio_of
from backprop.analyse.verdict import Verdict, judge_program
from backprop.provenance.iteration import Source, TracedIteration, Untold
from backprop.provenance.passes import Pass
from backprop.topology import Ref
from backprop.trace.tape import Floats, Place


@dataclass(frozen=True)
class _Form:
    """An error of one output y with target t, and its derivative by y."""

    value: Callable[[Any, Any], Any]
    slope: Callable[[Any, Any], Any]


_FORMS = {
    SQUARED: _Form(lambda y, t: (t - y) ** 2 / 2, lambda y, t: y - t),  # 4.9
    CROSS_ENTROPY: _Form(
        lambda y, t: -(_times_log(t, y) + _times_log(1 - t, 1 - y)), lambda y, t: (y - t) / (y * (1 - y))
    ),
    "softmax": _Form(lambda y, t: -_times_log(t, y), lambda y, t: -t / y),
    MATCHING: _Form(
        lambda y, t: -(_times_log(1 + t, 1 + y) + _times_log(1 - t, 1 - y)) / 2,
        lambda y, t: (y - t) / (1 - y * y),
    ),
    ABSOLUTE: _Form(lambda y, t: np.abs(y - t), lambda y, t: np.sign(y - t)),
    "log-cosh": _Form(lambda y, t: np.log(np.cosh(y - t)), lambda y, t: np.tanh(y - t)),
    "fourth power": _Form(lambda y, t: (y - t) ** 4 / 4, lambda y, t: (y - t) ** 3),
    HINGE: _Form(lambda y, t: np.maximum(0, 1 - t * y), lambda y, t: np.where(t * y < 1, -t, 0.0)),
}


def _times_log(factor: Any, x: Any) -> Any:
    """factor · ln x; 0 where the factor is 0."""
    return np.where(factor == 0, 0.0, factor * np.log(np.where(factor == 0, 1.0, x)))


class Descended:
    """The error whose gradient a program's output deltas are; where they are none, the one that it computes."""

    def __init__(self, source: Source) -> None:
        self._evidence = Evidence(source.roles)
        self._roles = source.roles
        with np.errstate(all="ignore"):
            self._judged: OutputJudged = judge_output(self._evidence)

    @cached_property
    def verdict(self) -> Verdict:
        """The verdict on the program."""
        return judge_program(self._roles)

    @property
    def name(self) -> str | None:
        """The name of the error, a key of the texts; None for one that is known only by the program's own formula."""
        judged = self._judged
        computed = judged.computed.name if judged.computed else None
        known = judged.known[0].name if judged.known else None
        name = judged.error.name if judged.error else computed or known
        return name if name in _FORMS else None

    def factor(self, ref: Ref, rate: float | None, error: Error) -> float:
        """By what the program multiplies an error: of a weight the deltas' constant and what stands beside the rate
        in the update (1/m of a mean); 1 where its deltas belong to no error."""
        match = self._judged.match
        if match is None:
            return 1.0
        constant = match.factor
        if error.own and self._judged.computed:
            of_own = ratio_of(self._judged.layer.value, self._judged.computed.delta, self._evidence.near)
            constant = of_own.factor if of_own else 1.0
        beside = self.scale / rate if ref[0] in ("w", "b") and rate else 1.0
        return abs(constant) * beside

    @property
    def rounding(self) -> float:
        """The part of a weight that its change is not known better than: it follows from the type of the numbers."""
        return self._evidence.near.rounding

    @cached_property
    def scale(self) -> float:
        """The factor of delta times input in the first updates: the learning rate, divided by m for a mean."""
        return abs(float(np.median(self._evidence.layers[-1].scale)))

    def error_of(self, traced: TracedIteration, passes: Sequence[Pass]) -> Error:
        """The error of some passes of an iteration. Raises Untold where no error is known."""
        if self.name is not None and np.isfinite([one.targets for one in passes]).all():
            ids = [id for one in passes for id in one.outputs]
            targets = np.array([one.targets for one in passes]).ravel()
            outputs = traced.tape.values[ids].reshape(len(passes), -1)
            one_of_many = outputs.shape[1] > 1 and np.allclose(outputs.sum(axis=1), 1, atol=1e-6)
            form = "softmax" if self.name == CROSS_ENTROPY and one_of_many else self.name
            return Error(ids, targets, _FORMS[form])
        ids = self._own(traced)
        if not ids:
            raise Untold("no-error")
        return Error(ids, np.zeros(len(ids)), _Form(lambda y, t: y, lambda y, t: np.ones_like(y)), own=True)

    def _own(self, traced: TracedIteration) -> list[int]:
        """The ids of the program's own error in an iteration: the last values computed at its place in the source."""
        computed = self._judged.computed
        if computed is None:
            return []
        first = self._evidence.tape
        event = first.event(computed.ids[0])
        place: Place = first.places[event.place]
        tape = traced.tape
        here = [
            one.first
            for one in tape.events
            if tape.places[one.place] == place and one.operation == event.operation and one.size == 1
        ]
        used = {id for one in here for id in tape.operands(one)}
        return [id for id in here if id not in used]


@dataclass
class Error:
    """The error of some passes: a sum over the numbers `ids` and their targets. `own`: they are the program's own."""

    ids: list[int]
    targets: Floats
    form: _Form
    own: bool = False

    def value(self, numbers: Floats) -> Floats:
        """The error for k values of each number: from (ids, k) to (k,)."""
        with np.errstate(all="ignore"):
            found: Floats = self.form.value(numbers, self.targets[:, None]).sum(axis=0)
        return found

    def slopes(self, numbers: Floats) -> dict[int, float]:
        """The derivative by each number."""
        with np.errstate(all="ignore"):
            each = self.form.slope(numbers, self.targets)
        found: dict[int, float] = {}
        for id, slope in zip(self.ids, each.tolist()):
            found[id] = found.get(id, 0.0) + slope
        return found
