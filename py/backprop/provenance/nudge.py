"""Nudge and see: the error as a function of one number of the network, by the program's own forward part.

    nudge = nudged(rec, "w", (8, 5), iteration=0)
    nudge.x, nudge.error          # the curve: 21 values of w85, and the error for each
    nudge.exact, nudge.program    # the slope there: the derivative, and what the program's own change says

The tape of the iteration is run again with the number changed: by the program's own operations in its own order, with
the random numbers that it drew, and everything that does not depend on the number as it was. So the curve is of this
program, whatever it computes; only a branch that an `if` would take differently is not known, and leaves a gap.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from backprop.analyse.judging.types import texts
from backprop.provenance.errors import Descended
from backprop.provenance.iteration import TracedIteration, Untold
from backprop.provenance.passes import Pass, passes_of, version_in, versions_of
from backprop.provenance.tree import finite
from backprop.texts import languages
from backprop.topology import Ref, ref_name
from backprop.trace.derivative import derivative
from backprop.trace.replay import Replay

POINTS = 21
_STEP = 0.01  # the nudge of the sentence
_H = 1e-5  # of the central difference
_TANGENT = 0.6  # of the curve's half width
_PARAMETERS = ("w", "b")


@dataclass(frozen=True)
class Nudge:
    """The error over one number; all numbers are dimensionless, NaN where one is not known.

    `x` and `error` are the curve, shape (21,); the number itself is in the middle. `exact` is the derivative there,
    `central` the central difference, `program` the slope that the program's own delta or change says (NaN: none).
    `state` compares that with the exact one: "agrees"; "factor" and "rule" (right up to a constant or by another rule,
    as the verdict says); "differs"; "unknown"; "none". `change` is what the error changes by if the number grows by
    `step`. `samples` is of how many samples the error is the sum, `name` what the error is called.
    """

    ref: str
    value: float
    x: tuple[float, ...]
    error: tuple[float, ...]
    exact: float
    central: float
    program: float
    state: str
    step: float
    change: float
    samples: int
    name: str | None

    @property
    def at(self) -> float:
        """The error as it is."""
        return self.error[POINTS // 2]

    def line(self, slope: float) -> list[float] | None:
        """The ends x1, y1, x2, y2 of a straight line with this slope through the middle; None if it is not known."""
        if not (math.isfinite(slope) and math.isfinite(self.at)):
            return None
        half = _TANGENT * (self.x[-1] - self.x[0]) / 2
        return [self.value - half, self.at - slope * half, self.value + half, self.at + slope * half]

    def as_json(self) -> dict[str, Any]:
        """The nudge for the page; what is not known is null."""
        names = ("value", "exact", "central", "program", "step", "change", "at")
        numbers = {name: getattr(self, name) for name in names}
        known = {name: value if math.isfinite(value) else None for name, value in numbers.items()}
        words = {lang: texts(lang)["names"][self.name] for lang in languages()} if self.name else None
        return {
            **known,
            "ref": self.ref,
            "x": self.x,
            "error": [finite(one) if math.isfinite(one) else None for one in self.error],
            "tangent": self.line(self.exact),
            "own": self.line(self.program),
            "state": self.state,
            "samples": self.samples,
            "name": words,
        }


class Nudger:
    """Nudges the numbers of one traced iteration."""

    def __init__(self, traced: TracedIteration, descended: Descended) -> None:
        self.traced = traced
        self.descended = descended
        self.passes = passes_of(traced)
        self.versions = versions_of(traced)
        self.cut = np.zeros(len(traced.tape), bool)
        for ids in self.versions.values():
            self.cut[ids] = True

    def nudge(self, ref: Ref, sample: int | None = None) -> Nudge:
        """The error over one number, of the passes that used it. A delta is the slope at its net, so that is nudged.

        Raises Untold for what the error does not depend on, or where no error is known.
        """
        if ref[0] == "delta":
            ref = "net", ref[1]
        id, passes = self._where(ref, sample)
        error = self.descended.error_of(self.traced, passes)
        factor = self.descended.factor(ref, self.first_rate, error)
        label = self.traced.labels.get(id)
        sign = label.sign if label else 1  # -1: the program keeps it with the other sign
        value = sign * float(self.traced.tape.values[id])
        x = np.linspace(-1, 1, POINTS) * max(2.0, abs(value)) + value
        x[POINTS // 2] = value
        h = _H * max(1.0, abs(value))
        replay = Replay(self.traced.tape, error.ids, self.cut)
        errors = factor * error.value(
            replay.run({id: sign * np.array([*x, value - h, value + h, value + _STEP])})
        )
        numbers = self.traced.tape.values[error.ids]
        seeds = error.slopes(numbers)
        slopes = derivative(self.traced.tape, seeds, self.cut)
        exact = sign * factor * float(slopes.values[id])
        program = self._by_program(ref, id, passes)
        return Nudge(
            ref_name(ref),
            value,
            tuple(x.tolist()),
            tuple(errors[:POINTS].tolist()),
            exact,
            float(errors[POINTS + 1] - errors[POINTS]) / (2 * h),
            program,
            self.state(ref, exact, program, bool(slopes.kinks)),
            _STEP,
            float(errors[POINTS + 2] - errors[POINTS // 2]),
            len(passes),
            self.descended.name,
        )

    # --- which number, which passes ---

    def _where(self, ref: Ref, sample: int | None) -> tuple[int, list[Pass]]:
        """The id to be nudged, and the passes whose error it changes."""
        here = [one for one in self.passes if sample is None or one.sample in (sample, None)] or self.passes
        if not here:
            raise Untold("no-error")
        if ref[0] in _PARAMETERS:
            version = version_in(ref, self.versions.get(ref, []), here[0])
            if version is None:
                raise Untold("no-number", quantity=ref_name(ref))
            mine = self.versions[ref]
            return version, [one for one in self.passes if version_in(ref, mine, one) == version]
        if ref[0] in ("net", "a") and ref in here[0].ids:
            return here[0].ids[ref], here[:1]
        if ref[0] == "a" and ref[1] in self.traced.recording.topology.inputs:
            (id,) = self.traced.find(ref, sample)
            return id, here[:1]
        raise Untold("no-slope", quantity=ref_name(ref))

    # --- what the program says ---

    @cached_property
    def rate(self) -> float | None:
        """The learning rate of the iteration, where it is one number of the program."""
        return self.traced.recording.value("eta", iteration=self.traced.iteration) or None

    @cached_property
    def first_rate(self) -> float | None:
        """The learning rate of the first updates, which the verdict looked at."""
        return self.traced.recording.value("eta", iteration=0) or None

    def _by_program(self, ref: Ref, id: int, passes: Sequence[Pass]) -> float:
        """The slope of the error that the program's own numbers say: minus delta; minus the change over the rate."""
        values = self.traced.tape.values
        if ref[0] == "net":
            return -passes[0].values.get(("delta", ref[1]), math.nan)
        if ref[0] not in _PARAMETERS:
            return math.nan
        later = [one for one in self.versions[ref] if one > id]
        if self.rate and later:
            return -float(values[later[0]] - values[id]) / self.rate
        return -sum(one.values.get(("delta", _node(ref)), math.nan) * _input(one, ref) for one in passes)

    def state(self, ref: Ref, exact: float, program: float, at_kink: bool) -> str:
        """The state of the program's slope beside the exact one; no more is said against it than by the verdict."""
        if math.isnan(program):
            return "none"
        if not math.isfinite(exact):
            return "unknown"
        if math.isclose(program, exact, rel_tol=1e-6, abs_tol=1e-9):
            return "agrees"
        if at_kink:  # either side's slope is right
            return "unknown"
        layers = self.descended.verdict.layers
        number = self.traced.recording.topology.layer_of(ref)
        parts = [layer.parts.get("delta", "unknown") for layer in layers if layer.number >= number]
        own = {"w": "weights", "b": "biases"}.get(ref[0])
        parts += [layers[number - 1].parts.get(own, "unknown")] if own else []
        for state in ("differs", "rule", "unknown"):
            if state in parts:
                return state
        return "factor"


def _node(ref: Ref) -> int:
    """The node that a weight or a bias belongs to."""
    key: Any = ref[1]
    node: int = key[0] if isinstance(key, tuple) else key
    return node


def _input(one: Pass, ref: Ref) -> float:
    """The number that a weight multiplies in a pass: its input; 1 for a bias."""
    key: Any = ref[1]
    return 1.0 if ref[0] == "b" else one.values.get(("a", key[1]), math.nan)
