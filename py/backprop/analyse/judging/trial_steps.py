"""Weights that are moved for a trial and put back: the gradient that changes them is that of another place.

kept = W
W = W + rho * g / norm          # sharpness-aware minimisation; also the midpoint rule, and Heun's
W = kept - rate * g_there
"""

from __future__ import annotations

from backprop.analyse.judging.evidence import Evidence
from backprop.analyse.judging.steps import Row


def has_trial_steps(evidence: Evidence, rows: list[Row]) -> bool:
    """True if weights are changed twice from one version, and only the second change is gone on from."""
    return any(_is_tried(evidence, row) for row in rows)


def _is_tried(evidence: Evidence, row: Row) -> bool:
    weights = evidence.roles.weights
    made = weights.updates.get(int(weights.root[row.before]), [])
    starts = {update.before for update in made}
    from_here = [update.after for update in made if update.before == row.before]
    return len(from_here) > 1 and from_here[-1] in starts and starts.isdisjoint(from_here[:-1])
