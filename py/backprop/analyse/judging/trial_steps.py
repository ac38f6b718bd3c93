"""Weights that are moved for a trial and put back: the gradient that changes them is that of another place.

kept = W
W = W + rho * g / norm          # sharpness-aware minimisation; also the midpoint rule, and Heun's
W = kept - rate * g_there

W += step; …; W -= step         # or put back by the opposite step
"""

from __future__ import annotations

from backprop.analyse.judging.evidence import Evidence
from backprop.analyse.judging.steps import Row

_ROUNDING = 1e-6  # of the step that is taken back


def has_trial_steps(evidence: Evidence, rows: list[Row]) -> bool:
    """True if weights are changed twice from one version, go forward after both, and only the second is gone on from; or if
    they go forward after a step that is taken back."""
    return any(_is_tried(evidence, row) for row in rows) or (
        len(rows) > 1 and all(_is_taken_back(evidence, row) for row in rows if row.round == 0)
    )


def _is_taken_back(evidence: Evidence, row: Row) -> bool:
    """True if the weight is, up to rounding, what it was before after another change."""
    weights, values = evidence.roles.weights, evidence.values
    made = {update.before: update.after for update in weights.updates.get(int(weights.root[row.before]), [])}
    start, tried = float(values[row.before]), made.get(row.before, row.before)
    back = made.get(tried, tried)
    size = abs(float(values[tried]) - start)
    return (
        size > 0
        and back != tried
        and abs(float(values[back]) - start) <= max(_ROUNDING * size, evidence.near.rounding * abs(start))
    )


def _is_tried(evidence: Evidence, row: Row) -> bool:
    weights = evidence.roles.weights
    root = int(weights.root[row.before])
    made = weights.updates.get(root, [])
    starts = {update.before for update in made}
    *tried, last = [update.after for update in made if update.before == row.before] or [-1]
    return last in starts and any(one not in starts and _goes_forward(evidence, one, root) for one in tried)


def _goes_forward(evidence: Evidence, id: int, root: int) -> bool:
    """True if a version of a weight is multiplied where its first version was, though by another call."""
    graph, place = evidence.roles.graph, evidence.roles.weights.place[root][0]
    return any(graph.events[number].place == place for number in graph.consumers(id))
