"""Momentum that carries on the step of other weights: two velocities that are one array.

v1 = v2 = np.zeros((3, 3))
v2 *= 0.9; v2 -= rate * g2; W2 += v2
v1 *= 0.9; v1 -= rate * g1; W1 += v1      # v1 holds the step of W2
"""

from __future__ import annotations

from collections import defaultdict

from backprop.analyse.judging.evidence import Evidence
from backprop.analyse.judging.steps import Row
from backprop.trace.tape import Kind

_MOST_IDS = 200  # from which one change is computed


def step_of_others(evidence: Evidence, rows: list[Row]) -> tuple[Row, int] | None:
    """The first of these changes that is made from a step that was added to other weights, and the line that added it; None
    if there is none. A change that is made from a step of its own weight, too, is none."""
    steps = _steps(evidence)
    of_updates: dict[tuple[int, int], list[int]] = defaultdict(list)
    for step, added in steps.items():
        for update in added.items():
            of_updates[update].append(step)
    roots = evidence.roles.weights.root
    latest = max(row.round for row in rows)
    for row in (row for row in rows if row.round == latest):
        root = int(roots[row.before])
        line = _of_others(evidence, root, of_updates[root, row.event], steps)
        if line is not None:
            return row, line
    return None


def _steps(evidence: Evidence) -> dict[int, dict[int, int]]:
    """By step (id): the weights that it was added to (their roots), each with the number of the event."""
    tape = evidence.tape
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for root, made in evidence.roles.weights.updates.items():
        for update in made:
            at = update.result - tape.events[update.event].first
            operands = {int(one.flat[at]) for one in tape.events[update.event].operands if one.size > at}
            for step in operands - {update.before}:
                found[step][root] = update.event
    return found


def _of_others(
    evidence: Evidence, root: int, here: list[int], steps: dict[int, dict[int, int]]
) -> int | None:
    """The line on which the step was added to another weight than `root` that the steps `here`, which are added to it now,
    are made from. Of earlier steps only the latest counts."""
    tape = evidence.tape
    stack, seen = [one for id in here for one in tape.operands(id)], set(here)
    found: dict[int, int] = {}
    while stack and len(seen) < _MOST_IDS:
        id = stack.pop()
        if id in seen or evidence.cut[id] or tape.event(id).kind is not Kind.ELEMENTWISE:
            continue
        seen.add(id)
        found |= steps.get(id, {})
        stack += tape.operands(id) if id not in steps else []
    return None if root in found or not found else evidence.line_of(tape.events[min(found.values())])
