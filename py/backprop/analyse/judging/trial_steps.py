"""Weights that are moved for a trial and put back: the gradient that changes them is that of another place.

kept = W
W = W + rho * g / norm          # sharpness-aware minimisation; also the midpoint rule, and Heun's
W = kept - rate * g_there
"""

from __future__ import annotations

from backprop.analyse.judging.evidence import Evidence
from backprop.analyse.judging.steps import Row


def has_trial_steps(evidence: Evidence, rows: list[Row]) -> bool:
    """True if weights are changed twice from one version, go forward after both, and only the second is gone on from."""
    return any(_is_tried(evidence, row) for row in rows)


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
