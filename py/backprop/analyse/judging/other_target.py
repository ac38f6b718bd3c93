"""Deltas made with other targets than the program's own error: one of the two is not meant.

error += 0.5 * (t[k] - y[k]) ** 2
delta[k] = (t[0] - y[k]) * y[k] * (1 - y[k])        # t[k] is meant
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from backprop.analyse.judging.evidence import Evidence
from backprop.analyse.judging.judgement import DIFFERS
from backprop.analyse.judging.points import line_of_comparison
from backprop.analyse.judging.types import LayerVerdict, Point
from backprop.trace.tape import Kind

_MOST_PARTS = 4000  # of an error, among which the outputs meet their targets


def other_target_point(evidence: Evidence, verdict: LayerVerdict) -> None:
    """Say of the last layer, where its deltas are right otherwise, that its targets are those of other outputs or samples in
    the error."""
    if verdict.parts.get("delta") not in ("agrees", "factor"):
        return
    of_deltas = _of_deltas(evidence)
    met: dict[int, dict[int, int]] = defaultdict(dict)
    for end in (id for ids in evidence.ends for id in ids):
        for y, t in _met(evidence, end, of_deltas):
            met[y].setdefault(t, end)
    output = _with_another(evidence, of_deltas, met)
    if output is not None:
        verdict.parts["delta"] = DIFFERS
        facts = {"at": evidence.line(next(iter(met[output].values())))}
        places = np.argwhere(evidence.outputs[0] == output).tolist()
        line = line_of_comparison(evidence, *next(iter(places), (0, 0)))
        verdict.points.append(Point("other-target", "mistake", verdict.number, line, facts))


def _of_deltas(evidence: Evidence) -> dict[int, int]:
    """The target that each output meets in its delta, by the output's id; without those that are made for an output."""
    found, last = evidence.roles.outputs, evidence.layers[-1]
    nets = [net.id for row in last.nets for some in row for net in some if net.id in found.target]
    known = {found.activation[net]: found.target[net] for net in nets}
    return {y: t for y, t in known.items() if _is_given(evidence, t)}


def _is_given(evidence: Evidence, id: int) -> bool:
    """True for a number that was there before the first pass: not one that is made for an output (a smoothed target)."""
    return not evidence.varies[id] and id < evidence.roles.network.nets[0].id


def _met(evidence: Evidence, end: int, outputs: dict[int, int]) -> Iterator[tuple[int, int]]:
    """The outputs in an error, each with the given number that is taken from it, or that its logarithm is multiplied by."""
    tape, ends = evidence.tape, evidence.cut.copy()
    ends[list(outputs)] = True
    for id in evidence.ancestors(end, _MOST_PARTS, without=ends):
        event = tape.event(id)
        if event.operation not in ("subtract", "multiply") or event.kind is not Kind.ELEMENTWISE:
            continue
        for one, other in (pair := tape.operands(id), pair[::-1]):
            if event.operation == "multiply" and tape.event(one).operation == "log":
                one = tape.operands(one)[0]
            elif event.operation == "multiply":
                continue
            if one in outputs and _is_given(evidence, other):
                yield one, other


def _with_another(
    evidence: Evidence, of_deltas: dict[int, int], met: dict[int, dict[int, int]]
) -> int | None:
    """The first output whose target in its delta belongs to other outputs in the errors. `met` has for each output the
    targets that it meets in errors: none of them has the value of the one in its delta."""
    used = {t for targets in met.values() for t in targets}
    for y, targets in sorted(met.items()):
        values = {float(evidence.values[t]) for t in targets}
        if of_deltas[y] in used and float(evidence.values[of_deltas[y]]) not in values:
            return y
    return None
