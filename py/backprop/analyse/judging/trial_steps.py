"""Weights that are moved uphill for a trial and put back, as in sharpness-aware minimisation:

kept = W
W = W + rho * g / norm          # the gradient is computed once more there,
W = kept - rate * g_there       # and changes the weights from before
"""

from __future__ import annotations

from backprop.analyse.judging.evidence import Evidence
from backprop.analyse.judging.steps import Row
from backprop.trace.tape import Floats


def tries_uphill(evidence: Evidence, rows: list[Row], descent: Floats) -> bool:
    """True if a second change of the same weights goes uphill, and no later change begins at what it made."""
    trials = [(row.before, trial) for row in rows for trial in _put_back(evidence, row)]
    moved = (evidence.values[trial] - evidence.values[before] for before, trial in trials)
    return sum(float(by * descent[before]) for by, (before, _) in zip(moved, trials)) < 0


def _put_back(evidence: Evidence, row: Row) -> list[int]:
    """The versions that are made of the weight before a change, are never changed themselves, and are not the last ones."""
    weights = evidence.roles.weights
    made = weights.updates.get(int(weights.root[row.before]), [])
    starts = {update.before for update in made}
    return [one.after for one in made[:-1] if one.before == row.before and one.after not in starts]
